"""What is done with each line of a batch when its sink has failed: live and in a replay alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.machine import Program
from engine.machine.batch_outcome import ALL_AGAIN
from engine.machine.machine import Unanswered
from engine.sinks.sink import SinkError
from engine.sinks.strategy import Strategy, strategy_for

# At which level an error is logged that a strategy is for, and what is said of it.
_TOLD = {
    Strategy.FIX_RETRY: ("warn", ""),
    Strategy.TOLERANT: ("warn", " and tolerant"),
    Strategy.IGNORE: ("debug", " and ignore"),
    Strategy.THROW: ("error", " and interrupt"),
    Strategy.TERMINATE: ("error", " and end"),
}


class Refused(NamedTuple):
    """A line that a sink will never take: its place in the batch, the line itself, and why."""

    place: int
    line: bytes
    reason: str


class Answered(NamedTuple):
    """A batch by what its sink said of it.

    Attributes:
        delivered: how many lines are done with.
        refused: those that are not to be sent again.
        left: the places of those that are, in their order.
    """

    delivered: int
    refused: Sequence[Refused]
    left: Sequence[int]


def sort_out(program: Program, sink: str, lines: Sequence[bytes], error: SinkError) -> Answered:
    """Take a failed batch apart, and tell what its sink refuses, and of what nobody knows whether it has it.

    Lines that are left keep their order. Those that later ones have overtaken, since the sink took these, are
    noted: nobody can bring them into order any more.
    """
    behaviour = program.behaviour
    outcome = error.outcome
    if outcome is ALL_AGAIN or behaviour.partial_batch == "all_again":
        return Answered(0, (), range(len(lines)))
    left = outcome.left(len(lines))
    refused = [Refused(place, lines[place], reason) for place, reason in sorted(outcome.refused.items())]
    _tell(program, sink, refused, [lines[place] for place in sorted(outcome.unknown)])
    latest = max(outcome.delivered, default=0)
    note_overtaken(program, sink, [lines[place] for place in left if place < latest])
    if refused:
        match behaviour.refused_line:
            case "put_aside":
                pass
            case "takes_batch_along":
                refused += [Refused(place, lines[place], refused[0].reason) for place in left]
                left = []
            case "lost":
                refused = []
            case "sent_again":
                left = sorted([*left, *(each.place for each in refused)])
                refused = []
            case "repeats_the_rest":
                left = [place for place in range(refused[0].place, len(lines)) if place not in outcome.refused]
    return Answered(len(outcome.delivered), refused, left)


def tell_failure(program: Program, sink: str, error: SinkError) -> Strategy:
    """Say that a sink has failed, and what the strategy for this error is."""
    strategy = strategy_for(program.project, error.error_class)
    program.emit("sink.failed", sink=sink, reason=str(error), strategy=strategy.value)
    level, does = _TOLD[strategy]
    getattr(program.log, level)("data", f"sink error{does}: {error}")
    return strategy


def _tell(program: Program, sink: str, refused: Sequence[Refused], unknown: Sequence[bytes]) -> None:
    for reason, lines in Counter(each.reason for each in refused).items():
        program.emit("sink.refused", sink=sink, lines=lines, reason=reason)
    if lines := len(unknown):
        if program.machine.keeps:
            program.machine.unanswered.append(Unanswered(sink, unknown))
        program.emit("line.unknown", sink=sink, lines=lines)
        program.log.warn("data", f"nobody knows of {lines} lines whether {sink} has them: sent again, maybe twice")


def note_overtaken(program: Program, sink: str, lines: Sequence[bytes]) -> None:
    """Say that these lines stand behind later ones for good, as the sink took those at first."""
    if lines and program.machine.keeps:
        program.machine.overtaken.append((sink, lines))
