"""The plan of a scenario before it runs: when its steps come, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.text.display import printable
from engine.text.source_text import KeyPath
from engine.units import format_duration, format_phases
from wptest.reuse.shared_steps import cleanup_order
from wptest.scenario.load import LoadedVariant
from wptest.scenario.proof.idle_outages import input_time, outages
from wptest.text.wording import every
from wptest.words.step import Step
from wptest.words.trigger import Planned
from wptest.words.verb import Chapter


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known beforehand.

    Attributes:
        rows: time and text of each step; the time has `>=` in front where a wait of unknown length comes before;
            it is `cleanup` for what comes at the end, whenever that is.
        notes: phases and input, a line each.
    """

    rows: list[tuple[str, str]]
    notes: list[str]


def plan_of(variant: LoadedVariant) -> Plan:
    """Work out a variant's plan; nothing is run."""
    rows = [*_rows(variant), *_cleanup(variant)]
    return Plan(rows, [*_input(variant), *_phases(variant)])


def planned_steps(variant: LoadedVariant) -> Iterator[tuple[Planned, tuple[Chapter, int], Step]]:
    """The steps of `when` and those of `meanwhile`, each with when it comes and its chapter and index there."""
    planned = Planned(0, exact=True)
    for index, step in enumerate(variant.scenario.when):
        if step.trigger is not None:
            planned = step.trigger.plan(planned)
        yield planned, ("when", index), step
        takes = step.verb.takes()
        planned = Planned(planned.time + (takes or 0), planned.exact and takes is not None)
    for index, step in enumerate(variant.scenario.meanwhile):
        moment = step.trigger.moment if step.trigger is not None else None
        yield Planned(moment or 0, moment is not None), ("meanwhile", index), step


def _rows(variant: LoadedVariant) -> Iterator[tuple[str, str]]:
    for planned, path, step in planned_steps(variant):
        time, text = format_duration(planned.time), _text(variant, path, step)
        yield time if planned.exact else f">= {time}", text if path[0] == "when" else f"meanwhile: {text}"


def _cleanup(variant: LoadedVariant) -> Iterator[tuple[str, str]]:
    steps = variant.scenario.cleanup
    for index in cleanup_order(variant.document, steps):
        yield "cleanup", _text(variant, ("cleanup", index), steps[index])


def _text(variant: LoadedVariant, path: KeyPath, step: Step) -> str:
    """The action as the file writes it, with what triggers it, and its line."""
    line = variant.document.source.line(variant.document.span_of((*path, step.verb.key)).line)
    written = line.partition("#")[0].strip().removeprefix("- ")
    told = step.trigger.told() if step.trigger is not None else ""
    written = f"upon {told}: {written}" if told else written
    return f"{printable(written)}  (line {variant.document.span_of(path).line})"


def _input(variant: LoadedVariant) -> Iterator[str]:
    duration = input_time(variant.scenario, variant.project)
    if (lines := variant.scenario.given.outset.lines) is not None:
        rest = f" in {format_duration(duration)}" if duration is not None else " as fast as it can be"
        nth = variant.project.source.equal
        yield f"input: {lines:,} lines{f', {every(nth)} equal' if nth else ''}, read{rest}"


def _phases(variant: LoadedVariant) -> Iterator[str]:
    for sink in outages(variant.project):
        phases = format_phases(sink.phases or sink.kind.default_phases)
        yield f"{sink.id}: {phases}, repeating from the start of each program"
