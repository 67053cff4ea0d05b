"""Expectations of shares that no run can meet, each of them right by itself: they add up to more than there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from engine.project.model import GroupConf, GroupExpect, SinkConf

TOO_MUCH_IN_ONE = "every sink of a group gets all of its lines, and of what they get together its share"
TOO_MUCH_TOGETHER = "a line goes to one group only: lower the shares until they are 100 % together"
Place = Callable[[GroupConf, SinkConf], str]
_EPSILON = 1e-9


def impossible_in(group: GroupConf) -> str | None:
    """Why the sinks of a group can't all get what they should; None where they can."""
    expect = group.expect or GroupExpect()
    if expect.basis != "total_input":  # of what all of its sinks got together
        together = sum(map(_least, group.sinks))
        if together > 1 + _EPSILON:
            return (
                f"the sinks of group '{group.name}' should get {_percent(together)} of the group's lines at least"
            )
    named = [sink for sink in group.sinks if sink.expect is not None and sink.expect.ratio is not None]
    together = sum(map(_least, named))
    if expect.sum_tol is not None and together > 1 + expect.sum_tol + _EPSILON:
        wanted = _percent(1 + expect.sum_tol)
        return f"the sinks of group '{group.name}' should get {_percent(together)} at least, and {wanted} at most"
    return None


def impossible_together(groups: Iterable[GroupConf], place: Place) -> str | None:
    """Why business groups can't all get what they should, as a line goes to one of them; None where they can.

    `place` says where the expectation of a group's sink is written.
    """
    of_all = [
        (group, max(group.sinks, key=_least, default=None))
        for group in groups
        if group.expect is not None and group.expect.basis == "total_input"
    ]
    sinks = [(group, sink) for group, sink in of_all if sink is not None and _least(sink)]
    together = sum(_least(sink) for _, sink in sinks)
    if together <= 1 + _EPSILON:
        return None
    told = [f"'{group.name}' {_percent(_least(sink))} ({_told(sink)}{place(group, sink)})" for group, sink in sinks]
    return f"the groups should get {_percent(together)} of all lines at least: {', '.join(told)}"


def _least(sink: SinkConf) -> float:
    """The smallest share that is right for a sink, if its lines can be counted."""
    if sink.expect is None or not sink.kind.is_counted:
        return 0.0
    if sink.expect.ratio is not None:
        return max(0.0, sink.expect.ratio - sink.expect.tol)
    return sink.expect.low or 0.0


def _told(sink: SinkConf) -> str:
    """How its smallest share comes, where it isn't written like that."""
    if sink.expect is None or sink.expect.ratio is None or not sink.expect.tol:
        return ""
    return f"{_percent(sink.expect.ratio)} less {_percent(sink.expect.tol)}, "


def _percent(share: float) -> str:
    return f"{Decimal(repr(round(share * 100, 6))).normalize():f} %"
