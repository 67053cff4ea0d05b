"""The replay of one rescue file as public versions do it: lines are queued, and nobody looks what becomes of them.

Each line goes into the channel of its sink's group, like a live one, and on from there to all sinks of the group
(D7), whose batches, outages and rescue files are those of live lines (D16). When the last one is queued the file is
removed (D11). A channel that is full ends the recovery (D10), and so does a line that can't be decoded (D9).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Protocol

from engine.kernel import sleep
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.machine.records import FieldlessLine
from engine.rescue.entries import RAW, parse_entry
from engine.rescue.line_numbers import LineNumbers
from engine.rescue.name import logged_path
from engine.rescue.placed_lines import placed_lines, wants_places
from engine.rescue.reader import PoisonLineError, RescueReader
from engine.rescue.replays.picked import PickFigures
from engine.rescue.replays.replay import ReplayEnd
from engine.rescue.resuming.file_identity import Position
from engine.rescue.stop_orders import StopListener
from engine.units import MICROSECOND, MILLISECOND, SECOND

_UNIT = 100
# Timers: the shortest wait, and how late they come, in parts of a millisecond: by so many more each time.
_SHORTEST_WAIT = 1500 * MICROSECOND
_PARTS, _LATER, _FIRST = 27, 7, 7


class Lane(Protocol):
    """Where the lines of a sink's rescue files go."""

    def offer(self, lines: Sequence[bytes]) -> bool:
        """Take lines if there is room for them; whether there was."""


class ChannelFullError(Exception):
    """The group's channel takes no more."""


class QueuedReplay:
    """Reads one rescue file and queues its lines."""

    def __init__(
        self,
        program: Program,
        path: str,
        lane: Lane,
        *,
        sink: str,
        numbers: LineNumbers,
        stop: StopListener,
        monitor: Monitor,
    ) -> None:
        self._program = program
        self._behaviour = program.behaviour
        self._path = path
        self._lane = lane
        self._sink = sink
        self._wants_places = wants_places(program.project, sink, program.behaviour)
        self._numbers = numbers
        self._stop = stop
        self._picked = PickFigures(program, monitor, path)
        limit = program.project.speed_limit
        self._period = _UNIT * SECOND // limit if limit else 0
        self._due = 0
        self._units = 0
        self._sent = 0

    async def run(self) -> ReplayEnd:
        """Replay the file as far as it goes."""
        try:
            with closing(await self._program.files.open(self._path, create=False)) as handle:
                reader = RescueReader(handle, self._behaviour, Position())
                end = await self._replay(reader)
        except (OSError, PoisonLineError, ChannelFullError) as error:
            self._program.log.debug("recover", f"{logged_path(self._path)} is left for another run: {error}")
            end = ReplayEnd.FAILED
        if end is not ReplayEnd.DONE:  # of one that it gives up real versions say nothing
            outcome = "untold" if end is ReplayEnd.FAILED else end.value
            self._program.emit("recovery.interrupted", path=self._path, outcome=outcome)
        return end

    async def _replay(self, reader: RescueReader) -> ReplayEnd:
        self._due = self._program.now + self._period
        await self._skip(reader)
        while await self._unit(reader):
            if self._picked.tick():
                await self._numbers.save()
            if await self._stop.wait(self._pause()):
                await self._numbers.save()
                self._picked.tell()
                self._program.log.info("recover", "recover interrupt")
                return ReplayEnd.STOPPED
        await self._finish()
        return ReplayEnd.DONE

    async def _skip(self, reader: RescueReader) -> None:
        """Leave out what an earlier run has sent, if the behaviour is to go on where it ended."""
        left = self._numbers.lines(self._path) if self._behaviour.resume == "from_checkpoint" else 0
        while left > 0 and (unit := await reader.take(min(left, _UNIT))) is not None:
            left -= len(unit.lines)

    async def _unit(self, reader: RescueReader) -> bool:
        """Queue the next hundred lines; False when the file ends with them."""
        left = _UNIT
        while left:
            unit = await reader.take(left)
            if unit is None:
                return False
            for number, line in enumerate(unit.lines, unit.start.lines + 1):
                await self._queue(self._sent_line(line, number))
            left -= len(unit.lines)
        return True

    async def _queue(self, sent: bytes) -> None:
        while not self._lane.offer([sent]):
            if self._behaviour.full_channel == "give_up":
                raise ChannelFullError("the channel is full")
            await sleep(_SHORTEST_WAIT)
        self._sent += 1
        self._picked.add(1)
        self._numbers.add(self._path, 1)

    def _sent_line(self, line: bytes, number: int) -> bytes:
        """What goes to the group for a line of the file of this number."""
        written = line
        if self._behaviour.rescue_lines == "as_they_are":
            kind = RAW
        else:
            entry = parse_entry(line.rstrip(b"\r"))
            kind, line = entry.kind, entry.line
        is_fieldless = kind == RAW and self._behaviour.raw_entries == "without_fields"
        if not self._wants_places:
            return FieldlessLine(line) if is_fieldless else line
        root = self._program.project.rescue_root
        (placed,) = placed_lines([written], self._path, root, number, self._behaviour)
        return FieldlessLine.at(placed, placed.place) if is_fieldless else placed

    def _pause(self) -> int:
        """How long to wait before the next hundred: its time counts on from the start of the file (D32)."""
        self._units += 1
        now = self._program.now
        wait = max(self._due - now, _SHORTEST_WAIT)
        if self._period:
            self._due += max((now - self._due) // self._period + 1, 1) * self._period
        return wait + MILLISECOND * ((_LATER * (self._units + 1) + _FIRST) % _PARTS) // _PARTS

    async def _finish(self) -> None:
        await self._program.files.remove(self._path)
        self._program.emit("recovery.file_removed", path=self._path, sink=self._sink, lines=self._sent)
        self._numbers.drop(self._path)
        self._program.log.info("recover", f"recover end! clean file : {logged_path(self._path)}")
        self._program.out(f"recover file finished! : {self._path}")
        self._program.log.info("recover", "recover end")
