"""`meanwhile:`, what happens beside the timeline: each step for itself, at its moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from wptest.shapes.shape import Choice
from wptest.words.narrow import NarrowStep
from wptest.words.steps import ACTIONS

_TIMELINE = "put it in 'when': what comes after it there waits for it"

_INSTEAD = {
    "after": "steps of 'meanwhile' know nothing of each other: use 'at' or 'upon'",
    "run": _TIMELINE,
    "start": _TIMELINE,
    "wait": _TIMELINE,
    "use": "write the steps out here",
    "check": "put it in 'when', or into 'then'",
}
_ACTIONS = tuple(action for action in ACTIONS if action not in _INSTEAD)


class MeanwhileStep(NarrowStep):
    """One thing that happens at its moment, whatever step of `when` it finds there."""

    place: ClassVar[str] = "'meanwhile'"
    instead: ClassVar[Mapping[str, str]] = _INSTEAD
    choices: ClassVar[tuple[Choice, ...]] = (
        Choice("a step of 'meanwhile'", "action", _ACTIONS),
        Choice("a step of 'meanwhile'", "trigger", ("at", "upon")),
    )
