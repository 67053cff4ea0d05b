r"""Lines of `name=value` pairs, as shippers write logfmt, and of `name: value` pairs, as WarpParse writes `kv`.

A line is of one of the two throughout, as its first pair is:

- `name=value`, with blanks between the pairs. A name has no blank, quote or `=`. A value is bare, without blanks
  and quotes, or a text in quotes as in JSON.
- `name: value`, with a comma and a blank between the pairs. A name has no blank, quote, comma or colon. A value is
  bare, without quotes, commas and brackets, and may have blanks inside; or a text in quotes, where `\"` is a quote
  and any other backslash is one. Where nothing stands, the value is NULL.
"""

from __future__ import annotations

import json
import re

from engine.rows.json_values import has_lone_surrogate
from engine.rows.refused_row import NoField, RawField, UnfitValueError, beginning_of

_COLON = re.compile(r'[^ \t",:]+: ')
_NAME = re.compile(r'([^ \t="]+)=')
_BARE = re.compile(r'[^ \t"]*')
_BLANKS = re.compile(r"[ \t]+")
_NAMED = re.compile(r'([^ \t",:]+): (?:"((?:[^"\\]|\\"?)*+)"|([^",\[\]{}]*))(?:(, )|\Z)')
_STRING = json.JSONDecoder()

Fields = dict[str, RawField | NoField]


def kv_fields(line: str) -> Fields:
    """The fields of a line of pairs.

    Raises:
        UnfitValueError: it is written otherwise, or has a name twice.
    """
    return _of_colons(line) if _COLON.match(line) else _of_equal_signs(line.strip(" \t"))


def _of_equal_signs(line: str) -> Fields:
    fields: Fields = {}
    at = 0
    while at < len(line):
        name = _NAME.match(line, at)
        if name is None:
            raise UnfitValueError(f"has no name=value here: {beginning_of(line[at:])}")
        value, at = _equal_value(line, name.end())
        _put(fields, name[1], value)
        if at < len(line):
            blanks = _BLANKS.match(line, at)
            if blanks is None:
                raise UnfitValueError(f"has no blank behind a value: {beginning_of(line[at:])}")
            at = blanks.end()
    return fields


def _equal_value(line: str, at: int) -> tuple[str, int]:
    if not line.startswith('"', at):
        end = _BARE.match(line, at).end()  # type: ignore[union-attr] # it matches nothing, too
        return line[at:end], end
    try:
        value, end = _STRING.raw_decode(line, at)
    except json.JSONDecodeError:
        raise UnfitValueError(f"has no text in quotes as in JSON here: {beginning_of(line[at:])}") from None
    assert isinstance(value, str), "what begins with a quote is a text in JSON"
    if has_lone_surrogate(value):
        raise UnfitValueError("has half of a surrogate pair")
    return value, end


def _of_colons(line: str) -> Fields:
    fields: Fields = {}
    at, more = 0, True
    while more:
        pair = _NAMED.match(line, at)
        if pair is None:
            raise UnfitValueError(f"has no 'name: value' here: {beginning_of(line[at:])}")
        name, quoted, bare, comma = pair.groups()
        if bare is not None and bare.strip(" \t") != bare:
            raise UnfitValueError(f"has blanks around a value: {beginning_of(line[at:])}")
        _put(fields, name, quoted.replace('\\"', '"') if quoted is not None else bare or None)
        at, more = pair.end(), comma is not None
    return fields


def _put(fields: Fields, name: str, value: RawField) -> None:
    if name in fields:
        raise UnfitValueError(f"has the name {beginning_of(name)} twice")
    fields[name] = value
