"""The ledger: every line that was ever issued, and where it is now.

A line's identity is its bytes, and equal lines are counted. What should be at a sink (`owed`) follows from the
input, the routing and the rescue files that were there at the start; where lines are follows from the disk, from
declared drops and from what living programs hold in memory. Nothing is taken from the programs' own counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.kernel import Event
from engine.machine import Machine, Program
from engine.pipeline.router import Router
from engine.project.model import MONITOR, Project
from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import LOCK, is_locked_name, is_released, parse_name
from engine.rescue.quarantine import SUFFIX, quarantined_lines
from engine.sinks.stored import as_sent
from engine.storage.disk import files_below, read_all
from wptest.check.lines import Lines, both, minus, same, split_lines

_NONE: Lines = Counter()  # shared, never changed: most targets have no line in most places
_LASTING = ("rescued", "stranded", "quarantined", "dropped")  # what a kill doesn't change
_PLACES = (*_LASTING, "in_flight")


@dataclass(slots=True)
class Account:
    """One target's lines by what became of them.

    Every owed line is in exactly one of the places: delivered, rescued, stranded, quarantined, dropped, in
    flight, or lost. Duplicates and invented lines are delivered ones that nobody owed. `doubled` lines stand in a
    rescue file that nobody has begun to replay although they have arrived, or stand in another one, too.
    """

    owed: int = 0
    delivered: int = 0
    rescued: int = 0
    stranded: int = 0
    quarantined: int = 0
    dropped: int = 0
    in_flight: int = 0
    lost: Lines = field(default_factory=lambda: _NONE)
    duplicates: Lines = field(default_factory=lambda: _NONE)
    invented: Lines = field(default_factory=lambda: _NONE)
    doubled: Lines = field(default_factory=lambda: _NONE)
    torn: bytes = b""


class Ledger:
    """Keeps the books of one run. Make it when the stage is set and before the first program starts.

    `opening` is what every target is owed at the start; without it, that follows from the files that are there.

    Attributes:
        remnants: by target, torn ends that dead writers left: whoever writes next makes lines of them.
    """

    def __init__(
        self,
        machine: Machine,
        project: Project,
        programs: list[Program],
        opening: Mapping[str, Lines] | None = None,
    ) -> None:
        self._machine = machine
        self._project = project
        self._programs = programs
        self._router = Router(project)
        self._targets = {sink.name: sink.path or sink.name for sink in project.sinks}
        self._paths = {
            sink.path for group in project.groups if group.name != MONITOR for sink in group.sinks if sink.path
        }
        self._foreign = {sink.path: sink.foreign for sink in project.sinks if sink.path}
        self._figures = {sink.path for sink in project.sinks if sink.path} - self._paths
        self.remnants: dict[str, Lines] = {}
        self._opening: dict[str, Lines] = dict(opening or {})
        self._written_off: dict[str, Lines] = {}
        self._past: list[list[bytes]] = []  # what was accepted of inputs that have been overwritten since
        self._accepted = 0
        self._routed: tuple[int, dict[str, Lines]] = (-1, {})
        self._begun: set[str] = set()
        self._booked: tuple[tuple[int, int], dict[str, Account]] = ((-1, -1), {})
        if opening is None:
            for path in machine.disk.list(""):
                self.book_file(path)
        machine.trace.listen("source.accepted", self._on_accepted)
        machine.trace.listen("input.written", self._on_input)
        machine.trace.listen("recovery.file_began", lambda event: self._begun.add(str(event.fields["path"])))
        machine.trace.listen("recovery.file_removed", lambda event: self._begun.discard(str(event.fields["path"])))

    @property
    def accepted(self) -> int:
        """How many input lines `wparse` has read, over all inputs."""
        return sum(map(len, self._past)) + self._accepted

    @property
    def issued(self) -> int:
        """How many lines there ever were: in the inputs, and at the start in rescue files and targets."""
        opening = sum(lines.total() for lines in self._opening.values())
        return sum(map(len, self._past)) + len(self._input()) + opening

    def accounts(self) -> dict[str, Account]:
        """The books now, by target: a sink's path, or the name where it has none or is unknown."""
        now = (self._machine.work, self._machine.trace.operations)
        if self._booked[0] != now:
            self._booked = (now, self._book())
        return self._booked[1]

    def _book(self) -> dict[str, Account]:
        owed = self.owed()
        places = self._places()
        written = self._paths.intersection(self._machine.disk.list(""))
        return {
            target: self._account(target, owed.get(target, _NONE), places)
            for target in sorted({*owed, *written, *(target for target, _ in places)})
        }

    def rescue_file_target(self, path: str) -> str:
        """The target that a rescue file's name stands for; the sink's name or the path where there is none."""
        name = parse_name(path.removesuffix(LOCK))
        return path if name is None else self._targets.get(name.sink, name.sink)

    def target(self, path: str, size: int | None = None) -> bytes:
        """What a target has, or had when it was `size` bytes long, with its lines as they were sent."""
        return as_sent(self._foreign.get(path), read_all(self._machine.disk, path)[:size])

    def book_file(self, path: str) -> None:
        """Book a file that nobody wrote but the scenario: a rescue file's or a target's lines are owed from now."""
        is_rescue = path.startswith(f"{self._project.rescue_root}/") and (is_released(path) or is_locked_name(path))
        if is_rescue or path in self._paths:
            target = self.rescue_file_target(path) if is_rescue else path
            lines = split_lines(self.target(path))
            if is_rescue:  # blank lines are skipped on replay, and nobody owes them
                lines = [line for line in lines if line.strip()]
            self._opening.setdefault(target, Counter()).update(lines)
            self._routed = (-1, {})

    def _on_accepted(self, event: Event) -> None:
        self._accepted = max(self._accepted, int(event.fields["total"] or 0))

    def _on_input(self, _event: Event) -> None:
        """The input is about to be written anew: keep what was accepted of the old one."""
        if self._accepted:
            self._past.append(self._input()[: self._accepted])
            self._accepted = 0
            self._routed = (-1, {})

    def _input(self) -> list[bytes]:
        return split_lines(read_all(self._machine.disk, self._project.source.path))

    def owed(self) -> dict[str, Lines]:
        """What each target should have in the end, of all that was accepted up to now, in that order."""
        if self._routed[0] != self.accepted:
            self._routed = (self.accepted, self._route())
        return self._routed[1]

    def _route(self) -> dict[str, Lines]:
        owed = {target: Counter(lines) for target, lines in self._opening.items()}
        groups = {group.name: group for group in self._project.groups}
        for batch in (*self._past, self._input()[: self._accepted]):
            for name, lines in self._router.split([line for line in batch if line.strip()]).items():
                for sink in groups[name].sinks:
                    owed.setdefault(self._targets[sink.name], Counter()).update(lines)
        for target, gone in self._written_off.items():
            owed[target] = minus(owed.get(target, _NONE), gone)
        return owed

    def owed_after_kill(self) -> dict[str, Lines]:
        """What each target is still owed when every program dies now: what only they had is gone for good."""
        owed = self.owed()
        if not any(lines for _, lines in self._held()):
            return owed
        places = self._places()
        return {target: minus(lines, self._gone(target, lines, places)) for target, lines in owed.items()}

    def write_off_memory(self) -> None:
        """Every program that lives is about to be killed, and nobody is to blame for what only they have."""
        left = self.owed_after_kill()
        for target, owed in self.owed().items():
            if gone := minus(owed, left[target]):
                self._written_off[target] = self._written_off.get(target, _NONE) + gone
        self._routed = (-1, {})

    def _gone(self, target: str, owed: Lines, places: Mapping[tuple[str, str], Lines]) -> Lines:
        missing = minus(owed, self._delivered(target)[0]) if target in self._paths else owed
        for place in _LASTING:
            missing = minus(missing, places.get((target, place), _NONE))
        return both(missing, places.get((target, "in_flight"), _NONE))

    def excuse_torn_ends(self, before: Mapping[str, Lines]) -> None:
        """The writers of the targets' torn ends are dead; `before` are those that were excused already."""
        self.remnants = dict(before)
        for target in sorted(self._paths):
            if torn := self._delivered(target)[1]:
                self.remnants[target] = self.remnants.get(target, _NONE) | Counter([torn])

    def write_off(self, promised: Mapping[str, Lines]) -> None:
        """A power loss took what it could: from now on only what was promised is owed, and what is still there."""
        places = self._places()
        for target, owed in self.owed().items():
            left = promised.get(target, _NONE)
            if target in self._paths:
                left = left | self._delivered(target)[0]
            for place in _LASTING:
                left = left | places.get((target, place), _NONE)
            self._opening[target] = owed & left
        self._routed = (-1, {})

    def _places(self) -> dict[tuple[str, str], Lines]:
        """Lines that have not arrived, by target and place."""
        places: dict[tuple[str, str], Lines] = {}

        def add(target: str, place: str, lines: Iterable[bytes]) -> None:
            places.setdefault((target, place), Counter()).update(lines)

        disk = self._machine.disk
        begun = self._begun_replays()
        for path in files_below(disk, self._project.rescue_root):
            if self.rescue_file_target(path) in self._figures:
                continue
            if is_released(path) or is_locked_name(path):
                place = "rescued" if is_released(path) or disk.locked(path) else "stranded"
                data = read_all(disk, path)
                if is_locked_name(path):  # a torn end is no line: its writer goes on, or it is cut off
                    data = data[: data.rfind(b"\n") + 1]
                rescued = [line for line in split_lines(data) if line.strip()]
                add(self.rescue_file_target(path), place, rescued)
                if begun is not None and path not in begun:
                    add(self.rescue_file_target(path), "fresh", rescued)
            elif path.endswith(SUFFIX):
                target = self.rescue_file_target(path.removesuffix(SUFFIX) + ".dat")
                add(target, "quarantined", (line for _, line in quarantined_lines(disk, path)))
        for drop in self._machine.drops:
            add(self._targets[drop.sink], "dropped", drop.lines)
        for sink, lines in self._held():
            if lines:
                add(self._targets[sink], "in_flight", lines)
        return places

    def _begun_replays(self) -> set[str] | None:
        """Rescue files whose lines may have arrived in part; None when the checkpoint can't tell."""
        try:
            return self._begun | set(read_entries(self._machine.disk, self._project.rescue_root))
        except CheckpointError:
            return None

    def _held(self) -> Iterable[tuple[str, Sequence[bytes]]]:
        for program in self._programs:
            if program.process.alive:
                for holding in program.holdings:
                    yield from holding()

    def _account(self, target: str, owed: Lines, places: Mapping[tuple[str, str], Lines]) -> Account:
        elsewhere = {place: places.get((target, place), _NONE) for place in _PLACES}
        if target in self._paths:
            delivered, torn = self._delivered(target)
            torn = b"" if torn in self.remnants.get(target, _NONE) else torn
        else:
            delivered, torn = self._taken_by_blackhole(target, owed, elsewhere), b""
        account = Account(owed.total(), delivered.total(), torn=torn)
        fresh = places.get((target, "fresh"), _NONE)
        if same(delivered, owed) and not fresh:
            return account
        if more := minus(delivered, owed):
            account.duplicates = Counter({line: times for line, times in more.items() if line in owed})
            account.invented = minus(minus(more, account.duplicates), self.remnants.get(target, _NONE))
            account.delivered -= more.total()
        missing = minus(owed, delivered)
        account.doubled = minus(fresh, missing)
        for place, lines in elsewhere.items():
            if missing and lines:
                found = both(missing, lines)
                setattr(account, place, found.total())
                missing = minus(missing, found)
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
