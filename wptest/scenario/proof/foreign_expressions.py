"""`{{ matrix.stop }}`, `${ matrix.stop }` and `$matrix.stop`: what others write is plain text in this language.

Only what names something that there is can be told from text that just looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import nearest
from engine.text.source_text import KeyPath, Span
from wptest.expressions.matrix import RESERVED
from wptest.expressions.substitute import EXPRESSION
from wptest.text.codes import Code
from wptest.text.yaml_document import Argument, Use, YamlDocument, texts_in

_NAMED = re.compile(r"\b(matrix|env|with)\.([A-Za-z_][A-Za-z0-9_-]*)")
_WRITTEN = re.compile(
    r"(?:(?<![${])\{{1,3}|\$\{(?!\{)|%\{)(?P<inside>[^{}]*)(?:\}{1,3}|$)"
    r"|\$(?P<bare>(?:matrix|env|with)\.[A-Za-z_][A-Za-z0-9_-]*)"
    r"|^\s*(?P<whole>(?:matrix|with)\.[A-Za-z_][A-Za-z0-9_-]*)\s*$"
)
_CONTENT = ("text", "bytes")  # of a file, where braces may be what they are
_FIXED = {
    "matrix": "a matrix can't use other values: write it out",
    "scenario": "an id is the same for all variants, and has their values behind it: take it out",
    "title": "a title is the same for all variants, whose ids have their values: take it out",
    "tags": "tags are the same for all variants: take it out",
    "skip": "a reason is the same for all variants: take it out",
    "xfail": "a reason is the same for all variants: take it out",
}


@dataclass
class ForeignExpressions:
    """Finds such expressions in one document; `silent` are their places, of which nothing else need be said."""

    document: YamlDocument
    problems: list[Diagnostic] = field(default_factory=list)
    silent: set[KeyPath] = field(default_factory=set)
    _known: dict[str, dict[str, None]] = field(default_factory=dict)

    def look_at(self, value: Mapping[str, Any]) -> None:
        """Look at a document's value, without uses, and at what is given to them."""
        if not _has_names_outside(self.document.source.text):
            return
        uses = list({id(use): use for use in self.document.uses.values()}.values())
        parameters = [*_defined(value.get("steps")), *(name for use in uses for name, _ in _given(use))]
        self._known = {
            "matrix": dict.fromkeys(_axes(value.get("matrix"))),
            "with": dict.fromkeys(parameters),
        }
        for path, text, is_key in texts_in(value):
            if path[:1] != ("only_if",):  # `conditions` has read it as an expression
                self._look(self.document, path, text, is_key=is_key)
        for argument in (given for use in uses for _, given in _given(use)):
            for path, text, is_key in texts_in(argument.value):
                self._look(argument.document, path, text, is_key=is_key)

    def _look(self, document: YamlDocument, place: KeyPath, text: str, *, is_key: bool) -> None:
        if not _NAMED.search(text):
            return
        for found in _WRITTEN.finditer(text):
            inside, exact = found["inside"], place[-1:] in [(name,) for name in _CONTENT]
            if inside is None:  # there is no brace, which makes it likely that something else is meant
                inside, exact = found["bare"] or found["whole"], True
            right = self._right(inside.strip(), exact=exact)
            if right is None:
                continue
            span = self._span(document, place, text, found, is_key=is_key)
            help_ = _FIXED.get(str(place[0]) if place else "", f"write ${{{{ {right} }}}}")
            message = f"'{found[0].strip()}' is plain text: it stands for no value"
            self.problems.append(document.source.diagnostic(span, message, Code.LEFTOVER, help_=help_))
            self.silent.add(place)

    def _span(
        self, document: YamlDocument, path: KeyPath, text: str, found: re.Match[str], *, is_key: bool
    ) -> Span:
        if is_key:
            return document.key_span_of(path)
        shown = found[0].strip()
        return document.span_inside(path, text, found.start() + found[0].index(shown), len(shown))

    def _right(self, inside: str, *, exact: bool) -> str | None:
        """The expression that is meant; None where it may be text that just looks like one.

        Where it has to be `exact`, it has only names that there are.
        """
        names = [(found, self._meant(found[1], found[2], exact=exact)) for found in _NAMED.finditer(inside)]
        if not names or any(name is None for _, name in names):
            return None
        for found, name in reversed(names):
            inside = f"{inside[: found.start()]}{found[1]}.{name}{inside[found.end() :]}"
        return inside

    def _meant(self, place: str, name: str, *, exact: bool) -> str | None:
        known = self._known.get(place)
        if known is None:  # nobody knows what variables there may be
            return None if exact else name
        if name in known or exact:
            return name if name in known else None
        return nearest(name, known)


def _has_names_outside(text: str) -> bool:
    """Whether a file has such names anywhere but in expressions: most have none, and need not be looked through."""
    inside = "".join(EXPRESSION.findall(text))
    return any(text.count(name) != inside.count(name) for name in ("matrix.", "env.", "with."))


def _given(use: Use) -> Iterator[tuple[str, Argument]]:
    """What is given to a use, and to those that it stands in."""
    yield from use.arguments.items()
    if use.outer is not None:
        yield from _given(use.outer)


def _defined(steps: Any) -> Iterator[str]:
    """The parameters of shared steps that nothing uses."""
    for spec in steps.values() if isinstance(steps, dict) else ():
        parameters = spec.get("with") if isinstance(spec, dict) else None
        yield from parameters if isinstance(parameters, dict) else ()


def _axes(matrix: Any) -> Iterator[str]:
    """The names that a matrix has, in its axes and in the rows that it includes."""
    if not isinstance(matrix, dict):
        return
    yield from (name for name in matrix if name not in RESERVED)
    included = matrix.get("include")
    for row in included if isinstance(included, list) else ():
        yield from row if isinstance(row, dict) else ()
