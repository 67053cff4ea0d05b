"""`wptest traces`: whether scenarios still do what they did when their traces were kept."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from engine.text.mistake import Mistake
from wptest.console import exits, shared_options
from wptest.console.exits import ExitCode, unwritten
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
from wptest.console.pools.item_order import in_order_of_items
from wptest.console.pools.pool_choice import pool_of
from wptest.console.progress import Counter as Progressing
from wptest.console.progress import Progress
from wptest.console.selecting import selecting
from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.kept.traces import TRACES_FILE, Traced, Traces, read_traces, write_traces
from wptest.play.asked import Asked
from wptest.play.job import Job, variant_of
from wptest.play.runner import run_as
from wptest.play.selection import Selection
from wptest.text.wording import so_many
from wptest.words.failures import Failure

_Named = Mapping[str, Job]


@click.command("traces", epilog=exits.HELP)
@click.argument("directory", metavar="DIR")
@click.option("--update", is_flag=True, help="Keep what happens now.")
@shared_options.workers
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first trace that isn't as it was.")
@click.option("--judged", is_flag=True, help="Compare outcomes and findings alone, and nothing else that happens.")
@selecting
@shared_options.seed
@shared_options.behaviour
@shared_options.timeout
def command(
    directory: str,
    *,
    update: bool,
    workers: int,
    exitfirst: bool,
    judged: bool,
    selection: Selection,
    seed: int,
    behaviour: tuple[str, ...],
    timeout: int,
) -> int:
    """Run the scenarios of a directory, and tell which of them do something else than its traces.json says.

    A trace is everything that happens in a run, and is the same wherever that runs. Where it is another, the
    scenario has changed, or what programs do: after an upgrade of wptest, say. --update writes the file.

    Without --behaviour and --seed it is about all that the file keeps; the first --update keeps the reference.
    """
    if not Path(directory).is_dir():
        raise click.UsageError(f"{directory!r} is no directory: traces are kept in one, beside the scenarios")
    if update and judged:
        raise click.UsageError("--judged looks at a part of a trace, and --update keeps all of it")
    file = Path(directory, TRACES_FILE)
    everything, chosen = _named(directory), _named(directory, selection)
    try:
        _circumstances(
            Traces(behaviour, seed), timeout
        )  # where there is no such behaviour, none is kept of it either
        kept = read_traces(file)
        about = _about(kept, behaviour, seed, file, update=update)
        sets = [(each, _circumstances(each, timeout)) for each in about]
    except Mistake as error:
        raise click.UsageError("\n".join(filter(None, (str(error), error.help_)))) from None
    found = Counter[str]()
    for traces, circumstances in sets:
        now = _now(traces, everything, chosen, circumstances, workers)
        found += _compare(traces, now, stop=exitfirst and not update, judged=judged)
    if update:
        _write(file, [*kept, *(each for each in about if each not in kept)])
        return ExitCode.PASSED
    if found["differ"]:
        click.echo(f"`wptest timeline` shows what happens now, `wptest traces {directory} --update` keeps it")
        return ExitCode.FAILED
    return ExitCode.UNVERIFIED if found["ended"] else ExitCode.PASSED


def _named(directory: str, selection: Selection | None = None) -> _Named:
    """What the directory has, or what of it is selected, by names that are the same wherever it lies.

    Raises:
        InvalidScenario: a file has mistakes.
    """
    targets = find_targets([directory])
    jobs = plan(targets) if selection is None else plan(targets, selection)
    names = {f"{job.path.relative_to(directory).as_posix()}::{job.name}": job for job in jobs}
    return {name: job for name, job in names.items() if not variant_of(job).skip}


def _about(kept: list[Traces], behaviour: tuple[str, ...], seed: int, file: Path, *, update: bool) -> list[Traces]:
    """Which of what is kept is to be looked at; new ones are made for an update.

    Raises:
        Mistake: nothing is kept of that.
    """
    if kept and not behaviour and not seed:
        return kept
    asked = Traces(behaviour, seed)
    found = [each for each in kept if (each.behaviour, each.seed) == (behaviour, seed)]
    if not found and not update:
        raise Mistake(f"there are no traces of {asked} in {file}", help_="--update keeps what happens now")
    return found or [asked]


def _circumstances(traces: Traces, timeout: int) -> Circumstances:
    asked = Asked(seed=traces.seed, behaviour=traces.behaviour, timeout=timeout)
    return asked.circumstances(Path.cwd())


def _now(
    traces: Traces, everything: _Named, chosen: _Named, circumstances: Circumstances, workers: int
) -> Iterator[tuple[str, Traced | None]]:
    """What each that is chosen does now, and None for what there is no more, in order of running."""
    yield from [(name, None) for name in traces.of if name not in everything]
    counter = Progressing(len(chosen))
    work = partial(_trace, circumstances=circumstances)
    pool = pool_of(workers, at_most=len(chosen))
    with (
        Progress(counter, sys.stderr) as progress,
        closing(in_order_of_items(work, [*chosen.items()], pool, counter.done, lost=_lost)) as found,
    ):
        for name, traced in found:  # where it is interrupted, those are left out that have not ended
            progress.clear()
            yield name, traced


def _trace(named: tuple[str, Job], circumstances: Circumstances) -> tuple[str, Traced]:
    name, job = named
    Patience.limit = circumstances.timeout
    try:
        return name, Traced.of(run_as(circumstances, variant_of(job)))
    except Exception as error:  # noqa: BLE001 - that is what it does now, and others may do something else
        return name, Traced(f"internal error: {type(error).__name__}: {error}")


def _lost(named: tuple[str, Job], how: str) -> tuple[str, Traced]:
    return named[0], Traced(how)


def _compare(traces: Traces, now: Iterator[tuple[str, Traced | None]], *, stop: bool, judged: bool) -> Counter[str]:
    """Tell what isn't as it was, and put what is into `traces`; how many are the same, differ, are new, ended."""
    found = Counter[str]()
    for name, traced in now:
        if traced is not None and Failure.TIMEOUT in traced.findings:  # how far it came, only real time knows
            found["ended"] += 1
            continue
        before = traces.of.pop(name, None)
        if traced is not None:
            traces.of[name] = traced
        is_same = before == traced or (judged and _is_judged_alike(before, traced))
        found["same" if is_same else "new" if before is None else "differ"] += 1
        if before is not None and not is_same:
            click.echo("\n".join(_row(name, before, traced)))
            if stop:
                break
    click.echo(f"{traces}: {', '.join(_counts(found))}")
    return found


def _is_judged_alike(before: Traced | None, now: Traced | None) -> bool:
    return before is not None and now is not None and before.verdict == now.verdict


def _counts(found: Counter[str]) -> Iterator[str]:
    same = found["same"]
    yield f"{so_many(same, 'trace')} as {'it was' if same == 1 else 'they were'}"
    yield f"{found['differ']} not"
    if found["new"]:
        yield f"and {found['new']} had none"
    if found["ended"]:
        yield f"and {found['ended']} ended by --timeout, so nothing is known of them"


def _row(name: str, before: Traced | None, now: Traced | None) -> Sequence[str]:
    if before is None or now is None:
        return [f"gone     {name}"]
    return [f"changed  {name}", f"         {', '.join(before.changes(now))}"]


def _write(file: Path, kept: list[Traces]) -> None:
    try:
        write_traces(file, kept)
    except OSError as error:
        raise unwritten(file, error) from None
