"""What the lines of a WPL rule look like, as far as its fields stand in a row: a regular expression.

WPL is not interpreted. Of a row of fields it is read what tells lines of one rule from those of another: how many
fields there are, what is between them, literals (`symbol(x)`), numbers and addresses, and what `regex_match` asks
of the one field of a line. Anything else is any text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from engine.directories.models.wpl_types import odd_field, unbuilt_field

# Nothing is tried twice (`*+`), so that a broken text takes no longer than a good one.
_FIELD = re.compile(
    r"""(?:0*+(?P<times>[1-9][0-9]{0,2})\*|(?P<rest>\*)(?=_))?
    (?P<type>[A-Za-z0-9_/]++)
    (?:\((?P<content>(?:[^()]++|\([^()]*+\))*+)\))?
    (?:@[^:\s"<\\|,]++)?
    (?:\s*+:\s*+(?P<name>[\w./-]++))?
    \s*+(?:(?P<quoted>")|<(?P<begin>[^,]+),(?P<end>.+)>)?
    \s*+(?P<between>(?:\\.)++)?
    \s*+(?P<pipe>\|.*)?""",
    re.VERBOSE | re.DOTALL,
)
_SCOPE = re.compile(r"<(?:[^<>\s]|<|>(?=>)){0,200}+>")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*+'", re.DOTALL)
_GROUP = re.compile(r"\s*+(?P<kind>\w*+)\s*+\(")
_GROUP_END = re.compile(r"\s*(?P<between>(?:\\.)+)?\s*,?\s*")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)"
_OF_SYSLOG = r"\w{3} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d"
_TIME = rf"(?:\d{{4}}[-/]\d\d[-/]\d\d[ T]\S*?|\d\d/\w{{3}}/\d{{4}}:\S* ?[-+]?\d*|{_OF_SYSLOG})"
_OF_TYPE = {"ip": _ADDRESS, "digit": r"[-+]?\d+", "float": r"[-+]?\d+(?:\.\d+)?", "json": r"\{.*\}"}
_SEPARATORS = {"s": " ", "t": "\t", "S": " "}
_ASKED = re.compile(r"\|\s*regex_match\(\s*'(?P<sought>(?:[^'\\]|\\.)*+)'\s*\)\s*", re.DOTALL)
_PLAIN = re.compile(r"\\.|\((?!\?)[^()]*\)(?![*+{])")  # what is left without these might be tried for ever
_TO_THE_END = "0"
_ANYTHING = ".*"
_SOMETHING = r"(?!\Z)"
_WORDS = ("chars", "symbol")
_MAY_BE_MISSING = ("chars", "_")  # at the end of a line: a real parser takes them for empty
_TELLING = 4  # characters of a separator
_KINDS = ("", "seq", "alt", "opt", "some_of", "not")
_NO_LINE = r"(?!)"
_MOST_FIELDS = 300  # of a row, repeated ones counted as often: one with more is not read


class WplError(ValueError):
    """A WPL file of which nothing can be made: what is wrong, and `at` which character of its text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of the lines of a rule.

    Attributes:
        pattern: the regular expression that they match as a whole; None where nothing tells them apart.
        whole: all fields could be read. Else it is the literals that they have in them, in their order.
        has_hex: a field is of the type `hex`.
        fields: types and names of fields that are words of a line as they stand there, or none.
        unbuilt: a type of its fields that there is no parser for, or none.
    """

    pattern: str | None
    whole: bool
    has_hex: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    unbuilt: str = ""


def read_row(body: str) -> Row:
    """What is known of the lines of a rule, by what stands between its braces.

    Raises:
        WplError: there is no such field, or a bracket is never closed.
    """
    groups, is_all = _groups(body)
    row = _row(groups, is_all=is_all)
    unbuilt = (unbuilt_field(text) for group in groups for text in group.fields)
    return replace(row, unbuilt=next(filter(None, unbuilt), ""))


def _row(groups: Sequence[_Group], *, is_all: bool) -> Row:
    if any(not group.fields for group in groups):
        return Row(_NO_LINE, whole=True)
    fields = [field for group in groups for text in group.fields if (field := _FIELD.fullmatch(text))]
    has_hex = any(field["type"] == "hex" for field in fields)
    is_short = sum(int(field["times"] or 1) for field in fields) <= _MOST_FIELDS
    if is_all and is_short and len(groups) == 1 and len(fields) == len(groups[0].fields):
        words = _words(fields) if groups[0].between == " " else ()
        return Row(_of_fields(fields, groups[0].between), whole=True, has_hex=has_hex, fields=words)
    literals = [re.escape(literal) for field in fields if (literal := _literal(field))]
    return Row("(?s).*" + ".*".join([*literals, ""]) if literals else None, whole=False, has_hex=has_hex)


class _Group(NamedTuple):
    kind: str
    between: str
    fields: list[str]


def _groups(body: str) -> tuple[list[_Group], bool]:
    """The groups of a rule up to one that lines needn't match whole, and whether these are all that it has."""
    found: list[_Group] = []
    at = 0
    first = _GROUP.match(body)
    if (first is None and not body.lstrip().startswith("|")) or (first and first["kind"] not in _KINDS):
        raise WplError("a rule that doesn't begin with a group of fields", 0)
    while (head := _GROUP.match(body, at)) and head["kind"] in ("", "seq"):
        start = head.end() - 1
        fields, at = _fields(body, start)
        for field in fields:
            if (odd := odd_field(field)) is not None:
                raise WplError(odd, body.find(field, start))
        tail = _GROUP_END.match(body, at)
        assert tail is not None, "it matches nothing as well"
        found.append(_Group(head["kind"], _separator(tail["between"]) or " ", fields))
        at = tail.end()
    return found, bool(found) and at == len(body)


def _of_fields(fields: Sequence[re.Match[str]], inherited: str) -> str:
    """The pattern of lines that have these fields and nothing behind them; texts may be missing at the end."""
    parts = [r"(?s)\s*"]
    names = [field["name"] for field in fields]
    repeated = [field for field in fields for _ in range(int(field["times"] or 1))]
    for field in repeated[:-1]:
        between = _separator(field["between"]) or inherited
        parts += [_named(field, between, names), _between(between)]
    between = _separator(repeated[-1]["between"]) or inherited
    if len(repeated) == 1 and between == _TO_THE_END:
        parts.append(_asked(repeated[0]["pipe"] or ""))
    return "".join([*parts, _named(repeated[-1], between, names), f"(?:{_between(between)})?\\s*"])


def _asked(pipe: str) -> str:
    """What is sought in the one field of a line, if it has no groups that are repeated; else nothing."""
    asked = _ASKED.fullmatch(pipe)
    if asked is None or re.search("[()]", _PLAIN.sub("", asked["sought"])):
        return ""
    try:
        re.compile(asked["sought"])
    except re.error:  # other engines have other words
        return ""
    return f"(?=.*?(?:{asked['sought']}))"


def _words(fields: Sequence[re.Match[str]]) -> tuple[tuple[str, str], ...]:
    """Types and names of fields that are words of a line, as they stand there."""
    changed = ("times", "rest", "quoted", "begin", "between", "pipe")
    if any(field["type"] not in _WORDS or any(field[what] for what in changed) for field in fields):
        return ()
    return tuple((field["type"], field["name"] or field["type"]) for field in fields)


def _literal(field: re.Match[str]) -> str | None:
    """What stands in every line that has the field: a symbol, or a separator that is no mere punctuation."""
    if field["type"] == "symbol":
        return field["content"]
    between = _separator(field["between"]) or ""
    return between if len(between) >= _TELLING else None


def _named(field: re.Match[str], between: str, names: Sequence[str | None]) -> str:
    """What matches a field's value, as a group of its name where that is the text that stands in the line."""
    value, name = _value(field, between), field["name"] or ""
    is_changed = field["times"] or field["quoted"] or field["begin"] or field["pipe"]
    is_plain = field["type"] == "chars" and not is_changed
    return f"(?P<{name}>{value})" if is_plain and _NAME.fullmatch(name) and names.count(name) == 1 else value


def _value(field: re.Match[str], between: str) -> str:
    """What matches a field's value."""
    kind = field["type"]
    if kind == "symbol" and field["content"] is not None:
        return re.escape(field["content"])
    if field["quoted"]:
        return _QUOTED
    if field["begin"]:
        return f"{re.escape(field['begin'])}.*?{re.escape(field['end'])}"
    if field["rest"] or between == _TO_THE_END:
        return _ANYTHING
    if kind.startswith("time"):
        return f"{_SOMETHING}(?:{_TIME}|{_until(between)})"
    something = "" if kind in _MAY_BE_MISSING else _SOMETHING
    return _OF_TYPE.get(kind, f"{something}(?:{_QUOTED}|{_until(between)})")


def _until(between: str) -> str:
    """Any text up to a separator."""
    if len(between) == 1:
        return rf"[^{re.escape(between)}]*"
    return rf"(?:(?!{re.escape(between)}).)*"


def _between(between: str) -> str:
    if between == _TO_THE_END:
        return ""
    return f"(?:{' +' if between == ' ' else f'{re.escape(between)} *'}|\\Z)"


def _separator(written: str | None) -> str | None:
    if not written:
        return None
    text = written[1::2]
    return _SEPARATORS.get(text, text)


def _fields(body: str, start: int) -> tuple[list[str], int]:
    """The texts of the fields in the brackets that begin at a place, and where these end."""
    found, depth, begin, at = list[str](), 0, start + 1, start
    while at < len(body):
        char = body[at]
        if char == "\\":
            at += 1
        elif (passed := _passed(body, at, depth)) is not None:
            at = passed.end() - 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        if (char == "," and depth == 1) or (char == ")" and depth == 0):
            found.append(body[begin:at].strip())
            begin = at + 1
        at += 1
        if depth == 0:
            if not all(found[:-1]):
                raise WplError("a ',' with no field in front of it", start)
            return [text for text in found if text], at
    raise WplError("a bracket that is never closed", start)


def _passed(body: str, at: int, depth: int) -> re.Match[str] | None:
    """What begins at a place and has brackets in it that are none: a scope, or a text that a function is given."""
    if body[at] == "<":
        return _SCOPE.match(body, at)
    return _STRING.match(body, at) if depth > 1 and body[at] == "'" and body[at - 1] in "(, " else None
