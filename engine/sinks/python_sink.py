"""A sink that is a user's own Python object, which opens and writes its target as it likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.frozen_clock import clock
from engine.foreign.sink_failed import Failed
from engine.foreign.sink_mistakes import (
    SinkMistake,
    checked_call,
    checked_lines,
    checked_object,
    failure_of,
    mistake_of,
    where_defined,
)
from engine.foreign.stored import held, joined
from engine.foreign.unseen import Unseen
from engine.kernel import Abandoned, Foreign
from engine.machine import Program
from engine.machine.batch_outcome import ALL_AGAIN, BatchOutcome
from engine.machine.target import Target
from engine.project.model import ForeignConf
from engine.sinks.file_target import failed
from engine.sinks.sink import SinkError
from engine.storage.disk_port import parent

_T = TypeVar("_T")

EXIT_BROKEN = 1
NO_STORED = "its target is a database, which nobody else can read: a static method 'stored(path)' gives its lines"


class PythonSink:
    """Calls the user's object in a thread of its own; implements `Sink` and `Target`.

    The object is made at its first use, so a target that can't be opened then is a sink that is down. What it has
    taken and its target doesn't show yet is in flight: it is in buffers, and a kill loses it.
    """

    def __init__(self, program: Program, name: str, path: str, conf: ForeignConf) -> None:
        self.name = name
        self.path = path
        self.prompt = False
        self._program = program
        self._path = path
        self._conf = conf
        self._object: Any = None
        self._held = held(program.machine)
        self._files = _files_of(program)
        self._foreign = Foreign(program.machine.scheduler, f"{program.name} {name}", self._show_time, self._files)
        self._files.run_in(self._foreign)
        self._unseen = Unseen(program.machine, conf, path)
        program.holdings.append(self._holding)
        program.at_exit.append(self._close)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        written = 0
        await self._program.claim.before(self)
        for part in self._program.machine.deliveries.split(self.name, lines):
            before = self._unseen.size()
            try:
                await self._do("write", _writing(list(part)), len(part))
            except _CallFailed as error:
                outcome = self._looked_up(error.failed, part, before)
                self._count([part[place] for place in sorted(outcome.delivered)])
                raise error.as_error(outcome.behind(written)) from None
            self._held.know(self._path)
            self._count(part)
            written += len(part)
        self._program.claim.after(self, 0)

    def _looked_up(self, failed: Failed, lines: Sequence[bytes], before: int) -> BatchOutcome:
        """What became of each line, with a look into the target for those of which the sink says nothing."""
        said, unsaid = failed.outcome, failed.unsaid
        if not unsaid:
            return said
        arrived = self._unseen.arrived([lines[place] for place in unsaid], before)
        return replace(said, delivered=[*said.delivered, *list(unsaid)[:arrived]])

    async def reconnect(self) -> None:
        """See `Sink.reconnect`; without one of its own, the object is just tried again."""
        await self._optional("reconnect")

    async def sync(self) -> None:
        """See `Sink.sync`; without one of its own, what it has written is as durable as it made it."""
        await self._optional("sync")

    def turn(self) -> AbstractAsyncContextManager[Target | None]:
        """See `Sink.turn`: there is no lock to take where the object itself says when it writes."""
        return nullcontext(self)

    @property
    def number(self) -> int:
        """See `Target.number`."""
        return self._program.files.number(self._path)

    async def size(self) -> int:
        """See `Target.size`."""
        if self._conf.stored is not None:
            return len(await self._read_back())
        if not self._program.files.exists(self._path):
            return 0
        try:
            return (await self._program.files.stat(self._path)).size
        except OSError as error:
            raise failed(error, self._path) from error

    async def read(self, start: int, end: int) -> bytes:
        """See `Target.read`."""
        if self._conf.stored is not None:
            return (await self._read_back())[start:end]
        if not self._program.files.exists(self._path):
            return b""
        try:
            handle = await self._program.files.open(self._path, create=False)
            try:
                stored = await handle.read(start, max(end - start, 0))
            finally:
                handle.close()
        except OSError as error:
            raise failed(error, self._path) from error
        return self._held.as_sent(self._conf, self._path, stored)

    async def cut(self, size: int) -> None:
        """See `Target.cut`."""
        try:
            handle = await self._program.files.open(self._path)
            try:
                await handle.truncate(handle.size() - size)
            finally:
                handle.close()
        except OSError as error:
            raise failed(error, self._path) from error

    async def rewrite(self, start: int) -> None:
        """See `Target.rewrite`: what its `sync` saves is up to the object."""

    async def _optional(self, method: str) -> None:
        """Call a method that the object may have."""
        try:
            await self._do(method, lambda made: getattr(made, method, lambda: None)())
        except _CallFailed as error:
            raise error.as_error() from None

    async def _close(self) -> None:
        """The end of the program: `close`, and then what the interpreter flushes."""
        if self._object is None:
            return
        steps: tuple[Callable[[Any], object], ...] = (
            lambda made: getattr(made, "close", lambda: None)(),
            lambda _made: self._files.flush_all(),
        )
        for step in steps:
            try:
                await self._do("close", step)
            except _CallFailed as error:
                self._program.log.error("data", f"{self.name} can't be closed: {error.failed.reason}")

    async def _do(self, method: str, work: Callable[[Any], object], lines: int = 0) -> None:
        """Let the object work, on so many lines; it is made before if need be.

        Raises:
            _CallFailed: it says that it can't, or its target's directory can't be made.
        """
        if self._object is None:
            await self._make_directory()
            self._object = await self._call(lambda: checked_object(self._conf.make(self._path)), self._conf.make)
            if (mistake := self._held.begin(self._conf, self._path)) is not None:
                await self._break(mistake)
            self._unseen.begin()
        made = self._object
        await self._call(lambda: checked_call(work(made), method), getattr(type(made), method, None), lines)
        if self._conf.stored is None and self._path in self._files.databases:
            await self._break(SinkMistake(where_defined(self._conf), NO_STORED))

    async def _read_back(self) -> bytes:
        """The lines of a target that is no file of lines: the sink reads them, as part of the program.

        Raises:
            SinkError: it says that it can't.
        """
        stored = self._conf.stored
        assert stored is not None, "who asks has looked"
        if not self._held.is_there(self._path):
            return b""
        self._files.looking.add(self._foreign)
        try:
            return joined(await self._call(lambda: checked_lines(stored(self._path)), stored))
        except _CallFailed as error:
            raise error.as_error() from None
        finally:
            self._files.looking.remove(self._foreign)

    async def _call(self, function: Callable[[], _T], code: object, lines: int = 0) -> _T:
        """Run `function` in the object's thread; `code` is what a mistake is in that has no other place.

        It is about so many lines.

        Raises:
            _CallFailed: it says that it can't.
        """
        answer, trouble = await self._foreign.call(lambda: self._answer_to(function, code, lines))
        if isinstance(trouble, SinkMistake):
            await self._break(trouble)
        if trouble is not None:
            raise _CallFailed(trouble)
        return answer  # type: ignore[return-value]

    async def _make_directory(self) -> None:
        """A sink's target has a directory, as with the sinks of the engine: the object need not see to it."""
        try:
            await self._program.files.mkdir(parent(self._path))
        except OSError as error:
            raise _CallFailed(Failed("sink", f"{error.strerror} ({error.filename})")) from error

    def _answer_to(
        self, function: Callable[[], _T], code: object, lines: int
    ) -> tuple[_T | None, Failed | SinkMistake | None]:
        """In the object's thread: do the work; exceptions end here, with all that hangs on their frames."""
        answer, trouble, otherwise = None, None, where_defined(self._conf, code)
        try:
            answer = function()
        except Abandoned:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is its author's
            trouble = failure_of(error, self._path, otherwise, lines)
        if self._files.escaped is not None:
            trouble = mistake_of(self._files.escaped, otherwise)
        return answer, trouble

    async def _break(self, mistake: SinkMistake) -> NoReturn:
        """The object is broken, and the program with it: it ends as an unhandled exception ends one."""
        self._program.emit("sink.broken", sink=self.name, place=mistake.place, error=mistake.what)
        self._program.log.error("data", f"{self.name} is broken at {mistake.place}: {mistake.what}")
        await self._foreign.call(self._flush_what_goes)
        await self._program.process.exit(EXIT_BROKEN)

    def _flush_what_goes(self) -> None:
        try:
            self._files.flush_all()
        except OSError as error:
            self._program.log.error("data", f"{self.name} can't be flushed: {error}")

    def _count(self, lines: Sequence[bytes]) -> None:
        if lines:
            self._unseen.take(lines)
            total = self._program.machine.deliveries.add(self.name, len(lines))
            self._program.emit("sink.delivered", sink=self.name, path=self._path, lines=len(lines), total=total)

    def _holding(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        self._unseen.look()
        yield self.name, self._unseen.lines

    def _show_time(self) -> None:
        clock().show(self._program.machine.wall.now(), self._program.now)


class _CallFailed(Exception):
    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason)
        self.failed = failed

    def as_error(self, outcome: BatchOutcome = ALL_AGAIN) -> SinkError:
        return SinkError(self.failed.error_class, self.failed.reason, outcome)


def _writing(lines: list[bytes]) -> Callable[[Any], object]:
    return lambda made: made.write(lines)


def _files_of(program: Program) -> ForeignFiles:
    """The program's files as foreign code sees them, the same for all of its sinks."""
    from engine.foreign.fake_disk import FakeDisk  # noqa: PLC0415 - pyfakefs, for those who need it

    machine = program.machine
    if program.foreign_files is None:
        assert isinstance(machine.disk, FakeDisk), "foreign code needs files that its open() can see"
        chance = machine.streams.stream("foreign")
        program.foreign_files = ForeignFiles(program.files, program.process, machine.disk, chance)
    assert isinstance(program.foreign_files, ForeignFiles), "nobody else makes them"
    return program.foreign_files
