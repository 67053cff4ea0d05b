"""`wptest timeline`: run a scenario and print what happened, one line for each event."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import click

from engine.kernel import Event
from wptest.console import exits, shared_options
from wptest.console.kept_run import CANT, described, kept_run
from wptest.console.nearest import suggestion
from wptest.console.planning import selected
from wptest.console.selecting import last_failed_only, selecting, those_failed_last
from wptest.console.terminal import coloured, columns_of, columns_of_picture, painted, show
from wptest.explore.stretch import Stretch
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.play.runner import run_as
from wptest.play.selection import Selection
from wptest.report.picture.drawing import drawn, picture_of
from wptest.report.picture.text_lanes import text_lanes
from wptest.report.result_text import headline, reason
from wptest.report.summary import Summary
from wptest.report.timeline_rows import Played, TimelineRow, folded, render, rows_of
from wptest.run.result import Result
from wptest.shapes.events import EVENTS
from wptest.shapes.wildcards import Glob
from wptest.subject.port import NoPlaceError
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import listed

_KINDS = 20


@dataclass(frozen=True, slots=True)
class _View:
    """How a run is shown."""

    globs: tuple[str, ...]
    lanes: bool
    verbose: bool


@click.command("timeline", epilog=exits.HELP)
@click.argument("path", metavar="[PATH]", required=False)
@click.option("--replay", "kept", metavar="ID", help="Show the run of a failure that is kept, explored or not.")
@selecting
@last_failed_only
@shared_options.seed
@click.option("--all", "every", is_flag=True, help="Show every variant, not the first alone.")
@click.option("--events", "globs", metavar="GLOB", multiple=True, help="Show such events only, like 'rescue.*'.")
@click.option("--lanes", is_flag=True, help="Draw it: a line for each program, sink and rescue file.")
@click.option("-v", "--verbose", is_flag=True, help="Fold nothing that repeats, and cut nothing.")
@shared_options.disk
@shared_options.behaviour
@shared_options.server
@shared_options.timeout
@shared_options.circumstances
def command(
    path: str | None,
    *,
    kept: str | None,
    selection: Selection,
    only_failed: bool,
    every: bool,
    globs: tuple[str, ...],
    lanes: bool,
    verbose: bool,
    circumstances: Circumstances,
) -> int:
    """Run a scenario and print what happened, one line for each event, and how it ended.

    PATH is a scenario file, FILE::SCENARIO or FILE::SCENARIO::VARIANT. A stretch of deliveries is one line, and
    lines that come again and again are there once. With --replay it is the run of a failure, just as it was.
    With --lanes it is a picture instead: what ran and what was up, when, and how many lines there were.
    """
    if lanes and globs:
        raise click.UsageError("--events chooses lines of text, and --lanes draws none: leave one of them out")
    view = _View(globs, lanes=lanes, verbose=verbose)
    if (path is None) == (kept is None):
        raise click.UsageError("give either a PATH or --replay ID")
    if kept is not None:
        other_run = circumstances.seed or circumstances.behaviour or circumstances.disk != "memory"
        if selection or only_failed or every or other_run or circumstances.servers:
            said = "which variant, seed, disk, behaviour and servers"
            raise click.UsageError(f"--replay ID says {said}: leave these out")
        return _show_kept(kept, view)
    jobs = selected([str(path)], selection, circumstances)
    if only_failed:
        jobs = those_failed_last(jobs, circumstances.cwd)
    if not every:
        _only_one_scenario(str(path), jobs)
    shown = jobs if every else jobs[:1]
    if len(shown) < len(jobs):
        click.echo(f"the first of {len(jobs)} variants; --all shows all, FILE::SCENARIO::VARIANT another one\n")
    summary = Summary(planned=len(shown))
    for job in shown:
        summary.add(_show(job, circumstances, view))
    return exits.exit_code(summary)


def _only_one_scenario(path: str, jobs: Sequence[Job]) -> None:
    """Of one scenario the first variant is shown; which of several is meant, nobody can know.

    Raises:
        click.UsageError: there are several, by name.
    """
    names = list(dict.fromkeys("::".join(filter(None, (str(job.path), job.scenario))) for job in jobs))
    if len(names) > 1:
        told = f"a timeline is of one scenario, and {path} has {len(names)}: name one, or take --all"
        raise click.UsageError(f"{told}\n{listed(names, _KINDS)}")


def _show(job: Job, circumstances: Circumstances, view: _View) -> str:
    try:
        result = run_as(circumstances, variant_of(job))
    except InvalidScenario as error:
        click.echo(error.render(circumstances.cwd))
        return "invalid"
    except VariantGoneError as error:
        raise click.UsageError(str(error)) from None
    except NoPlaceError as error:
        raise exits.UnwrittenError(str(error)) from None
    outcome = result.outcome.value
    _write(result.name, [result], headline(result), outcome, view)
    return outcome


def _show_kept(name: str, view: _View) -> int:
    try:
        with kept_run(name) as run:
            if run.kept.explored is None:
                result = run.run()
                stretches: Sequence[Played] = [result]
                outcome, end = result.outcome.value, headline(result)
            else:
                again = run.explore()
                stretches = again.stretches
                outcome, end = (
                    ("failed", reason(again.findings)) if again.findings else ("passed", "nothing breaks")
                )
            _write(described(run.kept), stretches, end, outcome, view)
    except CANT as error:
        click.echo(f"CANNOT REPLAY: {error}")
        return exits.ExitCode.UNVERIFIED
    return exits.exit_code(Summary(counts=Counter([outcome])))


def _write(title: str, stretches: Sequence[Played], end: str, outcome: str, view: _View) -> None:
    """Write the stretches of a run one after the other, what cuts each of them off, and how it ends."""
    write = partial(show, stream=sys.stdout)
    write(title)
    for line in _unseen([event for stretch in stretches for event in stretch.events], view.globs):
        write(line)
    for stretch in stretches:
        if view.lanes:
            picture = picture_of(stretch) if isinstance(stretch, Result) else drawn(stretch)
            write(coloured("\n".join(text_lanes(picture, columns_of_picture(sys.stdout))), outcome))
            continue
        rows = rows_of(stretch, _chosen(stretch.events, view.globs))
        if isinstance(stretch, Stretch) and (crash := stretch.crash) is not None:
            rows.append(TimelineRow(crash.time, "wptest", "crash", str(crash), "!"))
        lines = render(rows) if view.verbose else render(folded(rows), columns_of(sys.stdout))
        write(coloured("\n".join(lines), outcome))
    write(painted(end, outcome, bold=True))
    write("")


def _chosen(events: Sequence[Event], globs: tuple[str, ...]) -> list[Event]:
    patterns = [Glob(glob) for glob in globs]
    return [each for each in events if not patterns or any(glob.matches(each.kind) for glob in patterns)]


def _unseen(events: Sequence[Event], globs: tuple[str, ...]) -> Iterator[str]:
    """What there is to say of patterns that none of the events fits.

    Raises:
        click.UsageError: no event is ever called so.
    """
    came = list(dict.fromkeys(event.kind for event in events))
    for glob in globs:
        fits = Glob(glob).matches
        if any(map(fits, came)):
            continue
        there = f"this run has: {listed(came, _KINDS)}"
        if any(map(fits, EVENTS)):
            yield f"  no event {glob!r} came; {there}"
            continue
        near = suggestion(glob, dict.fromkeys([*came, *EVENTS]))
        raise click.UsageError("\n".join(filter(None, (f"no event is called {glob!r}", near, there))))
