"""What is known of a scenario's run before it begins."""

from __future__ import annotations

from wptest.scenario.load import LoadedVariant
from wptest.scenario.scenario import Scenario


def may_meet_nothing(scenario: Scenario) -> bool:
    """Whether it has faults or changes of permissions, which may meet no operation."""
    return any(step.verb.nature.may_miss for _, step in scenario.steps_at_work)


def longest_pause(variant: LoadedVariant) -> int:
    """The longest time for which a scenario may rightly stand still."""
    given = variant.scenario.given
    pauses = [phase.duration for sink in variant.project.sinks for phase in sink.phases or ()]
    pauses += [step.verb.lasts for _, step in variant.scenario.steps_at_work]
    rate = variant.project.source.rate
    pauses.append(int(1_000_000_000 / rate) if rate else 0)
    if given.source is not None and given.source.duration is not None:
        pauses.append(given.source.duration)
    return max(pauses, default=0)
