"""Crashes as steps of a scenario: kills or a power loss upon an operation, and behind them what the restart does.

What comes upon an operation stands in `meanwhile`, where operations are counted from the beginning of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.units import format_duration
from wptest.explore.crashes.crash_state import Crash
from wptest.explore.rewriting.edits import bare
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.explore.stretch import Stretch
from wptest.explore.troubles.strikes import AskedToStop, Strike
from wptest.reuse.program_names import name_started
from wptest.scenario.load import LoadedVariant
from wptest.words.expectations.allowances import forgiving_kills

_DRAWS = range(1, 31)
_ENDS_TROUBLE = ("fault", "disk")


def without_expectations(scenario: PlainData) -> PlainData:
    """The scenario with no expectations, for its own course has gone; what only a killed program had may go."""
    allow = forgiving_kills((scenario.get("then") or {}).get("allow", {}))
    left = {key: value for key, value in bare(scenario).items() if key not in ("cleanup", "limit")}
    return left | {"then": {"allow": allow}}


def seeds_for(crashes: Sequence[Crash], seed: int) -> Iterator[tuple[str, int]]:
    """What a power loss leaves of what was never synced, and the seeds to try: a draw depends on the seed."""
    yield "lost", seed
    if any(each.kind == "power-loss" for each in crashes):
        yield "kept", seed
        yield from (("some", each) for each in (seed, *_DRAWS))


def crashed(variant: LoadedVariant, stretches: Sequence[Stretch], unsynced: str) -> PlainData:
    """The scenario until its first crash, and what came then."""
    return struck(variant, stretches, unsynced, None, 0)


def struck(
    variant: LoadedVariant, stretches: Sequence[Stretch], unsynced: str, during: str | None, patience: int
) -> PlainData:
    """The scenario with what struck it, until its first crash, and what came then.

    Strikes count the operations of `during`. Where nothing crashes, it may take so much longer than it took.
    """
    scenario = without_expectations(variant.value)
    first = stretches[0]
    crashes = len(stretches) > 1
    when = scenario["when"][: _last(first, "step")] if crashes else list(scenario["when"])
    own = enumerate(scenario.get("meanwhile", ()), 1)
    meanwhile = [step for number, step in own if not crashes or _has_come(first, number)]
    heals = any(key in step for step in (*when, *meanwhile) for key in _ENDS_TROUBLE)
    for number, stretch in enumerate(stretches):
        before = [done[:2] for each in stretches[:number] for done in each.operations]
        begun = sum(each.crash.time for each in stretches[:number] if each.crash is not None)
        meanwhile += [_strike(each, stretch, before, during, begun) for each in stretch.strikes]
        if stretch.crash is None:
            break
        operations = [*before, *(done[:2] for done in stretch.operations)]
        trouble = _trouble(stretch, unsynced)
        if stretch.crash.operation:
            meanwhile += _upon(stretch.crash, operations, trouble)
        else:
            when += trouble
        when += [{"wait": {"exit": program}} for program in _started(when) if program in stretch.alive]
        when += [{"heal": True}] if heals and not number else []
        after = stretches[number + 1]
        when += [
            {"run": command} for command in (after.commands if after.strikes else dict.fromkeys(after.commands))
        ]
    given = scenario.get("given", {}) | _disk(stretches)
    limit = {"limit": format_duration(first.time + patience)} if not crashes else {}
    parts = {"when": when, "meanwhile": meanwhile, **limit}
    return scenario | ({"given": given} if given else {}) | parts


def _strike(
    strike: Strike, stretch: Stretch, before: Sequence[tuple[str, str]], during: str | None, begun: int
) -> PlainData:
    """A strike upon its operation, of a stretch that has `begun` then; one that comes later comes at its time."""
    place = stretch.place_of(strike, during)
    assert place is not None, "it was run again just now"
    if isinstance(strike, AskedToStop) and strike.later:
        moment = begun + stretch.operations[place].time + strike.later
        return {"at": format_duration(moment), **strike.step()}
    operations = [*before, *(done[:2] for done in stretch.operations[: place + 1])]
    nth = sum(done == (strike.operation, strike.path) for done in operations)
    return {"upon": {"operation": strike.operation, "on": strike.path, "nth": nth}, **strike.step()}


def _trouble(stretch: Stretch, unsynced: str) -> list[PlainData]:
    if stretch.crash is not None and stretch.crash.kind == "power-loss":
        return [{"power_loss": True if unsynced == "lost" else {"unsynced": unsynced}}]
    return [{"kill": program} for program in stretch.alive]


def _upon(crash: Crash, operations: Sequence[tuple[str, str]], trouble: Sequence[PlainData]) -> list[PlainData]:
    """The steps upon the operation; where it was half done, a write that is torn, and the rest upon that."""
    nth = sum(done == (crash.operation, crash.path) for done in operations)
    upon: dict[str, Any] = {"operation": crash.operation, "on": crash.path, "nth": nth}
    if crash.torn is None:
        return [{"upon": upon, **step} for step in trouble]
    fault = {"on": crash.path, "fail": "write", "errno": "EIO", "torn": crash.torn, "times": 1}
    return [{"upon": upon, "fault": fault}, *({"upon": {"event": "fault.bit"}, **step} for step in trouble)]


def _disk(stretches: Sequence[Stretch]) -> PlainData:
    """The profile of the disk that a power loss leaves."""
    images = [each.crash.image for each in stretches if each.crash is not None and each.crash.image]
    return {"durability": images[0].partition(" ")[0]} if images else {}


def _started(when: Sequence[PlainData]) -> list[str]:
    """The programs that are started and not waited for."""
    started: dict[str, None] = {}
    for step in when:
        if "start" in step:
            started[name_started(step["start"])] = None
        elif isinstance(step.get("wait"), dict):
            started.pop(step["wait"].get("exit"), None)
    return list(started)


def _last(stretch: Stretch, kind: str) -> int:
    """The number of the last step that was taken."""
    return max((int(event.fields["number"] or 0) for event in stretch.events if event.kind == kind), default=0)


def _has_come(stretch: Stretch, number: int) -> bool:
    return any(event.kind == "meanwhile" and event.fields["number"] == number for event in stretch.events)
