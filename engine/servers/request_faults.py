"""What goes wrong between a client and its server, at which request, and whether it ever did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Final

from engine.databases.request import FaultPoint
from engine.servers.server_words import SERVER_TROUBLES, ServerTrouble
from engine.servers.table_engine import EngineKind
from engine.text.mistake import Mistake, one_of, suggest
from engine.units import format_duration

CUTS: Final[Collection[FaultPoint]] = (
    "before_send", "half_sent", "received", "before_commit", "after_commit", "answer_lost",
)  # fmt: skip


_OF_ITEMS = frozenset({"400", "403", "404", "409", "429"})  # statuses that a bulk request's answer has of an item


@dataclass(frozen=True, slots=True)
class CutAt:
    """The connection ends at this point; where it is `answer_lost` nobody notices, and the client waits.

    Attributes:
        point: where.
        reset: it is reset and not closed, and a server does nothing with the half that it has.
        inside_line: half a body ends inside a line, and not at the end of one.
    """

    point: FaultPoint
    reset: bool = False
    inside_line: bool = False

    @property
    def label(self) -> str:
        """What it does, for reports."""
        return self.point


@dataclass(frozen=True, slots=True)
class Late:
    """The answer comes so many nanoseconds later."""

    delay: int

    @property
    def label(self) -> str:
        """What it does, for reports."""
        return f"answer_late by {format_duration(self.delay)}"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The server stands still for so many nanoseconds, as by SIGSTOP, from before it looks at the request on."""

    duration: int

    @property
    def label(self) -> str:
        """What it does, for reports."""
        return f"stopped for {format_duration(self.duration)}"


@dataclass(frozen=True, slots=True)
class Refuse:
    """The server refuses with this code: items where it answers by item and the code is one of theirs.

    Attributes:
        code: as the server writes it.
        kind: the type of an item's error.
        share: how many of the items, or of the requests, from 0 to 1; drawn for each.
    """

    code: str
    kind: str = ""
    share: float = 1.0

    @property
    def label(self) -> str:
        """What it does, for reports."""
        return f"refuse {self.code}"


@dataclass(frozen=True, slots=True)
class Troubled:
    """Something is wrong with the server or the table, which refuses by its own code."""

    trouble: ServerTrouble

    @property
    def label(self) -> str:
        """What it does, for reports."""
        return self.trouble


Disturbance = CutAt | Late | Stopped | Refuse | Troubled


@dataclass(slots=True)
class RequestFault:
    """One fault of the requests to write, and how often it bit; one that never did proves nothing.

    Args:
        wrong: what goes wrong.
        table: of requests to which table; empty for all.
        nth: the first matching request, counted from 1.
        times: how many of those that are drawn from there on; None for all.
        since: monotonic time at which it begins.
        until: monotonic time at which it ends; None for never.
        share: how many of these, from 0 to 1; drawn for each.
    """

    wrong: Disturbance
    table: str = ""
    nth: int = 1
    times: int | None = None
    since: int = 0
    until: int | None = None
    share: float = 1.0
    seen: int = field(default=0, init=False)
    drawn: int = field(default=0, init=False)
    bitten: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        assert self.nth >= 1, "occurrences are counted from 1: the first would never be told from none"
        assert 0 < self.share <= 1, "of nothing nothing could be drawn"

    def is_for(self, table: str, now: int) -> bool:
        """Whether it is for the request that begins now; counts it either way."""
        if now < self.since or (self.until is not None and now >= self.until):
            return False
        if self.table and self.table != table:
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.drawn < self.times)

    @property
    def took_effect(self) -> bool:
        """Whether any request has met it; one that never got so far has not."""
        return self.bitten > 0

    def is_over(self, now: int) -> bool:
        """Whether no request can meet it any more."""
        spent = self.times is not None and self.drawn >= self.times
        return spent or (self.until is not None and now >= self.until)


class RequestFaults:
    """The faults in force on the way to one server, first come first served; `draw` gives numbers from 0 to 1."""

    def __init__(self, kind: EngineKind, draw: Callable[[], float]) -> None:
        self.rules: list[RequestFault] = []
        self._kind = kind
        self._draw = draw

    def add(self, rule: RequestFault) -> None:
        """Put a fault into force.

        Raises:
            Mistake: requests to this server can't go wrong in that way.
        """
        check_fault(self._kind, rule.wrong)
        assert not rule.seen, "what one rule has bitten would count twice"
        if isinstance(rule.wrong, Refuse) and not is_of_items(self._kind, rule.wrong):
            rule.share, rule.wrong = rule.share * rule.wrong.share, replace(rule.wrong, share=1.0)
        self.rules.append(rule)

    def heal(self) -> list[RequestFault]:
        """Take every fault out of force, which are returned."""
        healed, self.rules = self.rules, []
        return healed

    def find(self, table: str, now: int) -> RequestFault | None:
        """The first fault that is for the request that begins now, and is drawn; those behind it never see it."""
        for rule in self.rules:
            if rule.is_for(table, now) and (rule.share >= 1 or self._draw() < rule.share):
                rule.drawn += 1
                return rule
        return None


def is_of_items(kind: EngineKind, wrong: Refuse) -> bool:
    """Whether single documents are refused with this code, and not the request."""
    return kind.by_item and wrong.code in _OF_ITEMS


def check_fault(kind: EngineKind, wrong: Disturbance) -> None:
    """Look whether requests to this kind of server can go wrong in that way.

    Raises:
        Mistake: they can't.
    """
    if isinstance(wrong, Troubled):
        known = [each for each in SERVER_TROUBLES if each in kind.refusals or each in kind.item_refusals]
        if wrong.trouble not in known:
            problem, help_ = f"{kind.name} is never '{wrong.trouble}'", suggest(wrong.trouble, known)
            raise Mistake(problem, one_of(known), help_=help_, known=tuple(known))
    elif isinstance(wrong, CutAt):
        if wrong.point not in cuts_of(kind):
            problem = f"a request to {kind.name} can't fail at '{wrong.point}'"
            raise Mistake(problem, one_of(cuts_of(kind)), help_=_of_embedded(kind))
    elif kind.is_embedded and isinstance(wrong, Late | Stopped):
        what = (
            "has no answer that could be late" if isinstance(wrong, Late) else "is no server that could stand still"
        )
        raise Mistake(f"{kind.name} {what}", help_=_of_embedded(kind))


def _of_embedded(kind: EngineKind) -> str | None:
    """What can be had instead of what takes a network."""
    ways = "'at: before_send', 'refuse' or 'trouble'"
    return f"it is a part of its client, without a network: write {ways}" if kind.is_embedded else None


def cuts_of(kind: EngineKind, *, late: bool = False) -> list[FaultPoint]:
    """Where the connection to this kind of server can end; without a network only where it would be made."""
    if kind.is_embedded:
        return ["before_send"]
    return [*CUTS, "answer_late"] if late else [*CUTS]
