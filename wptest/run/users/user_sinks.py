"""What a run shows of python sinks: the mistakes in their code, and what else to know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from linecache import getline
from pathlib import Path

from engine.foreign.sink_mistakes import BrokenSinkError, SinkMistake, UnreadableTargetError
from engine.foreign.stored import held
from engine.machine import Machine
from engine.project.model import Project
from wptest.judge.found import found_now
from wptest.run.world import World
from wptest.text.wording import so_many
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

_MOST_FILES = 3
_MANY_OPERATIONS = 5000  # a fifth of a second


def finding_of(
    error: BrokenSinkError | UnreadableTargetError, project: Project, machine: Machine | None = None
) -> Finding:
    """What came in the way of judging a run."""
    if isinstance(error, BrokenSinkError):
        return _broken(machine, _sink_of(project, error.path), error.mistake)
    return found_now(machine, Failure.UNREADABLE, str(error), Outcome.UNVERIFIED, name="stored")


def with_broken_sinks(world: World, findings: list[Finding], *, failed: bool) -> list[Finding]:
    """The findings with the mistakes of python sinks before them, each once: many a program may have come to one.

    Lines that `original` could not read may be nobody's; in a run that has `failed` it may be why.
    """
    found: dict[tuple[str, str], Finding] = {}
    trace = world.machine.trace
    for after, event in enumerate(trace.events if trace.of("sink.broken") else (), 1):
        if event.kind == "sink.broken":
            mistake = SinkMistake(str(event.fields["place"]), str(event.fields["error"]))
            finding = _broken(world.machine, str(event.fields["sink"]), mistake)
            finding = replace(finding, time=event.time, after=after)
            found.setdefault((finding.name, finding.message), finding)
    if failed:
        for path, unread in held(world.machine).unread.items():
            of = f"'original' could not read {so_many(len(unread.lines))} of {path}"
            mistake = SinkMistake(unread.mistake.place, f"{unread.mistake.what} ({of})")
            finding = _broken(world.machine, _sink_of(world.project, path), mistake)
            found[finding.name, finding.message] = finding
    for finding in findings:
        if finding.code is Failure.OWN_SINK:
            found.setdefault((finding.name, finding.message), finding)
    return [*found.values(), *(finding for finding in findings if finding.code is not Failure.OWN_SINK)]


def notes(world: World, *, failed: bool) -> Iterator[str]:
    """What to know of a run with python sinks that changes no outcome."""
    if all(sink.foreign is None for sink in world.project.sinks):
        return
    for program in world.programs:
        files = program.foreign_files
        if files is not None and files.operations > _MANY_OPERATIONS:
            yield (
                f"the python sinks of {program.name} did {files.operations} file operations, each handed over to"
                " the simulation: sinks that write in batches, or fewer lines, make this scenario faster"
            )
    contents = held(world.machine)
    for path, unread in contents.unread.items():
        if not failed:
            yield (
                f"{so_many(len(unread.lines))} of {path} count as lines that nobody sent: 'original' could not read"
                f" them, {unread.mistake.what} ({unread.mistake.place})"
            )
    for path in contents.shuffled:
        yield (
            f"'stored' has given lines of {path} that it had given before in another order: recovery finds what is"
            " behind its checkpoint by the order in which lines were stored"
        )
    for sink in world.project.sinks:
        is_file = sink.foreign is not None and sink.foreign.stored is None and sink.path is not None
        taken = world.machine.deliveries.total(sink.id)
        if is_file and taken and not world.machine.disk.exists(sink.path or ""):
            written = _written(world, [each.path for each in world.project.sinks])
            yield (
                f"the python sink {sink.id} has taken lines, and there is no {sink.path}: {written}"
                "a sink that keeps them elsewhere reads them back in a static method 'stored'"
            )


def _written(world: World, targets: Collection[str | None]) -> str:
    """Which files python sinks have written that are no sink's, and where in their code."""
    files = [program.foreign_files for program in world.programs if program.foreign_files is not None]
    written = {path: place for each in files for path, place in each.written.items() if path not in targets}
    told = [f"{path} ({Path(place).name})" if place else path for path, place in written.items()]
    return (
        f"written was {', '.join(told[:_MOST_FILES])}; write to the path that a sink is given, or " if told else ""
    )


def _sink_of(project: Project, path: str) -> str:
    return next((sink.id for sink in project.sinks if sink.path == path), path)


def _broken(machine: Machine | None, sink: str, mistake: SinkMistake) -> Finding:
    file, _, line = mistake.place.rpartition(":")
    source = getline(file, int(line)).strip() if line.isdecimal() else ""
    evidence = [f"{mistake.place}: {source}"] if source else []
    message = f"{mistake.place}: {mistake.what}"
    return found_now(machine, Failure.OWN_SINK, message, name=f"sink {sink}", evidence=evidence)
