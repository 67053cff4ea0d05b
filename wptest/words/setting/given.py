"""`given:` sets the stage: what is there before the first step, made from the parts that there are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import create_model

from wptest.shapes.shape import Shape
from wptest.words.registry import word_field, words_in
from wptest.words.setting.part import GivenPart, Outset

_Written = TypeVar("_Written")

PARTS = words_in("wptest.words.setting.parts", GivenPart)  # type: ignore[type-abstract]


class AnyGiven(Shape):
    """Everything that is there before the first step."""

    def get(self, part: type[GivenPart[_Written]]) -> _Written | None:
        """What is given to a part; None where the scenario has none."""
        written: _Written | None = getattr(self, part.key)
        return written

    @cached_property
    def parts(self) -> tuple[GivenPart[Any], ...]:
        """The parts that the scenario has."""
        written = {part: getattr(self, key) for key, part in PARTS.items()}
        return tuple(part(value) for part, value in written.items() if value not in (None, {}, part.default))

    @cached_property
    def outset(self) -> Outset:
        """What there is because of them, besides the project."""
        outset = Outset()
        for part in self.parts:
            part.set_up(outset)
        return outset


if TYPE_CHECKING:
    Given = AnyGiven
else:
    _fields = {
        key: word_field(part, part.value if part.default is not None else None, default=part.default)
        for key, part in PARTS.items()
    }
    Given = create_model("Given", __base__=AnyGiven, __doc__=AnyGiven.__doc__, **_fields)
