"""Puts the values of `${{ ... }}` into a document, inside single values only: a file is never a text template."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from wptest.expressions.matrix import value_text
from wptest.expressions.parameters import WRONG, misfit
from wptest.expressions.scope import Scope, UnknowableError
from wptest.text.codes import Code
from wptest.text.yaml_document import Argument, Telling, Use, YamlDocument

# Read before there are variants: what names and sorts a scenario is the same for all of them.
FIXED_KEYS = ("scenario", "title", "tags", "skip", "xfail", "only_if", "matrix", "steps")

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"\s*(?:matrix|env|with)\.[A-Za-z_][A-Za-z0-9_-]*")


@dataclass
class Substitution(Telling):
    """Puts the values of one variant into a document's values.

    `problems` are the expressions that make no sense; `failed` are the places of such values, which keep their text
    and need no second complaint. `document` afterwards knows the keys that were expressions.
    """

    document: YamlDocument
    names: Scope
    problems: list[Diagnostic] = field(default_factory=list)
    failed: set[KeyPath] = field(default_factory=set)
    _arguments: dict[int, Scope] = field(default_factory=dict)
    _renamed: dict[KeyPath, str] = field(default_factory=dict)

    def apply(self, value: Any) -> Any:
        """The document's value with every expression replaced; the keys of `FIXED_KEYS` stay as they are."""
        if not isinstance(value, dict):
            return value
        self.document = replace(self.document, renamed=self._renamed)
        return {
            key: self._fixed((key,), item) if key in FIXED_KEYS else self._at((key,), item)
            for key, item in value.items()
        }

    def _at(self, path: KeyPath, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(path, value) if "${{" in value else value
        if isinstance(value, dict):
            return self._mapping(path, value)
        if isinstance(value, list):
            return [self._at((*path, index), item) for index, item in enumerate(value)]
        return value

    def _mapping(self, path: KeyPath, value: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for written, item in value.items():
            key = written
            if "${{" in written:
                key = self._key((*path, written), written)
                if key in result or (key in value and key != written):
                    message = f"the key '{key}' is here twice: this one becomes the same"
                    self.problem((*path, written), message, Code.DUPLICATE_KEY, at_key=True)
                    continue
                self._renamed[(*path, key)] = written
            result[key] = self._at((*path, key), item)
        return result

    def _key(self, path: KeyPath, written: str) -> str:
        def tell(error: Mistake) -> None:
            whole = self.document.key_span_of(path)
            plain = whole.length == len(written)
            offset, length = error.within or (0, len(written))
            span = replace(whole, column=whole.column + offset, length=length) if plain else whole
            self.problems.append(self.document.source.telling(span, error, Code.EXPRESSION))

        value = self._here(path, written, tell)
        return written if value is WRONG else value_text(value)

    def _text(self, path: KeyPath, text: str) -> Any:
        value = self._here(path, text, partial(self._expression, self.document, path, text))
        return text if value is WRONG else value

    def _here(self, path: KeyPath, text: str, tell: Callable[[Mistake], None]) -> Any:
        """What a text of the document itself becomes; a failed one is noted."""
        use = self.document.use_of(path)
        value = _value_or_wrong(text, self._names_in(use) if use is not None else self.names, tell)
        if value is WRONG:
            self.failed.add(path)
        return value

    def _names_in(self, use: Use) -> Scope:
        """What steps that are used can see: also what they are given."""
        if id(use) not in self._arguments:
            outer = self._names_in(use.outer) if use.outer is not None else self.names
            given = {name: self._argument(use, name, argument, outer) for name, argument in use.arguments.items()}
            self._arguments[id(use)] = replace(self.names, arguments=given)
        return self._arguments[id(use)]

    def _argument(self, use: Use, name: str, argument: Argument, names: Scope) -> Any:
        value = self._given(argument.document, (), argument.value, names)
        wrong = misfit(argument.kind, value) if value is not WRONG else None
        if wrong is None:
            return value
        message = f"'{name}' of the steps '{use.name}' is a {argument.kind}, and this is {wrong[0]}"
        error = Mistake(message, wrong[1], code=Code.ARGUMENT)
        self._expression(argument.document, (), str(argument.value), error)
        return WRONG

    def _given(self, place: YamlDocument, path: KeyPath, value: Any, names: Scope) -> Any:
        if isinstance(value, dict):
            inside: Any = {key: self._given(place, (*path, key), item, names) for key, item in value.items()}
            return WRONG if any(item is WRONG for item in inside.values()) else inside
        if isinstance(value, list):
            inside = [self._given(place, (*path, index), item, names) for index, item in enumerate(value)]
            return WRONG if any(item is WRONG for item in inside) else inside
        if not isinstance(value, str) or "${{" not in value:
            return value
        return _value_or_wrong(value, names, partial(self._expression, place, path, value))

    def _expression(self, document: YamlDocument, path: KeyPath, text: str, error: Mistake) -> None:
        span = document.span_inside(path, text, *(error.within or (0, len(text))))
        self.problems.append(document.source.telling(span, error, Code.EXPRESSION))

    def _fixed(self, path: KeyPath, value: Any) -> Any:
        if path[0] not in ("matrix", "only_if", "steps") and "${{" in str(value):
            message = f"'{path[0]}' is the same for all variants, and can't use ${{{{ }}}}"
            self.problem(path, message, Code.MATRIX)
            self.failed.add(path)
        return value


def _value_or_wrong(text: str, names: Scope, tell: Callable[[Mistake], None]) -> Any:
    """See `substituted`; WRONG, and the mistake told, where it makes no sense."""
    try:
        return substituted(text, names)
    except Mistake as error:
        tell(error)
    except UnknowableError:
        pass
    return WRONG


def substituted(text: str, names: Scope) -> Any:
    """The text with its expressions replaced; an expression that is the whole text keeps its type.

    Raises:
        Mistake: an expression makes no sense; `within` counts in `text`.
        UnknowableError: it names something that is wrong itself.
    """
    found = list(EXPRESSION.finditer(text))
    if text.count("${{") != len(found):
        at = text.rfind("${{")
        name = _NAME.match(text, at + 3)
        expected = f"${{{{ {name[0].strip()} }}}}" if name else "${{ matrix.name }}"
        raise Mistake("this '${{' has no '}}'", expected, within=(at, len(text) - at))
    values = [_value(match, names) for match in found]
    if len(found) == 1 and found[0].group() == text.strip():
        return values[0]
    result, end = "", 0
    for match, value in zip(found, values, strict=True):
        result += text[end : match.start()] + value_text(value)
        end = match.end()
    return result + text[end:]


def _value(match: re.Match[str], names: Scope) -> Any:
    try:
        return names.value_of(match[1])
    except Mistake as error:
        offset, length = error.within or (0, len(match[1]))
        error.within = match.start(1) + offset, length
        raise
