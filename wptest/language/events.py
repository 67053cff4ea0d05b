"""The names of events that a scenario can wait for or demand."""

from __future__ import annotations

from engine.storage.faults import ERRORS

EVENTS = (
    "rescue.created",
    "rescue.released",
    "sink.failed",
    "sink.delivered",
    "line.dropped",
    "reconnect.succeeded",
    "reconnect.failed",
    "recovery.began",
    "recovery.file_began",
    "recovery.file_removed",
    "recovery.file_skipped",
    "recovery.interrupted",
    "recovery.ended",
    "checkpoint.saved",
    "line.quarantined",
    "line.blank_skipped",
    "line.filtered",
    "source.accepted",
    "source.ended",
    "source.paused",
    "source.resumed",
    "program.started",
    "program.exited",
    "program.killed",
    "power.lost",
    "lock.adopted",
    "lock.refused",
    "fault.bit",
    *(f"storage.{error}" for error in ERRORS),
)
