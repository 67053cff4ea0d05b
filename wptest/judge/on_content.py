"""Expectations on a sink's file, line by line: `sinks: NAME: content`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from wptest.judge.facts import Facts, Path
from wptest.judge.lines import split_lines
from wptest.judge.patterns import out_of_order
from wptest.shapes.glob import Glob
from wptest.text.wording import line_text
from wptest.words.expect import ContentExpect
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_END = "the end of the file"


def check_content(facts: Facts, path: Path, expected: ContentExpect, data: bytes) -> Iterator[Finding]:
    """What is in a sink's file; bytes that are not UTF-8 are compared as they are shown: escaped."""
    if expected.exact is not None:
        yield from _exact(facts, (*path, "is"), expected.exact, data)
    if not (expected.contains or expected.in_order or expected.never):
        return
    lines = data.decode(errors="backslashreplace").split("\n")
    if not lines[-1]:
        lines.pop()
    if not lines and not expected.contains and not expected.in_order:
        message, help_ = "the file has no line, so none that must not be there", "say what must be there as well"
        yield facts.unproved((*path, "never"), message, help_=help_)
    for index, pattern in enumerate(expected.contains):
        if not any(map(pattern.matches, lines)):
            message = f"expected a line like '{pattern}', got none in {len(lines)} lines"
            yield facts.finding(Failure.CONTENT, (*path, "contains", index), message, _ends(lines))
    if (wrong := out_of_order(expected.in_order, lines)) is not None:
        index, why = wrong
        message = f"expected a line like '{expected.in_order[index]}' next, got none: {why('line')}"
        yield facts.finding(Failure.CONTENT, (*path, "in_order", index), message, _ends(lines))
    for index, pattern in enumerate(expected.never):
        yield from _never(facts, (*path, "never", index), pattern, lines)


def _exact(facts: Facts, path: Path, expected: str | Sequence[str], data: bytes) -> Iterator[Finding]:
    text = expected if isinstance(expected, str) else "".join(f"{line}\n" for line in expected)
    if data == text.encode():
        return
    wanted, got = split_lines(text.encode()), split_lines(data)
    for number, (want, line) in enumerate(zip_longest(wanted, got), 1):
        if want != line and (want is None or line is None or want.decode() != _escaped(line)):
            evidence = (
                f"expected: {_END if want is None else line_text(want)}",
                f"got:      {_END if line is None else line_text(line)}",
            )
            counts = f"expected {len(wanted)} lines, got {len(got)}"
            yield facts.finding(
                Failure.CONTENT, path, f"line {number} is the first that differs; {counts}", evidence
            )
            return
    if text.endswith("\n") != data.endswith(b"\n"):
        message = f"the end of the last line, {len(got)}: expected {_end(text)}, got {_end(data.decode('latin-1'))}"
        yield facts.finding(Failure.CONTENT, path, message)


def _escaped(line: bytes) -> str:
    return line.decode(errors="backslashreplace")


def _end(text: str) -> str:
    return "a newline" if text.endswith("\n") else "none"


def _never(facts: Facts, path: Path, pattern: Glob, lines: list[str]) -> Iterator[Finding]:
    found = [number for number, line in enumerate(lines, 1) if pattern.matches(line)]
    if found:
        message = f"expected no line like '{pattern}', got {len(found)}, the first on line {found[0]}"
        line = line_text(lines[found[0] - 1].encode())
        yield facts.finding(Failure.CONTENT, path, message, [f"line {found[0]}: {line}"])


def _ends(lines: list[str]) -> Iterator[str]:
    """The first line and the last, to see what kind of lines there are."""
    for number in sorted({1, len(lines)} - {0}):
        yield f"line {number}: {line_text(lines[number - 1].encode())}"
