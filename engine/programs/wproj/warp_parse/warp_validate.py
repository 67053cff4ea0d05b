"""`wproj data validate`: the verdict, and a table of what it rests on; never why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.framed_error import framed, in_colour
from engine.programs.wproj.counting import Rescued, counts_of, rescued
from engine.programs.wproj.text_tables import out_lines
from engine.programs.wproj.validate import EXIT_FAILED, EXIT_UNVERIFIED
from engine.programs.wproj.warp_parse.warp_tables import Alignment, bordered_table, groups_of_files, out_warp_json
from engine.verdict import Verdict, VerdictRow, judge
from engine.verdict.ratios import three_decimals
from engine.verdict.verdict import Ignored, VerdictOutcome

_ON_COLOUR: Mapping[VerdictOutcome, str] = {"PASS": "42", "FAIL": "41", "WARN": "43", "UNVERIFIED": "43"}
_CENTRED: tuple[Alignment, ...] = ("left", "center", "center", "center", "center", "center")
_BASES = {"total_input": "Total Input", "group_input": "Group Input"}


async def warp_validate(program: Program, command: Command) -> int:
    """Print the verdict; the exit code: 0 for PASS and WARN, 100 for FAIL, 101 where that is a verdict here."""
    given = command.options.get("input_count")
    looks = program.behaviour.waiting_lines == "considered"
    found = await rescued(program, program.project.rescue_root) if looks else Rescued((), None)
    counts = await counts_of(program, found, None if given is None else int(given))
    verdict = judge(replace(program.project, groups=groups_of_files(program.project)), counts, program.behaviour)
    if command.options.get("json"):
        out_warp_json(program, _as_json(verdict), in_order=True)
    else:
        colour = _ON_COLOUR[verdict.outcome]
        program.out(in_colour(verdict.headline, colour, colours=program.machine.colours))
        out_lines(program, _tables(verdict))
    if verdict.outcome == "FAIL":
        reason = "[50041] validation error << validate failed"
        for line in framed("wproj", [reason], EXIT_FAILED, colours=program.machine.colours):
            program.complain(line)
        return EXIT_FAILED
    return EXIT_UNVERIFIED if verdict.outcome == "UNVERIFIED" else 0


def _tables(verdict: Verdict) -> Iterator[str]:
    groups = [each for each in verdict.ignored if each.sink is None]
    rows = [row for row in verdict.rows if row.subject == "sink" and row.verdict != "Ignored"]
    if groups or rows:
        yield f"Total input: {verdict.total_input} (source={verdict.total_source})"
    header: tuple[str, ...]
    if groups:
        header = ("Group", "Basis", "Denominator", "Min Samples", "Actual Samples", "Verdict")
        yield ""
        yield from bordered_table(header, _CENTRED[: len(header)], list(map(_group_row, groups)))
    if rows:
        header = ("Sink", "Actual", "Expected", "Lines/Denom", "Verdict")
        yield ""
        yield from bordered_table(header, _CENTRED[: len(header)], list(map(_sink_row, rows)))


def _group_row(group: Ignored) -> tuple[str, ...]:
    lines, least = str(group.denominator), str(group.min_samples or "-")
    return group.group, _BASES.get(str(group.basis), "Model"), lines, least, lines, "Ignored"


def _sink_row(row: VerdictRow) -> tuple[str, ...]:
    found = row.evidence
    share, lines = three_decimals(found.ratio), f"{found.lines}/{found.denominator}"
    return row.place, share, found.expected, lines, row.verdict


def _as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "pass": verdict.outcome != "FAIL",
        "issues": [
            {"severity": item.severity.upper(), "group": item.group, "sink": item.sink, "msg": item.message}
            for item in verdict.items
        ],
    }
