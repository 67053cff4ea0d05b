"""Whether a run as a whole has proved anything: what makes a pass worth nothing although nobody asked for it.

It is looked at when `then` is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.machine import Program
from engine.sinks.python_sink import EXIT_BROKEN
from engine.storage.disk_port import read_all
from engine.text.source_text import KeyPath
from wptest.judge.line_counts import number_of_lines
from wptest.judge.rescue_names import may_be_replayed
from wptest.run.proving.unfinished_work import unfinished_work
from wptest.run.proving.unread_input import unread_input
from wptest.run.world import World
from wptest.text.codes import Code
from wptest.text.wording import so_many
from wptest.words.expect import Expected
from wptest.words.expectations.exit_codes import ExitCodes
from wptest.words.failures import Failure
from wptest.words.finding import Finding
from wptest.words.verbs.files.directory_sizes import Resized

_MOVERS = ("wparse", "wprescue")  # the others move no line to a sink
_SAYS_NONE = ("issued", "accepted", "delivered")

Started = Sequence[tuple[int, Program]]


def unproved(world: World, started: Started) -> Iterator[Finding]:
    """What proves nothing; `started` are the programs of the timeline, with their steps."""
    yield from _bad_exits(world, started)
    if not world.ledger.dues.anything and not _is_about_no_lines(world):
        yield _nothing_owed(world, started)
    mover = next((index for index, program in started if program.name == "wparse"), None)
    if mover is not None:
        yield from unread_input(world, _checks(world), mover)
    for room in world.rooms:
        if (found := Resized(room).pointless(world.doings.from_now())) is not None:
            path, (evidence, help_) = ("given", *found.keys), found.why
            yield world.facts.unproved(path, found.message, Failure.CHANGED_NOTHING, evidence, help_=help_)


def foreseen(world: World, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The parts of the scenario that a warning says can prove nothing, as findings besides those that there are.

    A scenario that judges right after a start is warned of only where no other finding tells of it.
    """
    for part in world.variant.unproved:
        code = part.warning.code
        # Other versions log other messages than ours.
        known = not (world.subject.is_real and code is Code.NEVER_SAID)
        if known and not (findings and code is Code.NOT_WAITED):
            yield world.facts.unproved(part.path, part.warning.message, help_=part.warning.help or "")


def moves_lines(world: World) -> bool:
    """Whether a program was started that moves lines to sinks: or none at all, so that nothing else is tested."""
    names = {program.name for program in world.programs}
    return not names or not names.isdisjoint(_MOVERS)


def _checks(world: World) -> list[Expected]:
    """All that the scenario expects, at any moment."""
    return [*(step.verb.check for step in world.scenario.when if step.verb.check is not None), world.scenario.then]


def _bad_exits(world: World, started: Started) -> Iterator[Finding]:
    """Programs that ended by themselves with another code than 0 where nothing is said of that.

    One that a signal has killed, or has asked to stop, ended as the scenario wanted. One that a mistake in a python
    sink ends has more said of it.
    """
    broken = {event.process for event in world.machine.trace.of("sink.broken")}
    for number, (index, program) in enumerate(started):
        process = program.process
        if process.alive or not process.exit_code or process.killed_by is not None or process.asked:
            continue
        if process.exit_code == EXIT_BROKEN and program.called in broken:
            continue
        again = next((other for other, each in started[number + 1 :] if each.called == program.called), None)
        if _says_how_it_ended(world, program.called, index, again):
            continue
        earlier = sum(each.called == program.called for _, each in started[:number])
        said = f"{{exit: {{{program.called}: {process.exit_code}}}}}"
        yield world.facts.unproved(
            ("when", index, world.scenario.when[index].verb.key),
            f"{program.called} exited with {process.exit_code}, and the scenario doesn't say that it should",
            Failure.UNEXPECTED_EXIT,
            world.facts.last_words(program.called, earlier),
            help_=f"if that is meant, say so: {f'then: {said}' if again is None else f'- check: {said} after it'}",
        )


def _says_how_it_ended(world: World, name: str, index: int, again: int | None) -> bool:
    """Whether there is an `exit` for it before the program is started again by step `again`, if it ever is."""
    checks = [check for step in world.scenario.when[index + 1 : again] if (check := step.verb.check) is not None]
    if again is None:
        checks.append(world.scenario.then)
    return any(name in (check.get(ExitCodes) or ()) for check in checks)


def _is_about_no_lines(world: World) -> bool:
    """Whether it says so, by number, or by programs that move no lines or that are to fail before they do."""
    if not moves_lines(world):
        return True
    for check in _checks(world):
        said = [expected for word in check.words for place, expected in word.amounts() if place in _SAYS_NONE]
        if any(expected.says_none for expected in said):
            return True
        codes = check.get(ExitCodes) or {}
        if any(name in _MOVERS and not expected.holds(0) for name, expected in codes.items()):
            return True
    return False


def _nothing_owed(world: World, started: Started) -> Finding:
    """No line was to arrive anywhere: told where a file is that was to have some, or what was to move them."""
    root, inputs = world.project.rescue_root, world.project.inputs
    there = {path: number_of_lines(read_all(world.machine.disk, path)) for path in inputs}
    lines = sum(there.values())
    mover = next((index for index, program in started if program.name in _MOVERS), 0)
    path: KeyPath = ("when", mover)
    said = f"then: {{ledger: {{{'accepted' if lines else 'issued'}: 0}}}}"
    help_ = f"give it lines, or if none is meant, say so: {said}"
    evidence = [
        f"the input, {path}: {f'{so_many(few)}, of which none was read' if few else 'no line'}"
        for path, few in there.items()
    ]
    known, astray = _rescue_files(world)
    evidence += [f"{file}: {why}" for file, why in (astray | known).items()]
    if not astray and not known:
        evidence.append(f"rescue files, below {root}: none")
    if astray:
        file = next(iter(astray))
        help_ = f"let {file} be below {root} and end in .dat"
        path = ("given", "files", file) if file in world.scenario.given.outset.files else path
    elif lines and not world.project.source.enabled:
        evidence.append("no source of the project is enabled, so wparse reads nothing")
        help_ = f"let one have enable = true, or if none is meant, say so: {said}"
    elif (busy := unfinished_work(world)) is not None:
        evidence.append(busy.evidence)
        help_ = busy.help or help_
    message = "no line was owed to any sink, so none could get lost, doubled or stuck"
    return world.facts.unproved(path, message, Failure.NOTHING_OWED, evidence, help_=help_)


def _rescue_files(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """The rescue files that the scenario writes, and files that may be meant for some; why they have no line."""
    root = world.project.rescue_root
    others = {*world.project.inputs, *(sink.path for sink in world.project.sinks)}
    known, astray = {}, {}
    written = [path for _, step in world.scenario.steps_at_work for path in step.verb.files]
    for path in (*world.scenario.given.outset.files, *written):
        is_named_so, is_below = may_be_replayed(path), path.startswith(f"{root}/")
        if is_named_so and is_below:
            known[path] = "has no line"
        elif is_below:
            astray[path] = "is no rescue file, which ends in .dat"
        elif is_named_so and path not in others:
            astray[path] = f"is not below the rescue root, {root}"
    return known, astray
