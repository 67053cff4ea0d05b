"""Running a variant against real processes, in a directory that is gone afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.behaviour.profile import behaviour_of
from engine.programs.environment import handed_on
from engine.sinks.kinds.test_rescue import PHASES_VARIABLE
from engine.units import SECOND
from wptest.run.outset import shared_out
from wptest.run.result import Result, not_expressible, nothing_ran
from wptest.run.running import Prepare, has_python_sinks, run_on, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.subject.coarseness import approximations, doubts
from wptest.subject.dialect import Dialect
from wptest.subject.expressible import obstacles, too_long, uses_chmod, uses_rooms
from wptest.subject.own_phases import how_it_goes_down, in_its_phases, other_phases
from wptest.subject.processes import Processes
from wptest.subject.programs import Programs
from wptest.subject.projects.in_their_layout import is_written_out
from wptest.subject.projects.line_kinds import has_samples_alone
from wptest.subject.projects.project_copy import copy_project
from wptest.subject.projects.project_files import write_project
from wptest.subject.projects.trial import why_not_parsed
from wptest.subject.reality import common_phases
from wptest.subject.rooms import in_pages, why_no_rooms
from wptest.subject.scratch import Scratch, scratch
from wptest.subject.watching.infra_lines import readers_of_targets
from wptest.subject.work_disk import WorkDisk
from wptest.words.obstacle import Beyond, Obstacle

SUBJECT = "process"
BEHAVIOUR = "WPTEST_BEHAVIOUR"
_PATIENCE = 40 * SECOND  # a sink that fails is tried again every few seconds, and may be down each time
_ROOT = "root"


def run_on_processes(
    variant: LoadedVariant,
    programs: Programs,
    options: RunOptions | None = None,
    keep: Path | None = None,
    prepare: Prepare | None = None,
) -> Result:
    """Run against real processes; what these can't do or show makes it unverified before any is started.

    The work root, as the run has left it, goes to the directory `keep` if there is one. `prepare` may do something
    to the world before anything happens in it.
    """
    options = (options or RunOptions()).within(variant.scenario)
    found = obstacles(variant, programs)
    if not has_python_sinks(variant):  # whose files the engine would have to simulate, for nothing
        time = _time(in_its_phases(variant, programs.dialect), programs, options)
        found += too_long(variant, programs, time)
        if options.timeout:  # the time that the scenario takes by itself comes on top
            options = replace(options, timeout=options.timeout + time)
    if not found and programs.dialect.layout == "motor":
        found += [Obstacle(Beyond.PROJECT, ("given", "source"), why) for why in why_not_parsed(variant, programs)]
    if found:
        return nothing_ran(variant, options, not_expressible(found, "real processes can't do this"), SUBJECT)
    if uses_rooms(variant):
        why_no_rooms()  # from now on what is mounted is this process's own
    with scratch() as place:
        return _run_in(place, variant, programs, options, keep=keep, prepare=prepare)


def _time(variant: LoadedVariant, programs: Programs, options: RunOptions) -> int:
    """How long it takes on the engine, which may have programs end that others don't: the shorter time counts."""
    time = run_variant(variant, options).virtual_time
    profile = programs.dialect.profile
    if time <= programs.longest or not profile:
        return time
    return min(time, run_variant(variant, replace(options, behaviour=behaviour_of([profile]))).virtual_time)


def _run_in(
    place: Scratch,
    variant: LoadedVariant,
    programs: Programs,
    options: RunOptions,
    *,
    keep: Path | None,
    prepare: Prepare | None,
) -> Result:
    project = shared_out(variant.project, variant.scenario.given.outset)
    are_bound = uses_chmod(variant)
    root = place.directory / _ROOT
    root.mkdir()
    variables: dict[str, str | None] = {
        BEHAVIOUR: " ".join(f"{choice}={value}" for choice, value in options.behaviour.changes().items())
    }
    given = variant.scenario.given.outset.variables
    variables |= dict(options.environment) | handed_on(given)
    # What isn't given has its default, as on the engine, whatever the machine's own environment says.
    variables |= {name: given.get(name) for name in project.origin.variables}
    if is_written_out(variant, programs.dialect):
        assert programs.dialect.layout is not None, "what can't be expressed is not run"
        write_project(root, project, programs.dialect.layout, of_samples=has_samples_alone(variant))
    elif variant.directory is not None:
        copy_project(variant.directory, root, project)
        phases = common_phases(variant)
        variables |= {PHASES_VARIABLE: phases} if phases is not None else {}
    aside = readers_of_targets(programs.dialect, project)
    disk = WorkDisk(root, programs.dialect, project.rescue_root, aside, binds_modes=are_bound)
    told = list(doubts(variant, programs.dialect))
    processes = Processes(
        programs, root, variables, are_bound=are_bound, patience=_PATIENCE, guard=place.guard, doubts=told
    )
    try:
        result = run_on(disk, variant, options, prepare, subject=processes)
        if keep is not None:
            shutil.copytree(root, keep, dirs_exist_ok=True)
    finally:
        processes.end()
    return replace(
        result, subject=SUBJECT, trace_hash="", notes=(*result.notes, *_notes(variant, programs.dialect))
    )


def _notes(variant: LoadedVariant, dialect: Dialect) -> Iterator[str]:
    yield from approximations(variant, dialect)
    yield from (how_it_goes_down(sink, dialect) for sink in other_phases(variant, dialect))
    yield from larger_rooms(variant)


def larger_rooms(variant: LoadedVariant) -> Iterator[str]:
    """Which small disks are larger than the scenario says."""
    for path, size in variant.scenario.given.outset.rooms.items():
        if in_pages(size) != size:
            yield f"{path} had room for {in_pages(size)} bytes, not {size}: its tmpfs has whole pages"
