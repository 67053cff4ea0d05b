"""Reading the input in rounds, as real versions do (their picker)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from engine.kernel import Flag, sleep
from engine.machine import Program
from engine.pipeline.input_file import InputFile
from engine.pipeline.input_names import InputNames
from engine.pipeline.parsers import Parsers
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.source import FileSource
from engine.project.model import SourceConf
from engine.units import MILLISECOND, SECOND

A_READ = 128  # lines
LONGEST_READ = 400 * 1024  # bytes
READS_A_ROUND = 16
MOST_READS_WAITING = 48
_BYTE = 3  # nanoseconds
_BYTE_AT_FULL_SPEED = 20  # where parsers and sinks work at the same time
_ROUNDS_A_UNIT = 10
_LARGEST_UNIT = 16_000
_PAUSE = 50 * MILLISECOND
_UNTIL_TOLD = 150 * MILLISECOND  # from a signal on: it is looked for by and by, and told in two steps


class Picker(FileSource):
    """Reads 16 times 128 lines, gives them to the parsers, and only then looks whether that was too fast.

    So any limit below 2048 lines a second is one round a second, the first at once, and a count of lines is rounded
    up to whole rounds. What the parsers have no room for waits, at most 48 reads of it; at the end it is lost.
    """

    def __init__(
        self,
        program: Program,
        pipeline: Pipeline,
        conf: SourceConf,
        parsers: Parsers,
        most: int = 0,
        *,
        names: InputNames | None = None,
    ) -> None:
        super().__init__(program, pipeline, conf, most, names=names)
        self._keeper = None  # of its position real versions keep nothing (D36)
        self._parsers = parsers
        self._waiting: deque[Sequence[bytes]] = deque()
        self._reads_left = READS_A_ROUND
        self._round_began = program.waited
        self._picked = self._picked_of_unit = self._rounds_of_unit = 0
        self._byte = _BYTE if self._rate else _BYTE_AT_FULL_SPEED
        self._size_of_unit = int(min(self._rate or _LARGEST_UNIT, _LARGEST_UNIT))
        self._unit_due = program.now + self._unit_time
        self._told = Flag(program.machine.scheduler)  # that it is to stop
        program.process.spawn(self._be_told())
        program.holdings.append(self._holding)

    async def run(self, *, follow: bool) -> None:
        """See `FileSource.run`; what the parsers haven't been given by then is lost."""
        await super().run(follow=follow)
        self._post(len(self._waiting))
        if self._waiting:  # nobody waits for the parsers any more (D44)
            self._program.log.info("ctrl", f"picker dispatch loop exited (total_pending={len(self._waiting)})")
            self._waiting.clear()
        if not self._stopping:  # the round in which the input ended is kept to the limit like any other
            self._parsers.pass_on()
            await self._end_round()

    @property
    def _stop(self) -> Flag:
        return self._told

    async def _be_told(self) -> None:
        await self._program.process.stop.wait()
        await sleep(_UNTIL_TOLD)
        self._told.set()

    @property
    def _enough(self) -> bool:
        return bool(self._most) and self._picked >= self._most

    async def _take(self, file: InputFile, *, unfinished: bool) -> Sequence[bytes]:
        """One read: as many lines as one has, if there are."""
        lines: list[bytes] = []
        size = 0
        while len(lines) < A_READ and size < LONGEST_READ:
            more, is_cut = await self._take_in_time(
                file, A_READ - len(lines), unfinished=unfinished, since=self._round_began
            )
            if not more:
                break
            if is_cut:
                self._note(lines)
                lines = []
                await self._make_round()
            lines += more
            size += sum(map(len, more)) + len(more)
            await sleep(sum(map(len, more)) * self._byte)
        return lines

    async def _accept(self, file: InputFile, lines: Sequence[bytes]) -> None:
        """Put a read to those that wait, and make a round when there are enough."""
        if (name := await self._name_of(file)) is None:
            return
        self._note(lines)
        self._waiting.append(self._parsed(lines, file, name))
        self._reads_left -= 1
        while not self._reads_left and not self._stopping:
            await self._make_round()

    async def _wait_for_more(self) -> None:
        await self._make_round()
        await super()._wait_for_more()

    @property
    def _quiet(self) -> bool:
        return not self._waiting and self._parsers.quiet and super()._quiet

    async def _make_round(self) -> None:
        """Give the parsers what there is, as far as the speed limit lets it."""
        posted = self._post(READS_A_ROUND)
        self._parsers.pass_on()
        await self._end_round()
        if self._waiting and not posted:
            await sleep(_PAUSE)
        self._reads_left = min(READS_A_ROUND, MOST_READS_WAITING - len(self._waiting))
        self._round_began = self._program.waited

    async def _end_round(self) -> None:
        """If a unit of the speed limit is full, sleep until it is over."""
        self._rounds_of_unit += 1
        if self._picked_of_unit >= self._size_of_unit:
            await sleep(self._rest_of_unit())
            self._picked_of_unit = self._rounds_of_unit = 0
        elif self._rounds_of_unit == _ROUNDS_A_UNIT:
            self._picked_of_unit = self._rounds_of_unit = 0

    def _post(self, most: int) -> int:
        """Give the parsers at most so many of the reads that wait; how many they took."""
        for posted in range(most):
            if not self._waiting or not self._parsers.offer(self._waiting[0]):
                return posted
            lines = self._waiting.popleft()
            self._pipeline.monitor.pick(self.path, len(lines))
            self._picked += len(lines)
            self._picked_of_unit += len(lines)
        return most

    @property
    def _unit_time(self) -> int:
        return int(self._size_of_unit * SECOND / self._rate) if self._rate else 0

    def _rest_of_unit(self) -> int:
        """How long it is until the unit of the speed limit is over, of which whole ones may have gone by."""
        if not self._rate:
            return 0
        late = self._program.now - self._unit_due
        gone_by = late // self._unit_time + 1 if late >= 0 else 1
        self._unit_due += gone_by * self._unit_time
        return max(-late, 0)

    def _holding(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        for lines in self._waiting:
            yield from self._pipeline.owed(lines)
