"""What a player has seen against what the real programs did in their runs: each difference, with its facet.

Where the real runs differ, all that was seen is right, and so is what lies between. Of a number that differs, three
runs have seldom shown the least and the most: every second time a fourth real run is outside of what they show. So
ours may be as far outside as they are apart; a fourth real run is farther outside one time in eight. What all real
runs have is what ours must have. Of what some real runs have and others haven't, ours may have either: then it is
held against those that have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any

from wptest.recordings.case import Case
from wptest.recordings.looks import with_plain_paths
from wptest.recordings.played import PlayedCase, PlayedProgram

# The recordings were made on a busy machine: a duration may be shorter, and a little longer.
SHORTER, LONGER, AROUND = 0.8, 1.2, 0.3
_MOST_OUTPUT = 60  # lines of an output that recordings keep
ABSENT = "absent"
_REPLAYS = "finished_files_in_order"
# What WPL makes of a line, which isn't interpreted; which numbers empty files have, as they are counted.
_UNTOLD = ("lines_by_number_of_words", "N")
_OF_SINKS = "Sink "  # rows of figures
_COUNTED = ("lines", "distinct", "repeats")
_SECOND = re.compile(r"20\d\d-\d\d-\d\d_\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was seen otherwise: of which facet (`exit`, `numbers`, ...), where, and what."""

    facet: str
    place: str
    real: str
    ours: str

    def __str__(self) -> str:
        """One line for a table."""
        return f"{self.place}: {self.facet}: real {self.real}, ours {self.ours}"


def disagreements(case: Case, played: PlayedCase) -> list[Difference]:
    """How a run of ours differs from all that the real programs did."""
    return [*_of_programs(case, played), *_of_looks(case, played)]


def _is_shuffled(ours: Sequence[str] | None, seen: Sequence[Any]) -> bool:
    """Whether files of one second were replayed in another order than in any real run, and all others in the same.

    They come as a directory lists them: by hashes that one file system has and another has not. What follows from
    it isn't compared either: in which order lines arrive, and how many of them an outage of a sink meets. Of files
    that were made in the run no recording knows the second, but real runs that differ tell that it was one.
    """
    if not ours or ours in seen:
        return False
    told = [each for each in seen if each]
    if len({str(each) for each in told}) > 1 and sorted(ours) in map(sorted, told):
        return True
    return _by_second(ours) in map(_by_second, told)


def _by_second(paths: Sequence[str]) -> list[str]:
    seconds = groupby(paths, key=lambda path: found[0] if (found := _SECOND.search(path)) else path)
    return [path for _, of_one_second in seconds for path in sorted(of_one_second)]


def _of_programs(case: Case, played: PlayedCase) -> Iterator[Difference]:
    ours = {program.label: program for program in played.programs}
    for place, program in enumerate(case.runs[0]["programs"]):
        label = program["label"]
        real = [run["programs"][place] for run in case.runs]
        if label not in ours:
            yield Difference("exit", label, _shown([each.get("exit") for each in real]), ABSENT)
            continue
        yield from _of_program(label, real, ours[label], played)


def _of_program(
    label: str, real: Sequence[Mapping[str, Any]], ours: PlayedProgram, played: PlayedCase
) -> Iterator[Difference]:
    exits = [each.get("exit") for each in real]
    if ours.exit not in exits:
        yield Difference("exit", label, _shown(exits), str(ours.exit))
    orders = [each.get(_REPLAYS) for each in real]
    if (ours.finished or None) not in orders and not _is_shuffled(ours.finished, orders):
        yield Difference("order of replays", label, _shown(orders), str(ours.finished or None))
    seconds = [each["seconds"] for each in real if each.get("seconds") is not None]
    if seconds and ours.seconds is not None and not _lasts_as_long(ours, ours.seconds, seconds, played.busy):
        yield Difference("seconds", label, f"{min(seconds)}-{max(seconds)}", str(ours.seconds))
    found = _of_figures(label, real, ours.figures)
    shuffled = _is_shuffled(ours.finished, orders)
    yield from (each for each in found if not (shuffled and f" {_OF_SINKS}" in each.place))
    if "output" in real[0]:
        yield from _of_output(label, [each["output"] for each in real], ours.output[:_MOST_OUTPUT])


def _of_output(label: str, real: Sequence[Sequence[str]], ours: Sequence[str]) -> Iterator[Difference]:
    """The first line of what was printed that no real run has there.

    Where the real runs have the same lines in other orders, there is none to keep to.
    """
    real, ours = [_without_reasons(lines) for lines in real], _without_reasons(ours)
    in_order = [sorted(lines) for lines in real]
    if any(lines != real[0] for lines in real) and all(lines == in_order[0] for lines in in_order):
        real, ours = in_order, sorted(ours)
    for place, lines in enumerate(zip_longest(ours, *real, fillvalue=ABSENT)):
        if lines[0] not in lines[1:]:
            yield Difference("output", f"{label}, line {place + 1}", _shown(lines[1:]), lines[0])
            return


def _without_reasons(lines: Sequence[str]) -> Sequence[str]:
    """Lines without the reason why a project was refused: words of a parser, of one version, as logs have."""
    if not (lines and lines[0].startswith(" ERROR ") and lines[-1] == "exit code: 300"):
        return lines
    return [lines[0], lines[-1]]


def _lasts_as_long(program: PlayedProgram, seconds: float, real: Sequence[float], busy: float) -> bool:
    least, most = _reach(real)
    return least * SHORTER - AROUND - busy <= seconds <= most * LONGER + AROUND + program.computed


