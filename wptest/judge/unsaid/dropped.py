"""`nothing_dropped`: no strategy gives lines up without the scenario saying so."""

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
    """Why lines were dropped: for which sink, by which strategy, upon what, and whether just these were refused."""

    sink: str
    strategy: str
    reason: str
    is_refused: bool


def check_dropped(facts: RunFacts, said: Iterable[Expected]) -> Iterator[Finding]:
    """Whether lines were dropped of which nothing in the scenario, `said` of any moment, tells by number."""
    dropped = sum(facts.counts("dropped").values())
    amounts = (amount for expected in said for word in expected.words for amount in word.amounts())
    if not dropped or any(place == "dropped" and not expected.says_none for place, expected in amounts):
        return
    found = _why(facts.machine.trace.events)
    evidence = [_told(why, lines) for why, lines in found.items()]
    own = {sink.id for sink in facts.project.sinks if sink.foreign is not None}
    silent = [why for why in found if not why.is_refused]
    actions = [_SAY_WHICH] if any(why.sink in own for why in silent) else []
    actions += [_KEEP] if silent else []
    say = f"if they are meant to go, say so: then: {{ledger: {{dropped: {dropped}}}}}"
    help_ = f"{', or '.join(actions)}; {say}" if actions else say
    message = f"{so_many(dropped)} {'was' if dropped == 1 else 'were'} dropped, and the scenario doesn't say so"
    code = Failure.NOTHING_DROPPED
    yield found_now(facts.machine, code, message, Outcome.UNVERIFIED, name=_NAME, evidence=evidence, help_=help_)


def _why(events: Sequence[Event]) -> dict[_Why, int]:
    """How many lines were dropped, by why: what a sink refuses is told first, then its failure, then the drop."""
    refused: set[tuple[str, str]] = set()
    failures: dict[tuple[str, str], _Why] = {}
    found: dict[_Why, int] = {}
    for event in events:
        key = (event.process, str(event.fields.get("sink")))
        if event.kind == "sink.refused":
            refused.add(key)
        elif event.kind == "sink.failed":
            strategy, reason = str(event.fields["strategy"]), str(event.fields["reason"])
            failures[key] = _Why(key[1], strategy, reason, key in refused)
            refused.discard(key)
        elif event.kind == "line.dropped":
            why = failures[key]
            found[why] = found.get(why, 0) + int(event.fields["lines"] or 0)
    return found


def _told(why: _Why, lines: int) -> str:
    which = "just those that it refuses" if why.is_refused else "it doesn't say which of them it refuses"
    return f"{so_many(lines)} for {why.sink} by the strategy '{why.strategy}': {why.reason}: {which}"
