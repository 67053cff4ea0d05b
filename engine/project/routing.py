"""Which group takes the lines of a rule (facts page section 6), and patterns of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase, translate
from functools import cache, lru_cache
from typing import NamedTuple

from engine.project.model import GroupConf, Passing
from engine.project.wpl import FieldIs, WplRule
from engine.rows.event_id import EVENT_ID

_NOTHING = r"(?!)"  # what nothing matches
_MOST_LEFT = 5  # a fifth of a line may be behind its fields


def group_of(rule: str, groups: Iterable[GroupConf]) -> GroupConf | None:
    """The group with the longest wildcard that matches, the first of several; None where none does.

    A wildcard of OML models matches the rules that one of these takes.
    """
    best, length = None, -1
    for group in groups:
        for pattern, matches in _wildcards(rule, group):
            if matches and len(pattern) > length:
                best, length = group, len(pattern)
    return best


def _wildcards(rule: str, group: GroupConf) -> Iterator[tuple[str, bool]]:
    for pattern in group.rules:
        yield pattern, fnmatchcase(rule, pattern)
    for each in group.models:
        yield each.wildcard, any(fnmatchcase(rule, pattern) for pattern in each.model.rules)


class TakenLine(NamedTuple):
    """Which rule takes a line, and what the rule's fields leave of its end."""

    rule: str
    left: str


def rule_of_line(line: str, rules: Sequence[WplRule]) -> str | None:
    """The first rule that a line looks like one of; None where there is none."""
    return None if (taken := taken_line(line, rules)) is None else taken.rule


def taken_line(line: str, rules: Sequence[WplRule]) -> TakenLine | None:
    """The first rule that a line looks like one of, as it is or without its event id, and what is left of the line.

    One that has more than the fields of a rule is of the rule where that is a fifth at most.
    """
    nearly: TakenLine | None = None
    for taken, size in _matches(line, rules):
        if not taken.left:
            return taken
        if nearly is None and _MOST_LEFT * len(taken.left.encode()) <= size:
            nearly = taken
    return nearly


def _matches(line: str, rules: Sequence[WplRule]) -> Iterator[tuple[TakenLine, int]]:
    """What each rule takes of a line, and how many bytes that is with what it leaves."""
    for text in dict.fromkeys((line, _without_id(line))):
        for rule in rules:
            pattern = _compiled(rule.pattern or _NOTHING)
            if (found := pattern.fullmatch(text) or pattern.match(text)) is not None:
                yield TakenLine(rule.key, text[found.end() :]), len(text.encode())


def is_begun(line: str, rules: Sequence[WplRule]) -> bool:
    """Whether a line has all fields of some rule, whatever is behind them."""
    return next(_matches(line, rules), None) is not None


def parsing_rule(line: str, rules: Sequence[WplRule]) -> WplRule | None:
    """The rule that makes the record of a line; None where there is none."""
    key = rule_of_line(line, rules)
    return next((rule for rule in rules if rule.key == key), None)


def meets(condition: FieldIs, line: str) -> bool:
    """Whether a line meets the condition of a filter, as it is or without its event id.

    One that doesn't look like its rule has no such field.
    """
    pattern = _compiled(condition.row)
    texts = dict.fromkeys((line, _without_id(line)))
    rows = [*map(pattern.fullmatch, texts), *map(pattern.match, texts)]  # something may be left behind
    row = next(filter(None, rows), None)
    return not condition.wanted if row is None else (row[condition.field] == condition.value) is condition.wanted


def lets_through(passing: Passing, texts: Iterable[str]) -> bool:
    """Whether a filter lets one of these texts through, behind an event id or not."""
    if passing.condition is not None:
        condition = passing.condition
        return any(meets(condition, f"{before}{text}") for text in texts for before in ("", f"{EVENT_ID}1 "))
    if passing.pattern is not None:
        return any(map(text_pattern(passing.pattern).fullmatch, texts))
    return passing.share > 0


def _without_id(line: str) -> str:
    return line.partition(" ")[2] if line.startswith(EVENT_ID) else line


@cache  # as many as the projects have that were read: in turn they would drive each other out of a smaller one
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=512)
def text_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of lines, to be used with `fullmatch`: only `*`, any text, and `?`, one character, are special."""
    # What fnmatch makes never backtracks over more than one star; brackets, which log lines are full of, are plain.
    return re.compile(translate(pattern.replace("[", "[[]")))
