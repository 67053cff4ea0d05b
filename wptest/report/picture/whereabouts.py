"""Which line was lost, when, and who had it last: what a finding's trail and the events say of that together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.kernel import Event
from wptest.judge.trails.power_losses import TakenLines
from wptest.report.picture.lanes import BreachMark, Passage, RunLane, RunMoment, Whereabouts
from wptest.scenario.load import LoadedVariant
from wptest.words.finding import Finding, Sighting, Trail

_MOST = 8  # passages: of more, the first and the last ones


@dataclass(frozen=True, slots=True)
class Tracer:
    """Follows the lines that findings are about through a run.

    Attributes:
        lanes: what is drawn of the run.
        taken: what its power losses took.
    """

    variant: LoadedVariant
    events: Sequence[Event]
    lanes: Sequence[RunLane]
    taken: Sequence[TakenLines] = ()

    def follow(self, findings: Sequence[Finding], breaches: Sequence[BreachMark]) -> Iterator[Whereabouts]:
        """What is known of the line of each finding that has a trail; each came to be at its breach."""
        for finding, breach in zip(findings, breaches, strict=True):
            if finding.trail is not None:
                found = self._followed(breach.finding, finding.trail)
                state, into = self._sink_then(found)
                way = tuple(self._way(found, finding.trail, breach.at))
                yield replace(found, state=state, into=into, way=_cut(way))

    def _followed(self, number: int, trail: Trail) -> Whereabouts:
        found = Whereabouts(number, trail.lines[0], trail.target, stands=trail.stands)
        last = trail.last
        if last is None:
            return found
        found = replace(found, source=last.path, number=last.number)
        if last.replayed_at is None:
            taken = self._read(last) or self._written(last)
            return found if taken is None else replace(found, holder=taken.who, at=taken.at)
        began = self._first("recovery.file_began", last.path, last.replayed_at)
        found = replace(found, holder=began[1], at=began[0]) if began is not None else found
        if last.removed_at is None:
            return found
        removed = self._first("recovery.file_removed", last.path, last.removed_at)
        return found if removed is None else replace(found, until=removed[0])

    def _way(self, found: Whereabouts, trail: Trail, end: RunMoment) -> Iterator[Passage]:
        """What happened to the line until the finding came to be, in order."""
        last, passages = trail.last, list[Passage]()
        if last is not None and last.replayed_at is None:
            taken = self._read(last) or self._written(last)
            passages += [] if taken is None else [taken]
        elif last is not None:
            passages += self._replays(last.path, last.replayed_at or 0)
        if found.until is not None:
            passages.append(Passage(found.until, "removed", text=found.source))
        for number, came in zip(trail.stands, trail.came, strict=False):
            at = RunMoment(came.time, came.place)
            kind = "delivered" if came.process else "there"
            passages.append(Passage(at, kind, came.process, trail.target, number, self._born(came.process, at)))
        begin = min((each.at for each in passages), default=end)
        passages += self._ends({each.who for each in passages}, begin, end, trail.target)
        yield from sorted((each for each in passages if each.at <= end), key=lambda each: each.at.place)

    def _ends(self, holders: set[str], begin: RunMoment, end: RunMoment, target: str) -> Iterator[Passage]:
        """Who was killed that had the line, and where the power went, which takes lines as well."""
        for place, event in enumerate(self.events[begin.place : end.place], begin.place):
            at = RunMoment(event.time, place)
            if event.kind == "program.killed" and event.process in holders:
                yield Passage(at, "killed", event.process)
            elif event.kind == "power.lost":
                gone = [each for each in self.taken if each.place == place and each.gone]
                gone = [each for each in gone if each.path == target] or gone
                lines = sum(each.gone for each in gone)
                yield Passage(at, "power", text=", ".join(each.path for each in gone), number=lines)

    def _read(self, sighting: Sighting) -> Passage | None:
        """When the line of an input was read for the last time, and by whom."""
        found = None
        for place, event in enumerate(self.events):
            if event.kind == "source.accepted" and event.fields["path"] == sighting.path:
                total, lines = (int(event.fields[name] or 0) for name in ("total", "lines"))
                if total - lines < sighting.number <= total:
                    at = RunMoment(event.time, place)
                    found = Passage(at, "read", event.process, sighting.path, born=self._born(event.process, at))
        return found

    def _written(self, sighting: Sighting) -> Passage | None:
        """When the writer of a rescue file was done with it, or had begun to write it."""
        for kind in ("rescue.released", "rescue.created"):
            found = self._first(kind, sighting.path, 0) or self._first(kind, f"{sighting.path}.lock", 0)
            if found is not None:
                return Passage(found[0], "written", found[1], sighting.path, born=self._born(found[1], found[0]))
        return None

    def _replays(self, path: str, since: int) -> Iterator[Passage]:
        """Each time that a replay of the file began, or was gone on with."""
        for place, event in enumerate(self.events):
            if event.kind == "recovery.file_began" and event.fields["path"] == path and event.time >= since:
                at = RunMoment(event.time, place)
                yield Passage(at, "replayed", event.process, path, born=self._born(event.process, at))

    def _born(self, process: str, at: RunMoment) -> RunMoment | None:
        """When the program of that name was started that lived at a moment."""
        before = range(min(at.place, len(self.events) - 1), -1, -1)
        starts = (
            place
            for place in before
            if self.events[place].process == process and self.events[place].kind == "program.started"
        )
        place = next(starts, None)
        return None if place is None else RunMoment(self.events[place].time, place)

    def _first(self, kind: str, path: str, time: int) -> tuple[RunMoment, str] | None:
        """The first event of that kind about a file, not before that time."""
        return next(
            (
                (RunMoment(event.time, place), event.process)
                for place, event in enumerate(self.events)
                if event.time >= time and event.kind == kind and event.fields["path"] == path
            ),
            None,
        )

    def _sink_then(self, found: Whereabouts) -> tuple[str, str]:
        """What the sink of its target was in when the line was taken, and the rescue file that its lines went to.

        Of states that meet at that time it is the last one: the lines that were taken then came into that.
        """
        sinks = [sink.id for sink in self.variant.project.sinks if found.target in (sink.path, sink.id)]
        at = found.at
        if at is None or len(sinks) != 1:
            return "", ""
        bars = (bar for lane in self.lanes if lane.kind == "sink" and lane.name == sinks[0] for bar in lane.bars)
        there = (bar for bar in bars if bar.begins.time <= at.time <= bar.ends.time)
        bar = max(there, key=lambda bar: bar.begins, default=None)
        return ("", "") if bar is None else (bar.state, bar.text if bar.state == "rescuing" else "")


def _cut(way: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return way if len(way) <= _MOST else (*way[: _MOST // 2], *way[-_MOST // 2 :])
