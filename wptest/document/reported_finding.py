"""What doesn't hold, or isn't verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wptest.document.record import Record
from wptest.document.reported_place import ReportedPlace

FindingOutcome = Literal["failed", "unclean", "unverified", "error"]
FindingKind = Literal["invariant", "expectation", "step", "run"]
RunPhase = Literal["start", "when", "meanwhile", "cleanup", "closing", "restarted", "unknown"]


@dataclass(frozen=True)
class ReportedFinding(Record):
    """One thing that doesn't hold, or that could not be verified.

    Findings with the same `code`, `name`, `phase` and `sink` have the same cause as far as anybody can tell.

    Attributes:
        outcome: `error` where there was no run at all, of which anything could be found.
        code: which kind of failure it is, like `WPT-R001`; empty where there is none. `codes` has its meaning.
        name: the invariant (`no_loss`), or the path of what is expected (`then.sinks.a.lines`).
        kind: what it is about: an invariant, an expectation, a step, or how the run went.
        message: one line: what was expected and what came.
        evidence: further lines, such as the first lines that are missing.
        help: one thing to do; empty where the message is enough.
        virtual_time_ns: the scenario's time at which it was found or came to be, in nanoseconds.
        after_events: how many events of the run had happened by then.
        phase: after what it came: nothing yet, a step of these, the closing phase, a new start of the machine;
            `unknown` in explorations.
        when: the same in words, with the step, its line, and how long after it.
        after_line: the line of the step after which it came, of the last one where all were over; 0 where
            none had begun, or nobody knows.
        sink: the sink that it is about, by its id; empty where it is about none or about several.
        place: where the scenario says what doesn't hold; none for an invariant.
    """

    outcome: FindingOutcome
    code: str
    name: str
    kind: FindingKind
    message: str
    evidence: tuple[str, ...] = ()
    help: str = ""
    virtual_time_ns: int = 0
    after_events: int = 0
    phase: RunPhase = "unknown"
    when: str = ""
    after_line: int = 0
    sink: str = ""
    place: ReportedPlace | None = None


@dataclass(frozen=True)
class ReportedReplay(Record):
    """How to see something again.

    Attributes:
        command: the command line that does just the same again.
        id: what `wptest replay` and `wptest timeline --replay` know it by; empty where it isn't kept.
    """

    command: str = ""
    id: str = ""
