"""Whether a state is looked through as a whole after each change of it.

What costs no more than the change itself is asserted always. The rest costs as much as there is state, so only
tests turn it on: a state that can't be is found where it came about, and not where it first matters.
"""

from __future__ import annotations

checked = False
