"""All that one `wparse` reads: its sources side by side, each at its own pace."""

from __future__ import annotations

from engine.machine import Program
from engine.pipeline.input_names import InputNames
from engine.pipeline.parsers import Parsers
from engine.pipeline.picker import Picker
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.source import FileSource


async def read_inputs(program: Program, pipeline: Pipeline, *, most: int, follow: bool) -> None:
    """Read every source to its end, or with `follow` until the program stops.

    It has come back when all that was read is with the sink groups. `most` bounds the lines of each source, 0 none.
    """
    confs = program.project.sources or (program.project.source,)
    parsers = Parsers(program, pipeline) if program.behaviour.reading == "in_rounds" else None
    names = InputNames(program) if any(sink.wants_places for sink in program.project.sinks) else None
    sources = [
        FileSource(program, pipeline, conf, most, names=names)
        if parsers is None
        else Picker(program, pipeline, conf, parsers, most, names=names)
        for conf in confs
    ]
    first, *others = sources
    for source in sources:
        source.beside = sources
    tasks = [program.process.spawn(source.run(follow=follow)) for source in others]
    await first.run(follow=follow)
    for task in tasks:
        await program.machine.scheduler.join(task)
    if parsers is not None:
        await parsers.finish()
