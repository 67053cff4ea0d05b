"""Which targets a line is owed to: the oracle's own reading of a project's rules, samples, patterns and filters.

What the programs do with a line is judged by this. So it is written from the documents (docs/language.md on groups,
docs/projects.md on how lines are shared out) and takes nothing from what routes in the engine: a mistake that both
shared would be right twice, and no invariant could see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import NamedTuple
from zlib import crc32

from engine.kernel.by_identity import ByIdentity
from engine.project.model import GroupConf, Passing, Project, SinkConf
from wptest.judge.line_counts import Tally, remembering, split_lines, without_blank
from wptest.shapes.wildcards import Glob

_EVENT_ID = b"wp_event_id="
_LONGEST_ID = 19  # digits; what is longer is text that happens to begin like that
_LACKS_ID = b"\n"  # what marks the text of a line without the event id that its rule asks for: no text has it
_FINEST = 1000  # shares of filters are told apart to a thousandth
_HASHES = 1 << 32


def bare_text(line: bytes) -> bytes:
    """A line without the event id that makes it unique, `wp_event_id=17 <text>`."""
    return line.partition(b" ")[2] if line.startswith(_EVENT_ID) else line


def event_number(line: bytes) -> int | None:
    """The number in a line's event id; None where it has none."""
    digits = line.partition(b" ")[0].removeprefix(_EVENT_ID) if line.startswith(_EVENT_ID) else b""
    return int(digits) if digits.isdigit() and len(digits) <= _LONGEST_ID else None


def taking_group(rule: str, groups: Iterable[GroupConf]) -> GroupConf | None:
    """The group whose wildcard matches a rule, the longest of several and the first of equally long ones.

    A wildcard of OML models stands for the rules of the models that it matches.
    """
    matching = [
        (len(wildcard), group)
        for group in groups
        for wildcard, rules in _asked(group)
        if any(fnmatchcase(rule, each) for each in rules)
    ]
    return max(matching, key=lambda match: match[0])[1] if matching else None  # `max` keeps the first


def _asked(group: GroupConf) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The wildcards of a group, and the wildcards over rules that each stands for."""
    for pattern in group.rules:
        yield pattern, (pattern,)
    for taken in group.models:
        yield taken.wildcard, taken.model.rules


def _field(line: bytes, row: str, name: str) -> str | None:
    """What a line, with its event id or without, has in a field of a rule's row; None for one of another rule."""
    forms = [form.decode(errors="replace") for form in (line, bare_text(line))]
    whole = (re.fullmatch(row, form) for form in forms)
    nearly = (re.match(row, form) for form in forms if _is_nearly_all(form, re.compile(row)))
    found = next(filter(None, whole), None) or next(filter(None, nearly), None)
    return None if found is None else found[name]


def _is_nearly_all(line: str, row: re.Pattern[str]) -> bool:
    """Whether a row's fields leave at most a fifth of a line."""
    found = row.match(line)
    return found is not None and len(line[found.end() :].encode()) * 5 <= len(line.encode())


class OwedShare(NamedTuple):
    """What a target is owed of a batch; neither the lines nor their tally is ever changed."""

    target: str
    lines: Sequence[bytes]
    tally: Tally


