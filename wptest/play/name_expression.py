"""What `-k` takes: words that names must have, with `and`, `or`, `not` and parentheses, as for pytest's `-k`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[()]|[^\s()]+")
_OPERATORS = ("and", "or", "not", "(", ")")

_Names = Collection[str]
_Test = Callable[[_Names], bool]


class NameExpressionError(ValueError):
    """It is no expression; the text says what was expected at which column."""


@dataclass(frozen=True, slots=True)
class NameExpression:
    """An expression about names.

    Attributes:
        text: as it was written.
        words: the words in it, in order.
    """

    text: str
    words: tuple[str, ...]
    _test: _Test = field(repr=False, compare=False)

    def matches(self, names: _Names) -> bool:
        """Whether it holds, where a word holds if some name has it inside; capitals and small letters are equal."""
        return self._test([name.lower() for name in names])


def read_name_expression(text: str) -> NameExpression:
    """Read an expression.

    Raises:
        NameExpressionError: it is none.
    """
    parser = _Parser(text)
    return NameExpression(text, tuple(parser.words), parser.whole())


class _Parser:
    """Reads by recursive descent; `or` binds weaker than `and`, and `and` weaker than `not`."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._tokens = [(match.group(), match.start() + 1) for match in _TOKEN.finditer(text)]
        self._next = 0
        self.words = [token for token, _ in self._tokens if token not in _OPERATORS]

    def whole(self) -> _Test:
        test = self._alternatives()
        if self._token is not None:
            raise self._mistake("'and', 'or' or its end")
        return test

    @property
    def _token(self) -> str | None:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else None

    def _took(self, token: str) -> bool:
        took = self._token == token
        self._next += took
        return took

    def _alternatives(self) -> _Test:
        tests = [self._conjunction()]
        while self._took("or"):
            tests.append(self._conjunction())
        return tests[0] if len(tests) == 1 else lambda names: any(test(names) for test in tests)

    def _conjunction(self) -> _Test:
        tests = [self._negation()]
        while self._took("and"):
            tests.append(self._negation())
        return tests[0] if len(tests) == 1 else lambda names: all(test(names) for test in tests)

    def _negation(self) -> _Test:
        if self._took("not"):
            test = self._negation()
            return lambda names: not test(names)
        if self._took("("):
            test = self._alternatives()
            if not self._took(")"):
                raise self._mistake("'and', 'or' or ')'")
            return test
        return self._word()

    def _word(self) -> _Test:
        token = self._token
        if token is None or token in _OPERATORS:
            raise self._mistake("a word, 'not' or '('")
        self._next += 1
        wanted = token.lower()
        return lambda names: any(wanted in name for name in names)

    def _mistake(self, expected: str) -> NameExpressionError:
        if self._token is None:
            return NameExpressionError(f"it ends at column {self._length + 1}, where {expected} was expected")
        column = self._tokens[self._next][1]
        return NameExpressionError(f"'{self._token}' at column {column}, where {expected} was expected")
