"""Machines, projects and programs for the tests of the engine: small, with every part within reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from engine.kernel import Process, Scheduler, Trace, sleep
from engine.kernel.scheduler import park
from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.programs.command import parse_command
from engine.programs.launch import start
from engine.project.model import INFRA_GROUPS, GroupConf, Project, Sample, SinkConf
from engine.rescue.checkpoint import CHECKPOINT_NAME, Entry, parse_checkpoint
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import Disk, parent, read_all, write_all
from engine.storage.faults import FaultRule
from engine.storage.files import Files
from engine.storage.memory import MemoryDisk
from engine.storage.storage import Storage
from engine.units import MILLISECOND, SECOND, Phase

RESCUE = "data/rescue"
TARGET = "data/out_dat/a.dat"
INPUT = "data/in_dat/gen.dat"
CHECKPOINT = f"{RESCUE}/recover.lock"
FILE = f"{RESCUE}/a-2025-10-04_01:59:24.dat"
SAMPLE = Sample("/sample", "INFO nginx GET /index.html 200")


def phases(*durations: int) -> tuple[Phase, ...]:
    """Phases in milliseconds, up first and then by turns."""
    return tuple(
        Phase(up=index % 2 == 0, duration=duration * MILLISECOND) for index, duration in enumerate(durations)
    )


def read_entries(disk: Disk, rescue_root: str) -> dict[str, Entry]:
    """The checkpoint as the engine reads it, empty when it is missing."""
    data = read_all(disk, f"{rescue_root}/{CHECKPOINT_NAME}")
    return parse_checkpoint(data) if data else {}


def infra_groups() -> tuple[GroupConf, ...]:
    return tuple(
        GroupConf(name, (SinkConf(f"{name}_sink", FILE_KIND, f"data/out_dat/{name}.dat"),), infra=True)
        for name in INFRA_GROUPS
    )


def make_project(*sinks: SinkConf, **changes: Any) -> Project:
    """A project whose one group `business` takes every sample to `sinks`, by default to the file sink `a`."""
    sinks = sinks or (SinkConf("a", FILE_KIND, TARGET),)
    settings: dict[str, Any] = {"samples": (SAMPLE,), "log_level": "debug"} | changes
    return Project("bench", (GroupConf("business", sinks, ("*",)), *infra_groups()), **settings)


class Bench:
    """A machine with a disk and one project; what is started here can be looked at, killed and waited for."""

    def __init__(self, project: Project | None = None, disk: Disk | None = None, **options: Any) -> None:
        self.disk = disk if disk is not None else MemoryDisk()
        self.project = project if project is not None else make_project()
        self.machine = Machine(self.disk, Options(**options))
        self.programs: list[Program] = []

    @property
    def now(self) -> int:
        return self.machine.scheduler.now

    def start(self, command: str) -> Program:
        program = start(self.machine, self.project, parse_command(command))
        self.programs.append(program)
        return program

    def fault(self, pattern: str, *operations: str, **rule: Any) -> FaultRule:
        made = FaultRule(pattern, frozenset(operations), **rule)
        self.machine.storage.faults.add(made)
        return made

    def play(self, main: Callable[[], Awaitable[Any]], max_steps: int = 3_000_000) -> Any:
        """Run a coroutine function beside the programs until it has ended."""
        scheduler = self.machine.scheduler
        return scheduler.run(scheduler.spawn(main()), max_steps=max_steps)

    def run(self, command: str) -> int:
        """Run one program to its end; its exit code."""
        program = self.start(command)

        async def until_end() -> int:
            await program.process.ended.wait()
            return program.process.exit_code

        return self.play(until_end)

    def run_for(self, duration: int) -> None:
        async def pass_time() -> None:
            await sleep(duration)

        self.play(pass_time)

    def run_until_event(self, kind: str, number: int = 1) -> None:
        """Run until an event of this kind has happened `number` times more."""
        left = number

        async def wait() -> None:
            task = self.machine.scheduler.running()

            def listener(_event: object) -> None:
                nonlocal left
                left -= 1
                if not left:
                    self.machine.storage.let_run_first(task)

            self.machine.trace.listen(kind, listener)
            while left > 0:
                await park()
            self.machine.storage.has_run(task)
            self.machine.trace.unlisten(kind, listener)

        self.play(wait)

    def feed(self, count: int, rate: float = 0.0) -> list[bytes]:
        """Write numbered input lines."""
        lines = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(1, count + 1)]
        write_all(self.disk, INPUT, joined(lines))
        return lines

    def lines(self, path: str = TARGET) -> list[bytes]:
        data = read_all(self.disk, path)
        assert data.endswith(b"\n") or not data, f"{path} ends in a torn line"
        return data.split(b"\n")[:-1]

    def rescue_files(self, ending: str = ".dat") -> list[str]:
        return [path for path in self.disk.list(RESCUE) if path.endswith(ending)]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [dict(event.fields, at=event.time) for event in self.machine.trace.events if event.kind == kind]

    def log(self, level: str | None = None) -> list[str]:
        return [str(each["message"]) for each in self.events("log") if level in (None, each["level"])]


def joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def numbered_lines(count: int, first: int = 1) -> list[bytes]:
    return [b"line %d" % number for number in range(first, first + count)]


def recovery_bench(lines: Sequence[bytes] | bytes, path: str = FILE, **changes: Any) -> Bench:
    """A bench whose disk holds one rescue file."""
    bench = Bench(make_project(**changes))
    write_all(bench.disk, path, lines if isinstance(lines, bytes) else joined(lines))
    return bench


class FilesBench:
    """One process with its files on a disk, without a program around them."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.trace = Trace()
        self.scheduler = Scheduler(self.trace)
        self.disk = disk if disk is not None else MemoryDisk()
        self.storage = Storage(self.scheduler, self.disk, self.trace)
        self.process = Process(self.scheduler, "tester", 1)
        self.files = Files(self.storage, self.process)

    def fault(self, pattern: str, *operations: str, **rule: Any) -> FaultRule:
        made = FaultRule(pattern, frozenset(operations), **rule)
        self.storage.faults.add(made)
        return made

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        return self.scheduler.run(self.scheduler.spawn(main()), max_steps=100_000)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.trace.events]


class ShortWrites(MemoryDisk):
    """A disk that takes at most `most` bytes in one append, as a full or interrupted one does."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def append(self, descriptor: int, data: bytes) -> int:
        return super().append(descriptor, data[: self.most])


__all__ = [
    "CHECKPOINT", "FILE", "INPUT", "MILLISECOND", "RESCUE", "SAMPLE", "SECOND", "TARGET",
    "Bench", "FilesBench", "ShortWrites", "infra_groups", "joined", "make_project", "numbered_lines",
    "parent", "phases", "recovery_bench",
]  # fmt: skip
