"""Whether a run as a whole has proved anything: what makes a pass worth nothing although nobody asked for it.

It is looked at when `then` is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.machine import Program
from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk import read_all
from wptest.judge.failure import Failure
from wptest.judge.finding import Finding
from wptest.judge.lines import count_lines, counted
from wptest.judge.on_processes import complaints_of
from wptest.language.expect import Check
from wptest.run.changes import pointless
from wptest.run.haste import haste
from wptest.run.world import World

_MOVERS = ("wparse", "wprescue")  # the others move no line to a sink
_SAYS_NONE = ("issued", "accepted", "delivered")

Started = Sequence[tuple[int, Program]]


def unproved(world: World, started: Started) -> Iterator[Finding]:
    """What proves nothing; `started` are the programs of the timeline, with their steps."""
    yield from _bad_exits(world, started)
    if not world.ledger.dues.anything and not _is_about_no_lines(world):
        yield _nothing_owed(world)
    for room in world.rooms:
        if (found := pointless(room, world.doings, {})) is not None:
            path, (evidence, help_) = ("given", *found.keys), found.why
            yield world.facts.unproved(path, found.message, Failure.CHANGED_NOTHING, evidence, help_=help_)


def moves_lines(world: World) -> bool:
    """Whether a program was started that moves lines to sinks: or none at all, so that nothing else is tested."""
    names = {program.name for program in world.programs}
    return not names or not names.isdisjoint(_MOVERS)


def _checks(world: World) -> list[Check]:
    """All that the scenario expects, at any moment."""
    return [*(step.check for step in world.scenario.when if step.check is not None), world.scenario.then]


def _bad_exits(world: World, started: Started) -> Iterator[Finding]:
    """Programs that ended by themselves with another code than 0 where nothing is said of that.

    One that a signal has killed, or has asked to stop, ended as the scenario wanted.
    """
    for number, (index, program) in enumerate(started):
        process = program.process
        if process.alive or not process.exit_code or process.killed_by is not None or process.asked:
            continue
        again = next((other for other, each in started[number + 1 :] if each.name == program.name), None)
        if _says_how_it_ended(world, program.name, index, again):
            continue
        earlier = sum(each.name == program.name for _, each in started[:number])
        said = f"{{exit: {{{program.name}: {process.exit_code}}}}}"
        yield world.facts.unproved(
            ("when", index, world.scenario.when[index].verb),
            f"{program.name} exited with {process.exit_code}, and the scenario doesn't say that it should",
            Failure.UNEXPECTED_EXIT,
            complaints_of(world.facts, program.name, earlier),
            help_=f"if that is meant, say so: {f'then: {said}' if again is None else f'- check: {said} after it'}",
        )


def _says_how_it_ended(world: World, name: str, index: int, again: int | None) -> bool:
    """Whether there is an `exit` for it before the program is started again by step `again`, if it ever is."""
    checks = [step.check for step in world.scenario.when[index + 1 : again] if step.check is not None]
    if again is None:
        checks.append(world.scenario.then)
    return any(name in check.exit for check in checks)


def _is_about_no_lines(world: World) -> bool:
    """Whether it says so, by number, or by programs that move no lines or that are to fail before they do."""
    if not moves_lines(world):
        return True
    for check in _checks(world):
        said = [getattr(check.ledger, key) for key in _SAYS_NONE] if check.ledger is not None else []
        if any(expected is not None and expected.says_none for expected in said):
            return True
        if any(name in _MOVERS and not expected.holds(0) for name, expected in check.exit.items()):
            return True
    return False


def _nothing_owed(world: World) -> Finding:
    """No line was to arrive anywhere."""
    root, input_ = world.project.rescue_root, world.project.source.path
    lines = count_lines(read_all(world.machine.disk, input_))
    evidence = [f"the input, {input_}: {f'{counted(lines)}, of which none was read' if lines else 'no line'}"]
    written = _written(world)
    below = {path: path.startswith(f"{root}/") for path in written}
    aside = [path for path in written if below[path] and not _is_rescue_file(path)]
    away = [path for path in written if not below[path] and _is_rescue_file(path)]
    evidence += [f"{path}: is no rescue file, which ends in .dat" for path in aside]
    evidence += [f"{path}: is not below the rescue root, {root}" for path in away]
    evidence += [f"{path}: has no line" for path in written if below[path] and _is_rescue_file(path)]
    if not any(below.values()):
        evidence.append(f"rescue files, below {root}: none")
    said = "accepted" if lines else "issued"
    help_ = f"give it lines, or if none is meant, say so: then: {{ledger: {{{said}: 0}}}}"
    if aside or away:
        help_ = f"let {(away or aside)[0]} be below {root} and end in .dat"
    elif (busy := haste(world)) is not None:
        evidence.append(busy.evidence)
        help_ = busy.help
    message = "no line was owed to any sink, so none could get lost, doubled or stuck"
    path = next(
        (("given", "files", each) for each in away + aside if each in world.scenario.given.files), ("when",)
    )
    return world.facts.unproved(path, message, Failure.NOTHING_OWED, evidence, help_=help_)


def _written(world: World) -> list[str]:
    """The files that the scenario writes, but for those that are a target or the input."""
    steps = (*world.scenario.when, *world.scenario.meanwhile)
    paths = [*world.scenario.given.files, *(path for step in steps for path in step.write or ())]
    known = {world.project.source.path, *(sink.path for sink in world.project.sinks)}
    return [path for path in dict.fromkeys(paths) if path not in known]


def _is_rescue_file(path: str) -> bool:
    return is_released(path) or is_locked_name(path)
