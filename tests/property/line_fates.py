"""What became of lines that were written until nothing was left, and what may have become of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.databases.batch_writing import Conversation, written_batch
from engine.databases.batch_written import BatchWritten
from engine.databases.how_to_write import HowToWrite
from engine.rows.row_table import TableRow

POISON = "poison"  # no server takes it
MOST_ATTEMPTS = 20


class Fates(NamedTuple):
    """Of lines, by their places: why they were refused, and which may be there twice."""

    refused: dict[int, str]
    doubtful: set[int]


def until_done(
    converse: Callable[[Conversation], BatchWritten], how: HowToWrite, lines: Sequence[TableRow]
) -> Fates:
    """Write as a sink does: what is left is sent again and again."""
    left, fates = list(range(len(lines))), Fates({}, set())
    for _ in range(MOST_ATTEMPTS):
        if not left:
            return fates
        written = converse(written_batch(how, [lines[place] for place in left], token="b"))
        outcome = written.outcome
        named = [*outcome.delivered, *outcome.refused, *outcome.unknown]
        assert len(named) == len(set(named)), "a line has one fate"
        assert written.stopped or len(outcome.delivered) + len(outcome.refused) == len(left)
        assert written.reason or len(outcome.delivered) == len(left)
        fates.refused.update({left[place]: why for place, why in outcome.refused.items()})
        fates.doubtful.update(left[place] for place in (*outcome.unknown, *written.maybe_twice))
        left = [left[place] for place in outcome.left(len(left))]
    raise AssertionError(f"it never ends: {written}")


def assert_there_once_or_refused(
    rows: Sequence[TableRow], lines: Sequence[TableRow], others: Sequence[TableRow], fates: Fates
) -> None:
    """In a table with keys, in which others had written before."""
    there = {row[0]: row for row in rows}
    assert len(there) == len(rows), "a key is there once"
    assert set(rows) <= {*lines, *others}, "a row of nobody"
    assert set(others) <= set(rows), "what others wrote stays as it is"
    for place, line in enumerate(lines):
        if place in fates.refused:
            assert line[1] == POISON or there[line[0]] != line, fates.refused[place]
        else:
            assert there[line[0]] == line


def assert_there_at_least_once(rows: Sequence[TableRow], lines: Sequence[TableRow], fates: Fates) -> None:
    """In a table without keys."""
    there, sent = Counter(rows), Counter(line for line in lines if line[1] != POISON)
    assert [line[1] for line in lines].count(POISON) == len(fates.refused)
    assert {lines[place][1] for place in fates.refused} <= {POISON}
    assert set(there) <= set(sent), "a row of nobody"
    assert all(there[line] >= count for line, count in sent.items()), "no line is lost"
    doubled = {line for line, count in there.items() if count > sent[line]}
    assert doubled <= {lines[place] for place in fates.doubtful}, "who is there twice was in doubt"
