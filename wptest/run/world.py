"""One run's world: the machine, its programs, and the books; `waiting` is how to wait for things in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.foreign.stored import held
from engine.kernel import Event, Process
from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.programs.command import Command
from engine.programs.environment import handed_on
from engine.project.missing_files import as_read
from engine.project.model import Project
from engine.servers.on_machine import processes_of
from engine.storage.disk_port import Disk
from engine.storage.memory import MemoryDisk
from engine.storage.quotas import Room
from engine.text.diagnostic import Diagnostic
from engine.text.problems import ProjectError
from wptest.judge.debts import Left
from wptest.judge.history import History
from wptest.judge.invariants import Invariants
from wptest.judge.ledger import Ledger
from wptest.judge.line_counts import NONE, CountedLines
from wptest.judge.run_facts import RunFacts
from wptest.judge.users.user_code import user_code
from wptest.run.aftermath import Aftermath
from wptest.run.bounds import TIMEOUT
from wptest.run.lasting import Lasting
from wptest.run.outset import premises, set_stage
from wptest.run.project_on_disk import ProjectOnDisk, may_change
from wptest.run.users.user_faults import Hand, HandUsed
from wptest.run.waiting import Waiter
from wptest.scenario.load import LoadedVariant
from wptest.scenario.scenario import Scenario
from wptest.shapes.extension import Call
from wptest.subject.port import ENGINE, Subject
from wptest.words.change import StepChange
from wptest.words.doings import Doings
from wptest.words.expectations.allowances import Allowances
from wptest.words.stage import NotRunningError
from wptest.words.verbs.files.directory_sizes import Resized

if TYPE_CHECKING:
    from engine.servers.server import DatabaseServer


@dataclass(frozen=True, slots=True)
class RunOptions(Options):
    """How to run: what the machine is told, and what has no end. The scenario says when it starts.

    A run that takes more than `most_steps` steps of the scheduler, or makes more than `most_events` events, has no
    end. One that takes longer than `timeout` nanoseconds of real time is ended; 0 is no limit.
    """

    most_steps: int = 100_000_000
    most_events: int = 5_000_000  # they stand in memory, with what the log says of them: some gigabytes
    timeout: int = TIMEOUT

    def within(self, scenario: Scenario) -> RunOptions:
        """The same, but for the behaviour where the scenario is about a certain one."""
        behaviour = scenario.given.outset.behaviour
        return self if behaviour is None else replace(self, behaviour=behaviour)


class World:
    """The machine with its disk set up, and everything that watches it. Implements `words.stage.Stage`.

    With an `aftermath` the disk is as a crash left it, and nothing is set up: the machine has just been restarted.

    Attributes:
        subject: what the scenario runs against.
        commands: what the programs were started as, by their `id`.
        doings: what programs did to which files, if the scenario has faults that may meet none of it.
        lasting: what steps have put into force and may still be.
        doubts: why expectations may not hold: moments that were not exact, steps that were never triggered.
        rooms: the directories that have a size from the start.
        waiting: how to wait for something in it.
        files: the files of its project directory, where a step may change them.
        unfollowed: what the books can't follow of the projects that programs were started with.
        waited_in_vain: a step was given up, since nothing moved any more.
        closing: the timeline is over.
        when_over: what is to be told of that.
        forgives_kills: lines that only a killed program had are nobody's loss.
        is_off_course: it has troubles that the scenario knows nothing of.
    """

    def __init__(
        self,
        variant: LoadedVariant,
        disk: Disk,
        options: RunOptions,
        aftermath: Aftermath | None = None,
        subject: Subject = ENGINE,
    ) -> None:
        scenario = variant.scenario
        self.subject = subject
        self.doubts: list[str] = [*subject.doubts]
        self.variant = variant
        self.scenario: Scenario = scenario
        outset = scenario.given.outset
        known = premises(variant)
        self.project: Project = as_read(known.project, options.behaviour)
        start = outset.clock if aftermath is None else aftermath.wall
        variables = dict(options.environment) | handed_on(outset.variables)
        self.machine = Machine(disk, subject.options(options), start=start, environment=variables)
        self.programs: list[Program] = []
        self.commands: dict[int, Command] = {}
        self.doings = Doings(self.machine)
        self.lasting = Lasting(self.machine)
        if known.may_miss:
            self.doings.watch()
        self.waited_in_vain = False
        self.closing = self.is_off_course = False
        self.when_over: list[Callable[[], None]] = []
        allow = scenario.then.get(Allowances)
        self.forgives_kills = allow is not None and allow.lost is not None and allow.lost.in_memory
        self.marks: dict[bytes, str] = {}
        # After a crash every trouble is over, and so is that of a disk that was too small.
        self.rooms = subject.resize(self.machine, outset.rooms if aftermath is None else {})
        for room in self.rooms:
            self.lasting.note("from the start", Resized(room))
        self.unfollowed: list[tuple[Program, str]] = []
        self.files = ProjectOnDisk(variant, self.project, disk, options.behaviour) if may_change(variant) else None
        if aftermath is None:
            self._set_stage(disk)
        subject.start_servers(self.machine, self.project)
        owed = None if aftermath is None else aftermath.owed
        unowed = {path for path, file in outset.files.items() if not file.owed}
        self.ledger = Ledger(self.machine, self.project, self.programs, owed, unowed)
        self.history = History(self.machine, self.ledger, subject.content)
        self.machine.trace.listen("power.lost", self._power_lost)
        if aftermath is not None:
            self._take_over(aftermath)
        self.invariants = Invariants(
            self.machine, self.project, ledger=self.ledger, history=self.history, allow=allow
        )
        self.facts = RunFacts(self.machine, self.project, self.ledger, self.history, self.marks)
        self.waiting = Waiter(
            self.machine,
            self.programs,
            patience=subject.patience,
            pause=known.pause,
            glance=subject.glance,
            limit=scenario.limit,
        )
        subject.begin(self.machine, self.project)

    def end_timeline(self) -> None:
        """The timeline is over, and with it the scenario's limit."""
        self.closing = True
        self.waiting.limit = None
        for told in self.when_over:
            told()

    def go_off_course(self) -> None:
        """This is a run with troubles that the scenario knows nothing of: it is not to blame for what they cost.

        What only a killed program had may be lost. A scenario that starts wparse twice may have read its input
        once more, from its start (D36), as it may not have got another one, or not come to the end of the first.
        """
        self.forgives_kills = self.ledger.forgives_rereading = self.is_off_course = True

    def take_back(self) -> None:
        """End what steps have put into force, sizes of directories and permission bits."""
        self.machine.storage.quotas.rooms.clear()
        self.machine.storage.modes.take_back(self.machine.disk)

    def _power_lost(self, _event: Event) -> None:
        if self.forgives_kills:
            self.ledger.debts.excuse_power_loss()

    def kill(self, process: str) -> None:
        """See `Stage.kill`."""
        if (server := self._server(process)) is not None and server.alive:
            server.kill()
            return
        program, debts = _latest(self.alive, process), self.ledger.debts
        if self.forgives_kills and not program.opaque:
            debts.write_off_memory(program)
        program.process.kill()
        if self.forgives_kills:
            if program.opaque:  # only now it is certain what has come out of it
                debts.write_off_memory(program)
            debts.excuse_torn_ends(debts.remnants, for_good=program.name != "wprescue")

    @contextmanager
    def by_hand(self, paths: Collection[str], *, destroys: bool) -> Iterator[None]:
        """See `Stage.by_hand`. It is durable: whether somebody else's work outlives a power loss proves nothing."""
        durably = disk.durably() if isinstance(disk := self.machine.disk, MemoryDisk) else nullcontext()
        excused = self.ledger.debts.destroying() if destroys and self.forgives_kills else nullcontext()
        with self.subject.by_hand(), self.ledger.changing_by_hand(paths), excused, durably:
            yield

    def resize(self, sizes: Mapping[str, int]) -> Sequence[Room]:
        """See `Stage.resize`."""
        return self.subject.resize(self.machine, sizes)

    def book_file(self, path: str) -> None:
        """See `Stage.book_file`."""
        self.ledger.book_file(path)

    def book_lines(self, path: str, data: bytes, behind: bytes) -> None:
        """See `Stage.book_lines`."""
        self.ledger.book_lines(path, data, behind)

    def moved(self, path: str, to: str) -> None:
        """See `Stage.moved`."""
        self.ledger.moved(path, to)

    def copied(self, path: str) -> None:
        """See `Stage.copied`."""
        self.ledger.copied(path)

    def destroyed(self, path: str) -> None:
        """See `Stage.destroyed`."""
        if self.forgives_kills:
            self.ledger.debts.excuse_cut(path)
            self.history.forget_replays(path)

    def call(self, call: Call) -> Sequence[StepChange]:
        """See `Stage.call`."""
        hand = Hand(self, call.key)
        with user_code(call) as fault:
            fault.object(hand, **call.values)
        return [HandUsed(call.key, hand)]

    def _set_stage(self, disk: Disk) -> None:
        if self.files is not None and self.subject.is_real:
            self.files.take_for_unchanged()
        elif self.files is not None:
            self.files.put()
        self.marks = set_stage(disk, self.project, self.scenario.given.outset, self.machine.behaviour)
        if isinstance(disk, MemoryDisk):
            disk.settle()
        for sink in self.project.sinks:
            if sink.foreign is not None and sink.path is not None:
                held(self.machine).reset(sink.foreign, sink.path)

    def _take_over(self, aftermath: Aftermath) -> None:
        self.ledger.inventory.moved_files, debts = aftermath.moved_files.copy(), self.ledger.debts
        debts.by_hand = aftermath.by_hand.copy()
        debts.cleaned.update(aftermath.cleaned)
        debts.doubtful.update(aftermath.doubtful)
        debts.ends.update(aftermath.ends)
        debts.excuse_torn_ends(aftermath.remnants)
        self.history.replays.extend(aftermath.replays)
        self.machine.drops.extend(aftermath.drops)
        self.machine.unanswered.extend(aftermath.unanswered)
        self.ledger.dues.inputs.go_on(aftermath.read)
        for sink, lines in aftermath.delivered.items():
            self.machine.deliveries.add(sink, lines)

    def aftermath(self, left: Left) -> Aftermath:
        """What a crash now leaves besides the disk, when so much is left of what is owed."""
        return Aftermath(
            wall=self.machine.wall.now(),
            owed=left.owed,
            doubtful=dict(self._doubtful(left)),
            remnants=self.ledger.debts.remnants,
            ends=dict(self.ledger.debts.ends),
            cleaned=dict(self.ledger.debts.cleaned),
            by_hand=self.ledger.debts.by_hand.copy(),
            replays=tuple(replace(each) for each in self.history.replays if each.removed_at is not None),
            drops=tuple(self.machine.drops),
            unanswered=tuple(self.machine.unanswered),
            delivered=self.machine.deliveries.totals,
            moved_files=self.ledger.inventory.moved_files.copy(),
            read=self.ledger.dues.inputs.read_so_far if self.project.source.keeps_position else {},
        )

    def _doubtful(self, left: Left) -> Iterator[tuple[str, CountedLines]]:
        """What may come, or have come, although it is not owed."""
        twice = self.ledger.dues.read_twice()
        for target in dict.fromkeys([*left.owed, *left.doubtful]):
            if lines := left.doubtful.get(target, NONE) + twice.get(target, NONE):
                yield target, lines

    def start(self, command: Command) -> Program:
        """Start a program."""
        program = self._started(command)
        self.programs.append(program)
        self.commands[id(program)] = command
        return program

    def _started(self, command: Command) -> Program:
        if self.files is None:
            return self.subject.start(self.machine, self.project, command)
        changes, wrong = self.files.changes(), list[Diagnostic]()
        try:
            project = self.files.project(changes)
        except ProjectError as error:
            project = self.ledger.projects[0]
            # When all trouble is over, so is this: what was left is to be recovered.
            wrong = [] if self.closing and self.machine.faultless else error.problems
        unfollowed = [] if wrong else self.ledger.follow(command.name, project)
        program = self.subject.start(self.machine, project, command, wrong)
        self.unfollowed += [(program, what) for what in unfollowed]
        if self.subject.is_real:
            self.files.accept_pace(changes)
        return program

    def latest(self, process: str) -> Process:
        """See `Stage.latest`."""
        server = self._server(process)
        found = None if server is None else server.process
        return _latest(self.programs, process).process if found is None else found

    def running(self, process: str) -> Process:
        """See `Stage.running`."""
        server = self._server(process)
        found = None if server is None or not server.alive else server.process
        return _latest(self.alive, process).process if found is None else found

    def _server(self, name: str) -> DatabaseServer | None:
        """The server of that name."""
        return next((server for server in processes_of(self.machine) if server.name == name), None)

    @property
    def alive(self) -> list[Program]:
        """The programs that run now."""
        return [program for program in self.programs if program.process.alive]


def _latest(programs: Sequence[Program], process: str) -> Program:
    for program in reversed(programs):
        if program.called == process:
            return program
    raise NotRunningError(process)
