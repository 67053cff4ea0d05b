"""Fault rules: which operation on which path fails or is slow, at which occurrence and at what time."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from engine.storage.glob import path_pattern

FileOperation = Literal[
    "open", "append", "read", "truncate", "fsync", "lock",
    "rename", "remove", "mkdir", "list", "stat", "chmod", "sync_dir",
]  # fmt: skip
DatabaseOperation = Literal["statement", "commit"]  # of SQLite, which then does with its files what it likes
Operation = Literal[FileOperation, DatabaseOperation]
OPERATIONS: frozenset[str] = frozenset(get_args(FileOperation))  # those that a fault can reach

_EVERY: tuple[FileOperation, ...] = get_args(FileOperation)
_ON_NAMES: tuple[FileOperation, ...] = ("open", "rename", "remove", "mkdir", "chmod")

# What Linux can answer where nothing is wrong with the call itself, by its manual pages and its file systems: over
# NFS, writes that were taken can still be denied; copy-on-write file systems need room to remove a name.
ERRORS: Mapping[str, tuple[FileOperation, ...]] = {
    "EIO": tuple(operation for operation in _EVERY if operation != "lock"),
    "ENOSPC": ("open", "append", "truncate", "fsync", "rename", "remove", "mkdir", "sync_dir"),
    "EROFS": (*_ON_NAMES, "append", "truncate", "fsync", "sync_dir"),
    "EACCES": (*_ON_NAMES, "append", "truncate", "fsync", "list", "stat", "sync_dir"),
    "EPERM": (*_ON_NAMES, "append", "truncate"),
    "EDQUOT": ("open", "append", "truncate", "fsync", "rename", "mkdir", "sync_dir"),
    "EFBIG": ("append", "truncate"),
    "EMFILE": ("open", "list", "sync_dir"),
    "ENFILE": ("open", "list", "sync_dir"),
    "EXDEV": ("rename",),
    "EBUSY": ("rename", "remove"),
    "EINTR": ("open", "append", "read", "truncate", "fsync", "lock"),
    "ENOLCK": ("lock",),
    "ENAMETOOLONG": (*_ON_NAMES, "list", "stat", "sync_dir"),
    "ENOMEM": (*_ON_NAMES, "list", "stat", "sync_dir"),
    "ESTALE": tuple(operation for operation in _EVERY if operation != "lock"),
}

# What a sync answers when the kernel couldn't write: it then takes the pages for written all the same.
WRITEBACK = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT})

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})  # what servers tell from all other errors: nothing has room


@cache
def errors_of(operation: Operation) -> tuple[str, ...]:
    """The errors that the operation can give, by name, the most usual ones first."""
    return tuple(name for name, operations in ERRORS.items() if operation in operations)


def error_family(operation: Operation, name: str, *, of_server: bool) -> tuple[bool, bool]:
    """Equal for errors that leave the same when the operation fails with them, but for their names in messages.

    Programs don't look at an error's number. The disk does where a sync fails, and servers do where there is no
    room.
    """
    number = getattr(errno, name)
    return operation == "fsync" and number in WRITEBACK, of_server and number in FULL


@dataclass(slots=True)
class FaultRule:
    """One fault and how often it bit; a rule that never took effect proves nothing.

    Args:
        pattern: a path glob, see `engine.storage.glob`.
        operations: the operations it is for; all when empty.
        errno: what the operation fails with; None for none (a slow operation).
        delay: nanoseconds that the operation takes longer.
        spoil: what is written of the bytes of an append, or read instead of what is there. With `errno` those are
            in the file all the same, and nobody is told; without it nothing fails.
        label: what it does where nothing fails, for reports.
        spares: which operations it leaves as they are, as messages say it, and one thing to do then.
        since: monotonic time at which it begins.
        until: monotonic time at which it ends; None for never.
        nth: the first matching operation that it bites, counted from 1.
        times: how many it bites from there; None for all.
    """

    pattern: str
    operations: frozenset[str] = frozenset()
    errno: int | None = None
    delay: int = 0
    spoil: Callable[[bytes], bytes] | None = None
    label: str = "slow"
    spares: tuple[str, str] = ("", "")
    since: int = 0
    until: int | None = None
    nth: int = 1
    times: int | None = None
    seen: int = field(default=0, init=False)
    bitten: int = field(default=0, init=False)
    spared: int = field(default=0, init=False)  # bitten operations that `spoil` left as they were

    def __post_init__(self) -> None:
        assert self.nth >= 1, "occurrences are counted from 1: the first would never be told from none"
        assert self.delay >= 0, "an operation would end before it began"

    def bites(self, operation: str, path: str, now: int) -> bool:
        """Whether this operation is one that it is for; counts it either way."""
        if now < self.since or (self.until is not None and now >= self.until):
            return False
        if self.operations and operation not in self.operations:
            return False
        if not path_pattern(self.pattern).fullmatch(path):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.bitten >= self.times):
            return False
        self.bitten += 1
        assert self.bitten <= self.seen, "it bites only what it is for"
        assert self.times is None or self.bitten <= self.times, "a fault that is said to come twice comes thrice"
        return True

    @property
    def took_effect(self) -> bool:
        """Whether it has changed anything for an operation."""
        assert self.spared <= self.bitten, "it spares only what it is for"
        return self.bitten > self.spared

    def is_over(self, now: int) -> bool:
        """Whether nothing can be bitten any more."""
        spent = self.times is not None and self.bitten >= self.times
        return spent or (self.until is not None and now >= self.until)

    @property
    def name(self) -> str:
        """What it does, for reports: `EROFS`, or its label."""
        if self.errno is not None:
            return errno.errorcode.get(self.errno, str(self.errno))
        return self.label

    def spoilt(self, data: bytes) -> bytes:
        """What of the bytes of an operation that it bites is written or read."""
        if self.spoil is None:
            return data if self.errno is None else b""
        left = self.spoil(data)
        self.spared += self.errno is None and left == data
        return left


@dataclass(slots=True)
class Faults:
    """The rules in force on one machine, first come first served."""

    rules: list[FaultRule] = field(default_factory=list)

    def add(self, rule: FaultRule) -> None:
        """Put a rule into force."""
        fresh = not rule.seen and not any(known is rule for known in self.rules)
        assert fresh, "what one rule has bitten would count twice"
        self.rules.append(rule)

    def heal(self) -> list[FaultRule]:
        """Take every rule out of force, which are returned."""
        healed, self.rules = self.rules, []
        return healed

    def find(self, operation: str, path: str, now: int) -> FaultRule | None:
        """The first rule that bites this operation, or None."""
        for rule in self.rules:
            if rule.bites(operation, path, now):  # those behind it don't count the operation: they never saw it
                return rule
        return None
