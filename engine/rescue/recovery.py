"""Recovery: scans the rescue root and replays one file after the other, newest first (seed; facts section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from zlib import crc32

from engine.kernel import sleep
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.project.model import SinkConf
from engine.rescue.checkpoint import CheckpointError
from engine.rescue.name import (
    LOCK,
    RescueName,
    by_dashes,
    is_locked_name,
    is_released,
    logged_path,
    parse_name,
    up_to_first_dash,
)
from engine.rescue.replays.file_replays import FileReplays, QueuedReplays, SentReplays
from engine.rescue.replays.queued_replay import Lane
from engine.rescue.replays.replay import ReplayEnd
from engine.rescue.resuming.absent import look_for_absent
from engine.storage.disk_port import Listing
from engine.units import MILLISECOND, SECOND

SCAN_INTERVAL = SECOND
EXIT_REMAINS = 3
EXIT_BUSY = 4
# A real version waits before and behind each file (D32), and so long when there is none.
_BEFORE = 100 * MILLISECOND
_BEHIND = SECOND
_IDLE = 3 * SECOND


class Recovery:
    """What `wprescue` does: one scan, one file, until nothing is left that can be replayed.

    A file that names no sink, or whose name can't be read, is reported once and skipped for this run, so that
    older ones are still reached (D3, D4); a file whose replay failed is too.

    Args:
        program: the program that it is part of.
        monitor: counts lines.
        lanes: where the lines of a sink go, by its id; none at all where lines are not queued.
    """

    def __init__(
        self, program: Program, monitor: Monitor, lanes: Mapping[str, Lane] = MappingProxyType({})
    ) -> None:
        self._program = program
        self._root = program.project.rescue_root
        self._behaviour = program.behaviour
        has_infra = self._behaviour.infra_files == "replayed"
        self._known = program.project.sinks if has_infra else program.project.business_sinks
        self._skipped: set[str] = set()
        self._hidden: set[str] = set()  # directories that can't be looked into
        self._replays: FileReplays
        if self._behaviour.replay_way == "through_the_group":
            self._replays = QueuedReplays(program, monitor, lanes)
        else:
            self._replays = SentReplays(program, monitor)
        self._stop = self._replays.stop
        self._is_first_scan = True
        self._starved = False  # a file without a sink is tried for ever (D3)
        self._idle_since: int | None = None

    async def run(self, *, daemon: bool) -> int:
        """Recover until a stop is asked for or, unless `daemon`, nothing is left; the exit code."""
        log = self._program.log
        log.info("recover", "recover begin")
        self._program.emit("recovery.began")
        try:
            await self._replays.load()
        except CheckpointError:
            return 0
        goes_on = not self._program.stopping
        while goes_on:
            found = await self._scan()
            if found is not None:
                self._idle_since = None
                goes_on = await self._recover(*found) and await self._goes_on_behind_file()
            else:
                goes_on = await self._goes_on_without(daemon=daemon)
        await self._replays.close()
        self._program.emit("recovery.ended", left=len(self._skipped))
        if self._behaviour.exit_status == "always_zero":
            return 0
        return self._program.exit_code or (EXIT_REMAINS if self._skipped else 0)

    async def _goes_on_behind_file(self) -> bool:
        if self._behaviour.between_files == "pause":
            return not await self._stop.wait(_BEHIND)
        return not self._program.stopping

    async def _goes_on_without(self, *, daemon: bool) -> bool:
        """Whether another scan follows one that has found nothing to replay."""
        if daemon:
            self._program.idle()
        elif self._starved:
            self._idle_since = None
        elif self._is_idle_for_long():
            return False
        return not await self._stop.wait(SCAN_INTERVAL)

    def _is_idle_for_long(self) -> bool:
        if self._behaviour.idling == "none":
            return True
        if self._idle_since is None:
            self._idle_since = self._program.now
        return self._program.now - self._idle_since >= _IDLE

    async def _scan(self) -> tuple[str, SinkConf] | None:
        """The next file to replay, and its sink; or None."""
        try:
            self._starved = False
            found = await self._program.files.list(self._root)
            present = [path for path in found.files if self._is_wanted(path)]
            # What can't be seen may still be there, and is not begun anew when it can be seen again.
            hidden = [*found.refused, *filter(found.hides, self._replays.known)] if found.refused else []
            if self._is_first_scan and self._behaviour.intent != "none":
                await look_for_absent(self._program, [*found.files, *hidden], self._replays.known)
            self._is_first_scan = False
            await self._replays.prune([*present, *hidden])
        except OSError as error:
            self._program.log.error("recover", f"{self._root} can't be scanned: {error.strerror}")
            self._program.fail(1)
            return None
        if found.refused or self._hidden:
            self._tell_of_hidden(found)
        for name, path in self._ordered(await self._named(present)):
            conf = self._conf_of(name)
            if conf is not None:
                return path, conf
            self._has_no_sink(name, path)
            if self._starved:
                break
        return None

    async def _named(self, present: Sequence[str]) -> list[tuple[RescueName, str]]:
        """The files that a replay may be of, with what their names say."""
        named = []
        for path in present:
            if path in self._skipped:
                continue
            name = self._name_of(path)
            if name is None and self._behaviour.unreadable_name == "abort":
                name = await self._name_of_one_alone(path, present)
            if name is None:
                self._skip(path, f"unreadable rescue file name, skipped: {logged_path(path)}")
            else:
                named.append((name, path))
        return named

    async def _name_of_one_alone(self, path: str, present: Sequence[str]) -> RescueName | None:
        """Nobody looks at the time of the only file there is; beside others it is the end of the program (D4)."""
        if len(present) > 1:
            await self._program.abort()
        by_dash = self._behaviour.sink_of_name == "up_to_first_dash"
        return RescueName("", 0, up_to_first_dash(path)) if by_dash else None

    def _ordered(self, files: list[tuple[RescueName, str]]) -> list[tuple[RescueName, str]]:
        newest_first = self._behaviour.replay_order == "newest_first"
        if self._behaviour.same_second == "as_listed":
            return sorted(files, key=lambda file: (file[0].time, _place_in_list(file[1])), reverse=newest_first)
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
        if self._behaviour.sink_of_name == "up_to_first_dash":
            return by_dashes(path.removesuffix(LOCK))
        ignored = self._behaviour.group_of_name == "first_with_the_name"
        return parse_name(path.removesuffix(LOCK), None if ignored else self._root)

    def _has_no_sink(self, name: RescueName, path: str) -> None:
        message = f"no sink agent for {name.sink}, skipped: {logged_path(path)}"
        if self._behaviour.unknown_sink == "skip":
            self._skip(path, message)
        else:
            self._program.log.error("recover", message)
            self._starved = True

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

    async def _recover(self, path: str, conf: SinkConf) -> bool:
        """Replay one file; False when the behaviour is to end the recovery with it."""
        if self._behaviour.between_files == "pause":
            await sleep(_BEFORE)
        self._program.log.info("recover", f"recover file: {logged_path(path)}")
        self._program.log.info("recover", f"recover begin! file : {logged_path(path)}")
        self._program.emit("recovery.file_began", path=path, sink=conf.id)
        if await self._replays.replay(path, conf) is ReplayEnd.FAILED:
            self._skipped.add(path)
            return self._behaviour.replay_failure == "skip_file"
        return True


def _place_in_list(path: str) -> int:
    """Where a directory lists a file, as if it went by a hash of its name (D15)."""
    return crc32(path.rpartition("/")[2].encode())
