"""`cleanup:`, what is put right when the timeline is over, whatever became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wptest.shapes.shape import Choice
from wptest.text.yaml_document import YamlDocument
from wptest.words.narrow import NarrowStep
from wptest.words.steps import ACTIONS, TRIGGERS

_TROUBLE = "a cleanup ends trouble and makes none: put it in 'when'"

_INSTEAD = {
    **dict.fromkeys(TRIGGERS, "take it out: a cleanup step comes when 'when' is over"),
    "start": "use 'run': a cleanup has to come to its end",
    "power_loss": _TROUBLE,
    "fault": _TROUBLE,
    "check": "what must hold is said in 'then', which is judged before the cleanup",
}
_ACTIONS = tuple(action for action in ACTIONS if action not in _INSTEAD)


class CleanupStep(NarrowStep):
    """One step of a cleanup: an action that ends trouble or mends what was broken, and no trigger."""

    place: ClassVar[str] = "a cleanup"
    instead: ClassVar[Mapping[str, str]] = _INSTEAD
    choices: ClassVar[tuple[Choice, ...]] = (Choice("a cleanup step", "action", (*_ACTIONS, "use")),)


def cleanup_order(document: YamlDocument, steps: tuple[Any, ...]) -> list[int]:
    """The indexes of the cleanup steps in the order in which they come: the last first.

    Shared steps are one thing to do, so those of one `use` keep their order.
    """
    groups: list[list[int]] = []
    before = None
    for index in range(len(steps)):
        use = document.use_of(("cleanup", index))
        if use is not None and before is not None and use.outermost is before.outermost:
            groups[-1].append(index)
        else:
            groups.append([index])
        before = use
    return [index for group in reversed(groups) for index in group]
