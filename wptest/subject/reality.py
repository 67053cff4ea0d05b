"""What real programs on this machine can't do, or can't be seen to do, for words that ask before a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.behaviour import Behaviour
from engine.behaviour.profile import behaviour_of
from engine.programs.command import Command
from engine.units import format_phases
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import Programs
from wptest.subject.rooms import why_no_rooms
from wptest.subject.unprivileged import why_unbound
from wptest.subject.watching.log_lines import AT_INFO, FROM_LOGS, QUIET_LEVELS
from wptest.words.obstacle import Beyond, Reason
from wptest.words.stage import Reality

# Events that are seen otherwise than in logs.
_SEEN = frozenset({
    "rescue.created", "rescue.released", "recovery.file_removed", "recovery.ended", "checkpoint.saved",
    "sink.delivered", "source.accepted", "source.ended",
    "program.started", "program.exited", "program.killed", "program.paused", "program.resumed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class RealPrograms(Reality):
    """Programs that were found on this machine, and the variant whose project they run."""

    never: ClassVar[Mapping[Beyond, str]] = {
        Beyond.FAULT: "operations of a real file system can't be made to fail one by one",
        Beyond.OPERATION: "the operations of a real process can't be waited for",
        Beyond.POWER: "the power of the machine can't be cut",
        Beyond.CLOCK: "the clock of the machine can't be changed",
        Beyond.PYTHON: "Python code acts on the engine",
        Beyond.PROJECT: "the files of a project can't say it",
        Beyond.HIDDEN: "it can't be seen from outside",
    }

    programs: Programs
    variant: LoadedVariant

    def why_not_started(self, command: Command) -> Iterable[Reason]:
        """See `Reality.why_not_started`."""
        is_there = command.program in self.programs.names or self.programs.dialect.is_by_hand(command.text)
        if not is_there:
            yield Beyond.PROGRAM, f"there is no {command.program} in {self.programs.given}"
        elif (why := self.programs.dialect.why_missing(command.text)) is not None:
            yield Beyond.PROGRAM, why

    def why_not_seen(self, event: str) -> Iterable[Reason]:
        """See `Reality.why_not_seen`."""
        level = self.variant.project.log_level
        if event not in _SEEN | FROM_LOGS:
            yield Beyond.HIDDEN, f"{event} can't be seen from outside"
        elif event in AT_INFO and level in QUIET_LEVELS:
            yield Beyond.HIDDEN, f"{event} is known from the log, which has no such messages at level {level}"

    def why_not_followed(self, path: str) -> Iterable[Reason]:
        """See `Reality.why_not_followed`: of a target it is known by its growth what was read and delivered."""
        if any(path == sink.path for sink in self.variant.project.sinks):
            yield Beyond.HIDDEN, f"what {path} gets can't be seen from outside once it has another name"

    def why_not_so(self, behaviour: Behaviour) -> Iterable[Reason]:
        """See `Reality.why_not_so`: our own do as they are told."""
        profile = self.programs.dialect.profile
        if profile and behaviour_of([profile]) != behaviour:
            yield Beyond.PROGRAM, f"the programs there behave as {profile}"

    def why_no_checkpoint(self) -> Iterable[Reason]:
        """See `Reality.why_no_checkpoint`."""
        dialect = self.programs.dialect
        if dialect.checkpoint is None:
            yield Beyond.PROGRAM, f"the checkpoint of dialect {dialect.name} is another one"

    def why_no_patterns(self) -> Iterable[Reason]:
        """See `Reality.why_no_patterns`: rules of WPL are written for them where there is a place for these."""
        if self.variant.directory is not None or self.programs.dialect.layout != "motor":
            yield Beyond.PROJECT, "real programs know a line's rule by its sample, not by a pattern"

    def why_no_shares(self) -> Iterable[Reason]:
        """See `Reality.why_no_shares`: samples come by turns, and a filter by share takes whole turns."""
        passing = (sink.passing for sink in self.variant.project.sinks)
        if any(each is not None and each.condition is None and each.pattern is None for each in passing):
            yield Beyond.PROJECT, "which lines a filter by share takes depends on the rules' shares of the input"

    def why_no_position(self) -> Iterable[Reason]:
        """See `Reality.why_no_position`."""
        dialect = self.programs.dialect
        if dialect.checkpoint != "rescue_root":
            yield Beyond.PROGRAM, f"programs of dialect {dialect.name} keep no position of their input"
        elif self.variant.directory is not None and not self.variant.directory.load().source.keeps_position:
            yield Beyond.PROJECT, "a directory says for itself whether the position is kept"

    def why_no_phases(self) -> Iterable[Reason]:
        """See `Reality.why_no_phases`."""
        if self.programs.dialect.phases:  # which they have whatever the scenario says
            return
        if self.variant.directory is not None and common_phases(self.variant) is None:
            where = "a directory's sinks get phases by the environment"
            yield Beyond.PROJECT, f"{where}: all of them the same, and no other of their own"

    def why_no_rooms(self) -> Iterable[Reason]:
        """See `Reality.why_no_rooms`."""
        if why := why_no_rooms():
            yield Beyond.MACHINE, why

    def why_no_modes(self) -> Iterable[Reason]:
        """See `Reality.why_no_modes`."""
        if why := why_unbound():
            yield Beyond.MACHINE, why


def common_phases(variant: LoadedVariant) -> str | None:
    """The phases of all `test_rescue` sinks of a project directory, where one variable can say them; None else."""
    own = variant.directory.load().sinks if variant.directory is not None else ()
    if any(sink.kind.default_phases and sink.phases is not None for sink in own):
        return None
    wanted = {sink.phases for sink in variant.project.sinks if sink.kind.default_phases}
    phases = wanted.pop() if len(wanted) == 1 else None
    return None if phases is None else format_phases(phases)
