"""`${{ matrix.name }}` and `${{ env.NAME }}`, inside single values only: a file is never a text template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wptest.language.codes import Code
from wptest.language.diagnostic import Diagnostic, did_you_mean, one_of
from wptest.language.document import Document, KeyPath
from wptest.language.matrix import value_text

# Read before there are variants: what names and sorts a scenario is the same for all of them.
FIXED_KEYS = ("scenario", "title", "tags", "matrix")

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Substitution:
    """Puts the values of one variant into a document's values.

    `problems` are the names that don't exist; `failed` are the places of such values, which keep their text and
    need no second complaint. `matrix` is None where the matrix itself is wrong, and says nothing about names.
    """

    document: Document
    matrix: Mapping[str, Any] | None
    env: Mapping[str, str]
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
        found = list(_EXPRESSION.finditer(text))
        if text.count("${{") != len(found):
            at = text.rfind("${{")
            self._problem(path, text, (at, len(text)), "this '${{' has no '}}'", "${{ matrix.name }}")
            return text
        values = [self._value(path, text, match) for match in found]
        if path in self.failed:
            return text
        if len(found) == 1 and found[0].group() == text.strip():
            return values[0]
        result, end = "", 0
        for match, value in zip(found, values, strict=True):
            result += text[end : match.start()] + value_text(value)
            end = match.end()
        return result + text[end:]

    def _value(self, path: KeyPath, text: str, match: re.Match[str]) -> Any:
        name = match.group(1).strip()
        start = match.start(1) + match.group(1).find(name)
        where, _, key = name.partition(".")
        known: Mapping[str, Any] | None = {"matrix": self.matrix, "env": self.env}.get(where)
        if known is not None and key in known:
            return known[key]
        within = (start + len(where) + 1, start + len(name))
        if where == "matrix" and self.matrix is None:
            self.failed.add(path)
        elif where == "matrix" and key:
            expected = one_of(known) if known else "a 'matrix' in this scenario, which has none"
            self._problem(
                path, text, within, f"the matrix has no '{key}'", expected, did_you_mean(key, known or ())
            )
        elif where == "env" and key:
            # The environment is the user's: its names are not listed, only the nearest one is.
            message = f"there is no environment variable '{key}'"
            self._problem(path, text, within, message, None, did_you_mean(key, self.env))
        else:
            message = f"'{name}' is neither a matrix value nor an environment variable"
            expected = "${{ matrix.name }} or ${{ env.NAME }}"
            self._problem(path, text, (start, start + max(1, len(name))), message, expected)
        return None

    def _fixed(self, path: KeyPath, value: Any) -> Any:
        if path != ("matrix",) and "${{" in str(value):
            span = self.document.span_of(path)
            message = f"'{path[0]}' is the same for all variants, and can't use ${{{{ }}}}"
            self.problems.append(self.document.source.diagnostic(span, message, Code.MATRIX))
            self.failed.add(path)
        return value

    def _problem(  # noqa: PLR0917 - the parts of a diagnostic, in their usual order
        self,
        path: KeyPath,
        text: str,
        within: tuple[int, int],
        message: str,
        expected: str | None,
        help_: str | None = None,
    ) -> None:
        span = self.document.span_inside(path, text, within[0], within[1] - within[0])
        told = self.document.source.diagnostic(span, message, Code.UNKNOWN_NAME, expected=expected, help_=help_)
        self.problems.append(told)
        self.failed.add(path)
