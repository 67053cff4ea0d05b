"""What real programs on this machine can't do, or can't be seen to do, for words that ask before a run."""

from __future__ import annotations

from dataclasses import dataclass

from engine.programs.command import Command
from engine.project.model import Project
from wptest.subject.log_lines import AT_INFO, FROM_LOGS, QUIET_LEVELS
from wptest.subject.programs import Programs
from wptest.subject.rooms import why_no_rooms
from wptest.subject.unprivileged import why_not_as_nobody

# Events that are seen otherwise than in logs.
_SEEN = frozenset({
    "rescue.created", "rescue.released", "recovery.file_removed", "recovery.ended", "checkpoint.saved",
    "sink.delivered", "source.accepted", "source.ended",
    "program.started", "program.exited", "program.killed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class RealPrograms:
    """Programs that were found on this machine, and the project that they run. Implements `Reality`."""

    programs: Programs
    project: Project

    def why_not_started(self, command: Command) -> str:
        """See `Reality.why_not_started`."""
        if command.program not in self.programs.names:
            return f"there is no {command.program} in {self.programs.given}"
        return self.programs.dialect.why_missing(command.text) or ""

    def why_not_seen(self, event: str) -> str:
        """See `Reality.why_not_seen`."""
        level = self.project.log_level
        if event not in _SEEN | FROM_LOGS:
            return f"{event} can't be seen from outside"
        if event in AT_INFO and level in QUIET_LEVELS:
            return f"{event} is known from the log, which has no such messages at level {level}"
        return ""

    def why_no_checkpoint(self) -> str:
        """See `Reality.why_no_checkpoint`."""
        dialect = self.programs.dialect
        return "" if dialect.has_checkpoint else f"the checkpoint of dialect {dialect.name} is another one"

    def why_no_rooms(self) -> str:
        """See `Reality.why_no_rooms`."""
        return why_no_rooms()

    def why_no_modes(self) -> str:
        """See `Reality.why_no_modes`."""
        return why_not_as_nobody(self.programs)