def _of_figures(label: str, real: Sequence[Mapping[str, Any]], ours: Mapping[str, str]) -> Iterator[Difference]:
    tables = [each.get("figures (total success suc-rate)", {}) for each in real]
    if not any(tables):  # they are printed only where somebody asked for them
        return
    for row in sorted({*ours, *(row for table in tables for row in table)}):
        seen, value = [table.get(row, ABSENT) for table in tables], ours.get(row, ABSENT)
        if value not in seen and not _is_near(value, seen):
            yield Difference("figures", f"{label} {row}", _shown(seen), value)


def _is_near(ours: str, real: Sequence[str]) -> bool:
    """Whether a row's counts are as near to those of the real runs as a fourth one's would be.

    A row that isn't there has counted nothing.
    """
    if ours == ABSENT:
        return False
    real = ["0 0" if each == ABSENT else each for each in real]
    columns = zip(*(_counts(each) for each in real), strict=True)
    return all(_could_be(count, seen) for count, seen in zip(_counts(ours), columns, strict=True))


def _could_be(ours: float, real: Sequence[float]) -> bool:
    least, most = _reach(real)
    return least <= ours <= most


def _reach(real: Sequence[float]) -> tuple[float, float]:
    """The least and the most that a number may be of which real runs have shown these."""
    apart = max(real) - min(real)
    return max(min(real) - apart, 0), max(real) + apart


def _counts(row: str) -> tuple[int, ...]:
    return tuple(int(word) for word in row.split()[:2])


def _of_looks(case: Case, played: PlayedCase) -> Iterator[Difference]:
    shuffled = any(
        _is_shuffled(ours.finished, [each.get(_REPLAYS) for run in case.runs for each in run["programs"]])
        for ours in played.programs
    )
    for name in case.runs[0]["looks"]:
        real = [run["looks"].get(name, {}) for run in case.runs]
        ours = played.looks.get(name, {})
        if name.startswith("growth of "):
            yield from _of_growth(name, real, ours)
            continue
        for path in sorted({*ours, *(path for look in real for path in look)}):
            found = _of_file(f"[{name}] {path}", [look.get(path) for look in real], ours.get(path))
            yield from (each for each in found if not (shuffled and each.facet == "order"))


def _of_growth(name: str, real: Sequence[Mapping[str, Any]], ours: Mapping[str, Any]) -> Iterator[Difference]:
    """The moments depend on the machine; in how many lumps a file grew does so less."""
    steps = [each["steps"] for each in real]
    least, most = _reach(steps)
    if not least * SHORTER - 1 <= ours.get("steps", 0) <= most * LONGER + 1:
        yield Difference("pace", name, _shown(steps), str(ours.get("steps", 0)))


def _of_file(place: str, real: Sequence[Any], ours: Any) -> Iterator[Difference]:
    real = [_with_plain_paths(each) for each in real]
    if ours in real:
        return
    if isinstance(ours, Mapping) and any(isinstance(each, Mapping) for each in real):
        real = [each for each in real if each is not None]
    if not isinstance(ours, Mapping) or not all(isinstance(each, Mapping) for each in real):
        yield Difference("files", place, _shown([_brief(each) for each in real]), _brief(ours))
        return
    for key in dict.fromkeys([*ours, *(key for each in real for key in each)]):
        seen, value = [each.get(key) for each in real], ours.get(key)
        if key in _UNTOLD or value in seen or _varies_as_much(key, value, seen, real, ours):
            continue
        yield Difference(key, place, _shown(seen), str(value))


def _with_plain_paths(facts: Any) -> Any:
    """What is seen of a checkpoint, as ours is told."""
    if not (isinstance(facts, Mapping) and isinstance(facts.get("checkpoint"), Mapping)):
        return facts
    return {"checkpoint": with_plain_paths(facts["checkpoint"])}


def _varies_as_much(key: str, value: Any, seen: Sequence[Any], real: Sequence[Any], ours: Any) -> bool:
    """Whether a value is near to those of real runs that differ; of texts, whether their counts are."""
    if len({str(each) for each in seen}) == 1:
        return False
    if key == "checkpoint":
        return _is_between_entries(value, seen)
    if isinstance(value, int):
        numbers = [each for each in seen if isinstance(each, int)]
        return bool(numbers) and _could_be(value, numbers)
    return all(_could_be(ours.get(name, 0), [each.get(name, 0) for each in real]) for name in _COUNTED)


def _is_between_entries(ours: Any, seen: Sequence[Any]) -> bool:
    if not all(isinstance(each, Mapping) for each in (ours, *seen)):
        return False
    names = {*ours, *(name for each in seen for name in each)}
    bounds = {name: [each.get(name, 0) for each in seen] for name in names}
    counts = [*ours.values(), *(count for each in bounds.values() for count in each)]
    if not all(isinstance(count, int) for count in counts):
        return False
    return all(_could_be(ours.get(name, 0), each) for name, each in bounds.items())


def _brief(facts: Any) -> str:
    if not isinstance(facts, Mapping):
        return ABSENT if facts is None else str(facts)
    if "checkpoint" in facts:
        return f"checkpoint {facts['checkpoint']}"
    return f"{facts.get('lines')} lines {facts.get('numbers', '')}".strip()


def _shown(values: Sequence[Any]) -> str:
    return " | ".join(dict.fromkeys(map(str, values)))
