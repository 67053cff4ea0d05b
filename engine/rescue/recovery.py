"""Recovery: scans the rescue root and replays one file after the other, newest first (seed; facts section 5)."""

from __future__ import annotations

from engine.machine import Program
from engine.pipeline.monitor import Monitor
from engine.rescue.checkpoint import Checkpoint
from engine.rescue.name import RescueName, is_released, parse_name, shown
from engine.rescue.pace import Pace
from engine.rescue.replay import Outcome, Replay
from engine.sinks import Sink, make_sink
from engine.units import SECOND

SCAN_INTERVAL = SECOND
EXIT_REMAINS = 3
EXIT_BUSY = 4


class Recovery:
    """What `wprescue` does: one scan, one file, until nothing is left that can be replayed.

    A file that names no sink, or whose name can't be read, is reported once and skipped for this run, so that
    older ones are still reached (D3, D4); a file whose replay failed is too.
    """

    def __init__(self, program: Program, monitor: Monitor) -> None:
        self._program = program
        self._monitor = monitor
        self._root = program.project.rescue_root
        self._confs = {conf.name: conf for conf in reversed(program.project.sinks)}
        self._sinks: dict[str, Sink] = {}
        self._skipped: set[str] = set()
        self._checkpoint = Checkpoint(program)
        self._pace = Pace(program)

    async def run(self, *, daemon: bool) -> int:
        """Recover until a stop is asked for or, unless `daemon`, nothing is left; the exit code."""
        log = self._program.log
        log.info("recover", "recover begin")
        self._program.emit("recovery.began")
        await self._checkpoint.load()
        while not self._program.stopping:
            path = await self._scan()
            if path is not None:
                await self._recover(path)
            elif daemon:
                self._program.idle()
                await self._program.process.stop.wait(SCAN_INTERVAL)
            else:
                break
        self._program.emit("recovery.ended", left=len(self._skipped))
        return self._program.exit_code or (EXIT_REMAINS if self._skipped else 0)

    async def _scan(self) -> str | None:
        """The next file to replay, or None."""
        try:
            present = [path for path in await self._program.files.list(self._root) if is_released(path)]
            await self._checkpoint.prune(present)
        except OSError as error:
            self._program.log.error("recover", f"{self._root} can't be scanned: {error.strerror}")
            self._program.fail(1)
            return None
        names = {path: parse_name(path) for path in present if path not in self._skipped}
        for path, name in names.items():
            if name is None:
                self._skip(path, f"unreadable rescue file name, skipped: {shown(path)}")
        ordered = sorted((name, path) for path, name in names.items() if name is not None)
        if self._program.behaviour.replay_order == "newest_first":
            ordered.reverse()
        for name, path in ordered:
            if await self._has_sink(name, path):
                return path
            if self._program.behaviour.unknown_sink == "retry_forever":
                break
        return None

    async def _has_sink(self, name: RescueName, path: str) -> bool:
        if name.sink in self._confs:
            return True
        message = f"no sink agent for {name.sink}, skipped: {shown(path)}"
        if self._program.behaviour.unknown_sink == "skip":
            self._skip(path, message)
        else:
            self._program.log.error("recover", message)
            await self._program.process.stop.wait(SCAN_INTERVAL)
        return False

    def _skip(self, path: str, message: str) -> None:
        self._skipped.add(path)
        self._program.emit("recovery.file_skipped", path=path)
        self._program.log.error("recover", message)

    async def _recover(self, path: str) -> None:
        name = parse_name(path)
        assert name is not None, "scan gives readable names only"
        sink = self._sinks.get(name.sink)
        if sink is None:
            sink = self._sinks[name.sink] = make_sink(self._program, self._confs[name.sink])
        self._program.log.info("recover", f"recover file: {shown(path)}")
        self._program.log.info("recover", f"recover begin! file : {shown(path)}")
        self._program.emit("recovery.file_began", path=path, sink=name.sink)
        replay = Replay(
            self._program, path, sink, checkpoint=self._checkpoint, pace=self._pace, monitor=self._monitor
        )
        if await replay.run() is Outcome.FAILED:
            self._skipped.add(path)
