"""What a scenario about one sink says of the rest of its project: other sinks stay up, other sources have input."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.programs.wpgen import sample_lines
from engine.project.model import Project, Sample, SinkConf
from wptest.scenario.directory import in_yaml

# Topics that real programs can play, whose sinks all have the phases of their kind.
_AS_IT_IS = ("outage", "resume")
_LINES = 3  # of each other source
_FIRST_NUMBER = 1_000_001  # beyond those of the scenario's own input
_LONG = 500  # characters of a sample


def calm_sinks(project: Project, about: SinkConf, topic: str) -> tuple[str, ...]:
    """The sinks that would go down by themselves, and so would decide what becomes of a scenario about another.

    So would phases of its own that a sink has in the project's files, where the scenario gives it none.
    """
    return tuple(
        sink.id
        for sink in project.sinks
        if sink.goes_down
        and (sink.phases is not None or topic not in _AS_IT_IS)
        and (sink.id != about.id or topic in ("fault", "resume"))
    )


def up_in_yaml(sinks: tuple[str, ...]) -> str:
    """Phases of sinks that are always up, as they stand in a mapping."""
    return ", ".join(f"{in_yaml(sink)}: [up 1h]" for sink in sinks)


def other_inputs(project: Project) -> str:
    """The lines below `given:` for the files of all sources but the first: without one, `wparse` waits for it."""
    written = "".join(_input(path, lines) for path, lines in _inputs(project))
    return f"  files:\n{written}" if written else ""


def _inputs(project: Project) -> Iterator[tuple[str, list[bytes]]]:
    samples = tuple(sample for sample in project.samples if len(sample.text) <= _LONG) or _shortest(project.samples)
    for number, source in enumerate(project.more_sources):
        yield source.path, sample_lines(samples, _LINES, number * _LINES + _FIRST_NUMBER)


def _shortest(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    return (min(samples, key=lambda sample: len(sample.text)),)


def _input(path: str, lines: list[bytes]) -> str:
    text = "".join(f"{line.decode()}\n" for line in lines)
    return f"    {in_yaml(path)}:\n      text: {json.dumps(text, ensure_ascii=False)}\n"
