"""Recovery: scans the rescue root and replays one file after the other, newest first (seed; facts section 5)."""

from __future__ import annotations

from dataclasses import replace

from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.project.model import SinkConf
from engine.rescue.checkpoint import Checkpoint, CheckpointError
from engine.rescue.head import send_head
from engine.rescue.name import LOCK, RescueName, is_locked_name, is_released, logged_path, parse_name
from engine.rescue.pace import Pace
from engine.rescue.replay import Replay, ReplayEnd
from engine.rescue.resuming.absent import look_for_absent
from engine.rescue.writer import RescueFailed, RescueWriter
from engine.sinks import Sink, make_sink
from engine.storage.disk_port import Listing
from engine.units import MILLISECOND, SECOND

SCAN_INTERVAL = SECOND
EXIT_REMAINS = 3
EXIT_BUSY = 4
_PAUSE = 1100 * MILLISECOND  # of a real version, around each file (D32)


class Recovery:
    """What `wprescue` does: one scan, one file, until nothing is left that can be replayed.

    A file that names no sink, or whose name can't be read, is reported once and skipped for this run, so that
    older ones are still reached (D3, D4); a file whose replay failed is too.
    """

    def __init__(self, program: Program, monitor: Monitor) -> None:
        self._program = program
        self._monitor = monitor
        self._root = program.project.rescue_root
        self._behaviour = program.behaviour
        has_infra = self._behaviour.infra_files == "replayed"
        self._known = program.project.sinks if has_infra else program.project.business_sinks
        self._sinks: dict[str, Sink] = {}
        self._skipped: set[str] = set()
        self._hidden: set[str] = set()  # directories that can't be looked into
        self._checkpoint = Checkpoint(program)
        self._pace = Pace(program)
        self._diverted: list[RescueWriter] = []
        self._is_first_scan = True
        self._starved = False  # a file without a sink is tried for ever (D3)

    async def run(self, *, daemon: bool) -> int:
        """Recover until a stop is asked for or, unless `daemon`, nothing is left; the exit code."""
        log = self._program.log
        log.info("recover", "recover begin")
        self._program.emit("recovery.began")
        try:
            await self._checkpoint.load()
        except CheckpointError:
            return 0
        while not self._program.stopping:
            path = await self._scan()
            if path is not None:
                if not await self._recover(path):
                    break
            elif daemon:
                self._program.idle()
                await self._program.process.stop.wait(SCAN_INTERVAL)
            elif not self._starved:
                break
        await self._release_diverted()
        self._program.emit("recovery.ended", left=len(self._skipped))
        if self._behaviour.exit_status == "always_zero":
            return 0
        return self._program.exit_code or (EXIT_REMAINS if self._skipped else 0)

    async def _scan(self) -> str | None:
        """The next file to replay, or None."""
        try:
            found = await self._program.files.list(self._root)
            present = [path for path in found.files if self._is_wanted(path)]
            # What can't be seen may still be there, and is not begun anew when it can be seen again.
            hidden = [*found.refused, *filter(found.hides, self._checkpoint.entries)]
            if self._is_first_scan and self._behaviour.intent != "none":
                await look_for_absent(self._program, [*found.files, *hidden], self._checkpoint.entries)
            self._is_first_scan = False
            await self._checkpoint.prune([*present, *hidden])
        except OSError as error:
            self._program.log.error("recover", f"{self._root} can't be scanned: {error.strerror}")
            self._program.fail(1)
            return None
        self._tell_of_hidden(found)
        names = {path: self._name_of(path) for path in present if path not in self._skipped}
        for path, name in names.items():
            if name is None:
                if self._behaviour.unreadable_name == "abort" and len(present) > 1:
                    await self._program.abort()
                self._skip(path, f"unreadable rescue file name, skipped: {logged_path(path)}")
        for name, path in self._ordered([(name, path) for path, name in names.items() if name is not None]):
            if await self._has_sink(name, path):
                return path
            if self._behaviour.unknown_sink == "retry_forever":
                break
        return None

    def _ordered(self, files: list[tuple[RescueName, str]]) -> list[tuple[RescueName, str]]:
        newest_first = self._behaviour.replay_order == "newest_first"
        if self._behaviour.same_second == "by_path":
            return sorted(files, key=lambda file: (file[0].time, file[1]), reverse=newest_first)
        return sorted(files, reverse=newest_first)

    def _is_wanted(self, path: str) -> bool:
        return is_released(path) or (self._behaviour.scan == "locked_too" and is_locked_name(path))

    def _conf_of(self, name: RescueName) -> SinkConf | None:
        """The sink that a file is for, if there is one."""
        if self._behaviour.group_of_name == "first_with_the_name":
            return next((conf for conf in self._known if conf.name == name.sink), None)
        conf = self._program.project.sink_of_rescue_file(name.sink)
        return conf if conf in self._known else None

    def _name_of(self, path: str) -> RescueName | None:
        ignored = self._behaviour.group_of_name == "first_with_the_name"
        name = parse_name(path.removesuffix(LOCK), None if ignored else self._root)
        if name is not None and self._behaviour.sink_of_name == "up_to_first_dash":
            return replace(name, sink=name.sink.partition("-")[0])
        return name

    async def _has_sink(self, name: RescueName, path: str) -> bool:
        if self._conf_of(name) is not None:
            return True
        message = f"no sink agent for {name.sink}, skipped: {logged_path(path)}"
        if self._behaviour.unknown_sink == "skip":
            self._skip(path, message)
        else:
            self._program.log.error("recover", message)
            self._starved = True
            await self._program.process.stop.wait(SCAN_INTERVAL)
        return False

    def _tell_of_hidden(self, found: Listing) -> None:
        """Tell once of each directory that can't be looked into; nothing is skipped where that is over."""
        for directory in found.refused.keys() - self._hidden:
            self._skip(directory, f"{logged_path(directory)} can't be listed: {found.refused[directory].strerror}")
        self._skipped -= self._hidden - found.refused.keys()
        self._hidden = set(found.refused)

    def _skip(self, path: str, message: str) -> None:
        self._skipped.add(path)
        self._program.emit("recovery.file_skipped", path=path)
        self._program.log.error("recover", message)

    async def _recover(self, path: str) -> bool:
        """Replay one file; False when the behaviour is to end the recovery with it."""
        name = self._name_of(path)
        conf = None if name is None else self._conf_of(name)
        assert conf is not None, "scan gives files of known sinks only"
        sink = self._sink(conf)
        self._program.log.info("recover", f"recover file: {logged_path(path)}")
        self._program.log.info("recover", f"recover begin! file : {logged_path(path)}")
        self._program.emit("recovery.file_began", path=path, sink=sink.name)
        replay = Replay(
            self._program,
            path,
            sink,
            checkpoint=self._checkpoint,
            pace=self._pace if self._behaviour.pace == "over_all_files" else Pace(self._program),
            monitor=self._monitor,
            siblings=self._siblings(conf),
        )
        outcome = await replay.run()
        if replay.diverted is not None:
            self._diverted.append(replay.diverted)
        if outcome is ReplayEnd.FAILED:
            self._skipped.add(path)
            return self._behaviour.replay_failure == "skip_file"
        if outcome is ReplayEnd.STOPPED and self._behaviour.stop_in_file == "resend_head":
            await send_head(self._program, path, sink)
        if self._behaviour.between_files == "pause":
            await self._program.process.stop.wait(_PAUSE)
        return True

    def _sink(self, conf: SinkConf) -> Sink:
        if conf.id not in self._sinks:
            self._sinks[conf.id] = make_sink(self._program, conf)
        return self._sinks[conf.id]

    def _siblings(self, conf: SinkConf) -> list[Sink]:
        """The other sinks of the group, if a replay goes to all of them (D7)."""
        if self._behaviour.replay_to == "failed_sink":
            return []
        groups = self._program.project.groups
        confs = [sink for group in groups if conf in group.sinks for sink in group.sinks]
        return [self._sink(each) for each in confs if each.id != conf.id]

    async def _release_diverted(self) -> None:
        """Give the files that replays made to the next recovery (D16)."""
        for writer in self._diverted:
            try:
                await writer.release()
            except RescueFailed as error:
                self._program.log.error("data", str(error))
