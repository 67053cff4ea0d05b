"""Several reports, of the shards of one suite for instance, as one: the same whatever their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from wptest.document.report_document import ReportDocument, ReportedCommand, ReportedSummary
from wptest.document.reported_place import ReportedFile
from wptest.document.reported_variant import ReportedVariant

# What says most comes first: of a variant that was run twice, that is kept.
_BY_WEIGHT = ("error", "failed", "unclean", "unverified", "xfailed", "passed", "skipped")
_SHARD = re.compile(r"(\d+)/(\d+)")
_Part = TypeVar("_Part", ReportedVariant, ReportedFile)


class UnmergeableError(Exception):
    """A report that can't be put together with others; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it.

    Attributes:
        twice: the ids of variants that were in several reports, and whether they ended in the same way.
        missing: shards that are in none of the reports, though others of their number are, like `3/4`.
    """

    document: ReportDocument
    twice: tuple[tuple[str, bool], ...]
    missing: tuple[str, ...]


def merged(documents: Sequence[tuple[str, ReportDocument]]) -> Merged:
    """Put reports together, each with its name: by file and then by id; of what is there twice, the worse is kept.

    Raises:
        UnmergeableError: one is of a command that looks at a whole suite, which has no parts.
    """
    for name, each in documents:
        if any((each.selftest, each.behaviours, each.agreement, each.gaps)):
            raise UnmergeableError(f"{name} is of `wptest {each.commands[0].name}`, which has no parts")
    parts = sorted((each for _, each in documents), key=repr)
    results, twice = _results([told for each in parts for told in each.results])
    invalid = _one_of_each([told for each in parts for told in each.invalid], lambda told: told.file)
    commands = tuple(sorted((told for each in parts for told in each.commands), key=_order))
    document = ReportDocument(
        versions=_versions(parts),
        commands=commands,
        results=results,
        invalid=invalid,
        warnings=tuple(sorted({told for each in parts for told in each.warnings}, key=repr)),
        codes=dict(sorted((code, text) for each in parts for code, text in each.codes.items())),
        sources=dict(sorted((file, text) for each in parts for file, text in each.sources.items())),
    )
    return Merged(replace(document, summary=_summary(document, parts)), twice, _missing(commands))


def _results(found: Sequence[ReportedVariant]) -> tuple[tuple[ReportedVariant, ...], tuple[tuple[str, bool], ...]]:
    """Each variant once, and those that there were several times."""
    worst_first = sorted(found, key=lambda told: (_BY_WEIGHT.index(told.outcome), repr(told)))
    times = Counter(told.id for told in found)
    ends: dict[str, set[tuple[str, str]]] = {}
    for told in found:
        ends.setdefault(told.id, set()).add((told.outcome, told.trace_hash))
    kept = _one_of_each(worst_first, lambda told: told.id)
    return kept, tuple((told.id, len(ends[told.id]) == 1) for told in kept if times[told.id] > 1)


def _one_of_each(found: Iterable[_Part], name: Callable[[_Part], str]) -> tuple[_Part, ...]:
    """The first of each name, by file and then by name."""
    first: dict[str, _Part] = {}
    for told in found:
        first.setdefault(name(told), told)
    return tuple(sorted(first.values(), key=lambda told: (told.file, name(told))))


def _versions(parts: Sequence[ReportDocument]) -> dict[str, str]:
    """Each version; of what had several, all of them."""
    found: dict[str, dict[str, None]] = {}
    for each in parts:
        for name, version in each.versions.items():
            found.setdefault(name, {})[version] = None
    return {name: ", ".join(sorted(versions)) for name, versions in sorted(found.items())}


def _summary(document: ReportDocument, parts: Sequence[ReportDocument]) -> ReportedSummary:
    counts = Counter[str](told.outcome for told in document.results)
    return ReportedSummary(
        **counts,
        invalid=len(document.invalid),
        not_run=sum(each.summary.not_run for each in parts),
        interrupted=any(each.summary.interrupted for each in parts),
    )


def _order(command: ReportedCommand) -> tuple[str, list[int], str]:
    return command.name, [int(part) for part in re.findall(r"\d+", command.shard)], repr(command)


def _missing(commands: Sequence[ReportedCommand]) -> tuple[str, ...]:
    there: dict[int, set[int]] = {}
    for command in commands:
        if (shard := _SHARD.fullmatch(command.shard)) is not None:
            there.setdefault(int(shard[2]), set()).add(int(shard[1]))
    return tuple(
        f"{number}/{parts}"
        for parts in sorted(there)
        for number in range(1, parts + 1)
        if number not in there[parts]
    )
