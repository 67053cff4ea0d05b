"""Puts the values of `${{ ... }}` into a document, inside single values only: a file is never a text template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from wptest.language.codes import Code
from wptest.language.diagnostic import Diagnostic
from wptest.language.document import Document, KeyPath
from wptest.language.expression import ExpressionError
from wptest.language.matrix import value_text
from wptest.language.names import Names, UnknowableError

# Read before there are variants: what names and sorts a scenario is the same for all of them.
FIXED_KEYS = ("scenario", "title", "tags", "skip", "xfail", "only_if", "matrix")

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Substitution:
    """Puts the values of one variant into a document's values.

    `problems` are the expressions that make no sense; `failed` are the places of such values, which keep their text
    and need no second complaint.
    """

    document: Document
    names: Names
    problems: list[Diagnostic] = field(default_factory=list)
    failed: set[KeyPath] = field(default_factory=set)

    def apply(self, value: Any) -> Any:
        """The document's value with every expression replaced; the keys of `FIXED_KEYS` stay as they are."""
        if not isinstance(value, dict):
            return value
        return {
            key: self._fixed((key,), item) if key in FIXED_KEYS else self._at((key,), item)
            for key, item in value.items()
        }

    def _at(self, path: KeyPath, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(path, value) if "${{" in value else value
        if isinstance(value, dict):
            return {key: self._at((*path, key), item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._at((*path, index), item) for index, item in enumerate(value)]
        return value

    def _text(self, path: KeyPath, text: str) -> Any:
        try:
            return filled(text, self.names)
        except ExpressionError as error:
            span = self.document.span_inside(path, text, error.offset, error.length)
            self.problems.append(
                self.document.source.diagnostic(
                    span, error.problem, error.code, expected=error.expected, help_=error.help_
                )
            )
        except UnknowableError:
            pass
        self.failed.add(path)
        return text

    def _fixed(self, path: KeyPath, value: Any) -> Any:
        if path[0] not in ("matrix", "only_if") and "${{" in str(value):
            span = self.document.span_of(path)
            message = f"'{path[0]}' is the same for all variants, and can't use ${{{{ }}}}"
            self.problems.append(self.document.source.diagnostic(span, message, Code.MATRIX))
            self.failed.add(path)
        return value


def filled(text: str, names: Names) -> Any:
    """The text with its expressions replaced; an expression that is the whole text keeps its type.

    Raises:
        ExpressionError: an expression makes no sense; its offset counts in `text`.
        UnknowableError: it names something that is wrong itself.
    """
    found = list(_EXPRESSION.finditer(text))
    if text.count("${{") != len(found):
        at = text.rfind("${{")
        raise ExpressionError("this '${{' has no '}}'", at, len(text) - at, expected="${{ matrix.name }}")
    values = [_value(match, names) for match in found]
    if len(found) == 1 and found[0].group() == text.strip():
        return values[0]
    result, end = "", 0
    for match, value in zip(found, values, strict=True):
        result += text[end : match.start()] + value_text(value)
        end = match.end()
    return result + text[end:]


def _value(match: re.Match[str], names: Names) -> Any:
    try:
        return names.value_of(match[1])
    except ExpressionError as error:
        raise ExpressionError(
            error.problem,
            match.start(1) + error.offset,
            error.length,
            expected=error.expected,
            help_=error.help_,
            code=error.code,
        ) from None
