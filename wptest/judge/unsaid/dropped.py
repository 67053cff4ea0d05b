"""`nothing_dropped`: no strategy gives up lines that their sink has not refused, unless the scenario says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.kernel import Event
from wptest.judge.found import found_now
from wptest.judge.run_facts import RunFacts
from wptest.text.wording import so_many
from wptest.words.expect import Expected
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

_NAME = "nothing_dropped"
_SAY_WHICH = "let it say which: SinkFailed(..., refused=[...])"
_KEEP = "keep the lines, by 'strategy: {CLASS: fix_retry}' for the class of its errors"


class _Why(NamedTuple):
    """Why lines were dropped: for which sink, by which strategy, and upon which error."""

    sink: str
    strategy: str
    reason: str


def check_dropped(facts: RunFacts, said: Iterable[Expected]) -> Iterator[Finding]:
    """Whether lines were dropped that no sink had refused, and of which nothing in the scenario tells by number.

    Args:
        facts: the run.
        said: what the scenario says, of any moment.
    """
    trace = facts.machine.trace
    if not trace.of("line.dropped"):
        return
    amounts = (amount for expected in said for word in expected.words for amount in word.amounts())
    if any(place == "dropped" and not expected.says_none for place, expected in amounts):
        return
    found = _unrefused(trace.events)
    dropped = min(sum(found.values()), sum(facts.counts("dropped").values())) if found else 0
    if not dropped:
        return
    which = "it doesn't say which of them it refuses"
    evidence = [
        f"{so_many(lines)} for {why.sink} by the strategy '{why.strategy}': {why.reason}: {which}"
        for why, lines in found.items()
    ]
    own = {sink.id for sink in facts.project.sinks if sink.foreign is not None}
    which = f"{_SAY_WHICH}, or " if any(why.sink in own for why in found) else ""
    help_ = f"{which}{_KEEP}; if they are meant to go, say so: then: {{ledger: {{dropped: {dropped}}}}}"
    message = f"{so_many(dropped)} {'was' if dropped == 1 else 'were'} dropped, and the scenario doesn't say so"
    code = Failure.NOTHING_DROPPED
    yield found_now(facts.machine, code, message, Outcome.UNVERIFIED, name=_NAME, evidence=evidence, help_=help_)


def _unrefused(events: Sequence[Event]) -> dict[_Why, int]:
    """How many lines were dropped, by why, but for those that were dropped since their sink had refused just them.

    What a sink refuses is told first, then its failure, then the drop.
    """
    refused: set[tuple[str, str]] = set()
    failures: dict[tuple[str, str], tuple[_Why, bool]] = {}
    found: dict[_Why, int] = {}
    for event in events:
        key = (event.process, str(event.fields.get("sink")))
        if event.kind == "sink.refused":
            refused.add(key)
        elif event.kind == "sink.failed" and "strategy" in event.fields:  # logs of real programs don't say it
            why = _Why(key[1], str(event.fields["strategy"]), str(event.fields["reason"]))
            failures[key] = why, key in refused
            refused.discard(key)
        elif event.kind == "line.dropped":
            why, just_these = failures[key]
            if not just_these:
                found[why] = found.get(why, 0) + int(event.fields["lines"] or 0)
    return found
