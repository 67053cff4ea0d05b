"""The names that expressions can use: values of the matrix, environment variables, parameters of shared steps."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.text.mistake import Mistake, one_of
from wptest.expressions.evaluate import evaluate
from wptest.expressions.expression import PLACES, Expression, parse_expression
from wptest.expressions.parameters import WRONG
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean

# A name alone may have what Python takes for operators and keywords: `matrix.at-least`, `with.for`.
_ALONE = re.compile(r"\s*(matrix|env|with)\.([A-Za-z_][A-Za-z0-9_-]*)\s*")


class UnknowableError(Exception):
    """The value can't be known because something else is wrong, which is told for itself."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one place of one variant can see.

    `matrix` is None where the matrix itself is wrong. `arguments` is None outside shared steps. With `lenient`, an
    environment variable that isn't set is an empty text.
    """

    matrix: Mapping[str, Any] | None
    env: Mapping[str, str]
    arguments: Mapping[str, Any] | None = None
    lenient: bool = False

    def value_of(self, text: str) -> Any:
        """The value of the expression `text`, what stands between `${{` and `}}`.

        Raises:
            Mistake: it makes no sense.
            UnknowableError: it names something that is wrong itself.
        """
        alone = _ALONE.fullmatch(text)
        if alone and (known := self._known(alone[1])) is not None and alone[2] in known:
            return _right(known[alone[2]])
        if alone and "-" in alone[2] and alone[2].split("-")[0] not in (self._known(alone[1]) or {}):
            raise self._unknown(alone[1], alone[2], alone.start(2), len(alone[2]))
        try:
            return evaluate(parse_expression(text), self._lookup)
        except Mistake as error:
            self._point_out(text, error)
            raise

    def _point_out(self, text: str, error: Mistake) -> None:
        """Say where a name is that was written without its place."""
        offset, length = error.within or (0, len(text))
        name = text[offset:][:length]
        place = next((place for place in PLACES if name in (self._known(place) or ())), None)
        if error.code is Code.UNKNOWN_NAME and place is not None and text[:offset].rstrip()[-1:] != ".":
            error.help_ = f"write {place}.{name}"

    def _known(self, place: str) -> Mapping[str, Any] | None:
        return {"matrix": self.matrix, "env": self.env, "with": self.arguments}.get(place)

    def _lookup(self, expression: Expression, node: ast.expr, place: str, key: str) -> Any:
        known = self._known(place)
        if known is not None and key in known:
            return _right(known[key])
        if place == "env" and self.lenient:
            return ""
        offset, length = expression.place(node)
        if place in PLACES:
            inside = expression.text.find(key, offset)
            raise self._unknown(place, key, inside, len(key))
        problem = (
            f"'{expression.text[offset : offset + length]}' is neither a matrix value nor an environment variable"
        )
        raise Mistake(
            problem,
            "${{ matrix.name }} or ${{ env.NAME }}",
            help_=did_you_mean(place, PLACES),
            code=Code.UNKNOWN_NAME,
            within=(offset, length),
        )

    def _unknown(self, place: str, key: str, offset: int, length: int) -> Exception:
        known = self._known(place)
        if place == "matrix" and known is None:
            return UnknowableError()
        expected: str | None = None
        help_ = did_you_mean(key, known or ())
        if place == "env":
            # The environment is the user's: its names are not listed, only the nearest one is.
            problem = f"there is no environment variable '{key}'"
            help_ = did_you_mean(key, self.env) or f"set it where wptest runs: {key}=..."
        elif place == "matrix":
            problem = f"the matrix has no '{key}'"
            expected = one_of(known) if known else "a 'matrix' in this scenario, which has none"
        elif known is None:
            problem = "'with' is what shared steps are given, and this stands outside of any"
        else:
            problem = f"these steps have no parameter '{key}'"
            expected = one_of(known) if known else "a parameter in their 'with'"
        return Mistake(problem, expected, help_=help_, code=Code.UNKNOWN_NAME, within=(offset, length))


def _right(value: Any) -> Any:
    if value is WRONG:
        raise UnknowableError
    return value
