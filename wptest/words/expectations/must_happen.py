"""`must_happen`: events without which a run has proved nothing."""

from __future__ import annotations

from typing import final

from wptest.words.expectation import OfEvents
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


@final
class MustHappen(OfEvents):
    """Events that must have happened; if not, the run is unverified."""

    key = "must_happen"
    order = 200
    examples = (["rescue.created", "recovery.file_removed"],)
    names = patterns = amounts = nothing

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for index, event in enumerate(self.expected):
            if not facts.events(event):
                yield facts.unproved((index,), f"{event} never happened", Failure.NEVER_HAPPENED)
