"""How coarse real programs are: what a scenario says of moments and speeds that they can't keep to.

What `check` and `then` find wrong where that is so may be right all the same, and is unverified.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.units import format_phases
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import WPTEST, Dialect
from wptest.subject.projects.motor_layout import always_up


def doubts(variant: LoadedVariant, dialect: Dialect) -> Iterator[str]:
    """Why expectations may not hold, known before anything is started."""
    commands = [step.verb.command for _, step in variant.scenario.all_steps]
    if not any(command is not None and command.program == "wparse" for command in commands):
        return
    rate, least = variant.project.source.rate, 2 * dialect.unit
    if 0 < rate < least:
        told = f"a second: {rate:g} lines a second are read at once"
        yield f"wparse reads {dialect.unit:,} lines at a time here, and {least:,} at least in {told}"
    down = [sink for sink in variant.project.sinks if sink.goes_down and not always_up(sink.phases or ())]
    if dialect.phases and down:
        yield f"{down[0].id} is '{format_phases(dialect.phases)}' here, once, and then up for ever"


def arrivals(dialect: Dialect) -> str:
    """In which steps lines arrive there; empty where they arrive one by one, as far as anybody can see."""
    if not dialect.unit:
        return ""
    return f"they come in batches of up to {dialect.unit:,}, or of what there is after 300ms"


def wording(dialect: Dialect) -> str:
    """Why a message that isn't logged there may be logged in other words; empty where ours are."""
    return "" if dialect is WPTEST else f"programs of dialect {dialect.name} log in words of their own"
