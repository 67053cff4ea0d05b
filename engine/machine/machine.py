"""What all programs of a run share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from engine.behaviour import REFERENCE, Behaviour
from engine.kernel import Event, Process, RandomStreams, Scheduler, Trace, WallClock
from engine.kernel.scheduler import Driver, Task, park
from engine.kernel.trace import FieldValue
from engine.machine.deliveries import Deliveries
from engine.storage.disk_port import Disk
from engine.storage.memory import MemoryDisk
from engine.storage.storage import Storage

# These say that time passes, not that anything moved.
_PASSIVE = frozenset(
    {"log", "monitor.stat", "reconnect.failed", "reconnect.succeeded", "sink.failed", "program.output"}
    | {"sink.refused", "line.unknown"}
)


@dataclass(slots=True)
class Drop:
    """Lines that a strategy gave up on purpose: for which sink, in which process, and the lines themselves."""

    sink: str
    process: str
    lines: Sequence[bytes]


@dataclass(slots=True, eq=False)
class Unanswered:
    """Lines of which nobody knows whether their sink has them: for which, and the lines themselves."""

    sink: str
    lines: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Options:
    """How a machine is set up, with the defaults of a scenario run.

    `start` is the wall clock at the start in nanoseconds since the epoch. Seed 0 runs ready tasks first in, first
    out; any other seed draws their order from its random stream `schedule`. A `driver` makes it run in real time,
    on the wall clock that `wall_clock` reads, and nothing is `hashed` then. Without `keep_events` neither events
    nor dropped lines are kept in memory: a real program may run for months. `root` is where the work root is, as
    programs write paths down, and `work_root` its absolute path, without a slash at its end; `colours` says whether
    some of them paint what they print. `zone` is that of times which they print for a reader, None the machine's
    own; logs and names have UTC. `computed` tells how many nanoseconds a real process has computed so far, or
    waited for a core; a simulated one never does.
    """

    seed: int = 0
    start: int = 1_759_543_160_000_000_000  # 2025-10-04 01:59:20 UTC, as in the seed's sample log
    behaviour: Behaviour = REFERENCE
    environment: Mapping[str, str] = field(default_factory=dict)
    keep_events: bool = True
    log_files: bool = True
    hashed: bool = True
    driver: Driver | None = None
    wall_clock: Callable[[], int] | None = None
    computed: Callable[[], int] = int
    root: str = "."
    colours: bool = False
    work_root: str = ""
    zone: tzinfo | None = UTC


class Machine:
    """Clocks, disk, trace and random streams of one run.

    Args:
        disk: what is on it is there already.
        options: how it is set up; `start` and `environment` are instead of theirs.

    Attributes:
        disk: without faults.
        keeps: events and dropped lines stay in memory.
        root: where the work root is, as programs write paths down that they have from it.
        computed: how many nanoseconds went by for computing.
        colours: some programs paint what they print.
        zone: of times that programs print for a reader.
        work: grows with every event that moves something; two equal readings mean that nothing moved between.
        held: the `Held` of `foreign.stored`, a layer above: what targets of python sinks hold; None until needed.
        servers: the `Servers` of `engine.servers`, a layer above; None where the project has no database.
        overtaken: lines that a sink didn't take while it took later ones of the batch: out of order for good.
        unanswered: lines that were sent and of which no answer has come, or nobody lives to hear it.
        pipeline: the wparse that has the work root's lock, as long as it is alive.
        faultless: every injected sink failure is over (`test_rescue` is up): the closing phase of a run.
    """

    def __init__(
        self,
        disk: Disk,
        options: Options | None = None,
        *,
        start: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        options = options or Options()
        self.keeps = options.keep_events
        self.trace = Trace(keep=self.keeps, hashed=options.hashed and options.driver is None)
        self.streams = RandomStreams(options.seed)
        schedule = self.streams.stream("schedule") if options.seed else None
        self.scheduler = Scheduler(self.trace, schedule, options.driver)
        start = options.start if start is None else start
        self.wall = WallClock(self.scheduler, start if options.wall_clock is None else 0, options.wall_clock)
        self.disk = disk
        self.storage = Storage(self.scheduler, disk, self.trace)
        if isinstance(disk, MemoryDisk) and options.behaviour.dialect == "warp_parse":
            disk.clock = self.wall.now  # whose programs tell when a file was changed
        self.zone = options.zone
        self.behaviour = options.behaviour
        self.environment = options.environment if environment is None else environment
        self.computed = options.computed
        self.log_files = options.log_files
        self.root = options.root
        self.colours = options.colours
        self.work_root = options.work_root
        self.deliveries = Deliveries()
        self.held: Any = None
        self.servers: Any = None
        self.drops: list[Drop] = []
        self.overtaken: list[tuple[str, Sequence[bytes]]] = []
        self.unanswered: list[Unanswered] = []
        self.work = 0
        self.faultless = False
        self.processes = 0
        self.pipeline: Process | None = None
        self._watchers: list[Task] = []

    def emit(self, process: str, kind: str, **fields: FieldValue) -> None:
        """Record an event that `process` caused."""
        self.record(process, kind, fields)

    def record(self, process: str, kind: str, fields: Mapping[str, FieldValue]) -> None:
        """The same, for whoever has the fields together."""
        if kind not in _PASSIVE:
            self.work += 1
        self.trace.emit(Event(self.scheduler.now, process, kind, fields))

    def notify(self) -> None:
        """Wake who watches: a program has become idle or has ended."""
        watchers, self._watchers = self._watchers, []
        for task in watchers:
            self.scheduler.wake(task)

    async def watch(self, timeout: int) -> None:
        """Wait until `notify` is called, at most `timeout` nanoseconds."""
        task = self.scheduler.running()
        self._watchers.append(task)
        await park(timeout)
        if task in self._watchers:  # nobody has called it
            self._watchers.remove(task)
