"""`wptest agree`: whether the engine does what real programs do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from engine.behaviour.profile import behaviour_of
from engine.text.display import padded, width
from engine.text.mistake import Mistake
from wptest.agreement.agreeing import Agreement, agreement
from wptest.console import exits, shared_options
from wptest.console.exits import unwritten
from wptest.console.output import JsonOutput
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.console.selecting import selecting
from wptest.console.shared_options import Whole
from wptest.console.terminal import show
from wptest.kept.circumstances import Circumstances
from wptest.play.asked import Asked
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.play.selection import Selection
from wptest.recordings.writing import write_case
from wptest.subject.port import NoPlaceError
from wptest.subject.programs import Programs, versions_of
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import so_many

_HEAD = ("scenario", "engine", "real", "verdict")
_ENGINE, _REAL = 12, 26  # columns
_MOST = 4  # differences that are shown of one variant


@click.command("agree", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--bin-dir", metavar="DIR", required=True, help="The directory of the real programs.")
@click.option(
    "--runs", type=Whole(min=1), default=3, show_default=True, help="Run the real programs so many times."
)
@click.option(
    "--behaviour",
    metavar="NAME",
    multiple=True,
    help="What the engine does: a profile, or CHOICE=VALUE; may be given again. Default: that of the programs.",
)
@click.option("--record", metavar="DIR", help="Write what real programs did, in a folder for each variant.")
@click.option("--json", "json_file", metavar="FILE", help="Write everything as JSON; - for standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Show every difference, and every reason why one was not run.")
@selecting
@shared_options.longest
@shared_options.timeout
def command(
    paths: tuple[str, ...],
    *,
    bin_dir: str,
    runs: int,
    behaviour: tuple[str, ...],
    record: str | None,
    json_file: str | None,
    verbose: bool,
    selection: Selection,
    longest: int | None,
    timeout: int,
) -> int:
    """Run scenarios on the engine and on real programs, and show where they don't do the same.

    What is compared: how the run ends, exit codes and durations of programs, the order of replays, which numbered
    lines are in which file and how often, the checkpoint, what wproj prints. Where the real programs' runs differ,
    all that was seen is right, and so is what lies between.

    PATH is as for `wptest run`. The exit code is 1 where something differs, and 2 where nothing could be run.
    """
    asked = Asked(subject="process", bin_dir=bin_dir, longest=longest, timeout=timeout)
    try:
        circumstances = asked.circumstances(Path.cwd())
        programs = circumstances.programs
        assert programs is not None, "they were asked for"
        behaves = behaviour or tuple(filter(None, [programs.dialect.profile]))
        behaviour_of(behaves)
    except Mistake as error:
        raise click.UsageError(str(error)) from None
    output = JsonOutput(json_file)
    table = _Table(circumstances, programs, behaves, output.beside, record, verbose=verbose)
    jobs = plan(find_targets(paths), selection)
    code = table.fill(jobs, runs)
    output.write({"behaviour": list(behaves), "dialect": programs.speaks, "results": table.as_json()})
    table.conclude()
    return output.verdict(code)


class _Table:
    """One line for each variant as it is done, then a summary."""

    def __init__(
        self,
        circumstances: Circumstances,
        programs: Programs,
        behaves: Sequence[str],
        stream: IO[str],
        record: str | None,
        *,
        verbose: bool,
    ) -> None:
        self._circumstances = circumstances
        self._programs = programs
        self._behaves = behaves
        self._stream = stream
        self._record = None if record is None else Path(record)
        self._versions = versions_of(programs) if record is not None else {}
        self._verbose = verbose
        self._rows: list[Agreement] = []

    def fill(self, jobs: Sequence[Job], runs: int) -> exits.ExitCode:
        """Do what is asked for, until all is done or a signal asks for the end; the exit code."""
        self._width = max(width(each) for each in [_HEAD[0], *(job.name for job in jobs)])
        engine = " ".join(self._behaves) or "reference"
        head = f"engine: {engine}; real: {self._programs.given}, {so_many(runs, 'run')} each\n"
        self._show(f"{head}{self._line(*_HEAD)}")
        invalid = False
        try:
            for job in jobs:
                try:
                    self._add(job, runs)
                except InvalidScenario as error:
                    self._show(error.render())
                    invalid = True
                except (VariantGoneError, NoPlaceError) as error:
                    self._rows.append(Agreement(job.name, reasons=(str(error),)))
        except KeyboardInterrupt as interrupt:
            return exits.interrupted(interrupt)
        return exits.ExitCode.INVALID if invalid else self._code()

    def as_json(self) -> list[dict[str, Any]]:
        """Every row as JSON."""
        return [asdict(row) | {"verdict": row.verdict} for row in self._rows]

    def conclude(self) -> None:
        """Show how many agree."""
        counted = Counter(row.verdict for row in self._rows)
        ran = len(self._rows) - counted["not run"]
        rest = ", ".join(f"{counted[word]} {word}" for word in ("can't tell", "not run") if counted[word])
        self._show(f"\n{counted['agrees']} of {ran} agree{f', {rest}' if rest else ''}")

    def _add(self, job: Job, runs: int) -> None:
        variant = variant_of(job)
        options = self._circumstances.options
        behaves = behaviour_of(self._behaves)
        row = (
            Agreement(job.name, reasons=(variant.skip,))
            if variant.skip
            else agreement(variant, self._programs, behaves, options, runs)
        )
        self._rows.append(row)
        self._show(self._line(row.name, row.engine, row.outcomes, row.verdict))
        self._show("\n".join(f"    {text}" for text in self._details(row)))

    def _details(self, row: Agreement) -> Iterator[str]:
        said = [*row.reasons, *(row.doubts if row.differences else ()), *map(str, row.differences)]
        shown = said if self._verbose else said[: 1 if row.reasons else _MOST]
        yield from shown
        if len(shown) < len(said):
            yield f"and {len(said) - len(shown)} more: -v shows them"
        if self._record is not None and row.case is not None:
            yield self._recorded(self._record, row)

    def _recorded(self, directory: Path, row: Agreement) -> str:
        assert row.case is not None, "it was run"
        if row.unrecorded:
            return f"not recorded: recordings have no word for {row.unrecorded}"
        try:
            return f"recorded: {write_case(directory, row.case, self._versions)}"
        except OSError as error:
            raise unwritten(directory / row.case.name, error) from None

    def _code(self) -> exits.ExitCode:
        verdicts = {row.verdict for row in self._rows}
        if "DIFFERS" in verdicts:
            return exits.ExitCode.FAILED
        return exits.ExitCode.PASSED if "agrees" in verdicts else exits.ExitCode.UNVERIFIED

    def _line(self, name: str, engine: str, real: str, verdict: str) -> str:
        return f"{padded(name, self._width)}  {padded(engine, _ENGINE)}{padded(real, _REAL)}{verdict}"

    def _show(self, text: str) -> None:
        if text:
            show(text, self._stream)
