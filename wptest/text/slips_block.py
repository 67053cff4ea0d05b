"""Slips of lines: indentation, colons, dashes, values that begin with a sign of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.text.source_text import Span
from wptest.text.slips import Broken, Slip, brief, in_quotes, indent_of, key_column, without_comment

_WORD = re.compile(r" *(?:- +)*([\w.-]+)")
_NO_BLANK = re.compile(r"( *(?:- +)*[A-Za-z_][\w.-]*):([^\s/:].*)")
_EQUALS = re.compile(r"( *(?:- +)*[A-Za-z_][\w.-]*)\s*=\s*(\S.*)")
_WITH_VALUE = re.compile(r" *(?:- +)*([^\s:#'\"{\[][^:#]*|'[^']*'|\"[^\"]*\"):\s+\S")
_SEPARATOR = re.compile(r"--|----+|- - -|—+|={3,}|\*{3,}")
_SIGNS = ("*", "&", "!", ">", "|", "%", "@", "`")
_MOST_COLUMNS = 8
# Keys of a scenario that nothing inside of it has.
SECTIONS = (
    "scenario", "title", "tags", "matrix", "skip", "xfail", "only_if", "project", "given", "when", "meanwhile",
    "then", "cleanup", "explore", "limit",
)  # fmt: skip


def first_sign(broken: Broken) -> Iterator[Slip]:
    """A value that begins with a sign of YAML's own, and is meant as text: `*.dat`, `>= 90`, `@home`."""
    stop = broken.stop
    number, column = stop.since_line, stop.since_column
    line = broken.source.line(number)
    sign = line[column - 1 : column]
    if sign not in _SIGNS:
        return
    for end in _ends(line, column - 1):
        value = line[column - 1 : end].rstrip()
        written = in_quotes(value)
        mended = line[: column - 1] + written + line[column - 1 + len(value) :]
        span = Span(number, column, max(1, len(value)))
        message = f"a text that begins with '{sign}' has to be in quotes"
        yield broken.slip(span, message, f"write {brief(written)}", mended)


def _ends(line: str, start: int) -> Iterator[int]:
    """Where a value may end: inside of brackets before the next sign of theirs, else with the line."""
    before = line[:start]
    opened = sum(before.count(sign) for sign in "[{") - sum(before.count(sign) for sign in "]}")
    if opened > 0 and (found := re.search(r"[,\]}]", line[start:])):
        yield start + found.start()
    yield len(without_comment(line))


def second_colon(broken: Broken) -> Iterator[Slip]:
    """A value with a colon in it: `title: Night: two`, `wait: exit: wparse`."""
    line, column = broken.line, broken.stop.column
    first = re.match(r" *(?:- +)*[^\s:]+:\s+(?=\S)", line)
    if first is None or first.end() >= column:
        return
    value = without_comment(line)[first.end() :]
    help_ = f"put the text in quotes if it is meant as text: {brief(in_quotes(value))}"
    if re.fullmatch(r"[a-z_]+:\s+\S+", value):
        key = line[key_column(line) : first.end()].strip()
        help_ = f"write {key} {{{value}}}, or {key} {in_quotes(value)} if it is meant as text"
    span = Span(broken.stop.line, column, 1)
    mended = line[: first.end()] + in_quotes(value)
    yield broken.slip(span, "a second ':' can't stand here", help_, mended)


def colon_above(broken: Broken) -> Iterator[Slip]:
    """A line above without the colon that makes it a key: `key:value`, `key = value`, `key`."""
    for number in dict.fromkeys((broken.stop.since_line, broken.above(broken.stop.line), broken.stop.line)):
        line = without_comment(broken.source.line(number))
        if match := _NO_BLANK.fullmatch(line):
            span = Span(number, match.end(1) + 1, 1)
            help_ = f"write {brief(f'{match[1].strip()}: {match[2]}')}"
            yield broken.slip(span, "behind the ':' a blank is missing", help_, f"{match[1]}: {match[2]}")
        if match := _EQUALS.fullmatch(line):
            span = Span(number, line.index("=") + 1, 1)
            help_ = f"write {brief(f'{match[1].strip()}: {match[2]}')}"
            yield broken.slip(span, "'=' can't stand between a key and its value", help_, f"{match[1]}: {match[2]}")
        if _SEPARATOR.fullmatch(line):
            message = "this line is neither a key nor the '---' between two documents"
            yield broken.slip(Span(number, 1, len(line)), message, "write ---, and nothing else", "---")
        if line.lstrip().startswith(("//", ";", "--")):
            span = Span(number, indent_of(line) + 1, 2)
            yield broken.slip(span, "a comment begins with '#'", "write # in front of the line", f"# {line}")
        if match := _WORD.fullmatch(line):
            span = Span(number, match.end() + 1, 1)
            yield broken.slip(span, f"behind '{match[1]}' the ':' is missing", f"write {match[1]}:", f"{line}:")


