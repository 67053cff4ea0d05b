"""What a picture of a run is made of: lanes with bars, marks and curves, and rows that tell of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

LaneKind = Literal["step", "trouble", "clock", "power", "program", "server", "sink", "rescue", "disk"]


class RunMoment(NamedTuple):
    """When: monotonic nanoseconds, and how many events had come before, which tells moments of one time apart."""

    time: int
    place: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A state that lasts.

    Attributes:
        begins, ends: from when until when.
        state: which, as colours and patterns are chosen by it: `alive`, `stopping`, `up`, `failing`, `rescuing`...
        text: what there is to say of it, such as the command or the file.
        row: on which row of its lane it stands, since states of one lane may come at the same time.
    """

    begins: RunMoment
    ends: RunMoment
    state: str
    text: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class LaneMark:
    """What happened at a moment, or `count` times from then on, to where the next mark is."""

    at: RunMoment
    kind: str
    text: str = ""
    count: int = 1


class Point(NamedTuple):
    """So many lines at a moment."""

    at: RunMoment
    lines: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A number of lines that grows: `delivered`, `rescued` or `checkpoint`."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class RunLane:
    """One subject of a run: a program, a sink, a rescue file, what is wrong with the disk."""

    kind: LaneKind
    name: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[LaneMark, ...] = ()
    curves: tuple[Curve, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of bars it has."""
        return max((bar.row for bar in self.bars), default=0) + 1


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One line of the table of events; `mark` is that of a `TimelineRow`."""

    at: RunMoment
    process: str
    kind: str
    details: str
    mark: str = " "


@dataclass(frozen=True, slots=True)
class BreachMark:
    """When a finding came to be: `finding` is its number in the result, from 0."""

    at: RunMoment
    finding: int
    text: str


class Passage(NamedTuple):
    """Something that happened to a line.

    Attributes:
        kind: `read` of an input, `written` to a rescue file, `replayed`, `delivered`, or `there` at the start, as
            which line of its target; its file was `removed`; who had it was `killed`; the `power` went.
        who: the program.
        text: the file.
        number: which line of it; of a power loss, how many lines it took of the files.
        born: when the program was started.
    """

    at: RunMoment
    kind: str
    who: str = ""
    text: str = ""
    number: int = 0
    born: RunMoment | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a line was that is lost, or there once too often: where it was seen, and who had it last.

    Attributes:
        finding: the number of the finding that is about it.
        line: the line.
        target: what it is about.
        source: the file in which it was last seen, and `number` which line of it; empty where it was nowhere.
        holder: the program that had it last; empty where nobody is known to have had it.
        at: when that program took it.
        until: when the file with it was removed; None where it wasn't.
        state: what the sink of the target was in then: `up`, `failing`, `rescuing`; empty where that isn't known.
        into: the rescue file that the sink's lines went to at that moment.
        stands: as which lines of the target it stands there.
        way: what happened to it until the finding came to be.
    """

    finding: int
    line: str
    target: str
    source: str = ""
    number: int = 0
    holder: str = ""
    at: RunMoment | None = None
    until: RunMoment | None = None
    state: str = ""
    into: str = ""
    stands: tuple[int, ...] = ()
    way: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one run, of a bounded size however many lines it had.

    Attributes:
        ends: the last moment.
        closing: when the closing phase began; None where there was none.
        lanes: what there is to see, from above.
        rows: the events, folded, from among so many those near what was found.
        breaches: when each finding came to be.
        whereabouts: of the lines that findings are about.
        exact: whether the times are those of a run; those of a plan are the least that is known.
    """

    ends: RunMoment
    lanes: tuple[RunLane, ...]
    closing: RunMoment | None = None
    rows: tuple[PictureRow, ...] = ()
    breaches: tuple[BreachMark, ...] = ()
    whereabouts: tuple[Whereabouts, ...] = ()
    exact: bool = True


def in_rows(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """The bars in their order, each on the first row on which there is room for it."""
    ends: list[RunMoment] = []
    placed = []
    for bar in sorted(bars, key=lambda bar: (bar.begins, bar.ends)):
        row = next((row for row, end in enumerate(ends) if end <= bar.begins), len(ends))
        ends[row : row + 1] = [bar.ends]
        placed.append(Bar(bar.begins, bar.ends, bar.state, bar.text, row))
    return tuple(placed)
