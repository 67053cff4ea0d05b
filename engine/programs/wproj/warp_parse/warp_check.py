"""`wproj check`: what was looked at; a project that gets here could be read, so all of it is in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.machine import Program
from engine.programs.broken_project import EXIT_PROJECT
from engine.programs.command import Command
from engine.programs.framed_error import CONFIGURATION, framed
from engine.programs.wproj.text_tables import out_lines
from engine.programs.wproj.warp_parse.warp_tables import last_parts, out_warp_json, work_root
from engine.project.as_written import AsWritten
from engine.text.display import padded, width

# What it is called in the summary, and in JSON.
_PARTS: Mapping[str, str] = {
    "Config": "conf",
    "Connectors": "connectors",
    "Sources": "sources",
    "Sinks": "sinks",
    "WPL models": "wpl",
    "OML models": "oml",
    "Semantic dict": "semantic_dict",
}
_CALLED: Mapping[str, frozenset[str]] = {
    "Config": frozenset({"conf", "config", "engine"}),
    "Connectors": frozenset({"connectors", "connector", "conn"}),
    "Sources": frozenset({"sources", "source"}),
    "Sinks": frozenset({"sinks", "sink"}),
    "WPL models": frozenset({"wpl", "rules", "rule"}),
    "OML models": frozenset({"oml"}),
    "Semantic dict": frozenset(),
}
_SHORT = {"WPL": "WPL models", "OML": "OML models", "SemanticDict": "Semantic dict"}
_NO_OML, _OWN_DICTIONARY = "OML 文件缺失", "使用内置词典"


async def warp_check(program: Program, command: Command) -> int:
    """Say that every part that is looked at has passed, and of what it consists; the exit code.

    It is always 0, but for parts that there aren't.
    """
    sources = "✓ Sources configuration validation passed"
    wanted = _wanted(str(command.options.get("what", "")))
    if not wanted:
        program.out(sources)
        reason = f"配置错误: unknown check target: '{command.options['what']}'"
        for line in framed("wproj", [reason], CONFIGURATION, colours=program.machine.colours):
            program.complain(line)
        return EXIT_PROJECT
    told = {"Sources": sources, "Connectors": "✓ Connectors validation passed"}
    out_lines(program, [sources, *(text for part, text in told.items() if part in wanted)])
    root, written = work_root(program, command), program.project.as_written
    given = str(command.options.get("work_root", "."))
    if command.options.get("json"):
        passed = {key: {"passed": 1, "total": 1} if part in wanted else None for part, key in _PARTS.items()}
        stat = {"total": 1, **passed}
        out_warp_json(program, {"stat": stat, "detail": [_detail(given, root, written, wanted)]}, in_order=True)
    else:
        summary = [f"{part}: {'1/1 passed' if part in wanted else 'skipped'}" for part in _PARTS]
        lines = [] if command.options.get("console") else ["Project check completed (1 project)", *summary]
        rows = [cells for part, *cells in _rows(given, root, written) if part in wanted]
        out_lines(program, [*lines, "", *_framed_table(("Category", "Item", "Data", "Result"), rows)])
    return 0


def _wanted(what: str) -> tuple[str, ...]:
    """The parts that are asked for; none where there is no such part."""
    words = {word.strip().lower() for word in what.split(",")}
    if not what.strip() or what.strip().lower() == "all":
        return tuple(_PARTS)
    return tuple(part for part in _PARTS if words & _CALLED[part])


def _rows(given: str, root: str, written: AsWritten) -> Iterator[tuple[str, ...]]:
    where = last_parts(given, 1)
    sources = f"{written.source_connectors} defs / {written.used_connectors} refs"
    found = (
        ("Config", "Engine config", last_parts(f"{root}/conf/wparse.toml")),
        ("Connectors", "Source connectors", sources),
        ("Connectors", "Sink connectors", f"{written.sink_connectors} defs / 0 routes"),
        ("Sources", "Structure", "ok"),
        ("Sources", "Runtime", "ok"),
        ("Sinks", "Targets", "ok"),
        ("WPL", "Models", "ok"),
        ("OML", "Models", "ok" if written.has_oml else _NO_OML),
        ("SemanticDict", "Config", _OWN_DICTIONARY),
    )
    for part, item, data in found:
        yield _SHORT.get(part, part), f"{where} / {part}", item, data, "✓"


def _framed_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]

    def rule(left: str, line: str, cross: str, right: str) -> str:
        return left + cross.join(line * (columns + 2) for columns in widths) + right

    def cells(row: Sequence[str]) -> str:
        return f"│ {' ┆ '.join(padded(cell, columns) for cell, columns in zip(row, widths, strict=True))} │"

    yield rule("┌", "─", "┬", "┐")
    yield cells(header)
    for place, row in enumerate(rows):
        yield rule("├", "╌", "┼", "┤") if place else rule("╞", "═", "╪", "╡")
        yield cells(row)
    yield rule("└", "─", "┴", "┘")


def _detail(given: str, root: str, written: AsWritten, wanted: Collection[str]) -> dict[str, object]:
    messages = {"OML models": None if written.has_oml else _NO_OML, "Semantic dict": _OWN_DICTIONARY}
    passed = _passed(None)
    more: Mapping[str, Mapping[str, object]] = {
        "Config": {"conf_detail": f"{root}/conf/wparse.toml"},
        "Connectors": {
            "connector_counts": {
                "source_defs": written.source_connectors,
                "source_refs": written.used_connectors,
                "sink_defs": written.sink_connectors,
                "sink_routes": 0,
            }
        },
        "Sources": {"source_checks": {"syntax": passed, "runtime": passed}},
    }
    found: dict[str, object] = {"path": given}
    for part, key in _PARTS.items():
        found[key] = _passed(messages.get(part) if part in wanted else "skipped")
        found |= more.get(part, {}) if part in wanted else {}
    return found


def _passed(message: str | None) -> dict[str, object]:
    return {"ok": True, "msg": message}
