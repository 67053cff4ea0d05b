"""The ledger: every line that was ever issued, and where it is now.

A line's identity is its bytes, and equal lines are counted. What should be at a sink follows from `owed`; where
lines are follows from the disk, from declared drops and from what living programs hold in memory. Nothing is taken
from the programs' own counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from engine.foreign import stored
from engine.machine import Machine, Program
from engine.project.model import MONITOR, Project
from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import LOCK, is_locked_name, is_released, parse_name
from engine.rescue.quarantine import SUFFIX, quarantined_lines
from engine.storage.disk import exists, files_below, read_all
from wptest.judge.account import Account
from wptest.judge.lines import Lines, Tally, batches, both, either, minus, split_lines, whole_lines, without_blank
from wptest.judge.owed import Owed

_NONE: Lines = Counter()  # shared, never changed: most targets have no line in most places
_LASTING = ("rescued", "stranded", "quarantined", "dropped")  # what a kill doesn't change
PLACES = (*_LASTING, "in_flight")


class _Count(Protocol):
    def update(self, lines: list[bytes], /) -> None:
        """Count more lines."""


C = TypeVar("C", bound=_Count)
Missing = Mapping[str, tuple[Lines, Lines]]
Places = Mapping[tuple[str, str], C]


def _counter() -> Lines:
    return Counter()


class Ledger:
    """Keeps the books of one run. Make it when the stage is set and before the first program starts.

    Where every line is in exactly one place, as is nearly always so, tallies are enough to prove it; the lines
    themselves are counted only where they aren't.

    `opening` is what every target is owed at the start; without it, that follows from the files that are there.

    Attributes:
        dues: what should be at the targets.
        remnants: by target, torn ends that dead writers left: whoever writes next makes lines of them.
        cleaned: by target, lines of files whose removal is not durable yet: a power loss may bring them back.
    """

    def __init__(
        self,
        machine: Machine,
        project: Project,
        programs: list[Program],
        opening: Mapping[str, Lines] | None = None,
    ) -> None:
        self.dues = Owed(machine, project, opening or {})
        self.remnants: dict[str, Lines] = {}
        self.cleaned: dict[str, Lines] = {}
        self._machine = machine
        self._project = project
        self._programs = programs
        sinks = project.sinks
        self._targets = {sink.id: sink.path or sink.id for sink in sinks}
        self._paths = {
            sink.path for group in project.groups if group.name != MONITOR for sink in group.sinks if sink.path
        }
        self._foreign = {sink.path: sink.foreign for sink in sinks if sink.path}
        self._read_back = [path for path, conf in self._foreign.items() if conf is not None and conf.stored]
        self._contents = stored.held(machine)
        self._figures = self._foreign.keys() - self._paths
        self._half_done: dict[str, Lines] = {}
        self._begun: set[str] = set()
        self._booked: tuple[tuple[int, int], dict[str, Account]] = ((-1, -1), {})
        if opening is None:
            for path in machine.disk.list(""):
                self.book_file(path)
        machine.trace.listen("recovery.file_began", lambda event: self._begun.add(str(event.fields["path"])))
        machine.trace.listen("recovery.file_removed", lambda event: self._begun.discard(str(event.fields["path"])))
        machine.trace.listen("data.cleaned", lambda event: self._begun.discard(str(event.fields["path"])))

    @property
    def accepted(self) -> int:
        """How many input lines `wparse` has read, over all inputs."""
        return self.dues.accepted

    @property
    def issued(self) -> int:
        """How many lines there ever were: in the inputs, and in rescue files and targets that were written."""
        return self.dues.issued

    def accounts(self) -> dict[str, Account]:
        """The books now, by target: a sink's path, or the name where it has none or is unknown."""
        now = (self._machine.work, self._machine.trace.operations)
        if self._booked[0] != now:
            self._booked = (now, self._book())
        return self._booked[1]

    def rescue_file_target(self, path: str) -> str:
        """The target that a rescue file's name stands for; the sink's name or the path where there is none."""
        name = parse_name(path.removesuffix(LOCK), self._project.rescue_root)
        if name is None:
            return path
        sink = self._project.sink_of_rescue_file(name.sink)
        return name.sink if sink is None else self._targets[sink.id]

    def target(self, path: str) -> bytes:
        """What a target has, with its lines as they were sent."""
        return self._contents.target(self._foreign.get(path), path)

    def target_size(self, path: str) -> int:
        """How many bytes that is."""
        conf = self._foreign.get(path)
        if conf is not None and (conf.original is not None or conf.stored is not None):
            return len(self.target(path))
        return self._machine.disk.stat(path).size if exists(self._machine.disk, path) else 0

    def book_file(self, path: str) -> None:
        """Book a file that nobody wrote but the scenario: a rescue file's or a target's lines are owed from now."""
        is_rescue = path.startswith(f"{self._project.rescue_root}/") and (is_released(path) or is_locked_name(path))
        if self._foreign.get(path) is not None:
            self._contents.know(path)
        if is_rescue or path in self._paths:
            target = self.rescue_file_target(path) if is_rescue else path
            self.dues.book(path, target, self.target(path), is_rescue=is_rescue)

    def owed(self) -> dict[str, Lines]:
        """What each target should have in the end, of all that was accepted up to now, in that order."""
        return self.dues.lines()

    def owed_after_kill(self) -> dict[str, Lines]:
        """What each target is still owed when every program dies now: what only they had is gone for good."""
        return self._without(self._held(self._programs))

    def write_off_memory(self, program: Program) -> None:
        """A program is about to be killed, and nobody is to blame for what only it has."""
        left = self._kept() if program.opaque else self._without(self._held([program]))
        gone = {target: minus(owed, left[target]) for target, owed in self.owed().items()}
        self.dues.write_off({target: lines for target, lines in gone.items() if lines})

    def _kept(self) -> dict[str, Lines]:
        """What is owed, and is somewhere."""
        owed, places = self.owed(), self._places(_counter)
        return {target: minus(lines, self._missing(target, lines, places)) for target, lines in owed.items()}

    def _without(self, held: Iterable[tuple[str, Sequence[bytes]]]) -> dict[str, Lines]:
        """What is owed but for what is held by programs, and is nowhere else."""
        owed = self.owed()
        by_target: dict[str, Lines] = {}
        for sink, lines in held:
            if lines:
                by_target.setdefault(self._targets[sink], Counter()).update(lines)
        if not by_target:
            return owed
        places = self._places(_counter)
        return {
            target: minus(lines, both(self._missing(target, lines, places), by_target.get(target, _NONE)))
            for target, lines in owed.items()
        }

    @contextmanager
    def destroying(self) -> Iterator[None]:
        """Somebody destroys files by hand, and no program is to blame for what only these had."""
        before = self.missing()
        yield
        self._forgive(before)

    def missing(self) -> Missing:
        """The lines that are nowhere now, by target: lost, or unseen in the memory of a program."""
        return {target: (account.lost, account.unseen) for target, account in self._book().items()}

    def start_afresh(self, before: Missing) -> None:
        """An operator has removed a file of an earlier run: what only it had is not owed any more."""
        for target, lines in self._forgive(before).items():
            self.cleaned[target] = self.cleaned.get(target, _NONE) + lines
        if not any(program.name == "wparse" and program.process.alive for program in self._programs):
            self.dues.set_input_aside()  # whoever reads it again is to deliver it again

    def _forgive(self, before: Missing) -> dict[str, Lines]:
        """Nobody is to blame for what was not missing `before` and is now; which lines these are.

        What was unseen then has come out since if no such program lives any more, and may well be among them.
        """
        gone = {}
        for target, (lost, unseen) in self.missing().items():
            lost_before, unseen_before = before.get(target, (_NONE, _NONE))
            known = either(lost_before, unseen_before) if unseen else lost_before
            if lines := minus(either(lost, unseen), known):
                gone[target] = lines
        self.dues.write_off(gone)
        return gone

    def _missing(self, target: str, owed: Lines, places: Places[Lines]) -> Lines:
        """What of `owed` is in no place that outlives a program."""
        missing = minus(owed, self._delivered(target)[0]) if target in self._paths else owed
        for place in _LASTING:
            missing = minus(missing, places.get((target, place), _NONE))
        return missing

    def excuse_torn_ends(self, before: Mapping[str, Lines], *, for_good: bool = True) -> None:
        """The writers of the targets' torn ends are dead; `before` are those that were excused already.

        Those of a recovery are not excused `for_good`: the next one has to cut them off.
        """
        self.remnants = dict(before)
        for target in sorted(self._written()):
            if torn := self._delivered(target)[1]:
                excused = self.remnants if for_good else self._half_done
                excused[target] = excused.get(target, _NONE) | Counter([torn])

    def write_off(self, promised: Mapping[str, Lines]) -> None:
        """A power loss took what it could: from now on only what was promised is owed, and what is still there.

        Zeros that it left in targets stay there, but where a recovery had begun and has to cut them off.
        """
        self._excuse_holes()
        places = self._places(_counter)
        opening = {}
        owed = self.owed()
        for target in dict.fromkeys([*owed, *self.cleaned]):
            left = promised.get(target, _NONE)
            if target in self._paths:
                left = either(left, self._delivered(target)[0])
            for place in _LASTING:
                left = either(left, places.get((target, place), _NONE))
            due = owed.get(target, _NONE)
            if target in self.cleaned:
                due = due + self.cleaned[target]
            opening[target] = both(due, left)
        self.dues.begin_anew(opening)

    def _excuse_holes(self) -> None:
        begun = {self.rescue_file_target(path) for path in self._begun_replays() or ()}
        for target in sorted(self._written() - begun):
            lines, torn = self._delivered(target)
            holes = Counter({line: times for line, times in lines.items() if b"\0" in line})
            if holes:
                self.remnants[target] = self.remnants.get(target, _NONE) | (holes + Counter([torn]))

    def _book(self) -> dict[str, Account]:
        owed = self.dues.tallies()
        places = self._places(Tally)
        written = self._written()
        accounts: dict[str, Account] = {}
        counted: Places[Lines] | None = None
        for target in sorted({*owed, *written, *(target for target, _ in places)}):
            settled = self._settled(target, owed.get(target, Tally()), places)
            if settled is None:
                counted = self._places(_counter) if counted is None else counted
                settled = self._account(target, counted)
            accounts[target] = settled
        return accounts

    def _written(self) -> set[str]:
        """The targets that are there."""
        return self._paths.intersection([*self._machine.disk.list(""), *self._read_back])

    def _settled(self, target: str, owed: Tally, places: Places[Tally]) -> Account | None:
        """The account of a target whose owed lines are each in exactly one place; None where they aren't."""
        elsewhere = {place: places[target, place] for place in PLACES if (target, place) in places}
        if target in self._paths:
            delivered, torn = self._tallied(target)
        elif not elsewhere and self._machine.deliveries.total(target) == owed.lines:
            delivered, torn = owed, b""
        else:
            return None
        if sum(elsewhere.values(), delivered) != owed:
            return None
        account = Account(owed.lines, delivered.lines, torn=torn)
        for place, tally in elsewhere.items():
            setattr(account, place, tally.lines)
        return account

    def _places(self, make: Callable[[], C]) -> dict[tuple[str, str], C]:
        """Lines that have not arrived, by target and place, counted in what `make` makes."""
        places: dict[tuple[str, str], C] = {}
        for target, place, lines in self._undelivered():
            if (target, place) not in places:
                places[target, place] = make()
            places[target, place].update(lines)
        return places

    def _undelivered(self) -> Iterator[tuple[str, str, list[bytes]]]:
        disk = self._machine.disk
        begun = self._begun_replays()
        for path in files_below(disk, self._project.rescue_root):
            target = self.rescue_file_target(path)
            if target in self._figures:
                continue
            if is_released(path) or is_locked_name(path):
                place = "rescued" if is_released(path) or disk.locked(path) else "stranded"
                is_fresh = begun is not None and path not in begun
                data = read_all(disk, path)
                if is_locked_name(path):  # a torn end is no line: its writer goes on, or it is cut off
                    data = whole_lines(data)
                for lines in batches(data):
                    yield target, place, without_blank(lines)
                    if is_fresh:
                        yield target, "fresh", without_blank(lines)
            elif path.endswith(SUFFIX):
                target = self.rescue_file_target(path.removesuffix(SUFFIX) + ".dat")
                yield target, "quarantined", [line for _, line in quarantined_lines(disk, path)]
        for drop in self._machine.drops:
            yield self._targets[drop.sink], "dropped", list(drop.lines)
        for sink, held in self._held(self._programs):
            if held:
                yield self._targets[sink], "in_flight", list(held)

    def _begun_replays(self) -> set[str] | None:
        """Rescue files whose lines may have arrived in part; None when the checkpoint can't tell."""
        try:
            return self._begun | set(read_entries(self._machine.disk, self._project.rescue_root))
        except CheckpointError:
            return None

    def stopped(self, name: str) -> bool:
        """Whether the program of that name that ended last was asked to stop."""
        return next(
            (each.stopping for each in reversed(self._programs) if each.name == name and not each.process.alive),
            False,
        )

    def _held(self, programs: Iterable[Program]) -> Iterable[tuple[str, Sequence[bytes]]]:
        for program in programs:
            if program.process.alive:
                for holding in program.holdings:
                    yield from holding()

    def _tallied(self, path: str) -> tuple[Tally, bytes]:
        """What is in a target, but for a torn line at its end, and that one."""
        data = self.target(path)
        whole = data.rfind(b"\n") + 1
        tally = Tally()
        for lines in batches(data[:whole]):
            tally.update(lines)
        return tally, self._own(path, data[whole:])

    def _own(self, target: str, torn: bytes) -> bytes:
        """A torn end, unless it is one that dead writers left."""
        excused = torn in self.remnants.get(target, _NONE) or torn in self._half_done.get(target, _NONE)
        return b"" if excused else torn

    def _account(self, target: str, places: Places[Lines]) -> Account:
        """The account of a target line by line."""
        owed = self.dues.lines().get(target, _NONE)
        elsewhere = {place: places.get((target, place), _NONE) for place in PLACES}
        if target in self._paths:
            delivered, torn = self._delivered(target)
            torn = self._own(target, torn)
        else:
            delivered, torn = self._taken_by_blackhole(target, owed, elsewhere), b""
        account = Account(owed.total(), delivered.total(), torn=torn)
        if more := minus(delivered, owed):
            account.duplicates = Counter({line: times for line, times in more.items() if line in owed})
            account.invented = minus(minus(more, account.duplicates), self.remnants.get(target, _NONE))
            account.delivered -= more.total()
        missing = minus(owed, delivered)
        account.doubled = minus(places.get((target, "fresh"), _NONE), missing)
        for place, lines in elsewhere.items():
            if missing and lines:
                found = both(missing, lines)
                setattr(account, place, found.total())
                missing = minus(missing, found)
        if any(program.opaque and program.process.alive for program in self._programs):
            account.unseen = missing
            account.in_flight += missing.total()
        else:
            account.lost = missing
        return account

    def _delivered(self, path: str) -> tuple[Lines, bytes]:
        data = self.target(path)
        whole = data.rfind(b"\n") + 1
        return (Counter(split_lines(data[:whole])) if whole else _NONE), data[whole:]

    def _taken_by_blackhole(self, target: str, owed: Lines, elsewhere: Mapping[str, Lines]) -> Lines:
        """A black hole keeps no lines, only their number: assume the first that are nowhere else."""
        total = self._machine.deliveries.total(target)
        left = owed
        for lines in elsewhere.values():
            left = minus(left, lines)
        return Counter(list(left.elements())[:total])
