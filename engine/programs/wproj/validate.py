"""`wproj validate sink-file`, today's `wproj data validate`: the verdict over the project's expectations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.counting import Rescued, counts_of, rescued
from engine.programs.wproj.text_tables import aligned_table, out_json, out_lines
from engine.rescue.name import logged_path
from engine.verdict import Verdict, VerdictItem, VerdictRow, judge
from engine.verdict.counts import SinkCounts
from engine.verdict.ratios import plain

EXIT_FAILED = 100
EXIT_UNVERIFIED = 101


async def validate_shares(program: Program, command: Command) -> int:
    """Print the verdict; the exit code: 0 for PASS and WARN, 100 for FAIL, 101 when nothing at all was checked."""
    given = command.options.get("input_count")
    found = await rescued(program, program.project.rescue_root)
    counts = await counts_of(program, found, None if given is None else int(given))
    verdict = judge(program.project, counts, program.behaviour)
    notes = list(_notes(program, found, counts))
    if command.options.get("json"):
        out_json(program, _as_json(verdict, notes))
    else:
        out_lines(program, _as_text(verdict, notes, verbose=bool(command.options.get("verbose"))))
    if verdict.outcome == "FAIL":
        program.log.error("ctrl", "validate failed")
        return EXIT_FAILED
    return EXIT_UNVERIFIED if verdict.outcome == "UNVERIFIED" else 0


def _as_text(verdict: Verdict, notes: list[str], *, verbose: bool) -> Iterator[str]:
    yield verdict.headline
    yield f"Total input: {verdict.total_input} (source={verdict.total_source})"
    if verdict.ignored:
        yield ""
        yield from _ignored_table(verdict)
    rows = verdict.rows
    if rows:
        yield ""
        yield from aligned_table(
            ("Sink", "Actual", "Expected", "Lines/Denom", "Verdict"),
            map(_row, rows),
        )
    reasons = [f"{item.severity}: {item.place}: {item.message}" for item in verdict.items]
    if reasons or notes:
        yield ""
        yield from reasons
        yield from (f"note: {note}" for note in notes)
    if verbose and rows:
        yield ""
        yield "-- Evidence --"
        yield from map(_evidence, rows)


def _ignored_table(verdict: Verdict) -> list[str]:
    def cell(value: object) -> str:
        return "-" if value is None else str(value)

    return aligned_table(
        ("Group", "Basis", "Denominator", "Min Samples", "Verdict", "Reason"),
        [
            (each.place, cell(each.basis), cell(each.denominator), cell(each.min_samples), "Ignored", each.reason)
            for each in verdict.ignored
        ],
    )


def _row(row: VerdictRow) -> tuple[str, ...]:
    found = row.evidence
    share, lines = plain(round(found.ratio, 6)), f"{found.lines}/{found.denominator}"
    return row.place, share, found.expected, lines, row.verdict


def _evidence(row: VerdictRow) -> str:
    found = row.evidence
    more = f" waiting={found.waiting} repeated={found.repeated}" if row.sink is not None else ""
    return (
        f"{row.place}: denom={found.denominator} ratio={found.ratio:.6f} lines={found.lines}{more}"
        f" expect={found.expected} verdict={row.verdict}"
    )


def _notes(program: Program, found: Rescued, counts: SinkCounts) -> Iterator[str]:
    """What the verdict does not rest on, though it might."""
    if found.damage is not None:
        yield found.damage
    for file in found.files:
        if file.trouble is not None and file.waiting:
            yield f"{logged_path(file.path)} has lines that no recovery sends: {file.waiting} ({file.trouble})"
    if program.behaviour.repeated_lines == "considered" and (
        not counts.read or counts.given not in (None, counts.read)
    ):
        path = " and ".join(map(logged_path, program.project.inputs))
        why = f"the whole input is not in {path} (lines={counts.read})"
        yield f"lines that are there again were not looked for: {why}"


def _as_json(verdict: Verdict, notes: list[str]) -> dict[str, object]:
    return {
        "pass": verdict.outcome in ("PASS", "WARN"),
        "outcome": verdict.outcome,
        "total_input": verdict.total_input,
        "source": verdict.total_source,
        "checked": verdict.checked,
        "issues": [_issue(item) for item in verdict.items],
        "rows": [asdict(row) for row in verdict.rows],
        "ignored": [asdict(each) for each in verdict.ignored],
        "notes": notes,
    }


def _issue(item: VerdictItem) -> dict[str, object]:
    evidence = None if item.evidence is None else asdict(item.evidence)
    severity, group, sink = item.severity, item.group, item.sink
    return {"severity": severity, "group": group, "sink": sink, "msg": item.message, "evidence": evidence}
