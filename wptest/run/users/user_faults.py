"""Faults of the user's own: functions marked with `@wptest.fault`, and the `Hand` that they act through."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from errno import errorcode
from random import Random
from typing import TYPE_CHECKING, ClassVar
from zlib import crc32

from engine.storage.disk_port import read_all, write_all
from engine.storage.faults import OPERATIONS, FaultRule
from engine.storage.modes import ModeChange
from engine.text.mistake import Mistake
from wptest.judge.users.file_view import matching_files, naming, read_file
from wptest.shapes.declare import Unverified
from wptest.shapes.scenario_paths import relative_path
from wptest.shapes.wildcards import Glob
from wptest.words.change import Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.failures import Failure
from wptest.words.faults.unbitten import why_unbitten
from wptest.words.stage import NotRunningError
from wptest.words.storage_fault import begin_fault
from wptest.words.verbs.files.permissions import ModeSet
from wptest.words.verbs.files.truncate_files import cut_file

if TYPE_CHECKING:
    from wptest.run.world import World

_ERRNOS = {name: number for number, name in errorcode.items()}


class Hand:
    """What a fault acts through: the files of the run, rules for the programs' operations, the programs' lives.

    What it does itself happens at once, is in the trace, and no fault reaches it. Times are virtual nanoseconds.
    """

    LENT_TO: ClassVar[str] = "fault"

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._done = world.doings.from_now()
        self._rules: list[FaultRule] = []
        self._modes: list[ModeChange] = []
        self._changes = 0

    @property
    def took_effect(self) -> bool:
        """Whether anything was changed, a rule has bitten, or a permission that was taken away was missed."""
        met = any(rule.took_effect for rule in self._rules) or any(change.met for change in self._modes)
        return self._changes > 0 or met

    @property
    def why_not(self) -> Why:
        """Why it took none."""
        for change in self._modes:
            if (found := ModeSet(change).pointless(self._done)) is not None:
                return Why((found.message, *found.why.evidence), found.why.help)
        if not self._rules:
            return Why(("it changed no file, made no operation fail and killed no program",), "let it do something")
        return why_unbitten(self._rules[0], self._done)

    @property
    def patterns(self) -> list[str]:
        """What the rules are for that were put into force."""
        return [rule.pattern for rule in self._rules]

    @property
    def now(self) -> int:
        """Virtual nanoseconds since the start."""
        return self._world.machine.scheduler.now

    @property
    def random(self) -> Random:
        """Chance that follows from the run's seed and the fault's name alone."""
        return self._world.machine.streams.stream(f"fault/{self._name}")

    def files(self, pattern: str | Glob = "**") -> list[str]:
        """The paths of all files that match, sorted: `*` within one part of a path, `**` over any number."""
        return matching_files(self._world.machine.disk, pattern)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            FileNotFoundError: there is none.
        """
        return read_file(self._world.machine.disk, _inside(path))

    def write(self, path: str, data: bytes) -> None:
        """Make a file, or give one other bytes.

        Lines of a new rescue file or target, or behind those that are in it, are owed from now on, as with a
        `write` step. Other changes are damage: what was in it stays owed, and what stands there instead may arrive.
        """
        path = _inside(path)
        before = read_all(self._world.machine.disk, path)
        with naming(path):
            write_all(self._world.machine.disk, path, data)
        self._world.ledger.book_file(path, before)
        self._changed("write", path=path, size=len(data), crc=crc32(data))

    def truncate(self, path: str, size: int) -> None:
        """Cut a file down to `size` bytes.

        Raises:
            FileNotFoundError: there is none.
        """
        path, disk = _inside(path), self._world.machine.disk
        with naming(path):
            before = cut_file(disk, path, size)
        if size < before:
            self._changed("truncate", path=path, size=size)

    def remove(self, path: str) -> None:
        """Remove a file."""
        path = _inside(path)
        with naming(path):
            self._world.machine.disk.remove(path)
        self._changed("remove", path=path)

    def rename(self, path: str, target: str) -> None:
        """Give a file another name; one that has it already is replaced."""
        path, target = _inside(path), _inside(target)
        with naming(path):
            self._world.machine.disk.rename(path, target)
        self._world.moved(path, target)
        self._changed("rename", path=path, target=target)

    def chmod(self, path: str, mode: int) -> None:
        """Set permission bits.

        Raises:
            Unverified: they bind nobody here.
        """
        path, disk = _inside(path), self._world.machine.disk
        if not disk.binds_modes:
            raise Unverified("permission bits don't bind root on a real disk")
        with naming(path):
            change = self._world.machine.storage.modes.change(disk, path, mode)
        self._modes.append(change)
        if change.before != mode:
            self._told("chmod", path=path, mode=mode)

    def fail(
        self,
        on: str | Glob,
        operations: str | Iterable[str] = (),
        errno: str = "EIO",
        *,
        nth: int = 1,
        times: int | None = None,
        duration: int | None = None,
    ) -> None:
        """Let operations on files that match `on` fail, all kinds of them where none is named.

        The first to fail is the `nth` from now on, `times` says how many do, `duration` how long.
        """
        if errno not in _ERRNOS:
            message = f"there is no error {errno!r}: it is one like EIO or ENOSPC"
            raise ValueError(message)
        self._begin(FaultRule(str(on), _operations(operations), _ERRNOS[errno], nth=nth, times=times), duration)

    def slow(
        self,
        on: str | Glob,
        operations: str | Iterable[str] = (),
        delay: int = 1_000_000_000,
        *,
        nth: int = 1,
        times: int | None = None,
        duration: int | None = None,
    ) -> None:
        """Let operations take `delay` nanoseconds longer; the rest as in `fail`."""
        self._begin(FaultRule(str(on), _operations(operations), delay=delay, nth=nth, times=times), duration)

    def kill(self, process: str) -> bool:
        """Kill a program; False where it doesn't run."""
        try:
            self._world.kill(process)
        except NotRunningError:
            return False
        self._changed("kill", program=process)
        return True

    def _begin(self, rule: FaultRule, duration: int | None) -> None:
        self._rules.append(begin_fault(self._world.machine, rule, duration))
        self._world.waiting.allow_pause(duration or 0)

    def _changed(self, what: str, **fields: str | int) -> None:
        self._changes += 1
        self._told(what, **fields)

    def _told(self, what: str, **fields: str | int) -> None:
        self._world.machine.emit("wptest", f"hand.{what}", by=self._name, **fields)


@dataclass(frozen=True, slots=True)
class HandUsed(StepChange):
    """What somebody's own fault of that name has done, at once or by the rules that it put into force."""

    code: ClassVar[Failure] = Failure.NEVER_BIT

    name: str
    hand: Hand

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if self.hand.took_effect:
            return None
        return Pointless(("fault",), f"the fault {self.name} changed nothing, and never bit", self.hand.why_not)

    def faults(self) -> Iterable[tuple[str, str]]:
        """See `StepChange.faults`."""
        return ((self.name, pattern) for pattern in self.hand.patterns)


def _inside(path: str) -> str:
    try:
        return posixpath.normpath(relative_path(path))
    except Mistake as mistake:
        raise ValueError(mistake.problem) from None


def _operations(named: str | Iterable[str]) -> frozenset[str]:
    wanted = frozenset(
        "append" if each == "write" else each for each in ([named] if isinstance(named, str) else named)
    )
    unknown = sorted(wanted - OPERATIONS)
    if unknown:
        message = f"there is no operation {unknown[0]!r}: it is one of {', '.join(sorted(OPERATIONS))}"
        raise ValueError(message)
    return wanted
