"""`then:` and `check:`, what must hold beyond the invariants: made from the expectations that there are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import create_model

from wptest.shapes.shape import Caller, Slot
from wptest.words.expectation import Expectation
from wptest.words.registry import field_name, word_field, words_in
from wptest.words.users.user_check import UserCheck

_Given = TypeVar("_Given")

EXPECTATION_WORDS = words_in("wptest.words.expectations", Expectation)  # type: ignore[type-abstract]


class Expected(Caller):
    """What a scenario expects, expectation by expectation; `calls` are checks of the user's own."""

    slot = Slot("check")

    def get(self, word: type[Expectation[_Given]]) -> _Given | None:
        """What is given to an expectation; None where the scenario doesn't have it."""
        given: _Given | None = getattr(self, field_name(word.key), None)
        return given

    @cached_property
    def words(self) -> tuple[Expectation[Any], ...]:
        """All expectations, in the order in which they are judged."""
        given = {key: getattr(self, field_name(key), None) for key in EXPECTATION_WORDS}
        found = [EXPECTATION_WORDS[key](value) for key, value in given.items() if value is not None]
        return (*found, *map(UserCheck, self.calls))

    @property
    def of_the_moment(self) -> Iterator[Expectation[Any]]:
        """Those that are about the moment at which they are judged."""
        return (word for word in self.words if word.in_check)

    @property
    def of_the_run(self) -> Iterator[Expectation[Any]]:
        """Those that are about the whole run."""
        return (word for word in self.words if not word.in_check)


def _model(name: str, base: type[Expected], *, in_check: bool) -> type[Expected]:
    fields: dict[str, Any] = {
        field_name(key): word_field(word, alias=key)
        for key, word in EXPECTATION_WORDS.items()
        if word.in_check is in_check
    }
    return create_model(name, __base__=base, __module__=__name__, **fields)


if TYPE_CHECKING:
    Check = Expected
    Then = Expected
else:
    Check = _model("Check", Expected, in_check=True)
    Then = _model("Then", Check, in_check=False)
