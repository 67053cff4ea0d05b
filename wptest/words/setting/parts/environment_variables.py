"""`env: {LINE_CNT: 500}`: environment variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, final

from pydantic import AfterValidator, BeforeValidator

from engine.directories.surroundings import VARIABLE_NAME
from engine.programs.environment import READ_BY_PROGRAMS, plain_value
from engine.text.mistake import Mistake, one_of
from wptest.shapes import written
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.expectation import Known, Misuse
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset


def _variable(value: str) -> str:
    if not VARIABLE_NAME.fullmatch(value):
        raise Mistake(f"{value!r} is not the name of a variable", "letters, digits and _ . - only, like WP_OUT")
    return value


def _one_line(value: str) -> str:
    if "${" in value or any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):
        expected = "one line of text, without another variable in it"
        raise Mistake(f"{value!r} is no value of an environment variable", expected)
    return value


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@final
class EnvironmentVariables(GivenPart[Mapping[str, str]]):
    """Environment variables: `WPTEST_RESCUE_PHASES`, `LINE_CNT` and `STAT_SEC` of the programs, and those that the
    files of a project directory ask for, as in `${WP_OUT:./data/out_dat}`.
    """  # noqa: D205 - one sentence

    key = "env"
    order = 80
    examples = ({"LINE_CNT": 500}, {"WP_OUT": "data/out"})
    value = dict[
        Annotated[str, AfterValidator(_variable), written.VARIABLE_SCHEMA],
        Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int), AfterValidator(_one_line)],
    ]
    snippets = ()
    names = obstacles = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.variables = self.written

    def misuses(self, known: Known) -> Iterable[Misuse]:
        """See `GivenPart.misuses`: a variable is one that programs read, or that a file of the project asks for."""
        for name, value in self.written.items():
            if name in READ_BY_PROGRAMS:
                try:
                    plain_value(name, value)
                except Mistake as error:
                    yield Misuse((name,), error.problem, Code.WRONG_VALUE, None, error.expected, at_key=False)
            elif known.project is not None and name not in known.project.origin.variables:
                there = (*READ_BY_PROGRAMS, *known.project.origin.variables)
                help_ = did_you_mean(name, there)
                yield Misuse((name,), f"unknown variable '{name}'", Code.UNKNOWN_WORD, help_, one_of(there))

    @classmethod
    def without_directory(cls, written: Any) -> Any:
        """See `GivenPart.without_directory`: the variables that programs read."""
        return {name: value for name, value in written.items() if name in READ_BY_PROGRAMS} or None
