"""What was judged while a program was still at work: that may be why it doesn't hold."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from wptest.run.world import World
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_TO_AN_END = ("batch", "work")  # modes in which a program ends by itself
# What more time would change: these compare what there is now with what there should be.
_OF_STATE = frozenset({
    Failure.EXIT, Failure.RESCUE_FILES, Failure.SINK_LINES, Failure.RATIO, Failure.MARKS, Failure.CONTENT,
    Failure.REPLAYS, Failure.LEDGER, Failure.CHECKPOINT, Failure.LOG, Failure.METRICS, Failure.VALIDATE,
    Failure.OWN_CHECK, Failure.NEVER_HAPPENED, Failure.NOTHING_TO_CHECK,
})  # fmt: skip


class UnfinishedWork(NamedTuple):
    """What was going on, and what to wait for; no more waiting where a step has waited in vain."""

    evidence: str
    help: str


def unfinished_work(world: World) -> UnfinishedWork | None:
    """Which programs are at work now that `then` is judged; None where none is."""
    busy = [program for program in world.alive if program.idle_at != world.machine.work]
    if not busy:
        return None
    names = " and ".join(dict.fromkeys(program.called for program in busy))
    ending = next((each for each in busy if world.commands[id(each)].mode in _TO_AN_END), None)
    wait = "idle" if ending is None else f"{{exit: {ending.name}}}"
    verb = "was" if len(busy) == 1 else "were"
    help_ = "" if world.waited_in_vain else f"add '- wait: {wait}' before it"
    return UnfinishedWork(f"{names} {verb} still running when 'then' was judged", help_)


def blaming_unfinished_work(world: World, finding: Finding) -> Finding:
    """The finding of an expectation of `then`, with what it says of programs that were still at work."""
    busy = unfinished_work(world) if finding.code in _OF_STATE else None
    if busy is None:
        return finding
    return replace(finding, evidence=(*finding.evidence, busy.evidence), help=finding.help or busy.help)
