"""Where a line was seen: what a finding shows of lines that are lost, doubled, or where they should not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.units import format_duration
from wptest.judge.history import History
from wptest.judge.line_counts import split_lines
from wptest.text.wording import line_text

_MORE = 2


def trail_of(history: History, lines: Iterable[bytes], *, target: str | None = None) -> Iterator[str]:
    """The first of the lines, where it was last seen before it came (or should have come) to the target, and more.

    With a `target`, it also says where it stands there.
    """
    rest = iter(lines)
    first = next(rest, None)
    if first is None:
        return
    yield f"the first: {line_text(first)}"
    if target is not None and (numbers := _numbers(history, target, first)):
        yield f"stands in: {target}, line {' and '.join(map(str, numbers))}"
    yield f"last seen: {_last_seen(history, first)}"
    for line, _ in zip(rest, range(_MORE), strict=False):
        yield f"then:      {line_text(line)}"


def _numbers(history: History, target: str, line: bytes) -> list[int]:
    lines = split_lines(history.ledger.inventory.content(target))
    return [number for number, each in enumerate(lines, 1) if each == line][:3]


def _last_seen(history: History, line: bytes) -> str:
    for replayed in reversed(history.replays):
        if number := _number(replayed.lines, line):
            is_gone = replayed.removed_at is not None
            removed = f", removed at {format_duration(replayed.time)}" if is_gone else ""
            return f"line {number} of {replayed.path}, replayed from {format_duration(replayed.began)}{removed}"
    for path, lines in history.ledger.dues.sources():
        if number := _number(lines, line):
            return f"line {number} of {path}"
    return "nowhere before"


def _number(lines: Iterable[bytes], line: bytes) -> int | None:
    return next((number for number, each in enumerate(lines, 1) if each == line), None)
