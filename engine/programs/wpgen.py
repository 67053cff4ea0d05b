"""`wpgen`: writes the input file from the project's sample lines, round-robin, and removes it (facts section 8)."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from itertools import cycle, islice

from engine.directories.generator import GENERATOR_PATH, GENERATOR_RULES
from engine.kernel import sleep
from engine.machine import Program
from engine.pipeline.router import numbered, text_of
from engine.programs.command import Command
from engine.programs.generator_file import generator_file
from engine.programs.options import DEFAULT_LINES, has_no_effect, line_count
from engine.project.as_written import Generator
from engine.project.model import Project, Sample
from engine.storage.disk_port import parent
from engine.units import MILLISECOND, SECOND

_BATCH = 1000
_SAMPLES = "sample.dat"
_AT_ITS_END = 2 * SECOND  # for so long a real version sleeps before it ends
_AT_ONCE = Generator(None, "", count=DEFAULT_LINES, speed=0)


def sample_lines(samples: tuple[Sample, ...], count: int, first: int = 1, *, equal: int = 0) -> list[bytes]:
    """Lines number `first` to `first + count - 1`: samples by turns, each line with its own event id.

    Each `equal`-th has none; with 0, all have one.
    """
    turn = islice(cycle(samples), (first - 1) % len(samples), None)
    lines = [numbered(sample, number) for number, sample in zip(range(first, first + count), turn, strict=False)]
    if equal:
        for place in range(-first % equal, count, equal):
            lines[place] = text_of(lines[place])
    return lines


def as_they_are(samples: tuple[Sample, ...], count: int, first: int = 1) -> list[bytes]:
    """The samples by turns, as they stand in their files."""
    turn = islice(cycle(samples), (first - 1) % len(samples), None)
    return [sample.text.encode() for sample in islice(turn, count)]


def generator_of(project: Project) -> Generator | None:
    """How a real `wpgen` makes a project's input; None where no file says it, but in a project without files."""
    if project.origin.asked:
        return project.as_written.generator
    return _to_the_input(project)


def _to_the_input(project: Project) -> Generator:
    return replace(_AT_ONCE, path=project.source.path, written=project.source.path)


async def wpgen(program: Program, command: Command) -> int:
    """Run one mode; the exit code: 1 for a project without samples, or a file that says nothing."""
    if program.behaviour.generated_input == "added" and (why := _nothing_to_go_by(program, command)):
        program.complain(f"Error: {why}")
        return 1
    if "conf" in command.options:
        has_no_effect(program, "-c")
    match command.mode:
        case "sample" | "rule":
            return await _generate(program, command)
        case "data clean":
            return await _clean(program, command)
        case _:
            return await generator_file(program, command)


def _nothing_to_go_by(program: Program, command: Command) -> str:
    """Why a real version makes no input of a project's files; empty where it does, or isn't asked to."""
    written, conf = program.project.as_written, _other_conf(command)
    if command.mode not in ("sample", "rule") or not program.project.origin.asked:
        return ""
    if conf and not program.files.exists(conf):
        return f"{conf} does not exist"
    if command.mode == "rule" and not written.has_generator_rules:
        return f"there is no {GENERATOR_RULES} below the WPL files"
    is_without = command.mode == "sample" and "wpl" not in command.options and not written.has_samples
    return f"there is no {_SAMPLES} below the WPL files" if is_without else ""


def _other_conf(command: Command) -> str:
    """The file that is named instead of the usual one; empty where none is."""
    conf = f"conf/{command.options.get('conf', '')}"
    return "" if conf in ("conf/", GENERATOR_PATH) else conf


async def _generate(program: Program, command: Command) -> int:
    """Write lines to the project's input file, which is emptied first, at `-s` lines a second (0: at once).

    Real versions add to it, and their lines are the samples as they are.
    """
    began, adds = program.now, program.behaviour.generated_input == "added"
    if command.mode == "rule":
        program.log.warn("ctrl", "no rule is run here: the lines are those of the samples")
    made = (generator_of(program.project) if adds else None) or _to_the_input(program.project)
    count, speed = line_count(program, command, made.count), int(command.options.get("speed", made.speed))
    path = made.path or program.project.source.path
    samples, where = await _samples(program, command, real=adds)
    if not samples:
        program.log.error("ctrl", f"{where} has no sample lines to generate input from")
        return 1
    await program.files.mkdir(parent(path))
    program.emit("input.written", path=path, lines=count)
    handle = await program.files.open(path, truncate=not adds)
    unit = min(_BATCH, max(1, speed // 10)) if adds and speed else _BATCH
    for first in range(1, count + 1, unit):
        few, equal = min(unit, count + 1 - first), program.project.source.equal
        lines = as_they_are(samples, few, first) if adds else sample_lines(samples, few, first, equal=equal)
        await handle.append(b"\n".join(lines) + b"\n")
        if speed:
            await sleep(len(lines) * SECOND // speed)
    handle.close()
    took = (program.now - began) // MILLISECOND
    if program.behaviour.dialect == "warp_parse":
        told = f"generated={count} lines, elapsed={took} ms, mode=direct, parallel={made.parallel}"
        program.out(f"wpgen summary: {told}{', batch=128' if command.mode == 'rule' else ' '}")
    if adds:
        await sleep(_AT_ITS_END)
    program.log.info("ctrl", f"generated {count} lines into {path}")
    return 0


async def _samples(program: Program, command: Command, *, real: bool) -> tuple[tuple[Sample, ...], str]:
    """The sample lines, and who has them: the project, or for a real version the directory that `--wpl` names."""
    directory = str(command.options.get("wpl", ""))
    if directory and not real:
        has_no_effect(program, "--wpl")
    if not (directory and real):
        return program.project.samples, "the project"
    found = list[Sample]()
    for path in (await program.files.list(posixpath.normpath(directory))).files:
        if posixpath.basename(path) == _SAMPLES:
            lines = (await program.files.read(path)).decode(errors="replace").splitlines()
            found += [Sample("", line) for line in lines if line.strip()]
    return tuple(found), directory


async def _clean(program: Program, command: Command) -> int:
    """Remove the input file, if it is there; the exit code, always 0."""
    speaks_otherwise = program.behaviour.dialect == "warp_parse"
    if speaks_otherwise and (conf := _other_conf(command)) and not program.files.exists(conf):
        return 0
    made = (generator_of(program.project) if speaks_otherwise else None) or _to_the_input(program.project)
    if (path := made.path) is None:  # what isn't in a file isn't spoken of
        return 0
    is_there = program.files.exists(path)
    if is_there:
        await program.files.remove(path)
        await program.files.sync_dir(parent(path))
    if speaks_otherwise:
        where = f"{command.options.get('work_root', '.')}/{made.written}"
        program.out(f"wpgen: cleaned {where}" if is_there else f"wpgen: nothing to clean (not found): {where}")
    else:
        program.out(f"removed ./{path}" if is_there else f"./{path} is not there")
    return 0
