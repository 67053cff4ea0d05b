"""`wptest replay`: run a failure again just as it was, by its id, or write it as a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from engine.text.display import printable
from wptest.console import exits
from wptest.console.kept_run import CANT, KeptRun, described, kept_run
from wptest.console.output import write_file
from wptest.console.scenario_file import scenario_file
from wptest.explore.rewriting.as_scenario import NotExpressibleError, as_scenario
from wptest.explore.stretch import Rerun
from wptest.kept.store import Kept, Store, UnreadableFailureError, nearest_store
from wptest.report.result_text import excerpt, finding_lines, result_text
from wptest.text.scenario_source import InvalidScenario
from wptest.words.finding import Finding, Outcome

_HELP = """\b
Exit codes:
  0    fixed: it passes now; or the list was shown, or the scenario written
  1    it still fails
  2    it can't be replayed: the file, the scenario or the operation is gone, or the run proves nothing now;
       or there are no words for it in a scenario
  4    wrong usage: there is no failure of this id
  5    the scenario file has mistakes now
"""


@click.command("replay", epilog=_HELP)
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "--write",
    "output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what an exploration found as a scenario of its own, which fails for the same reason.",
)
def command(name: str | None, output: Path | None) -> int:
    """Run a failure again just as it was, by the ID that its report ended with: FIXED, STILL FAILS, CANNOT REPLAY.

    Failures are kept in .wptest/failures, beside where `wptest` or pytest ran. Without an ID they are listed, the
    newest first.
    """
    if name is None:
        if output is not None:
            raise click.UsageError("--write is for one failure: give its ID as well")
        click.echo("\n".join(_table(nearest_store(Path.cwd()))))
        return exits.ExitCode.PASSED
    try:
        with kept_run(name) as run:
            click.echo(described(run.kept))
            return _replay(run) if output is None else _write(run, output)
    except InvalidScenario as error:
        click.echo(f"CANNOT REPLAY: the file has mistakes now\n\n{error.render(Path.cwd())}")
        return exits.ExitCode.INVALID
    except CANT as error:
        click.echo(f"CANNOT REPLAY: {error}")
        return exits.ExitCode.UNVERIFIED


def _table(store: Store) -> Iterator[str]:
    ids = store.ids()
    if not ids:
        yield "no failures are kept"
    for each in ids:
        try:
            kept = store.get(each)
        except UnreadableFailureError as error:
            yield f"{each}  {error}"
            continue
        yield f"{each}  {described(kept)}: {', '.join(kept.reason)}"


def _replay(run: KeptRun) -> int:
    if run.kept.explored is not None:
        return _judge_explored(run.kept, run.explore())
    result = run.run()
    if result.outcome is Outcome.PASSED:
        return _fixed()
    text = result_text(result, run.circumstances).text
    if result.outcome is Outcome.UNVERIFIED and run.kept.outcome != Outcome.UNVERIFIED.value:
        click.echo(f"CANNOT REPLAY: it proves nothing now\n\n{text}")
        return exits.ExitCode.UNVERIFIED
    click.echo(f"{_still(run.kept, result.findings)}\n\n{text}")
    return exits.ExitCode.FAILED


def _judge_explored(kept: Kept, again: Rerun) -> int:
    if not again.findings:
        return _fixed()
    last = again.stretches[-1]
    blocks = [finding_lines(last, finding, Path.cwd()) for finding in again.findings]
    blocks.append(excerpt(last, again.findings[0]))
    blocks.append(
        [
            f"to see all that happened: wptest timeline --replay {kept.id}",
            f"to have it as a scenario: wptest replay {kept.id} --write FILE",
        ]
    )
    click.echo("\n\n".join([_still(kept, again.findings), *("\n".join(block) for block in blocks)]))
    return exits.ExitCode.FAILED


def _fixed() -> int:
    click.echo("FIXED")
    return exits.ExitCode.PASSED


def _still(kept: Kept, findings: Sequence[Finding]) -> str:
    now = list(dict.fromkeys(finding.name for finding in findings))
    if set(now) & set(kept.reason):
        return "STILL FAILS"
    return f"STILL FAILS, but for another reason: it was {', '.join(kept.reason)}, it is {', '.join(now)}"


def _write(run: KeptRun, output: Path) -> int:
    """Write what an exploration found as a scenario; what isn't explored is one already."""
    kept = run.kept
    if kept.explored is None:
        raise click.UsageError(f"that is a scenario already: {kept.file}::{kept.name}")
    again = run.explore()
    if not again.findings:
        return _fixed()
    try:
        written = as_scenario(kept.explored, again)
    except NotExpressibleError as error:
        click.echo(f"CANNOT WRITE: {error}")
        return exits.ExitCode.UNVERIFIED
    scenario = written.scenario | {"scenario": _name(output, str(written.scenario["scenario"]))}
    shows = f"{written.finding.name}: {printable(written.finding.message)}"
    comments = (f"Found by an exploration: {described(kept)}", f"Shows: {shows}")
    file = scenario_file(run.variant, scenario, replace(run.circumstances, seed=written.seed), output, comments)
    write_file(output, file.text)
    click.echo(f"wrote {output}: it fails with {shows}")
    if file.lacks:
        click.echo(file.lacks)
    click.echo(f"\nnext: {file.command}")
    return exits.ExitCode.PASSED


def _name(output: Path, scenario: str) -> str:
    """The id of the new scenario: what the file is called, as far as that is one."""
    name = re.sub(r"(\.wptest)?\.ya?ml$", "", output.name)
    return name if re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name) else f"{scenario}-found"
