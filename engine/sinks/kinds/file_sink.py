"""The file sink: one line after another at the end of a file, in the page cache when `write` returns.

With `sync` they are durable by then, as far as the disk can be believed. Sinks of one program that write to the
same file, the replicas of a group for example, take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from itertools import repeat

from engine.machine import Program
from engine.machine.batch_outcome import BatchOutcome
from engine.machine.records import added_to
from engine.machine.target import Target
from engine.project.model import MISS, MONITOR, SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.file_target import FileTarget, failed
from engine.sinks.maker import Maker
from engine.sinks.miss_record import MissRecords
from engine.sinks.record_formats import form_of
from engine.sinks.sink import SinkError
from engine.storage.line_file import LinesFailed

_NO_RECORDS = (MISS, MONITOR)  # the groups whose lines are no records


class FileSink:
    """Appends lines to its target; implements `Sink`."""

    def __init__(self, program: Program, conf: SinkConf) -> None:
        self.name = conf.id
        self._program = program
        self._path = conf.target
        self._syncs = conf.sync
        self._file, self._turns = program.line_file(conf.target)
        behaviour = program.behaviour
        as_records = behaviour.target_lines == "as_records"
        form = form_of(conf.record_format, whole=conf.whole) if as_records else None
        self._form = None if conf.group in _NO_RECORDS else form
        self._is_whole = conf.whole
        self._target = FileTarget(self._file, self._turns, self._form)
        with_error = conf.group == MISS and behaviour.miss_record == "with_its_error"
        self._misses = MissRecords(program.project, form) if with_error else None
        self._hears_late = behaviour.write_error == "one_batch_late"
        self._unheard: SinkError | None = None  # what became of the batch before, where that is heard late (D46)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        if self._unheard is not None:
            error, self._unheard = self._unheard, None
            raise error
        done = 0
        try:
            while done < len(lines):
                done += await self._write_in_turn(lines[done:] if done else lines)
        except SinkError as error:
            error.outcome = error.outcome.behind(done) if done else error.outcome
            if not self._hears_late:
                raise
            self._unheard = SinkError(error.error_class, str(error))

    async def _write_in_turn(self, lines: Sequence[bytes]) -> int:
        """Write lines; how many of them, which are all where nobody has removed the file meanwhile."""
        written = 0
        async with self._target:
            await self._program.claim.before(self._target)
            for part in self._program.machine.deliveries.split(self.name, lines):
                try:
                    await self._file.append(self._records(part))
                except LinesFailed as error:
                    taken = error.written if self._misses is None else self._misses.whole(part, error.written)
                    if self._file.let_go_if_removed():
                        return written
                    self._count(taken)
                    raise SinkError("sink", str(error), BatchOutcome.first(written + taken)) from error
                if self._file.let_go_if_removed():
                    return written
                self._count(len(part))
                written += len(part)
            self._program.claim.after(self._target, self._file.end)
            if self._syncs:
                await self._sync(written)
        return written

    async def _sync(self, written: int) -> None:
        try:
            await self._file.sync()
        except OSError as error:  # the lines are in the file: sent again, they would be there twice
            raise failed(error, self._path, BatchOutcome.first(written)) from error

    async def reconnect(self) -> None:
        """See `Sink.reconnect`."""
        if self._program.behaviour.reconnect == "assume_files":
            return
        async with self._turns:
            self._file.close()
            try:
                await self._file.opened()
            except OSError as error:
                raise failed(error, self._path) from error

    async def sync(self) -> None:
        """See `Sink.sync`."""
        async with self._turns:
            await self._sync(0)

    def turn(self) -> AbstractAsyncContextManager[Target | None]:
        """See `Sink.turn`."""
        return self._target

    def _records(self, lines: Sequence[bytes]) -> Sequence[bytes]:
        """What is written for each line."""
        if self._form is not None:
            return self._form.write(lines, added_to(self._program, lines) if self._is_whole else repeat(None))
        return lines if self._misses is None else list(map(self._misses.of, lines))

    def _count(self, lines: int) -> None:
        if lines:
            total = self._program.machine.deliveries.add(self.name, lines)
            self._program.emit("sink.delivered", sink=self.name, path=self._path, lines=lines, total=total)


FILE_KIND: SinkKind[Maker] = SinkKind(
    name="file",
    order=1,
    docs="writes to a file",
    by_name=True,
    target="file",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=True,
    stands_in=False,
    parameters=(),
    engines=(),
    modes=(),
    make=FileSink,
)
