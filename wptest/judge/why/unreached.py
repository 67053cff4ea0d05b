"""Why a sink got no line: where the lines of the run went instead, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.project.model import INFRA_GROUPS, GroupConf, SinkConf
from wptest.judge.projects.routes import taking_group
from wptest.text.wording import did_you_mean

if TYPE_CHECKING:
    from wptest.judge.run_facts import RunFacts

_NAMED = 3  # sinks, and rules


def why_unreached(facts: RunFacts, sink: SinkConf) -> Iterator[str]:
    """What to know of a sink that no line was meant for; nothing if some were."""
    owed = {target: tally.lines for target, tally in facts.ledger.dues.tallies().items() if tally.lines}
    if owed.get(sink.path or sink.id):
        return
    if not facts.ledger.dues.accepted:
        yield f"no input was read, and no rescue file is for {sink.id}"
        return
    others = [
        (each.id, owed[each.path or each.id]) for each in facts.project.sinks if owed.get(each.path or each.id)
    ]
    gone = ", ".join(f"{name} {lines}" for name, lines in others[:_NAMED])
    yield f"where the lines went: {gone or 'to no sink'}{' ...' if others[_NAMED:] else ''}"
    group = next(each for each in facts.project.groups if sink in each.sinks)
    yield from _why(facts, group, sink)


def _why(facts: RunFacts, group: GroupConf, sink: SinkConf) -> Iterator[str]:
    groups = facts.project.groups
    rules = [*(sample.rule for sample in facts.project.samples), *(rule for rule, _ in facts.project.patterns)]
    taken = {rule: taking_group(rule, groups) for rule in rules if rule not in INFRA_GROUPS}
    mine = [rule for rule, by in taken.items() if by is group]
    if mine:
        why = (
            f"the filter of {sink.id} let none through"
            if sink.passing is not None
            else f"none of them is for {sink.id}"
        )
        yield f"lines of {_listed(mine)} go to its group {group.name}, and {why}"
        return
    if group.takes:
        yield f"its group {group.name} takes {_listed(group.takes)}, and the input has lines of {_listed(rules)}"
    for rule in [rule for rule, by in taken.items() if by is None][:_NAMED]:
        near = did_you_mean(rule, [pattern for each in groups for pattern in each.takes])
        yield f"no group takes the rule {rule}{f': {near}' if near else ''}"


def _listed(words: Iterable[str]) -> str:
    different = list(dict.fromkeys(words))
    return ", ".join(different[:_NAMED]) + (" ..." if different[_NAMED:] else "")
