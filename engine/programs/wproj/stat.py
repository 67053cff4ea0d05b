"""`wproj stat file`, today's `wproj data stat`: how many lines are where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.counting import Rescued, count_line_ends, rescued
from engine.programs.wproj.sink_filter import chosen_sinks
from engine.programs.wproj.text_tables import aligned_table, out_json, out_lines
from engine.rescue.name import logged_path

EXIT_UNREADABLE = 1
_HALVES = ("src", "sink")


@dataclass(frozen=True, slots=True)
class _Source:
    """An input; `error` says why its lines could not be counted."""

    key: str
    enabled: bool
    lines: int
    path: str
    error: str | None


@dataclass(frozen=True, slots=True)
class _Sink:
    """A sink with a target, and how many lines wait for it in rescue files."""

    scope: str
    group: str
    sink: str
    path: str
    lines: int
    waiting: int
    error: str | None


@dataclass(frozen=True, slots=True)
class _Stat:
    """All that was counted; `ignored` has what was not, and why."""

    sources: tuple[_Source, ...]
    sinks: tuple[_Sink, ...]
    ignored: tuple[tuple[str, str], ...]
    waiting: int

    @property
    def read(self) -> int:
        """The lines of the inputs that are enabled."""
        return sum(source.lines for source in self.sources if source.enabled)

    @property
    def written(self) -> int:
        """The lines of all sinks."""
        return sum(sink.lines for sink in self.sinks)

    @property
    def ok(self) -> bool:
        """Whether everything could be counted."""
        return not any([*(each.error for each in self.sources), *(each.error for each in self.sinks)])


async def stat(program: Program, command: Command) -> int:
    """Print the lines of the input and of every sink; the exit code: 1 when a file can't be read."""
    return await _told(program, command, _HALVES)


async def stat_source(program: Program, command: Command) -> int:
    """Print the lines of the input alone; the exit code as that of `stat`."""
    return await _told(program, command, ("src",))


async def stat_sinks(program: Program, command: Command) -> int:
    """Print the lines of the sinks alone; the exit code as that of `stat`."""
    return await _told(program, command, ("sink",))


async def _told(program: Program, command: Command, halves: Sequence[str]) -> int:
    found = await _count(program, command, await rescued(program, program.project.rescue_root))
    if command.options.get("json"):
        left_out = set(_HALVES) - set(halves)
        out_json(program, {key: value for key, value in _as_json(found).items() if key not in left_out})
    else:
        verbose = bool(command.options.get("verbose"))
        texts = {"src": _source_text(found), "sink": _sink_text(found, verbose=verbose)}
        for place, half in enumerate(halves):
            out_lines(program, ["", *texts[half]] if place else texts[half])
    return 0 if found.ok else EXIT_UNREADABLE


async def _count(program: Program, command: Command, left: Rescued) -> _Stat:
    waiting, sources = left.waiting(), []
    confs = (program.project.source, *program.project.more_sources)
    for source in confs:
        lines, error = await _lines(program, source.path)
        key = source.key if len(confs) > 1 else "file"
        sources.append(_Source(key, source.enabled, lines, logged_path(source.path), error))
    sinks, ignored = [], []
    for group, sink in chosen_sinks(program.project, command):
        if sink.kind.is_counted and sink.path is not None:
            scope = "infra" if group.infra else "business"
            lines, error = await _lines(program, sink.path)
            wait = waiting[group.name, sink.id]
            sinks.append(_Sink(scope, group.name, sink.name, logged_path(sink.path), lines, wait, error))
        else:
            ignored.append((f"{group.name}/{sink.name}", f"the lines of a {sink.kind.name} sink can't be counted"))
    return _Stat(tuple(sources), tuple(sinks), tuple(ignored), sum(file.waiting for file in left.files))


async def _lines(program: Program, path: str) -> tuple[int, str | None]:
    try:
        return await count_line_ends(program, path), None
    except OSError as error:
        return 0, error.strerror


def _source_text(found: _Stat) -> Iterator[str]:
    yield "== Sources =="
    rows = [
        (source.key, "yes" if source.enabled else "no", source.lines, source.path, source.error or "")
        for source in found.sources
    ]
    yield from aligned_table(("Key", "Enabled", "Lines", "Path", "Error"), rows)
    yield f"Total enabled lines: {found.read}"


def _sink_text(found: _Stat, *, verbose: bool) -> Iterator[str]:
    yield "== Sinks =="
    if verbose:
        header: tuple[str, ...] = ("Scope", "Sink", "Path", "Lines", "Waiting", "Error")
    else:
        header = ("Scope", "Sink", "Path", "Lines", "Error")
    yield from aligned_table(header, [_row(sink, verbose=verbose) for sink in found.sinks])
    yield f"Total lines: {found.written}"
    if found.waiting:
        yield f"Lines that wait in rescue files: {found.waiting} (see wproj rescue stat)"
    yield from (f"not counted: {place}: {reason}" for place, reason in found.ignored)


def _row(sink: _Sink, *, verbose: bool) -> tuple[str | int, ...]:
    waiting = (sink.waiting,) if verbose else ()
    return (sink.scope, f"{sink.group}/{sink.sink}", sink.path, sink.lines, *waiting, sink.error or "")


def _as_json(found: _Stat) -> dict[str, object]:
    return {
        "ok": found.ok,
        "src": {"total": found.read, "items": [asdict(source) for source in found.sources]},
        "sink": {"total": found.written, "items": [asdict(sink) for sink in found.sinks]},
        "waiting": found.waiting,
        "ignored": [{"sink": place, "reason": reason} for place, reason in found.ignored],
    }
