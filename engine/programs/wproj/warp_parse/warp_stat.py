"""`wproj data stat`: the lines of the input and of the sinks, each half by itself or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.counting import line_ends
from engine.programs.wproj.sink_filter import chosen_sinks
from engine.programs.wproj.text_tables import out_lines
from engine.programs.wproj.warp_parse.warp_tables import (
    bordered_table,
    groups_of_files,
    last_parts,
    out_warp_json,
    work_root,
)
from engine.rescue.name import logged_path

_NO_SOURCES = "no file sources found: missing topology/sources/wpsrc.toml or no enabled entries"


@dataclass(frozen=True, slots=True)
class _Source:
    """An input; `lines` is None where it is switched off or can't be read, as `error` says."""

    key: str
    path: str
    enabled: bool
    lines: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class _Sink:
    """A sink and its lines, 0 where they can't be read."""

    group: str
    sink: str
    path: str
    infras: bool
    lines: int


async def warp_stat(program: Program, command: Command) -> int:
    """Print the lines of the input and of the sinks; the exit code, always 0."""
    sources, sinks = await _sources(program, command), await _sinks(program, command)
    if command.options.get("json"):
        both = {"ok": True, "sink": _sinks_as_json(sinks), "src": _sources_as_json(sources)}
        out_warp_json(program, both, in_order=True)
    else:
        out_lines(program, ["== Sources ==", *_source_table(sources), "", "== Sinks ==", *_sink_table(sinks)])
    return 0


async def warp_stat_sources(program: Program, command: Command) -> int:
    """Print the lines of the input; the exit code, always 0."""
    sources = await _sources(program, command)
    if command.options.get("json"):
        out_warp_json(program, _sources_as_json(sources))
    else:
        out_lines(program, _source_table(sources))
    return 0


async def warp_stat_sinks(program: Program, command: Command) -> int:
    """Print the lines of the sinks; the exit code, always 0."""
    sinks = await _sinks(program, command)
    if command.options.get("json"):
        out_warp_json(program, _sinks_as_json(sinks))
    else:
        out_lines(program, _sink_table(sinks))
    return 0


async def _sources(program: Program, command: Command) -> list[_Source]:
    found = []
    for each in program.project.as_written.inputs:
        lines, error = await _lines(program, each.path) if each.enabled else (None, None)
        found.append(
            _Source(each.key, _path(program, command, each.path, each.written), each.enabled, lines, error)
        )
    return found


async def _sinks(program: Program, command: Command) -> list[_Sink]:
    project = replace(program.project, groups=groups_of_files(program.project))
    found = []
    for group, sink in chosen_sinks(project, command):
        if sink.kind.is_counted and sink.path is not None:
            path = _path(program, command, sink.path, logged_path(sink.path))
            lines, _ = await _lines(program, sink.path)
            found.append(_Sink(group.name, sink.name, path, group.infra, lines or 0))
    return found


async def _lines(program: Program, path: str) -> tuple[int | None, str | None]:
    """How many lines a file has, or why nobody can say."""
    try:
        return await line_ends(program, path), None
    except OSError as error:
        return None, f"{error.strerror} (os error {error.errno})"


def _path(program: Program, command: Command, path: str, written: str) -> str:
    """Where a file is, below the root as it is `written`; of one that is missing, that alone."""
    return f"{work_root(program, command)}/{written}" if program.files.exists(path) else written


def _source_table(sources: list[_Source]) -> Iterator[str]:
    if not sources:
        yield _NO_SOURCES
        return
    rows = [
        (
            source.key,
            "Y" if source.enabled else "N",
            "-" if source.lines is None else str(source.lines),
            last_parts(source.path),
            source.error or "-",
        )
        for source in sources
    ]
    yield from bordered_table(
        ("Key", "Enabled", "Lines", "Path", "Error"), ("left", "center", "right", "left", "left"), rows
    )
    yield ""
    yield f"Total enabled lines: {_read(sources)}"


def _sink_table(sinks: list[_Sink]) -> Iterator[str]:
    rows = [
        (
            "infra" if sink.infras else "business",
            f"{sink.group}/{sink.sink}",
            last_parts(sink.path),
            str(sink.lines),
        )
        for sink in sinks
    ]
    yield from bordered_table(("Scope", "Sink", "Path", "Lines"), ("left", "left", "left", "right"), rows)
    yield ""
    yield f"Total lines: {_written(sinks)}"


def _read(sources: list[_Source]) -> int:
    return sum(source.lines or 0 for source in sources)


def _written(sinks: list[_Sink]) -> int:
    return sum(sink.lines for sink in sinks)


def _sources_as_json(sources: list[_Source]) -> dict[str, object]:
    note = {} if sources else {"note": "no file sources found"}
    return {"total_enabled_lines": _read(sources), "items": [asdict(source) for source in sources], **note}


def _sinks_as_json(sinks: list[_Sink]) -> dict[str, object]:
    return {"total": _written(sinks), "items": [asdict(sink) for sink in sinks]}
