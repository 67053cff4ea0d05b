"""Steps outside of `when`: they have fewer keys, and say why where somebody writes one of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails

from engine.text.mistake import Mistake, one_of
from wptest.shapes.shape import details
from wptest.text.codes import Code
from wptest.words import actions
from wptest.words.steps import Step


class NarrowStep(Step):
    """A step without some of its keys."""

    place: ClassVar[str] = ""  # where it stands, as messages say it
    instead: ClassVar[Mapping[str, str]] = {}  # the keys that it doesn't have, and what to do instead

    @property
    def deed(self) -> actions.Deed:
        """What the step does, of such as need no bookkeeping."""
        action = self.action
        assert not isinstance(action, actions.Inject | actions.CallFault | actions.CheckNow), "they are no deeds"
        return action

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The keys of a step that it has."""
        return tuple(key for key in super().key_names() if key not in cls.instead)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A step's schema with these keys alone."""
        told = super().__get_pydantic_json_schema__(schema, handler)
        return told | {"properties": {key: told["properties"][key] for key in cls.key_names()}}

    @classmethod
    def _unknown_key(cls, key: str, known: tuple[str, ...]) -> InitErrorDetails:
        if key not in cls.instead:
            return super()._unknown_key(key, known)
        mistake = Mistake(
            f"'{key}' can't stand in {cls.place}",
            one_of(cls.key_names()),
            help_=cls.instead[key],
            code=Code.CHOICE,
        )
        return details((key,), mistake)
