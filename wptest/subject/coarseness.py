"""How coarse real programs are: what a scenario says of moments and speeds that they can't keep to.

What `check` and `then` find wrong where that is so may be right all the same, and is unverified.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from engine.project.model import SinkConf
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import WPTEST, Dialect
from wptest.subject.own_phases import how_it_goes_down, other_phases
from wptest.subject.projects.motor_layout import always_up

_WRITERS = frozenset({"wparse", "wprescue"})


def doubts(variant: LoadedVariant, dialect: Dialect) -> Iterator[str]:
    """Why expectations may not hold, known before anything is started."""
    programs = {step.verb.command.program for _, step in variant.scenario.all_steps if step.verb.command}
    rate, least = variant.project.source.rate, 2 * dialect.unit
    if "wparse" in programs and 0 < rate < least:
        told = f"a second: {rate:g} lines a second are read at once"
        yield f"wparse reads {dialect.unit:,} lines at a time here, and {least:,} at least in {told}"
    yield from approximations(variant, dialect)
    if sink := next(_going_down(variant, dialect, programs), None):
        yield how_it_goes_down(sink, dialect)


def approximations(variant: LoadedVariant, dialect: Dialect) -> Iterator[str]:
    """What is done there instead of what a step says, and is not quite that."""
    commands = [step.verb.command for _, step in variant.scenario.all_steps]
    yield from dict.fromkeys(why for each in commands if each and (why := dialect.why_not_quite(each.text)))


def _going_down(variant: LoadedVariant, dialect: Dialect, programs: AbstractSet[str]) -> Iterator[SinkConf]:
    """Sinks whose outages come at other times there; a short replay is over before its sink is down."""
    if not programs.isdisjoint(_WRITERS):
        yield from other_phases(variant, dialect)
    if "wparse" in programs and dialect.phases:
        yield from (sink for sink in variant.project.sinks if sink.goes_down and not always_up(sink.phases or ()))


def arrivals(dialect: Dialect) -> str:
    """In which steps lines arrive there; empty where they arrive one by one, as far as anybody can see."""
    if not dialect.unit:
        return ""
    return f"they come in batches of up to {dialect.unit:,}, or of what there is after 300ms"


def wording(dialect: Dialect) -> str:
    """Why a message that isn't logged there may be logged in other words; empty where ours are."""
    return "" if dialect is WPTEST else f"programs of dialect {dialect.name} log in words of their own"
