"""How lines are shared out when nobody says so: by the sample files, and by what the project expects.

WPL and OML are not interpreted. A sample is taken for a line of its package; a group that no sample is known to
belong to gets a made-up line, and a filter lets through what its sink is expected to get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

from engine.project.model import GroupConf, Passing, Sample, SinkConf
from engine.project.routing import group_of
from engine.project.wpl import WplRule

_FINEST = 100  # shares are told apart to a hundredth, which keeps the repeated samples few
DEFAULT_RULE = "/sample"


def made_up(rule: str) -> Sample:
    """The line that stands for a rule without a sample: each rule's is its own, so that a line tells its rule."""
    request = "/index.html" if rule == DEFAULT_RULE else f"/{rule.strip('/')}"
    return Sample(rule, f"2025-10-04T01:59:20Z INFO nginx GET {request} 200")


def in_shares(samples: Iterable[Sample], weights: Mapping[str, float]) -> tuple[Sample, ...]:
    """The samples, repeated so that their rules get these shares; a rule without a sample gets a made-up one."""
    samples = tuple(samples)
    exact = {rule: Fraction(weight).limit_denominator(_FINEST) for rule, weight in weights.items()}
    scale = lcm(*(weight.denominator for weight in exact.values()))
    times = {rule: max(1, int(weight * scale)) for rule, weight in exact.items()}
    shared = gcd(*times.values())
    known = {sample.rule for sample in samples}
    lacking = [made_up(rule) for rule in weights if rule not in known]
    return tuple(each for each in (*samples, *lacking) for _ in range(times.get(each.rule, 0) // shared))


def complete(
    samples: Sequence[Sample], groups: Sequence[GroupConf], rules: Sequence[WplRule] = ()
) -> tuple[tuple[Sample, ...], list[Sample]]:
    """The samples with a line for every business group, and which of them are made up.

    Where the rules are known, a group that takes none of them gets no line. Where they are not, and no sample
    belongs to any group, all lines are made up, in the shares that the groups expect of the input.
    """
    reached = [group.name for sample in samples if (group := group_of(sample.rule, groups)) is not None]
    lacking = {
        sample.rule: (sample, group)
        for group in groups
        if not (group.infra or group.name in reached) and (sample := _line_for(group, groups, rules)) is not None
    }
    invented = [sample for sample, _ in lacking.values()]
    if reached or rules or not invented:
        return (*samples, *invented), invented
    shares = {rule: _expected_share(group) for rule, (_, group) in lacking.items()}
    known = all(shares.values())
    return in_shares(invented, {rule: (share or 1) if known else 1 for rule, share in shares.items()}), invented


def _line_for(group: GroupConf, groups: Sequence[GroupConf], rules: Sequence[WplRule]) -> Sample | None:
    """A line of a rule that reaches this group; None where there seems to be no such rule."""
    for rule in [rule.key for rule in rules] or _likely_rules(group):
        found = group_of(rule, groups)
        if found is not None and found.name == group.name:
            return made_up(rule)
    return None


def _likely_rules(group: GroupConf) -> Iterator[str]:
    """What rules may be called that a group takes, where nobody says what rules there are."""
    for pattern in group.rules:
        yield pattern.replace("*", "").replace("?", "").rstrip("/") or f"/{group.name.strip('/')}"
        yield pattern.replace("*", "x").replace("?", "x")


def _expected_share(group: GroupConf) -> float | None:
    """What share of the input a group's sinks expect, if they do."""
    if group.expect is None or group.expect.basis != "total_input":
        return None
    return max((sink.expect.ratio or 0 for sink in group.sinks if sink.expect and not sink.filtered), default=None)


def with_passing(groups: Sequence[GroupConf], samples: Sequence[Sample]) -> tuple[GroupConf, ...]:
    """The groups, their filters letting through what their sinks are expected to get."""
    return tuple(_with_passing(group, groups, samples) for group in groups)


def _with_passing(group: GroupConf, groups: Sequence[GroupConf], samples: Sequence[Sample]) -> GroupConf:
    shares = {sink.name: share for sink in group.sinks if (share := _expected(sink)) is not None}
    if not shares or group.expect is None:
        return group
    if group.expect.basis == "total_input":
        own = sum(group_of(sample.rule, groups) is group for sample in samples)
        of_all = own / len(samples) if own else 1.0
    else:  # shares of what all sinks of the group got, of which the filtered ones got less
        whole = sum(not sink.filtered for sink in group.sinks)
        together = sum(shares.values())
        of_all = (1 - together) / whole if whole and together < 1 else 1.0
    passing = {name: Passing(min(1.0, share / of_all)) for name, share in shares.items()}
    sinks = tuple(replace(sink, passing=passing.get(sink.name)) for sink in group.sinks)
    return replace(group, sinks=sinks)


def _expected(sink: SinkConf) -> float | None:
    return sink.expect.ratio if sink.filtered and sink.expect is not None else None
