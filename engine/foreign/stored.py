"""What the targets of python sinks hold, back in the form in which the lines were sent.

Most targets are files of lines. A sink that stores lines in another form has `original`; one that stores them
elsewhere, or in a file that isn't lines, has `stored`. Whoever judges a run asks here: outside of the simulation,
so no fault reaches it and no time passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from engine.foreign.sink_failed import Failed
from engine.foreign.sink_mistakes import (
    BrokenSinkError,
    SinkMistake,
    UnreadableTargetError,
    checked_call,
    checked_lines,
    failure_of,
    mistake_of,
    where_defined,
)
from engine.kernel import FROM_OUTSIDE, Foreign, Process
from engine.kernel.foreign_calls import without_waiting
from engine.machine import Machine
from engine.project.model import ForeignConf
from engine.storage.disk_port import read_all

_T = TypeVar("_T")


@dataclass(slots=True)
class Unread:
    """Lines that a sink's `original` could not read, and why not the first of them."""

    mistake: SinkMistake
    lines: set[bytes] = field(default_factory=set)


class Held:
    """The targets of one run's python sinks.

    Attributes:
        unread: by target, what `original` could not read.
        shuffled: the targets whose earlier lines `stored` has given in another order than before.
    """

    def __init__(self, machine: Machine) -> None:
        self.unread: dict[str, Unread] = {}
        self.shuffled: dict[str, None] = {}
        self._machine = machine
        self._begun: set[str] = set()
        self._files: set[str] = set()  # the targets that have been files of the run
        self._given: dict[str, list[bytes]] = {}

    def begin(self, conf: ForeignConf, path: str) -> SinkMistake | None:
        """An object of the sink is there, so its target can be asked from now on; what it has before is a mistake.

        Where it can't be asked yet, as a table that is still to be made, the first lines will have to come before.
        """
        if conf.stored is None:
            return None
        try:
            lines = self._ask(conf, path)
        except UnreadableTargetError:
            return None
        except BrokenSinkError:
            if path in self._files:  # it may have been removed, and be there again without what was in it
                self._begun.discard(path)
            return None
        was_known = path in self._begun
        self._begun.add(path)
        if was_known or not lines:
            return None
        what = f"of {path} so many lines are stored before the first is written: {len(lines)}"
        return SinkMistake(where_defined(conf, conf.stored), f"{what}; 'reset' can take them out")

    def know(self, path: str) -> None:
        """Somebody has put lines into a target, so it can be asked from now on."""
        self._begun.add(path)

    def is_there(self, path: str) -> bool:
        """Whether there can be anything in a target that its `stored` would have to say: no file that is gone."""
        if self._machine.disk.exists(path):
            self._files.add(path)
            return path in self._begun
        return path in self._begun and path not in self._files

    def reset(self, conf: ForeignConf, path: str) -> None:
        """Let the sink make its target empty: the run is about to begin.

        Raises:
            BrokenSinkError, UnreadableTargetError: it doesn't.
        """
        if conf.reset is not None:
            reset = conf.reset
            self._outside(conf, path, lambda: checked_call(reset(path), "reset"), reset)

    def target(self, conf: ForeignConf | None, path: str) -> bytes:
        """What a target has, its lines as they were sent; a torn end stays as it is.

        Raises:
            BrokenSinkError: the sink's own code doesn't say it.
            UnreadableTargetError: it says that it can't be had now.
        """
        if conf is None or conf.stored is None:
            return self.as_sent(conf, path, read_all(self._machine.disk, path))
        return joined(self._ask(conf, path)) if self.is_there(path) else b""

    def as_sent(self, conf: ForeignConf | None, path: str, data: bytes) -> bytes:
        """What stands in a target's file, its whole lines as they were sent.

        Raises:
            BrokenSinkError: `original` makes of a line what is none.
        """
        if conf is None or conf.original is None:
            return data
        return joined(self.sent_lines(conf, path, data)) + data[data.rfind(b"\n") + 1 :]

    def sent_lines(self, conf: ForeignConf | None, path: str, data: bytes) -> list[bytes]:
        """The whole lines of what stands in a target's file, as they were sent.

        A line that `original` can't read stays as it is: it is one that nobody sent.

        Raises:
            BrokenSinkError: as `as_sent`.
        """
        lines = data.split(b"\n")[:-1]
        if conf is None or conf.original is None:
            return lines
        return [self._original(conf, conf.original, path, line) for line in lines]

    def _original(self, conf: ForeignConf, original: Callable[[bytes], bytes], path: str, line: bytes) -> bytes:
        try:
            sent = original(line)
        except Exception as error:  # noqa: BLE001 - it may be any line, and the function anything
            mistake = mistake_of(error, where_defined(conf, original))
            self.unread.setdefault(path, Unread(mistake)).lines.add(line)
            return line
        except FROM_OUTSIDE:
            raise  # an interrupt may as well be a real one
        except BaseException as error:  # noqa: BLE001 - as above, and this is no word about a line
            raise BrokenSinkError(path, mistake_of(error, where_defined(conf, original))) from None
        said: object = sent
        if not isinstance(said, bytes) or b"\n" in said:
            what = f"'original' made {sent!r:.60} of a stored line: expected bytes, without a line end"
            raise BrokenSinkError(path, SinkMistake(where_defined(conf, original), what))
        return sent

    def _ask(self, conf: ForeignConf, path: str) -> list[bytes]:
        assert conf.stored is not None, "who asks has looked"
        stored = conf.stored
        lines = self._outside(conf, path, lambda: checked_lines(stored(path)), stored)
        before = self._given.get(path, [])
        if lines[: len(before)] != before and sorted(before) == sorted(_among(lines, before)):
            self.shuffled[path] = None
        self._given[path] = lines
        return lines

    def _outside(self, conf: ForeignConf, path: str, function: Callable[[], _T], code: object) -> _T:
        """Run a sink's code in a thread of its own that sees the files of the run, and can't change them."""
        machine = self._machine
        # What foreign code sees is there only where there is such code.
        from engine.foreign.frozen_clock import clock  # noqa: PLC0415
        from engine.foreign.read_only_files import ReadOnlyFiles  # noqa: PLC0415

        process = Process(machine.scheduler, "wptest", 0)
        files = ReadOnlyFiles(machine.storage, process)
        foreign = Foreign(
            machine.scheduler,
            f"what is stored for {path}",
            lambda: clock().show(machine.wall.now(), machine.scheduler.now),
            files,
        )

        def answered() -> tuple[_T | None, Failed | SinkMistake | None]:
            try:
                return function(), None
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is its author's
                return None, failure_of(error, path, where_defined(conf, code))

        try:
            answer, trouble = without_waiting(foreign.call(answered))
        finally:
            foreign.end()
            process.kill()
        if files.escaped is not None:
            trouble = mistake_of(files.escaped, where_defined(conf, code))
        if isinstance(trouble, SinkMistake):
            raise BrokenSinkError(path, trouble)
        if trouble is not None:
            raise UnreadableTargetError(trouble.reason)
        return answer  # type: ignore[return-value]


def held(machine: Machine) -> Held:
    """What the targets of a run's python sinks hold."""
    found: Held | None = machine.held
    if found is None:
        found = machine.held = Held(machine)
    return found


def joined(lines: Sequence[bytes]) -> bytes:
    """Lines as a file of lines has them."""
    return b"".join(line + b"\n" for line in lines)


def found_in(lines: Sequence[bytes], there: list[bytes]) -> tuple[int, int]:
    """How many of `lines`, from the first on, stand in `there` in this order, and where the last of them ends.

    Others may stand between.
    """
    at = found = 0
    for line in lines:
        try:
            at = there.index(line, at) + 1
        except ValueError:
            break
        found += 1
    return found, at


def _among(lines: Sequence[bytes], wanted: Sequence[bytes]) -> Iterator[bytes]:
    """Those of `lines` that are wanted, at most as often."""
    left: dict[bytes, int] = {}
    for line in wanted:
        left[line] = left.get(line, 0) + 1
    for line in lines:
        if left.get(line, 0):
            left[line] -= 1
            yield line
