"""What stands in the place of one of Python's functions while foreign code calls it."""

from collections.abc import Callable
from typing import Any

Real = Callable[..., Any]  # the function itself
Simulated = Callable[..., Any]  # takes the process's files, the real function, and the caller's arguments
