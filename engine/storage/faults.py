"""Fault rules: which operation on which path fails or is slow, at which occurrence and at what time."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import Literal, get_args

from engine.storage.glob import path_pattern

Operation = Literal[
    "open", "append", "read", "truncate", "fsync", "lock",
    "rename", "remove", "mkdir", "list", "stat", "chmod", "sync_dir",
]  # fmt: skip
OPERATIONS: frozenset[str] = frozenset(get_args(Operation))


@dataclass(slots=True)
class FaultRule:
    """One fault and how often it bit; a rule that never bit proves nothing, so look at `bitten`.

    Args:
        pattern: a path glob, see `engine.storage.glob`.
        operations: the operations it is for; all when empty.
        errno: what the operation fails with; None for none (a slow operation).
        delay: nanoseconds that the operation takes longer.
        since: monotonic time at which it begins.
        until: monotonic time at which it ends; None for never.
        nth: the first matching operation that it bites, counted from 1.
        times: how many it bites from there; None for all.
    """

    pattern: str
    operations: frozenset[str] = frozenset()
    errno: int | None = None
    delay: int = 0
    since: int = 0
    until: int | None = None
    nth: int = 1
    times: int | None = None
    seen: int = field(default=0, init=False)
    bitten: int = field(default=0, init=False)

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
        return True

    @property
    def name(self) -> str:
        """What it does, for reports: `EROFS` or `slow`."""
        return errno.errorcode.get(self.errno, str(self.errno)) if self.errno is not None else "slow"


@dataclass(slots=True)
class Faults:
    """The rules in force on one machine, first come first served."""

    rules: list[FaultRule] = field(default_factory=list)
    healed: list[FaultRule] = field(default_factory=list)

    def add(self, rule: FaultRule) -> None:
        """Put a rule into force."""
        self.rules.append(rule)

    def heal(self) -> None:
        """Take every rule out of force; what they did stays counted."""
        self.healed += self.rules
        self.rules = []

    def find(self, operation: str, path: str, now: int) -> FaultRule | None:
        """The first rule that bites this operation, or None."""
        for rule in self.rules:
            if rule.bites(operation, path, now):
                return rule
        return None

    @property
    def all(self) -> list[FaultRule]:
        """Every rule there ever was, for counting."""
        return self.healed + self.rules
