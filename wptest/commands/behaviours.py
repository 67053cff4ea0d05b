"""`wptest behaviours`: the choices of behaviour, and what a profile breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import IO

import click

from engine.behaviour.choice import BehaviourChoice, all_choices
from engine.behaviour.profile import behaviour_of, load_profile, profile_names
from engine.text.display import aligned, cut
from engine.text.mistake import Mistake
from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity
from wptest.console.installation import shipped_scenarios
from wptest.console.path_arguments import find_targets
from wptest.console.planning import variants_of
from wptest.console.pools.item_order import in_order_of_items
from wptest.console.pools.pool_choice import pool_of
from wptest.console.progress import Counter, Progress
from wptest.console.reporting.reports import Reports, reporting_on_suite
from wptest.console.session import differences
from wptest.console.terminal import columns_of
from wptest.document.report_document import ReportDocument, ReportedSummary
from wptest.document.reported_suite import ReportedBehaviours, ReportedChoice
from wptest.explore.guarantees import broken_guarantees
from wptest.explore.planted_faults import is_large
from wptest.extend.modules import Patience
from wptest.kept.installed import versions
from wptest.play.job import Job, job_of, variants_of_all
from wptest.pool.pool_port import Pool
from wptest.text.wording import listed

_FEW = 8  # choices, which are told one by one
_NAMED = 3
_UNSEEN_NAMED = 10
_UNSEEN = "no scenario shows what it breaks"


@click.command("behaviours", epilog=exits.HELP)
@click.argument("name", metavar="[PROFILE]", required=False)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Go on when a scenario has shown what a choice breaks.")
@shared_options.workers
@reporting_on_suite
@shared_options.timeout
@shared_options.verbosity
def command(
    name: str | None,
    paths: tuple[str, ...],
    *,
    every: bool,
    workers: int,
    timeout: int,
    verbosity: Verbosity,
    reports: Reports,
) -> int:
    """List the choices of behaviour: what each decides, its values, and the profiles that set them.

    With a PROFILE, or CHOICE=VALUE, run scenarios with each of its choices by itself, and show which guarantees
    that breaks, and where. Of many choices, each guarantee is told with those that break it; -v tells each choice.
    PATH is as for `wptest run`; without it, the shipped scenarios are run, except the large ones. A choice that no
    scenario shows makes the exit code 2.
    """
    if name is None:
        if reports.wanted:
            raise click.UsageError("a report is of what is run: give a PROFILE, or CHOICE=VALUE")
        click.echo("\n".join(_table()))
        return exits.ExitCode.PASSED
    try:
        changes = behaviour_of([name]).changes()
    except Mistake as error:
        raise click.UsageError(str(error)) from None
    jobs = _jobs(paths or (str(shipped_scenarios()),), large=bool(paths))
    work = partial(_broken, jobs=jobs, every=every, timeout=timeout)
    pool = pool_of(workers, at_most=len(changes))
    return _show_breaches(name, changes, work, pool, verbosity=verbosity, reports=reports)


def _table() -> Iterator[str]:
    profiles = [load_profile(name) for name in profile_names()]
    for profile in profiles:
        yield f"{profile.name}: {profile.title}"
    topic, choices = "", all_choices().values()
    for choice in choices:
        if choice.topic != topic:
            topic = choice.topic
            yield f"\n{topic}"
        yield f"  {choice.name}: {choice.question}"
        yield f"    {choice.reference}"
        for value, what in choice.faults.items():
            users = [each.name for each in profiles if getattr(each.behaviour, choice.name) == value]
            yield f"    {value}: {what}" + (f" [{', '.join(users)}]" if users else "")
    faults = sum(len(choice.faults) for choice in choices)
    yield f"\n{len(choices)} choices; the first value of each is the reference, and {faults} others are faults"


def _jobs(paths: tuple[str, ...], *, large: bool) -> tuple[Job, ...]:
    """The variants that are run.

    Raises:
        InvalidScenario: a file has mistakes.
    """
    variants = variants_of(find_targets(paths))
    return tuple(job_of(each) for each in variants if not each.skip and (large or not is_large([each])))


_Broken = tuple[str, Mapping[str, str]]  # a choice and its value, and the guarantees that break, each with where


def _broken(change: str, *, jobs: tuple[Job, ...], every: bool, timeout: int) -> _Broken:
    Patience.limit = timeout
    (variants,) = variants_of_all((jobs,))
    return change, broken_guarantees(behaviour_of([change]), variants, every=every, timeout=timeout)


def _lost(change: str, how: str) -> _Broken:
    raise click.ClickException(f"{how} while it ran scenarios with {change}")


def _show_breaches(
    asked: str,
    changes: dict[str, str],
    work: Callable[[str], _Broken],
    pool: Pool,
    *,
    verbosity: Verbosity,
    reports: Reports,
) -> int:
    one_by_one = verbosity is Verbosity.VERBOSE or len(changes) <= _FEW
    found: dict[str, Mapping[str, str]] = {}
    counter, choices = Counter(len(changes)), [f"{name}={value}" for name, value in changes.items()]
    interrupt = None
    try:
        with (
            Progress(counter, sys.stderr) as progress,
            closing(in_order_of_items(work, choices, pool, counter.done, lost=_lost)) as answers,
        ):
            for choice, broken in answers:
                found[choice] = broken
                if one_by_one:
                    progress.clear()
                    _show(choice, broken, reports.beside)
    except KeyboardInterrupt as caught:
        interrupt = caught
    shown = sum(map(bool, found.values()))
    seen = f"{shown} shown to break something"
    if interrupt is not None:
        code, last = exits.interrupted(interrupt), f"interrupted: {len(found)} of {len(changes)} choices looked at"
    else:
        code = exits.ExitCode.PASSED if shown == len(changes) else exits.ExitCode.UNVERIFIED
        last = differences(changes)
    told = ReportedBehaviours(asked, len(changes), tuple(_reported(*each) for each in found.items()))
    document = ReportDocument(
        versions=versions(),
        commands=(reports.command("behaviours", code),),
        summary=ReportedSummary(not_run=len(changes) - len(found), interrupted=interrupt is not None),
    )
    reports.write(replace(document, behaviours=told))
    if not one_by_one and verbosity is not Verbosity.QUIET:
        click.echo("\n".join(_by_guarantee(found)), file=reports.beside)
    click.echo(f"\n{last}, {seen}", file=reports.beside)
    return reports.end(code)


def _reported(changed: str, broken: Mapping[str, str]) -> ReportedChoice:
    name, _, value = changed.partition("=")
    choice = all_choices()[name]
    return ReportedChoice(name, value, choice.topic.rstrip("."), tuple(sorted(choice.defects(value))), broken)


def _by_guarantee(found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Each guarantee with the choices that break it, those broken by most first; then what breaks nothing."""
    choices: dict[str, list[str]] = {}
    for choice, broken in found.items():
        for guarantee in broken:
            choices.setdefault(guarantee, []).append(choice)
    rows = [("broken", "choices", "by")]
    for guarantee, names in sorted(choices.items(), key=lambda item: -len(item[1])):
        rows.append((guarantee, str(len(names)), listed(names, _NAMED)))
    columns = columns_of(sys.stdout)
    yield from (cut(line, columns) for line in aligned(rows, right=(1,)))
    if unseen := [choice for choice, broken in found.items() if not broken]:
        yield f"\n{_UNSEEN}: {listed(unseen, _UNSEEN_NAMED)}"


def _show(changed: str, found: Mapping[str, str], stream: IO[str]) -> None:
    """Show what a choice breaks."""
    name, _, value = changed.partition("=")
    click.echo(f"{changed}{_origin(all_choices()[name], value)}", file=stream)
    for guarantee, scenario in (found or {"nothing": _UNSEEN}).items():
        click.echo(f"  {guarantee:<30}  {scenario}", file=stream)


def _origin(choice: BehaviourChoice, value: str) -> str:
    return f"  ({', '.join(choice.defects(value))})" if choice.defects(value) else ""
