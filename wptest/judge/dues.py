"""What should be at the targets: it follows from the input, the routing, and the files that the scenario wrote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from engine.machine import Machine
from engine.project.model import Project
from wptest.judge.inputs import Inputs
from wptest.judge.line_counts import (
    NONE,
    CountedLines,
    Tally,
    batches,
    both,
    minus,
    pieces,
    whole_lines,
    without_blank,
)
from wptest.judge.projects.routes import OwedShare, routes_of
from wptest.judge.rescue_names import has_locked_name


@dataclass(frozen=True, slots=True)
class _Booked:
    """A rescue file or a target as the scenario wrote it.

    Blank lines of a rescue file are owed to nobody, and so is the torn end of one that is still locked.
    """

    path: str
    target: str
    data: bytes
    is_rescue: bool

    def batches(self) -> Iterator[list[bytes]]:
        data = whole_lines(self.data) if has_locked_name(self.path) else self.data
        for lines in batches(data):
            yield without_blank(lines) if self.is_rescue else lines


class Dues:
    """What each target should have in the end, of all that was accepted and written up to now.

    `opening` is what every target is owed at the start, where that does not follow from files that are booked.

    Attributes:
        inputs: what was read of the inputs.
    """

    def __init__(self, machine: Machine, project: Project, opening: Mapping[str, CountedLines]) -> None:
        self.inputs = Inputs(machine, project.inputs)
        self._routes = [(project, routes_of(project))]
        self._opening = dict(opening)
        self._booked: list[_Booked] = []
        self._written_off: dict[str, CountedLines] = {}
        self._changes = 0
        self._tallies: tuple[tuple[int, int], dict[str, Tally]] = ((-1, -1), {})
        self._lines: tuple[tuple[int, int], dict[str, CountedLines]] = ((-1, -1), {})

    def follow(self, process: str, project: Project, target_of: Callable[[str], str]) -> None:
        """What a program of that name reads is owed by this project; rescue files may have found their sinks."""
        self.inputs.read_for[process] = project
        self._booked = [
            replace(each, target=target_of(each.path)) if each.is_rescue else each for each in self._booked
        ]
        self._changes += 1
        if all(known is not project for known, _ in self._routes):
            self._routes.append((project, routes_of(project)))

    @property
    def accepted(self) -> int:
        """How many input lines `wparse` has read, over all inputs."""
        return self.inputs.accepted

    @property
    def issued(self) -> int:
        """How many lines there ever were: in the inputs, and in rescue files and targets that were written."""
        booked = sum(len(lines) for each in self._booked for lines in each.batches())
        opening = sum(lines.total() for lines in self._opening.values())
        return self.inputs.issued + booked + opening

    @property
    def anything(self) -> bool:
        """Whether any target was ever owed a line."""
        return bool(self._written_off) or any(tally.lines for tally in self.tallies().values())

    def book(self, path: str, target: str, data: bytes, *, is_rescue: bool) -> None:
        """Book a file with what is in it now: its lines are owed to the target."""
        self._booked.append(_Booked(path, target, data, is_rescue))
        self._changes += 1

    def booked_in_targets(self) -> Mapping[str, bytes]:
        """What of targets is booked, by target."""
        return {each.path: each.data for each in self._booked if not each.is_rescue}

    def write_off(self, gone: Mapping[str, CountedLines]) -> None:
        """These lines are not owed any more: they are gone, and nobody is to blame."""
        for target, lines in gone.items():
            self._written_off[target] = self._written_off.get(target, NONE) + lines
        self._changes += 1

    def written_off(self, target: str) -> CountedLines:
        """The lines that a target is not owed any more; of equal ones it may be owed others."""
        return self._written_off.get(target, NONE)

    def owe_again(self, target: str, lines: CountedLines) -> None:
        """These lines are there again: those that were written off are owed as before."""
        gone = self._written_off.get(target, NONE)
        if again := both(gone, lines):
            self._written_off[target] = minus(gone, again)
            self._changes += 1

    def begin_anew(self, opening: Mapping[str, CountedLines]) -> None:
        """From now on the targets that were owed anything are owed just this; no input has been read yet."""
        assert not self.accepted, "what was accepted of an input would be owed once more"
        self._opening = dict(opening)
        self._booked.clear()
        self._written_off.clear()
        self._changes += 1

    def tallies(self) -> dict[str, Tally]:
        """What is owed, by target."""
        if self._tallies[0] != self._state:  # at a million lines this is what a check costs
            tallies: defaultdict[str, Tally] = defaultdict(Tally)
            for target, lines in self._written_down() if self._written_off else self._known_lines():
                tallies[target].update(lines)
            for share in () if self._written_off else self._routed(self.inputs.accepted_shares()):
                tallies[share.target].add(share.tally)
            self._tallies = (self._state, tallies)
        return self._tallies[1]

    def lines(self) -> dict[str, CountedLines]:
        """The same with the lines themselves, in their order."""
        if self._lines[0] != self._state:
            found = _by_target(self._batches())
            for target, gone in self._written_off.items():
                found[target] = minus(found.get(target, NONE), gone)
            self._lines = (self._state, found)
        return self._lines[1]

    def read_again(self) -> dict[str, CountedLines]:
        """What comes once more of the input, by target, when a project that keeps its position reads on."""
        return self._of_input(self.inputs.read_again()) if self.keeps_position else {}

    def within_reach(self) -> dict[str, CountedLines]:
        """What of it stands where it would be read on: also what the position says is done with."""
        return self._of_input(self.inputs.within_reach()) if self.keeps_position else {}

    def in_the_input(self) -> dict[str, CountedLines]:
        """All that has been read of what is the input now, where its position is kept."""
        return self._of_input(self.inputs.in_the_input()) if self.keeps_position else {}

    def read_twice(self) -> dict[str, CountedLines]:
        """The lines that targets may get once more, since a program has read the input again.

        It reads it from its start, or, where its position is kept, from there.
        """
        return self._of_input(self.inputs.read_twice(keeps_position=self.keeps_position))

    @property
    def keeps_position(self) -> bool:
        """Whether it is kept how far the input was read."""
        return self._routes[0][0].source.keeps_position

    def sources(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Every file that lines came from, and its lines."""
        for booked in self._booked:
            yield booked.path, chain.from_iterable(batches(booked.data))
        for path, data in self.inputs.accepted_data():
            yield path, chain.from_iterable(batches(data))

    def streams(self, owed: CountedLines) -> Iterator[tuple[str, list[bytes]]]:
        """What a target is owed, by where it comes from: each of several inputs has an order of its own."""
        if len(self.inputs.paths) == 1:
            yield "the input", list(owed)
            return
        for path in self.inputs.paths:
            read = (batches(data) for known, data in self.inputs.accepted_data() if known == path)
            lines = dict.fromkeys(chain.from_iterable(chain.from_iterable(read)))
            yield path, [line for line in lines if line in owed]

    def candidates(self, target: str) -> Iterator[bytes]:
        """All lines that a target could be owed, in order: of an input also those that go elsewhere."""
        yield from self._opening.get(target, NONE).elements()
        for booked in self._booked:
            if booked.target == target:
                yield from chain.from_iterable(booked.batches())
        for _, data in self.inputs.accepted_data():
            yield from chain.from_iterable(batches(data))

    @property
    def _state(self) -> tuple[int, int]:
        return self.accepted, self._changes

    def _written_down(self) -> Iterator[tuple[str, list[bytes]]]:
        for target, lines in self.lines().items():
            yield target, list(lines.elements())

    def _batches(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        yield from self._known_lines()
        for share in self._routed(self.inputs.accepted_shares()):
            yield share.target, share.lines

    def _known_lines(self) -> Iterator[tuple[str, list[bytes]]]:
        """What is owed of no input."""
        for target, opening in self._opening.items():
            yield target, list(opening.elements())
        for booked in self._booked:
            for lines in booked.batches() if booked.data else ([],):
                yield booked.target, lines

    def _routed(self, shares: Iterable[tuple[Project | None, bytes]]) -> Iterator[OwedShare]:
        for project, data in shares:
            routes = next((routes for known, routes in self._routes if known is project), self._routes[0][1])
            for piece in pieces(data):
                yield from routes.shares(piece)

    def _of_input(self, shares: Iterable[tuple[Project | None, bytes]]) -> dict[str, CountedLines]:
        return _by_target((share.target, share.lines) for share in self._routed(shares))


def _by_target(shares: Iterable[tuple[str, Iterable[bytes]]]) -> dict[str, CountedLines]:
    found: dict[str, CountedLines] = {}
    for target, lines in shares:
        found.setdefault(target, Counter()).update(lines)
    return found