class Routes:
    """Where each line of the input belongs.

    A group's line is owed to every one of its sinks, and it makes no difference how often the group is there: its
    replicas take turns and write to the same targets. A blank line is owed to nobody, as no rule parses one. A
    sample whose rule asks for an event id is of no rule without one.

    Attributes:
        shares: what targets are owed of a piece of the input.
    """

    def __init__(self, project: Project) -> None:
        self._groups = project.groups
        self._infra = {group.name: group for group in project.groups if group.infra}
        self._of_samples = {sample.text.encode(): self._group(sample.rule) for sample in project.samples}
        self._need_ids = {sample.text.encode() for sample in project.samples if sample.needs_id}
        self._of_patterns = [(Glob(pattern), self._group(rule)) for rule, pattern in project.patterns]
        self._of_wpl = [
            (re.compile(rule.pattern), self._group(rule.key)) for rule in project.wpl if rule.pattern is not None
        ]
        self._turn = len(project.samples)
        self.shares = remembering(self._shares)

    def _shares(self, data: bytes) -> Sequence[OwedShare]:
        made = []
        for sink, share in self.owed(split_lines(data)):
            tally = Tally()
            tally.update(share)
            made.append(OwedShare(sink.path or sink.id, share, tally))
        return made

    def owed(self, lines: list[bytes]) -> Iterator[tuple[SinkConf, Sequence[bytes]]]:
        """The sinks that some of the lines are owed to, and these, in their order."""
        lines = without_blank(lines)
        texts = list(map(bare_text if not self._need_ids else self._text, lines))
        whole = dict(zip(texts, lines, strict=True)) if self._of_wpl else {}
        group_of = {text: self.group(text, whole.get(text)) for text in dict.fromkeys(texts)}
        for group in {group.name: group for group in group_of.values()}.values():
            share: Sequence[bytes] = lines
            if len(group_of) > 1:  # most inputs are made of one sample, and belong to one group as they are
                share = [line for line, text in zip(lines, texts, strict=True) if group_of[text] is group]
            for sink in group.sinks:
                yield sink, self._passed(sink.passing, share)

    def _text(self, line: bytes) -> bytes:
        return line + _LACKS_ID if line in self._need_ids else bare_text(line)

    def group(self, text: bytes, line: bytes | None = None) -> GroupConf:
        """The group of a line, by its text without an event id, or with a mark that it lacks the one that it needs.

        The rule is that of the sample that it is, or else the first whose pattern it matches, or else the first one
        of the WPL files that it looks like: `miss` has those of no rule, `error` those that are not text.
        """
        if (of_sample := self._of_samples.get(text)) is not None:
            return of_sample
        text = text.removesuffix(_LACKS_ID)
        try:
            readable = text.decode()
        except UnicodeDecodeError:
            return self._infra["error"]
        matching = (group for pattern, group in self._of_patterns if pattern.matches(readable))
        forms = (text,) if line is None else (line, text)  # a rule may have a field for the event id
        readable_forms = [form.decode(errors="replace") for form in forms]
        by_wpl = [(fits, group, form) for form in readable_forms for fits, group in self._of_wpl]
        whole = (group for fits, group, form in by_wpl if fits.fullmatch(form))
        nearly = (group for fits, group, form in by_wpl if _is_nearly_all(form, fits))
        return next(matching, None) or next(whole, None) or next(nearly, self._infra["miss"])

    def _group(self, rule: str) -> GroupConf:
        """The group of a rule: scenarios may send lines to an infra group, by its name."""
        return self._infra.get(rule) or taking_group(rule, self._groups) or self._infra["default"]

    def _passed(self, passing: Passing | None, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Those that a sink's filter lets through: all, where nobody says what it does."""
        if passing is None:
            return lines
        if passing.condition is not None:
            asked = passing.condition
            return [line for line in lines if (_field(line, asked.row, asked.field) == asked.value) is asked.wanted]
        if passing.pattern is not None:
            fits = Glob(passing.pattern).matches
            return [line for line in lines if fits(bare_text(line).decode(errors="replace"))]
        share = Fraction(passing.share).limit_denominator(_FINEST)
        return [line for line in lines if self._is_in_share(line, share)]

    def _is_in_share(self, line: bytes, share: Fraction) -> bool:
        """Whether a line is among the share of all lines: of each sample's n lines the n-th part, to one line.

        Samples come by turns, so a turn is one line of each, and all lines of a turn are taken or none is. What is
        no sample has no turn: there the hash decides, which spreads evenly over many lines.
        """
        number = event_number(line)
        if number is None or bare_text(line) not in self._of_samples:
            return Fraction(crc32(line), _HASHES) < share
        turns_before = (number - 1) // self._turn
        return int((turns_before + 1) * share) > int(turns_before * share)


routes_of = ByIdentity(Routes)  # thousands of runs of an exploration have one project
