"""`cleanup:`, what is put right when the timeline is over, whatever became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails

from wptest.language import actions
from wptest.language.codes import Code
from wptest.language.diagnostic import one_of
from wptest.language.document import Document
from wptest.language.shape import Choice, Mistake, details
from wptest.language.steps import ACTIONS, TRIGGERS, Step

_INSTEAD = {
    "start": "use 'run': a cleanup has to come to its end",
    "power_loss": "a cleanup ends trouble and makes none: put it in 'when'",
    "fault": "a cleanup ends trouble and makes none: put it in 'when'",
    "check": "what must hold is said in 'then', which is judged before the cleanup",
}
CLEANUP_ACTIONS = tuple(action for action in ACTIONS if action not in _INSTEAD)


class CleanupStep(Step):
    """One step of a cleanup: an action that ends trouble or mends what was broken, and no trigger."""

    choices: ClassVar[tuple[Choice, ...]] = (Choice("a cleanup step", "action", (*CLEANUP_ACTIONS, "use")),)

    @property
    def action(self) -> actions.Deed:
        """What the step does."""
        action = super().action
        assert not isinstance(action, actions.Inject | actions.CallFault | actions.CheckNow), (
            "they are no keys of it"
        )
        return action

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The keys of a step without triggers and without what makes trouble."""
        return tuple(key for key in super().key_names() if key not in _INSTEAD and key not in TRIGGERS)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A step's schema with these keys alone."""
        told = super().__get_pydantic_json_schema__(schema, handler)
        return told | {"properties": {key: told["properties"][key] for key in cls.key_names()}}

    @classmethod
    def _unknown_key(cls, key: str, known: tuple[str, ...]) -> InitErrorDetails:
        if key in TRIGGERS:
            problem, help_ = "a cleanup step has no trigger", f"take '{key}' out: it comes when 'when' is over"
            return details((key,), Mistake(problem, help_=help_, code=Code.CHOICE))
        if key in _INSTEAD:
            problem, help_ = f"'{key}' can't stand in a cleanup", _INSTEAD[key]
            return details((key,), Mistake(problem, one_of(CLEANUP_ACTIONS), help_=help_, code=Code.CHOICE))
        return super()._unknown_key(key, known)


def cleanup_order(document: Document, steps: tuple[Any, ...]) -> list[int]:
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
