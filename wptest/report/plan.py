"""The plan of a scenario before it runs: when its steps come, as far as that is known, and what is pointless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.project.model import SinkConf
from engine.sinks.test_rescue import DEFAULT_PHASES
from engine.storage.glob import path_pattern
from engine.units import SECOND, format_duration
from wptest.language import actions
from wptest.language.cleanup import cleanup_order
from wptest.language.document import KeyPath
from wptest.language.faults import Fault
from wptest.language.load import LoadedVariant
from wptest.language.steps import Step


@dataclass(slots=True)
class Plan:
    """What is known beforehand.

    Attributes:
        rows: time and text of each step; the time has `>=` in front where a wait of unknown length comes before;
            it is `cleanup` for what comes at the end, whenever that is.
        notes: phases and input, a line each.
        warnings: what can't have an effect.
    """

    rows: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan_of(variant: LoadedVariant) -> Plan:
    """Work out a variant's plan; nothing is run."""
    plan = Plan()
    plan.rows = [*_rows(variant), *_meanwhile(variant), *_cleanup(variant)]
    plan.notes = [*_input(variant), *_phases(variant)]
    plan.warnings = [*_never_down(variant), *_aimless_faults(variant), *_nothing_to_replay(variant)]
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
    return f"{_triggered(written, step)}  (line {variant.document.span_of(path).line})"


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


def _input_time(variant: LoadedVariant) -> int | None:
    """How long reading the input takes in nanoseconds; None where there is none or its length isn't known."""
    source = variant.scenario.given.source
    count = source.count if source is not None else None
    rate = variant.project.source.rate
    return int(count / rate * SECOND) if count and rate else None


def _input(variant: LoadedVariant) -> Iterator[str]:
    source = variant.scenario.given.source
    duration = _input_time(variant)
    if source is not None and source.count is not None:
        rest = f" in {format_duration(duration)}" if duration is not None else " as fast as it can be"
        yield f"input: {source.count:,} lines, read{rest}"


def _phases(variant: LoadedVariant) -> Iterator[str]:
    for sink in _outages(variant):
        phases = ", ".join(
            f"{'up' if phase.up else 'down'} {format_duration(phase.duration)}"
            for phase in sink.phases or DEFAULT_PHASES
        )
        yield f"{sink.id}: {phases}, repeating from the start of each program"


def _outages(variant: LoadedVariant) -> list[SinkConf]:
    return [sink for sink in variant.project.sinks if sink.type == "test_rescue" or sink.phases]


def _never_down(variant: LoadedVariant) -> Iterator[str]:
    duration = _input_time(variant)
    for sink in _outages(variant):
        first = 0
        for phase in sink.phases or DEFAULT_PHASES:
            if not phase.up:
                break
            first += phase.duration
        else:
            yield f"{sink.id} is never down"
            continue
        if duration is not None and first >= duration:
            end, down = format_duration(duration), format_duration(first)
            yield f"{sink.id} is first down after {down}, and the input is read by {end}: nothing will be rescued"


def _aimless_faults(variant: LoadedVariant) -> Iterator[str]:
    scenario = variant.scenario
    steps = [(("when", index), step) for index, step in enumerate(scenario.when)]
    steps += [(("meanwhile", index), step) for index, step in enumerate(scenario.meanwhile)]
    for path, step in steps:
        if not isinstance(step.fault, Fault):
            continue
        pattern = path_pattern(step.fault.on.pattern)
        if not any(pattern.fullmatch(path) for path in _known_paths(variant)):
            line = variant.document.span_of(path).line
            yield f"line {line}: '{step.fault.on}' matches no path that this scenario is known to use"


def _known_paths(variant: LoadedVariant) -> list[str]:
    root = variant.project.rescue_root
    rescue = [f"{root}/{sink.id}-2025-10-04_01:59:24.dat" for sink in variant.project.sinks]
    paths = [
        *rescue,
        *(f"{path}.lock" for path in rescue),
        root,
        f"{root}/recover.lock",
        f"{root}/recover.lock.tmp",
    ]
    paths += [sink.path for sink in variant.project.sinks if sink.path]
    paths += [variant.project.source.path, *variant.scenario.given.files]
    return [*paths, *{path.rpartition("/")[0] for path in paths}]


def _nothing_to_replay(variant: LoadedVariant) -> Iterator[str]:
    scenario = variant.scenario
    commands = [step.run or step.start for step in scenario.when]
    recovers = any(command is not None and command.program == "wprescue" for command in commands)
    given = any(path.startswith(f"{variant.project.rescue_root}/") for path in scenario.given.files)
    written = any(step.write or step.fault for step in (*scenario.when, *scenario.meanwhile))
    if recovers and not given and not written and not _outages(variant):
        yield "wprescue has nothing to replay: no sink can fail, and no rescue file is given"
