"""`sinks: NAME: content`: what is in a sink's file, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Annotated, Any

from pydantic import BeforeValidator

from wptest.shapes.shape import Many, Shape, documented
from wptest.shapes.values import OneOrMany, Pattern
from wptest.shapes.wildcards import Glob
from wptest.text.wording import line_text
from wptest.words.expectations.pattern_order import out_of_order
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure

_END = "the end"


class ContentExpect(Shape):
    """What is in a sink's file: exactly this, or lines like these, in this order, never.

    A byte that is not UTF-8 is written as reports show it: a backslash, `x` and two digits.
    """

    exact: str | Many[str] | None = documented(
        "All its lines, or all its text with the ends of lines.", ["one", "two"], alias="is"
    )
    contains: Annotated[Many[Pattern], OneOrMany] = documented(
        "Lines that must be there, anywhere.", ["*GET /*"], default=()
    )
    in_order: Annotated[Many[Pattern], OneOrMany] = documented(
        "Lines in this order; others may stand between.", ["first*", "second*"], default=()
    )
    never: Annotated[Many[Pattern], OneOrMany] = documented(
        "Lines that must not be there.", "*password*", default=()
    )


def _text_or_list_is_exact(value: Any) -> Any:
    return {"is": value} if isinstance(value, str | list) else value


Content = Annotated[
    ContentExpect, BeforeValidator(_text_or_list_is_exact, json_schema_input_type=ContentExpect | str | list[str])
]


def judge_content(facts: Facts, expected: ContentExpect, data: bytes) -> Findings:
    """What doesn't hold of a sink's file; bytes that are not UTF-8 are compared as they are shown: escaped."""
    if expected.exact is not None:
        yield from _exact(facts.at("is"), expected.exact, data)
    if not (expected.contains or expected.in_order or expected.never):
        return
    lines = [_escaped(line) for line in file_lines(data)]
    if not lines and not expected.contains and not expected.in_order:
        message, help_ = "the file has no line, so none that must not be there", "say what must be there as well"
        yield facts.unproved(("never",), message, help_=help_)
    for index, pattern in enumerate(expected.contains):
        if not any(map(pattern.matches, lines)):
            message = f"expected a line like '{pattern}', got none in {len(lines)} lines"
            yield facts.finding(Failure.CONTENT, ("contains", index), message, _ends(lines))
    if (wrong := out_of_order(expected.in_order, lines)) is not None:
        index, why = wrong
        message = f"expected a line like '{expected.in_order[index]}' next, got none: {why('line')}"
        yield facts.finding(Failure.CONTENT, ("in_order", index), message, _ends(lines))
    for index, pattern in enumerate(expected.never):
        yield from _never(facts.at("never", index), pattern, lines)


def _exact(facts: Facts, expected: str | Sequence[str], data: bytes) -> Findings:
    text = expected if isinstance(expected, str) else "".join(f"{line}\n" for line in expected)
    if data == text.encode():
        return
    wanted, got = file_lines(text.encode()), file_lines(data)
    for number, (want, line) in enumerate(zip_longest(wanted, got), 1):
        if want != line and (want is None or line is None or want.decode() != _escaped(line)):
            evidence = (
                f"expected: {_END if want is None else line_text(want)}",
                f"got:      {_END if line is None else line_text(line)}",
            )
            message = f"line {number} is the first that differs; expected {len(wanted)} lines, got {len(got)}"
            yield facts.finding(Failure.CONTENT, (), message, evidence)
            return
    if text.endswith("\n") != data.endswith(b"\n"):
        message = f"the end of the last line, {len(got)}: expected {_end(text)}, got {_end(data.decode('latin-1'))}"
        yield facts.finding(Failure.CONTENT, (), message)


def file_lines(data: bytes) -> list[bytes]:
    """A file's lines; a last one without an end counts."""
    return data.removesuffix(b"\n").split(b"\n") if data else []


def _escaped(line: bytes) -> str:
    return line.decode(errors="backslashreplace")


def _end(text: str) -> str:
    return "a newline" if text.endswith("\n") else "none"


def _never(facts: Facts, pattern: Glob, lines: list[str]) -> Findings:
    found = [number for number, line in enumerate(lines, 1) if pattern.matches(line)]
    if found:
        message = f"expected no line like '{pattern}', got {len(found)}, the first on line {found[0]}"
        line = line_text(lines[found[0] - 1].encode())
        yield facts.finding(Failure.CONTENT, (), message, [f"line {found[0]}: {line}"])


def _ends(lines: list[str]) -> Iterator[str]:
    """The first line and the last, if there are any, to see what kind of lines there are."""
    for number in sorted({1, len(lines)} if lines else ()):
        yield f"line {number}: {line_text(lines[number - 1].encode())}"
