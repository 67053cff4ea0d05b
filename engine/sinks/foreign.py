"""A sink that is a user's own Python object, which opens and writes its target as it likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from sysconfig import get_path
from traceback import walk_tb
from typing import Any, NoReturn, get_args

from engine.kernel import Abandoned, Foreign
from engine.machine import Program
from engine.project.model import ForeignConf
from engine.sinks.base import ErrorClass, SinkError
from engine.sinks.stored import as_sent, found_in, sent_lines
from engine.storage.disk import exists, parent, read_all
from engine.storage.foreign_files import ForeignFiles
from engine.storage.hooks import clock

EXIT_BROKEN = 1
_MANY = 4096
_ENGINE = __file__.rpartition("/sinks/")[0]
_NOT_THEIRS = (f"{_ENGINE}/", *(f"{get_path(name)}/" for name in ("stdlib", "purelib", "platlib")), "<frozen ")


class SinkFailed(Exception):
    """What a python sink raises to say that it could not take lines.

    Args:
        reason: why, for the log.
        written: how many of the lines it did take, from the first on.
        error_class: which class of error that is; the strategy for it decides what happens with the others.
    """

    def __init__(self, reason: str, written: int = 0, error_class: ErrorClass = "sink") -> None:
        if error_class not in get_args(ErrorClass):
            message = f"unknown error class {error_class!r}, expected one of: {', '.join(get_args(ErrorClass))}"
            raise ValueError(message)
        super().__init__(reason)
        self.written = written
        self.error_class = error_class


@dataclass(frozen=True, slots=True)
class _Failed:
    """The object could not do it; `written` is None where it didn't say how much it did."""

    error_class: ErrorClass
    reason: str
    written: int | None = None


@dataclass(frozen=True, slots=True)
class _Mistake:
    """The object is broken: where, and how."""

    place: str
    what: str


_Answer = _Failed | _Mistake | None


