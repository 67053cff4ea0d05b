"""The plan of a scenario before it runs: when its steps come, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.text.display import printable
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.scenario.load import LoadedVariant
from wptest.scenario.proof.outages import input_time, outages
from wptest.words import actions
from wptest.words.cleanup import cleanup_order
from wptest.words.steps import Step


@dataclass(slots=True)
class Plan:
    """What is known beforehand.

    Attributes:
        rows: time and text of each step; the time has `>=` in front where a wait of unknown length comes before;
            it is `cleanup` for what comes at the end, whenever that is.
        notes: phases and input, a line each.
    """

    rows: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plan_of(variant: LoadedVariant) -> Plan:
    """Work out a variant's plan; nothing is run."""
    plan = Plan()
    plan.rows = [*_rows(variant), *_meanwhile(variant), *_cleanup(variant)]
    plan.notes = [*_input(variant), *_phases(variant)]
    return plan


def _rows(variant: LoadedVariant) -> Iterator[tuple[str, str]]:
    now, exact = 0, True
    for index, step in enumerate(variant.scenario.when):
        if step.at is not None:
            now, exact = max(now, step.at), True
        elif step.after is not None:
            now += step.after
        elif step.upon is not None:
            exact = False
        time = format_duration(now)
        yield time if exact else f">= {time}", _text(variant, ("when", index), step)
        match step.action:
            case actions.WaitTime(duration):
                now += duration
            case actions.Run(command) if command.program == "wpgen" and not command.options.get("speed"):
                pass  # it writes all at once
            case actions.Run() | actions.WaitIdle() | actions.WaitExit() | actions.WaitEvent():
                exact = False
            case _:
                pass


def _meanwhile(variant: LoadedVariant) -> Iterator[tuple[str, str]]:
    for index, step in enumerate(variant.scenario.meanwhile):
        when = format_duration(step.at) if step.at is not None else ">= 0s"
        yield when, f"meanwhile: {_text(variant, ('meanwhile', index), step)}"


def _cleanup(variant: LoadedVariant) -> Iterator[tuple[str, str]]:
    steps = variant.scenario.cleanup
    for index in cleanup_order(variant.document, steps):
        yield "cleanup", _text(variant, ("cleanup", index), steps[index])


def _text(variant: LoadedVariant, path: KeyPath, step: Step) -> str:
    """The action as the file writes it, with what triggers it, and its line."""
    line = variant.document.source.line(variant.document.span_of((*path, step.verb)).line)
    written = line.partition("#")[0].strip().removeprefix("- ")
    return f"{printable(_triggered(written, step))}  (line {variant.document.span_of(path).line})"


def _triggered(written: str, step: Step) -> str:
    match step.trigger:
        case actions.UponLines(sink, lines):
            return f"upon {lines} lines at {sink}: {written}"
        case actions.UponEvent(event):
            return f"upon {event}: {written}"
        case actions.UponLog(process, pattern):
            return f"upon '{pattern}' in the log of {process}: {written}"
        case actions.UponOperation(operation, on, nth):
            return f"upon {operation} number {nth} on {on}: {written}"
        case _:
            return written


def _input(variant: LoadedVariant) -> Iterator[str]:
    source = variant.scenario.given.source
    duration = input_time(variant.scenario, variant.project)
    if source is not None and source.count is not None:
        rest = f" in {format_duration(duration)}" if duration is not None else " as fast as it can be"
        yield f"input: {source.count:,} lines, read{rest}"


def _phases(variant: LoadedVariant) -> Iterator[str]:
    for sink in outages(variant.project):
        phases = ", ".join(
            f"{'up' if phase.up else 'down'} {format_duration(phase.duration)}"
            for phase in sink.phases or sink.kind.default_phases
        )
        yield f"{sink.id}: {phases}, repeating from the start of each program"
