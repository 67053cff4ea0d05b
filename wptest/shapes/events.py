"""The names of events that a scenario can wait for or demand."""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.faults import ERRORS

# Who can bring an event about, by its first word or its name; the others can come of anything.
CAUSED_BY: Mapping[str, frozenset[str]] = {
    "source": frozenset({"wparse"}),
    "rescue": frozenset({"wparse", "wprescue"}),
    "sink": frozenset({"wparse", "wprescue"}),
    "reconnect": frozenset({"wparse", "wprescue"}),
    "line": frozenset({"wparse", "wprescue"}),
    "line.filtered": frozenset({"wparse"}),
    "recovery": frozenset({"wprescue"}),
    "checkpoint": frozenset({"wprescue"}),
    "intent": frozenset({"wparse", "wprescue"}),
    "lock": frozenset({"wproj"}),
    "data": frozenset({"wproj"}),
    "input": frozenset({"wpgen"}),
    "monitor": frozenset({"wparse", "wprescue"}),
    "request": frozenset({"wparse", "wprescue"}),
    "answer": frozenset({"wparse", "wprescue"}),
    "keys": frozenset({"wparse", "wprescue"}),
    "row": frozenset({"wparse", "wprescue"}),
    "server.committed": frozenset({"wparse", "wprescue"}),
    "server.wrote_late": frozenset({"wparse", "wprescue"}),
}


def programs_causing(event: str) -> frozenset[str]:
    """The programs that can bring an event about; none where it isn't up to certain programs."""
    return CAUSED_BY.get(event) or CAUSED_BY.get(event.partition(".")[0], frozenset())


EVENTS = (
    "rescue.created",
    "rescue.released",
    "sink.failed",
    "sink.delivered",
    "sink.refused",
    "line.dropped",
    "line.unknown",
    "reconnect.succeeded",
    "reconnect.failed",
    "recovery.began",
    "recovery.file_began",
    "recovery.file_removed",
    "recovery.file_skipped",
    "recovery.interrupted",
    "recovery.ended",
    "recovery.doubtful",
    "recovery.file_changed",
    "checkpoint.saved",
    "intent.saved",
    "line.quarantined",
    "line.blank_skipped",
    "line.filtered",
    "source.accepted",
    "source.reopened",
    "source.gone_on",
    "source.position_saved",
    "source.ended",
    "source.paused",
    "source.resumed",
    "program.started",
    "program.exited",
    "program.killed",
    "program.paused",
    "program.resumed",
    "power.lost",
    "lock.adopted",
    "lock.refused",
    "fault.bit",
    "request.sent",
    "request.unsent",
    "request.lost",
    "request.dropped",
    "request.given_up",
    "request.refused",
    "request.fault",
    "answer.lost",
    "answer.late",
    "keys.asked",
    "row.refused",
    "server.started",
    "server.restarted",
    "server.committed",
    "server.wrote_late",
    "server.stopped",
    "server.killed",
    "server.aborted",
    "table.repaired",
    "sink.broken",
    "monitor.stat",
    "program.output",
    "input.written",
    "data.cleaning",
    "data.cleaned",
    *(f"storage.{error}" for error in ERRORS),
)
