"""Which strategy answers which error: error class x robust mode, with the project's overrides (facts section 4)."""

from __future__ import annotations

from enum import Enum

from engine.project.model import ErrorClass, Project


class Strategy(Enum):
    """What to do with the lines that a sink would not take.

    FIX_RETRY keeps them (in a rescue file, or waiting in a replay) until the sink is back. TOLERANT and IGNORE
    drop them, declared and counted; IGNORE logs at debug level only. THROW ends the work at hand with an error,
    its lines kept. TERMINATE ends the whole program gracefully, its lines kept.

    Where the sink says which lines it refuses, these are what an error is about: TOLERANT and IGNORE drop them
    alone, the others put them in quarantine, and what is left of the batch is sent again.
    """

    FIX_RETRY = "fix_retry"
    TOLERANT = "tolerant"
    IGNORE = "ignore"
    THROW = "throw"
    TERMINATE = "terminate"

    @property
    def gives_up(self) -> bool:
        """Whether it drops lines."""
        return self in (Strategy.TOLERANT, Strategy.IGNORE)

    @property
    def ends(self) -> bool:
        """Whether it ends the work at hand."""
        return self in (Strategy.THROW, Strategy.TERMINATE)


_FIX_RETRY: frozenset[ErrorClass] = frozenset({"sink", "stg_ctrl"})
_TOLERANT: frozenset[ErrorClass] = frozenset({"data", "system", "business"})


def strategy_for(project: Project, error_class: ErrorClass) -> Strategy:
    """The strategy for an error of this class: the project's own, else what its robust mode says.

    Robust mode changes one cell: a logic error is tolerated in strict mode. Classes that the real program panics
    at (D21) are thrown, as newer versions do.
    """
    own = project.strategies.get(error_class)
    if own is not None:
        return Strategy(own)
    if error_class in _FIX_RETRY:
        return Strategy.FIX_RETRY
    if error_class in _TOLERANT or (error_class == "logic" and project.robust == "strict"):
        return Strategy.TOLERANT
    return Strategy.THROW
