"""Recoveries that look at what one before has looked at are not run again, and what comes of it is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from written import variant_of

from engine.behaviour import REFERENCE
from wptest.explore.crashes import restart as restarting
from wptest.explore.crashes.crash_state import CrashState, Key
from wptest.explore.crashes.recorder import Finder
from wptest.explore.crashes.restart import Restart
from wptest.explore.troubles.course import run_course
from wptest.explore.troubles.kinds import Troubles
from wptest.run.headway import Headway
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CrashExplore

TWO_SINKS = """
scenario: two-sinks
project: {speed_limit: 0, sinks: {a: {}, b: {type: blackhole}}}
given:
  files:
    data/rescue/a-2025-10-04_01:59:24.dat: {lines: 6}
    data/rescue/a-2025-10-04_01:59:25.dat.lock: {lines: 5, equal: every 2nd}
    data/rescue/b-2025-10-04_01:59:24.dat: {lines: 4}
when:
  - run: wproj rescue unlock
  - run: wprescue work
"""
OUTAGE = """
scenario: outage
project: {sinks: {a: {type: test_rescue, phases: [up 500ms, down 300ms]}}}
given: {source: {lines: 10, rate: 20/s}}
when:
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
PLAN = CrashExplore()


class Different(Finder):
    """Keeps each different state."""

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[Key, CrashState] = {}

    def look_at(self, key: Key, make: Callable[[], CrashState]) -> None:
        if key not in self.states:
            self.states[key] = make()


def states_of(variant: LoadedVariant, options: RunOptions) -> list[CrashState]:
    """Every state after one crash, and some of those after two."""
    troubles, different = Troubles.of_crashes(PLAN, variant), Different()
    run_course(variant, troubles, options, different)
    restart = Restart(variant, options, troubles)
    for state in list(different.states.values())[::40]:
        restart.run(state, different)
    return list(different.states.values())


@pytest.mark.parametrize(
    ("text", "fault", "most"),
    [
        (TWO_SINKS, {}, 0.3),
        (TWO_SINKS, {"resume": "from_start"}, 0.6),
        (OUTAGE, {}, 0.5),
    ],
)
def test_every_recovery_finds_what_it_finds_alone(monkeypatch, text, fault, most):
    variant, options = variant_of(text), RunOptions(behaviour=replace(REFERENCE, **fault))
    states, troubles, runs = states_of(variant, options), Troubles.of_crashes(PLAN, variant), 0

    def counted(world: World) -> Headway:
        nonlocal runs
        runs += 1
        return Headway(world)

    alone = [Restart(variant, options, troubles).run(state).findings for state in states]
    monkeypatch.setattr(restarting, "Headway", counted)
    together = Restart(variant, options, troubles)
    assert [together.run(state).findings for state in states] == alone
    assert fault == {} or any(alone), "else there is nothing that could be forgotten"
    assert runs < most * len(states)


def test_a_state_that_breaks_something_is_run_each_time(monkeypatch):
    variant = variant_of(TWO_SINKS)
    options = RunOptions(behaviour=replace(REFERENCE, resume="from_start"))
    restart = Restart(variant, options, Troubles.of_crashes(PLAN, variant))
    broken = next(state for state in states_of(variant, options) if restart.run(state).findings)
    assert restart.run(broken).findings == restart.run(broken).findings != ()
