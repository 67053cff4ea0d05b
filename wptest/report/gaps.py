"""What the scenarios of a suite cover: sinks x troubles x phases, and what nobody has tried yet.

It is read off the scenarios as they are written, not off their runs: whether a fault then bites, the run tells.
Cleanup steps cover nothing: what they end has been judged already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.programs.program_specs import PROGRAMS
from engine.project.model import SinkConf
from engine.project.sink_kind import SinkKind
from engine.storage.glob import path_pattern
from wptest.document.reported_suite import ReportedCell, ReportedGaps
from wptest.scenario.load import LoadedVariant
from wptest.words.setting.inline import InlineProject
from wptest.words.verb import Hit

PHASES = ("live", "rescue", "replay")
_OF_SERVERS = ("request cut", "late answer", "refusal", "server killed", "server paused")
TROUBLES = (
    *("outage", "EIO", "ENOSPC", "EROFS", "EACCES", "slow", "full disk", "kill", "power loss", "stop"),
    *_OF_SERVERS,
)

# What there is no way to do: a graceful stop of a rescue file, an outage of one, a server that one is written to.
_IMPOSSIBLE = {(trouble, "rescue") for trouble in ("outage", "kill", "power loss", "stop", *_OF_SERVERS)}
_DONE = {"kill": "killed", "pause": "paused"}

Cell = tuple[str, str, str]


@dataclass(slots=True)
class Coverage:
    """Which scenarios cover which cell: (sink, trouble, phase).

    `live` is `wparse` writing to the sink, `rescue` its rescue file being written, `replay` `wprescue` writing to
    it. Sinks of a project directory count by name, inline ones by type. `sinks` has the kind of each, `tags` the
    scenarios that have each tag.
    """

    sinks: dict[str, SinkKind[object]] = field(default_factory=dict)
    cells: dict[Cell, set[str]] = field(default_factory=dict)
    tags: dict[str, set[str]] = field(default_factory=dict)

    def add(self, variant: LoadedVariant) -> None:
        """Count what a variant does."""
        for tag in variant.scenario.tags:
            self.tags.setdefault(tag, set()).add(variant.scenario.scenario)
        for sink in variant.project.business_sinks:
            name = sink.type if isinstance(variant.scenario.project, InlineProject) else sink.id
            self.sinks.setdefault(name, sink.kind)
            for trouble, phase in _covered(variant, sink):
                self.cells.setdefault((name, trouble, phase), set()).add(variant.scenario.scenario)

    def possible(self) -> list[Cell]:
        """Every cell that a scenario could cover, sink by sink."""
        return [
            (sink, trouble, phase)
            for sink, kind in self.sinks.items()
            for trouble in TROUBLES
            for phase in PHASES
            if _possible(kind, trouble, phase)
        ]

    def gaps(self) -> list[Cell]:
        """The cells that no scenario covers."""
        return [cell for cell in self.possible() if cell not in self.cells]

    def reported(self) -> ReportedGaps:
        """What the document has of it."""
        cells = (ReportedCell(*cell, tuple(sorted(self.cells.get(cell, ())))) for cell in self.possible())
        tags = {tag: tuple(sorted(scenarios)) for tag, scenarios in sorted(self.tags.items())}
        return ReportedGaps(tuple(cells), tags)


def _possible(kind: SinkKind[object], trouble: str, phase: str) -> bool:
    if trouble in _OF_SERVERS and kind.target != "table":
        return False
    if kind.target == "none":  # it has no file that could fail, and never fails itself
        return phase != "rescue" and trouble in ("kill", "power loss", "stop")
    return (trouble, phase) not in _IMPOSSIBLE and (trouble != "outage" or kind.has_phases)


def _covered(variant: LoadedVariant, sink: SinkConf) -> Iterator[tuple[str, str]]:
    """The troubles that a variant makes for a sink, with the phase that each hits."""
    running: set[str] = set()
    for _, step in variant.scenario.steps_at_work:
        command = step.verb.command
        if command is not None:
            running.add(command.program)
            yield from _of_itself(sink, command.program)
        phases = [_PHASE_OF[program] for program in sorted(running & _PHASE_OF.keys())]
        for hit in map(_named, step.verb.hits()):
            yield from ((hit.name, phase) for phase in _phases_hit(variant, sink, hit, phases))
        if command is not None and step.verb.takes() != 0:  # it has ended by then
            running.discard(command.program)
    for hit in (hit for part in variant.scenario.given.parts for hit in part.hits()):
        yield from ((hit.name, phase) for phase in _phases_hit(variant, sink, hit, ["live", "replay"]))


def _named(hit: Hit) -> Hit:
    """The same, by its name in the table: what a server suffers is no trouble of a program."""
    if not hit.program or hit.program in PROGRAMS or hit.name in _OF_SERVERS:
        return hit
    return hit._replace(name=f"server {_DONE.get(hit.name, hit.name)}")


_PHASE_OF = {"wparse": "live", "wprescue": "replay"}


def _of_itself(sink: SinkConf, program: str) -> Iterator[tuple[str, str]]:
    trouble = "outage" if sink.phases else sink.kind.trouble
    if trouble is not None and program in _PHASE_OF:
        yield trouble, _PHASE_OF[program]


def _phases_hit(variant: LoadedVariant, sink: SinkConf, hit: Hit, phases: list[str]) -> Iterator[str]:
    """The phases of a sink that trouble hits; `phases` are those that are on."""
    root, target = variant.project.rescue_root, sink.path or ""
    if sink.database is not None:
        target, _ = sink.database.files
    if hit.program in PROGRAMS:
        yield from [_PHASE_OF[hit.program]] if hit.program in _PHASE_OF else []
    elif hit.program:
        yield from (phases or ["live", "replay"]) if _is_of(sink, hit) else []
    elif hit.files:
        fits = path_pattern(hit.files).fullmatch
        rescue = f"{root}/{sink.id}-2025-10-04_01:59:24.dat"
        yield from (phases or ["live", "replay"]) if target and fits(target) else []
        yield from ["rescue"] if fits(rescue) or fits(f"{rescue}.lock") else []
    elif hit.directory:
        yield from phases if target.startswith(f"{hit.directory}/") else []
        yield from ["rescue"] if f"{root}/".startswith(f"{hit.directory}/") else []
    else:
        yield from phases


def _is_of(sink: SinkConf, hit: Hit) -> bool:
    """Whether the sink's table is at that server, and is the one that is hit, if one is."""
    database = sink.database
    if database is None or database.server.name != hit.program:
        return False
    return hit.table in ("", database.table.name)