def text_goes_on(broken: Broken) -> Iterator[Slip]:
    """A text that goes on in the first column of the next line."""
    number = broken.stop.since_line
    line, above = broken.source.line(number), broken.source.line(broken.above(number))
    if above and indent_of(line) <= key_column(above):
        span = Span(number, indent_of(line) + 1, len(line.strip()))
        message = "this line is no key, and as a part of the text above it stands too far left"
        help_ = "write it behind the text above, or begin it further right"
        yield broken.slip(span, message, help_, " " * (key_column(above) + 2) + line.lstrip())


def value_above(broken: Broken) -> Iterator[Slip]:
    """A line that is deeper than a key with a value: it can't belong to it."""
    number = broken.above(broken.stop.line)
    line = broken.source.line(number)
    match = _WITH_VALUE.match(line)
    if match is None:
        return
    wanted, here, name = key_column(line), broken.line, match[1].strip()
    if indent_of(here) <= wanted:
        return
    span = Span(broken.stop.line, indent_of(here) + 1, 1)
    message = f"this line is deeper than '{name}' above it, which has a value already"
    help_ = (
        f"begin it in column {wanted + 1} if it stands beside '{name}'; if it belongs to it, take the value away"
    )
    yield broken.slip(span, message, help_, " " * wanted + here.lstrip())


def indented_section(broken: Broken) -> Iterator[Slip]:
    """A key of the scenario that stands in the list of the one above it: `then:` below the steps of `when`."""
    for number in (broken.stop.line, broken.above(broken.stop.line)):
        line = broken.source.line(number)
        key = _WORD.match(line)
        if key and key[1] in SECTIONS and key_column(line) and line[key.end() :].startswith(":"):
            above = (broken.source.line(each) for each in range(number - 1, 0, -1))
            owner = next((each.split(":")[0] for each in above if re.match(r"[a-z_]+:", each)), None)
            where = "in a list" if owner is None else f"inside of '{owner}'"
            message = f"'{key[1]}' is a key of the scenario, and stands {where}"
            span = Span(number, key.start(1) + 1, len(key[1]))
            help_ = f"begin it in column 1{', without a dash' if '-' in line[: key.start(1)] else ''}"
            yield broken.slip(span, message, help_, line[key.start(1) :])


def missing_dash(broken: Broken) -> Iterator[Slip]:
    """An item of a list without its dash."""
    line, column = broken.line, indent_of(broken.line)
    above = [text for number in range(broken.stop.line - 1, 0, -1) if (text := broken.source.line(number)).strip()]
    item = next((text for text in above if indent_of(text) <= column), "")
    if line.strip() and indent_of(item) == column and item.lstrip().startswith("- "):
        span = Span(broken.stop.line, column + 1, 1)
        written = f"- {line.strip()}"
        inside = f"begin it in column {key_column(item) + 1} if it belongs to the item above"
        message = "this line has no '-' before it, and those above it in the list have"
        help_ = f"write {brief(written)}, {inside}, or take the dashes away if it is no list"
        yield broken.slip(span, message, help_, " " * column + written)


def blank_behind_dash(broken: Broken) -> Iterator[Slip]:
    """`-wait: idle`."""
    line, column = broken.line, indent_of(broken.line)
    if re.match(r" *-[^-\s]", line):
        written = f"- {line.lstrip()[1:]}"
        span = Span(broken.stop.line, column + 1, 1)
        message = "behind the '-' a blank is missing"
        yield broken.slip(span, message, f"write {brief(written.rstrip())}", " " * column + written)


def indentation(broken: Broken) -> Iterator[Slip]:
    """A line, and what is below it, that stands in a column of none of the lines above."""
    stop = broken.stop
    here = indent_of(broken.line)
    if stop.column - 1 != here:
        return
    for wanted, like in _columns(broken):
        span = Span(stop.line, here + 1, 1)
        message = "this line doesn't fit the indentation above it"
        yield Slip(
            span, message, f"begin it in column {wanted + 1}, like line {like}", _moved(broken, wanted - here)
        )


def _columns(broken: Broken) -> list[tuple[int, int]]:
    """The columns in which lines above begin, and the nearest line of each; those least off first."""
    found: dict[int, int] = {}
    here, number = indent_of(broken.line), broken.stop.line
    while (number := broken.above(number)) and len(found) < _MOST_COLUMNS:
        line = broken.source.line(number)
        for column in (key_column(line), indent_of(line)):
            found.setdefault(column, number)
    found.pop(here, None)
    return sorted(found.items(), key=lambda each: (abs(each[0] - here), -each[0]))


def _moved(broken: Broken, by: int) -> str:
    """The text with the line and those that are as deep, or deeper, below it moved."""
    lines = list(broken.source.lines)
    here = indent_of(broken.line)
    for index in range(broken.stop.line - 1, len(lines)):
        if lines[index].strip() and indent_of(lines[index]) < here:
            break
        lines[index] = " " * by + lines[index] if by > 0 else lines[index][min(-by, indent_of(lines[index])) :]
    return "\n".join(lines)
