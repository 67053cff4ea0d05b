"""Checks of the user's own: functions marked with `@wptest.check`, and the `Run` that they look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from engine.kernel import Event
from engine.kernel.trace import FieldValue
from wptest.judge.line_counts import split_lines
from wptest.judge.rescue_names import may_be_replayed
from wptest.judge.users.file_view import matching_files, read_file
from wptest.judge.users.user_code import UserCodeError, user_code
from wptest.shapes.declare import Unverified
from wptest.shapes.extension import Call, Extension
from wptest.shapes.wildcards import Glob
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

if TYPE_CHECKING:
    from wptest.judge.run_facts import RunFacts

_MOST = 100  # messages of one check: who needs more has a check that says how many there are


@dataclass(frozen=True, slots=True)
class LinesByPlace:
    """How many lines are in each place of the ledger."""

    issued: int
    accepted: int
    delivered: int
    rescued: int
    stranded: int
    quarantined: int
    dropped: int
    lost: int
    duplicates: int
    in_flight: int


class Run:
    """A run as a check sees it: files, logs, events and the ledger, at this moment. Nothing can be changed here."""

    LENT_TO: ClassVar[str] = "check"

    def __init__(self, facts: RunFacts) -> None:
        self._run = facts
        self._looked = False

    @property
    def looked(self) -> bool:
        """Whether anything was asked of it."""
        return self._looked

    @property
    def _facts(self) -> RunFacts:
        """What there is to see: who asks for it has looked at something."""
        self._looked = True
        return self._run

    @property
    def now(self) -> int:
        """Virtual nanoseconds since the start."""
        return self._run.machine.scheduler.now

    @property
    def ledger(self) -> LinesByPlace:
        """How many lines are where."""
        return LinesByPlace(
            **{field.name: sum(self._facts.counts(field.name).values()) for field in fields(LinesByPlace)}
        )

    @property
    def rescue_files(self) -> list[str]:
        """The paths of all rescue files, released (`.dat`) or still being written (`.dat.lock`), sorted."""
        return [path for path in self._facts.rescue_files if may_be_replayed(path)]

    def lines(self, sink: str) -> list[bytes]:
        """The lines in a sink's target, in order, without their ends.

        Raises:
            Unverified: the sink keeps no lines.
        """
        found = self._facts.project.sink(sink)
        target = None if found is None else found.path
        if target is None:
            message = f"the sink {sink} keeps no lines"
            raise Unverified(message)
        return split_lines(self._facts.ledger.inventory.content(target))

    def files(self, pattern: str | Glob = "**") -> list[str]:
        """The paths of all files that match, sorted: `*` within one part of a path, `**` over any number."""
        return matching_files(self._facts.machine.disk, pattern)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            FileNotFoundError: there is none.
        """
        return read_file(self._facts.machine.disk, path)

    def log(self, process: str) -> list[str]:
        """What a program logged, in order, without time and level."""
        return [str(event.fields["message"]) for event in self.events("log") if event.process == process]

    def events(self, kind: str | Glob = "*") -> list[Event]:
        """What happened, in order: events of a kind, or of all that match a pattern like `rescue.*`."""
        pattern = kind if isinstance(kind, Glob) else Glob(kind)
        return [event for event in self._facts.machine.trace.events if pattern.matches(event.kind)]


def findings_of(facts: RunFacts, call: Call) -> list[Finding]:
    """What a check of the user's own says, and that it was made."""
    found = _findings(facts, call)
    # Not by the machine, for which every event means that something has moved.
    told: dict[str, FieldValue] = {"name": call.key, "findings": len(found)}
    facts.machine.trace.emit(Event(facts.machine.scheduler.now, "wptest", "check.made", told))
    return found


def _findings(facts: RunFacts, call: Call) -> list[Finding]:
    run = Run(facts)
    found: list[Finding] = []
    try:
        with user_code(call) as check:
            told = check.object(run, **call.values)
            for message in islice(_messages(told, check), _MOST):
                first, *rest = message.splitlines() or [""]
                found.append(facts.finding(Failure.OWN_CHECK, (), first or f"{call.key} doesn't hold", rest))
    except UserCodeError as trouble:
        if trouble.outcome is Outcome.FAILED:
            found.append(facts.finding(Failure.OWN_CHECK, (), trouble.message, trouble.evidence))
        else:
            found.append(facts.unproved((), trouble.message, evidence=trouble.evidence))
    if not found and not run.looked:
        found.append(facts.unproved((), f"{call.key} looked at nothing of the run"))
    return found


def _messages(told: Any, check: Extension) -> Iterator[str]:
    """What a check returned or yields, message by message.

    Raises:
        UserCodeError: something of it is no text.
    """
    several = isinstance(told, Iterable) and not isinstance(told, str | bytes)
    for message in told if several else [told]:
        if isinstance(message, str):
            yield message
        elif message is not None:
            where = f"{check.path.name}:{check.line}"
            what = "it yields or returns texts that say what doesn't hold, or asserts what does"
            raise UserCodeError(Outcome.FAILED, f"{check.name} gave {message!r} ({where}): {what}")
