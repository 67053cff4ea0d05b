"""What a scenario's `allow` excuses: which lines, whatever invariant speaks of them.

Lines that may get lost are missing before a checkpoint's position and in a target, and one of them may stand there
torn. Lines that may be there twice stand in a rescue file and in the target before they do.
"""

from __future__ import annotations

from collections.abc import Mapping

from wptest.judge.ledger import TargetAccount
from wptest.judge.line_counts import NONE, CountedLines, both
from wptest.words.expectations.allowances import Allowance


class Excused:
    """What is excused of the books of this moment.

    Args:
        allow: what the scenario allows.
        accounts: the books, by target.
        more_may_come: the scenario goes on, and a number that it wants may still be reached.
        used: gets the names of the allowances that anything fell under.
    """

    def __init__(
        self,
        allow: Allowance,
        accounts: Mapping[str, TargetAccount],
        *,
        more_may_come: bool = True,
        used: set[str] | None = None,
    ) -> None:
        self._allow = allow
        self._used = set[str]() if used is None else used
        self._accounts = accounts
        self._more_may_come = more_may_come

    @property
    def loss(self) -> bool:
        """Whether the lines that are lost may be."""
        return self.soon_lost(0)

    @property
    def twice(self) -> bool:
        """Whether those that a target has twice may be there."""
        return self._covers("duplicates", self._duplicates)

    @property
    def soon_twice(self) -> bool:
        """Whether those may be there that will be twice, since they still are in a rescue file as well."""
        doubled = sum(account.doubled.total() for account in self._accounts.values())
        return self._covers("duplicates", self._duplicates + doubled)

    def soon_lost(self, lines: int) -> bool:
        """Whether so many lines more may get lost, as nobody will send them again."""
        lost = sum(account.lost.total() for account in self._accounts.values())
        return self._covers("lost", lost + lines)

    def queued(self, lines: int) -> bool:
        """Whether so many lines may have waited for their sinks when their files were removed."""
        return self._covers("queued", lines)

    def altered(self, rows: int) -> bool:
        """Whether so many rows may be stored otherwise than they were sent."""
        return self._covers("altered", rows)

    def lost(self, target: str) -> CountedLines:
        """The lost lines of a target that nobody is to be blamed for."""
        account = self._accounts.get(target) if self.loss else None
        return NONE if account is None else account.lost

    @property
    def _duplicates(self) -> int:
        """Those, and what is there although it was given up since no answer came."""
        return sum(
            account.duplicates.total() + both(account.ghosts, account.unanswered).total()
            for account in self._accounts.values()
        )

    def _covers(self, name: str, lines: int) -> bool:
        allowed = self._allow.bound(name)
        if lines:
            self._used.add(name)
        if allowed is None:
            return False
        return allowed.holds(lines) or (self._more_may_come and allowed.may_hold_after(lines))
