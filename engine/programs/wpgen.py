"""`wpgen sample`: writes the input file from the project's sample lines, round-robin (facts section 8)."""

from __future__ import annotations

from itertools import cycle, islice

from engine.kernel import sleep
from engine.machine import Program
from engine.pipeline.router import numbered, text_of
from engine.programs.command import Command
from engine.programs.options import line_count
from engine.project.model import Sample
from engine.units import SECOND

_BATCH = 1000


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


async def wpgen(program: Program, command: Command) -> int:
    """Write lines to the project's input file, which is emptied first, at `-s` lines a second (0: at once)."""
    count = line_count(program, command)
    speed = int(command.options.get("speed", 0))
    path = program.project.source.path
    if not program.project.samples:
        program.log.error("ctrl", "the project has no sample lines to generate input from")
        return 1
    await program.files.mkdir(path.rpartition("/")[0])
    program.emit("input.written", path=path, lines=count)
    handle = await program.files.open(path, truncate=True)
    for first in range(1, count + 1, _BATCH):
        few = min(_BATCH, count + 1 - first)
        lines = sample_lines(program.project.samples, few, first, equal=program.project.source.equal)
        await handle.append(b"\n".join(lines) + b"\n")
        if speed:
            await sleep(len(lines) * SECOND // speed)
    handle.close()
    program.log.info("ctrl", f"generated {count} lines into {path}")
    return 0