class ForeignSink:
    """Calls the user's object in a thread of its own; implements `Sink`.

    The object is made at its first use, so a target that can't be opened then is a sink that is down. What it has
    taken and its target doesn't show yet is in flight: it is in buffers, and a kill loses it.
    """

    def __init__(self, program: Program, name: str, path: str, conf: ForeignConf) -> None:
        self.name = name
        self._program = program
        self._path = path
        self._conf = conf
        self._object: Any = None
        self._files = _files_of(program)
        self._foreign = Foreign(program.machine.scheduler, f"{program.name} {name}", self._show_time, self._files)
        self._unseen: list[bytes] = []
        self._seen_to = self._size()
        program.holdings.append(self._holding)
        program.at_exit.append(self._close)
        program.process.on_end.append(self._foreign.end)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        written = 0
        for part in self._program.machine.deliveries.split(self.name, lines):
            before = self._size()
            try:
                await self._do(_writing(list(part)))
            except _Refused as refused:
                said = refused.failed.written
                taken = self._arrived(part, before) if said is None else min(said, len(part))
                self._count(part[:taken])
                raise refused.as_error(written + taken) from None
            self._count(part)
            written += len(part)

    async def reconnect(self) -> None:
        """See `Sink.reconnect`; without one of its own, the object is just tried again."""
        await self._optional("reconnect")

    async def sync(self) -> None:
        """See `Sink.sync`; without one of its own, what it has written is as durable as it made it."""
        await self._optional("sync")

    async def position(self) -> int:
        """See `Sink.position`."""
        if not self._program.files.exists(self._path):
            return 0
        try:
            return (await self._program.files.stat(self._path)).size
        except OSError as error:
            raise self._failed(error) from error

    async def tail(self, position: int) -> bytes:
        """See `Sink.tail`: the lines as they were sent."""
        if not self._program.files.exists(self._path):
            return b""
        try:
            handle = await self._program.files.open(self._path, create=False)
            try:
                stored = await handle.read(position, max(handle.size() - position, 0))
            finally:
                handle.close()
        except OSError as error:
            raise self._failed(error) from error
        return as_sent(self._conf, stored)

    async def cut(self, size: int) -> None:
        """See `Sink.cut`."""
        try:
            handle = await self._program.files.open(self._path)
            try:
                await handle.truncate(handle.size() - size)
            finally:
                handle.close()
        except OSError as error:
            raise self._failed(error) from error

    async def _optional(self, method: str) -> None:
        """Call a method that the object may have."""
        try:
            await self._do(lambda made: getattr(made, method, lambda: None)())
        except _Refused as refused:
            raise refused.as_error(0) from None

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
                await self._do(step)
            except _Refused as refused:
                self._program.log.error("data", f"{self.name} can't be closed: {refused.failed.reason}")

    async def _do(self, work: Callable[[Any], object]) -> None:
        """Let the object work.

        Raises:
            _Refused: it says that it can't, or its target's directory can't be made.
        """
        if self._object is None:
            await self._make_directory()
        answer = await self._foreign.call(lambda: self._answer_to(work))
        if isinstance(answer, _Mistake):
            await self._break(answer)
        if isinstance(answer, _Failed):
            raise _Refused(answer)

    async def _make_directory(self) -> None:
        """A sink's target has a directory, as with the sinks of the engine: the object need not see to it."""
        try:
            await self._program.files.mkdir(parent(self._path))
        except OSError as error:
            raise _Refused(_Failed("sink", f"{error.strerror} ({error.filename})")) from error

    def _answer_to(self, work: Callable[[Any], object]) -> _Answer:
        """In the object's thread: do the work; exceptions end here, with all that hangs on their frames."""
        answer: _Answer = None
        try:
            if self._object is None:
                self._object = self._conf.make(self._path)
            work(self._object)
        except SinkFailed as failed:
            answer = _Failed(failed.error_class, str(failed), failed.written)
        except OSError as error:
            answer = _Failed("sink", f"{error.strerror or error} ({self._path})")
        except Abandoned:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is its author's
            answer = self._mistake(error)
        if self._files.escaped is not None:
            answer = self._mistake(self._files.escaped)
        return answer

    def _mistake(self, error: BaseException) -> _Mistake:
        kind = self._conf.make if self._object is None else type(self._object)
        return _Mistake(_place_of(error, f"{kind.__module__}.{kind.__qualname__}"), _described(error))

    async def _break(self, mistake: _Mistake) -> NoReturn:
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
            self._unseen += lines
            if len(self._unseen) > _MANY:
                self._look()
            total = self._program.machine.deliveries.add(self.name, len(lines))
            self._program.emit("sink.delivered", sink=self.name, path=self._path, lines=len(lines), total=total)

    def _holding(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        self._look()
        yield self.name, self._unseen

    def _look(self) -> None:
        """Take what the target shows by now off the lines that are in buffers."""
        stored = self._stored_from(self._seen_to)
        found, behind = found_in(self._unseen, sent_lines(self._conf, stored))
        del self._unseen[:found]
        self._seen_to = self._size() - len(stored) + sum(len(line) + 1 for line in stored.split(b"\n")[:behind])

    def _arrived(self, lines: Sequence[bytes], before: int) -> int:
        """How many of `lines`, from the first on, the target has got since it was `before` bytes long."""
        return found_in(lines, sent_lines(self._conf, self._stored_from(before)))[0]

    def _stored_from(self, position: int) -> bytes:
        """What the target has behind `position`; all of it when it has been made anew and is shorter."""
        stored = read_all(self._program.machine.disk, self._path)
        return stored[position:] if position <= len(stored) else stored

    def _size(self) -> int:
        disk = self._program.machine.disk
        return disk.stat(self._path).size if exists(disk, self._path) else 0

    def _failed(self, error: OSError) -> SinkError:
        return SinkError("sink", f"{error.strerror} ({self._path})")

    def _show_time(self) -> None:
        clock().show(self._program.machine.wall.now(), self._program.now)


class _Refused(Exception):
    def __init__(self, failed: _Failed) -> None:
        super().__init__(failed.reason)
        self.failed = failed

    def as_error(self, written: int) -> SinkError:
        return SinkError(self.failed.error_class, self.failed.reason, written)


def _writing(lines: list[bytes]) -> Callable[[Any], object]:
    return lambda made: made.write(lines)


def _files_of(program: Program) -> ForeignFiles:
    """The program's files as foreign code sees them, the same for all of its sinks."""
    from engine.storage.fake import FakeDisk  # noqa: PLC0415 - pyfakefs, for those who need it

    machine = program.machine
    if program.foreign_files is None:
        assert isinstance(machine.disk, FakeDisk), "foreign code needs files that its open() can see"
        chance = machine.streams.stream("foreign")
        program.foreign_files = ForeignFiles(program.files, program.process, machine.disk, chance)
    return program.foreign_files


def _place_of(error: BaseException, otherwise: str) -> str:
    """The innermost place in its author's code; `otherwise` if there is none in the traceback."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    theirs = [place for place in places if not place[0].startswith(_NOT_THEIRS)]
    return ":".join(map(str, theirs[-1])) if theirs else otherwise


def _described(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
