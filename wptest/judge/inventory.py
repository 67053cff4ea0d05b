"""Where every line is now: in a target, in a rescue file, put aside, given up, or in a program's memory.

All of it is read off the disk, from declared drops and from what living programs say they hold. Nothing is taken
from the programs' own counting, but how many lines a black hole has swallowed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from engine.foreign.stored import held
from engine.kernel import Event
from engine.machine import Machine, Program
from engine.project.model import Project
from engine.servers.on_machine import servers_on
from engine.storage.disk_port import files_below, read_all
from wptest.judge.line_counts import (
    FRESH,
    LASTING,
    NONE,
    UNDELIVERED,
    ByPlace,
    CountedLines,
    LineCountT,
    Tally,
    batches,
    both,
    minus,
    split_lines,
    tally_of,
    whole_lines,
    without_blank,
)
from wptest.judge.moved_files import MovedFiles
from wptest.judge.projects.targets import Targets, targets_of
from wptest.judge.rescue_names import (
    PutAside,
    RescueFileNames,
    has_quarantine_name,
    has_released_name,
    lines_of,
    may_be_replayed,
    put_aside,
    quarantined,
    rescue_file_of,
)
from wptest.judge.written_down.replaying import Replaying
from wptest.judge.written_down.stored_records import target_as_sent

_ANY_NUMBER = 1 << 30  # of equal lines: whoever sends one again may send it as often as it likes


class Inventory:
    """Looks where lines are.

    Attributes:
        paths: the targets that keep what they get: no black holes, and not where the monitor's figures go.
        replaying: what the rescue root says of replays.
        moved_files: what files were called that somebody has renamed.
    """

    def __init__(
        self, machine: Machine, project: Project, programs: Sequence[Program], names: RescueFileNames
    ) -> None:
        self._machine = machine
        self._programs = programs
        self._names = names
        self._root = project.rescue_root
        self._keep(targets_of(project))
        self._contents = held(machine)
        self._begun: set[str] = set()
        self.replaying = Replaying(machine, project.rescue_root, names)
        self.moved_files = MovedFiles(project.rescue_root)
        machine.trace.listen("recovery.file_began", self._file_began)
        machine.trace.listen("recovery.file_removed", self._file_gone)
        machine.trace.listen("data.cleaned", self._file_gone)

    def _file_began(self, event: Event) -> None:
        self._begun.add(str(event.fields["path"]))

    def _file_gone(self, event: Event) -> None:
        self._begun.discard(str(event.fields["path"]))

    def follow(self, project: Project) -> None:
        """A program has this project: lines are in its targets, too."""
        self._keep(self._targets.joined(targets_of(project)))

    def _keep(self, targets: Targets) -> None:
        behaviour = self._machine.behaviour
        self._targets = targets
        records = targets.records if behaviour.target_lines == "as_records" else {}
        misses = targets.misses if behaviour.miss_record == "with_its_error" else {}
        self._formats = {**records, **misses}
        self.paths = targets.paths
        self._figures = targets.figures

    def content(self, target: str) -> bytes:
        """What a target has, with its lines as they were sent; also what has been taken away of it.

        A torn end of that is a line: what was written since stands in another file.
        """
        now = self.content_now(target)
        if target not in self.moved_files.rotated:
            return now
        before = b"".join(data + b"\n" * (data[-1:] not in b"\n") for data in self._taken_away(target))
        return target_as_sent(self._formats.get(target), before) + now

    def torn_ends_taken_away(self, target: str) -> CountedLines:
        """The torn ends of files that were taken away."""
        return Counter(filter(None, (data[data.rfind(b"\n") + 1 :] for data in self._taken_away(target))))

    def _taken_away(self, target: str) -> Iterator[bytes]:
        for path in self.moved_files.rotated.get(target, ()):
            data = read_all(self._machine.disk, path)
            yield self._contents.as_sent(self._targets.foreign.get(target), target, data)

    def content_now(self, target: str) -> bytes:
        """What a target has, without what has been taken away of it."""
        if target in self._targets.tables:
            return servers_on(self._machine).content(target)
        conf, form = self._targets.foreign.get(target), self._formats.get(target)
        stored = self._machine.disk.content(target) if conf is None else self._contents.target(conf, target)
        return stored if form is None else target_as_sent(form, stored)

    @property
    def tables(self) -> Collection[str]:
        """The targets that are tables of a database."""
        return self._targets.tables

    @property
    def files(self) -> frozenset[str]:
        """The targets that are files, also those to which the monitor's figures go."""
        return (self.paths | self._figures) - self._targets.tables.keys()

    def has_keys(self, target: str) -> bool:
        """Whether it is a table with a key: what is sent to it again is there once, whatever waits to be sent."""
        return self._targets.tables.get(target, False)

    def is_reordered(self, target: str) -> bool:
        """Whether it is a table whose rows don't stay in the order in which they came."""
        return target in self._targets.reordered

    def unanswered(self, target: str) -> CountedLines:
        """The lines that were sent to a target and of which nobody has heard whether they are there, each once."""
        sent = (each.lines for each in self._machine.unanswered if self.target_of(each.sink) == target)
        return Counter(dict.fromkeys(chain.from_iterable(sent), _ANY_NUMBER))

    def moved(self, path: str, to: str) -> None:
        """What is at `path` is at `to` now, and no longer what was there before."""
        self.moved_files.follow(path, to, is_target=path in self.paths)

    def aside(self) -> Iterator[tuple[str, str]]:
        """The rescue files that somebody has moved away, and what they were called."""
        return ((path, first) for path, first in self.moved_files.aside() if self._machine.disk.exists(path))

    def size(self, target: str) -> int:
        """How many bytes that is."""
        conf = self._targets.foreign.get(target)
        is_own_code = conf is not None and (conf.original is not None or conf.stored is not None)
        is_file = target not in {**self.moved_files.rotated, **self._formats} and target not in self._targets.tables
        if is_own_code or not is_file:
            return len(self.content(target))
        return self._machine.disk.stat(target).size if self._machine.disk.exists(target) else 0

    def torn_end(self, path: str) -> bytes:
        """What stands behind the last whole line of a file."""
        data = self.content(path) if path in self.paths else read_all(self._machine.disk, path)
        return data[data.rfind(b"\n") + 1 :]

    def is_sound(self, target: str) -> bool:
        """Whether a target has nothing but whole lines, without a zero in them, and all that it ever had."""
        content = self.content(target)
        return content[-1:] in (b"", b"\n") and b"\0" not in content and target not in self.moved_files.rotated

    def know(self, target: str) -> None:
        """The scenario has put lines into a target: a sink of somebody's own can be asked for them from now on."""
        if self._targets.foreign.get(target) is not None:
            self._contents.know(target)

    def written(self) -> frozenset[str]:
        """The targets that are there."""
        return self.paths.intersection(
            [*self._machine.disk.list(""), *self._targets.read_back, *self.moved_files.rotated]
        )

    @property
    def hidden(self) -> bool:
        """Whether a program lives that nobody can look into: what is nowhere may be in its memory."""
        return any(program.opaque and program.process.alive for program in self._programs)

    def tally(self, path: str) -> tuple[Tally, bytes]:
        """How many lines a target has, and its torn end."""
        data = self.content(path)
        whole = data.rfind(b"\n") + 1
        return tally_of(data[:whole]), data[whole:]

    def lines(self, path: str) -> CountedLines:
        """The lines of a target, but for a torn end."""
        return Counter(split_lines(whole_lines(self.content(path))))

    def delivered(self, target: str, owed: CountedLines, undelivered: ByPlace[CountedLines]) -> CountedLines:
        """The lines that have arrived.

        A black hole keeps no lines, only their number: these are taken for the first that are nowhere else.
        """
        if target in self.paths:
            return self.lines(target)
        left = owed
        for place in UNDELIVERED:
            left = minus(left, undelivered.get((target, place), NONE))
        return Counter(list(left.elements())[: self._machine.deliveries.total(target)])

    def missing(
        self,
        target: str,
        owed: CountedLines,
        undelivered: ByPlace[CountedLines],
        places: Sequence[str] = UNDELIVERED,
    ) -> CountedLines:
        """What of `owed` has neither arrived nor is in one of the places."""
        missing = minus(owed, self.delivered(target, owed, undelivered))
        for place in places:
            missing = minus(missing, undelivered.get((target, place), NONE))
        return missing

    def there(self, target: str, undelivered: ByPlace[CountedLines]) -> Iterator[CountedLines]:
        """The lines that are there for a target: in it, and in each place that lasts."""
        if target in self.paths:
            yield self.lines(target)
        yield from (undelivered.get((target, place), NONE) for place in LASTING)

    def at_least_and_most(
        self, target: str, undelivered: ByPlace[CountedLines]
    ) -> tuple[CountedLines, CountedLines]:
        """How often each line is there for a target, in it or in a place that lasts: at least, and at most.

        A line of a replay that has begun may stand in its file and in the target. Whether an equal one there is it,
        or another line, nobody can say.
        """
        place = {each: undelivered.get((target, each), NONE) for each in (*LASTING, FRESH)}
        arrived = self.lines(target) if target in self.paths else NONE
        arrived = arrived + place["quarantined"] + place["dropped"]
        waiting = place["rescued"] + place["stranded"]
        most = arrived + waiting
        return minus(most, both(minus(waiting, place[FRESH]), arrived)), most

    def undelivered(self, make: Callable[[], LineCountT]) -> dict[tuple[str, str], LineCountT]:
        """Lines that have not arrived, by target and place, counted in what `make` makes."""
        found: dict[tuple[str, str], LineCountT] = {}
        for target, place, lines in self._undelivered():
            if (target, place) not in found:
                found[target, place] = make()
            found[target, place].update(lines)
        return found

    def held(self, programs: Iterable[Program]) -> dict[str, CountedLines]:
        """What living programs hold in memory, by target."""
        found: dict[str, CountedLines] = {}
        for target, lines in self._held(programs):
            found.setdefault(target, Counter()).update(lines)
        return found

    def target_of(self, sink: str) -> str:
        """Where a sink's lines go: to a file, or just to the sink."""
        return self._targets.of_sink[sink]

    def is_file(self, target: str) -> bool:
        """Whether a sink writes to a file of that name."""
        return target in self._targets.foreign

    def put_aside(self, target: str) -> Iterator[PutAside]:
        """The lines for a target that are in quarantine, and why."""
        for path in files_below(self._machine.disk, self._root):
            if has_quarantine_name(path) and self._names.target(rescue_file_of(path)) == target:
                yield from put_aside(self._machine, path)

    def overtaken(self, target: str) -> set[bytes]:
        """The lines that a target didn't take while it took later ones: no program can bring them into order."""
        overtaken = (lines for sink, lines in self._machine.overtaken if self.target_of(sink) == target)
        return {line for lines in overtaken for line in lines}

    def begun_replays(self) -> set[str] | None:
        """Rescue files whose lines may have arrived in part; None when the checkpoint can't tell."""
        begun = self.replaying.begun()
        return None if begun is None else self._begun | begun

    def acknowledged(self) -> dict[str, CountedLines]:
        """By target, what a checkpoint or an intent counts as done with and that is not in the target."""
        done = self.replaying.done_with(self.paths, self.moved_files.latest_name)
        return {target: minus(lines, self.lines(target)) for target, lines in done.items()}

    def _undelivered(self) -> Iterator[tuple[str, str, list[bytes]]]:
        yield from self._in_rescue_files()
        for drop in self._machine.drops:
            yield self._targets.of_sink[drop.sink], "dropped", list(drop.lines)
        for target, lines in self._held(self._programs):
            yield target, "in_flight", lines

    def _in_rescue_files(self) -> Iterator[tuple[str, str, list[bytes]]]:
        disk = self._machine.disk
        files, aside = files_below(disk, self._root), list(self.aside())
        begun = self.begun_replays() if aside or any(map(may_be_replayed, files)) else None
        for path in files:
            if has_quarantine_name(path):
                target = self._names.target(rescue_file_of(path))
                if target not in self._figures:
                    yield target, "quarantined", quarantined(self._machine, path)
            elif may_be_replayed(path):
                # The lock tells a living writer from a dead one: the name stays as it is when one is killed.
                place = "rescued" if has_released_name(path) or disk.locked(path) else "stranded"
                yield from self._in_rescue_file(path, self.moved_files.first_name(path), place, begun)
        for path, first in aside:
            yield from self._in_rescue_file(path, first, "stranded", begun)

    def _in_rescue_file(
        self, path: str, first: str, place: str, begun: set[str] | None
    ) -> Iterator[tuple[str, str, list[bytes]]]:
        """The lines of a rescue file that was called `first` when it was written."""
        target = self._names.target(first)
        if target in self._figures:
            return
        # Lines of a replay that has begun stand in both, rightly; an unreadable checkpoint excuses all.
        is_fresh = begun is not None and begun.isdisjoint((path, first))
        for batch in batches(lines_of(self._machine, path)):
            lines = without_blank(batch)
            yield target, place, lines
            if is_fresh:
                yield target, FRESH, lines

    def _held(self, programs: Iterable[Program]) -> Iterator[tuple[str, list[bytes]]]:
        for program in programs:
            if program.process.alive:  # a killed program's memory is still there as objects, and gone all the same
                for holding in program.holdings:
                    for sink, lines in holding():
                        if lines:
                            yield self._targets.of_sink[sink], list(lines)
