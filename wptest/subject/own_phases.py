"""Outages where programs have them by themselves: whatever a scenario says, sinks go down as these make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.project.model import SinkConf
from engine.units import format_phases
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import Dialect
from wptest.subject.projects.in_their_layout import is_written_out
from wptest.subject.projects.motor_layout import always_up


def has_own_phases(sink: SinkConf, dialect: Dialect, *, written: bool) -> bool:
    """Whether it goes down as these programs make it: one that is written out and always up is a file there."""
    return bool(dialect.phases and sink.kind.default_phases) and not (written and always_up(sink.phases or ()))


def other_phases(variant: LoadedVariant, dialect: Dialect) -> Iterator[SinkConf]:
    """The sinks that the scenario has other phases for."""
    written = is_written_out(variant, dialect)
    for sink in variant.project.sinks:
        if has_own_phases(sink, dialect, written=written) and sink.phases not in (None, dialect.phases):
            yield sink


def in_its_phases(variant: LoadedVariant, dialect: Dialect) -> LoadedVariant:
    """The variant with the phases that its sinks have there."""
    others = {sink.id for sink in other_phases(variant, dialect)}
    if not others:
        return variant
    groups = tuple(
        replace(group, sinks=tuple(_with(sink, dialect) if sink.id in others else sink for sink in group.sinks))
        for group in variant.project.groups
    )
    return replace(variant, project=replace(variant.project, groups=groups))


def _with(sink: SinkConf, dialect: Dialect) -> SinkConf:
    return replace(sink, phases=dialect.phases)


def how_it_goes_down(sink: SinkConf, dialect: Dialect) -> str:
    """How it goes down there."""
    instead = f", not '{format_phases(sink.phases)}'" if sink.phases not in (None, dialect.phases) else ""
    return f"{sink.id} is '{format_phases(dialect.phases)}' here, once, and then up for ever{instead}"
