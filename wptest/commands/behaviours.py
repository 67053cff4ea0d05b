"""`wptest behaviours`: the choices of behaviour, and what a profile breaks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import click

from engine.behaviour import Behaviour
from engine.behaviour.choice import BehaviourChoice, all_choices
from engine.behaviour.profile import behaviour_of, load_profile, profile_names
from engine.text.display import aligned, cut
from engine.text.mistake import Mistake
from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity
from wptest.console.installation import shipped_scenarios
from wptest.console.path_arguments import find_targets
from wptest.console.planning import variants_of
from wptest.console.progress import Counter, Progress
from wptest.console.session import differences
from wptest.console.terminal import columns_of
from wptest.explore.guarantees import broken_guarantees
from wptest.explore.planted_faults import is_large
from wptest.scenario.load import LoadedVariant
from wptest.text.wording import listed

_FEW = 8  # choices, which are told one by one
_NAMED = 3
_UNSEEN_NAMED = 10
_UNSEEN = "no scenario shows what it breaks"


@click.command("behaviours", epilog=exits.HELP)
@click.argument("name", metavar="[PROFILE]", required=False)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Go on when a scenario has shown what a choice breaks.")
@shared_options.timeout
@shared_options.verbosity
def command(name: str | None, paths: tuple[str, ...], *, every: bool, timeout: int, verbosity: Verbosity) -> int:
    """List the choices of behaviour: what each decides, its values, and the profiles that set them.

    With a PROFILE, or CHOICE=VALUE, run scenarios with each of its choices by itself, and show which guarantees
    that breaks, and where. Of many choices, each guarantee is told with those that break it; -v tells each choice.
    PATH is as for `wptest run`; without it, the shipped scenarios are run, except the large ones. A choice that no
    scenario shows makes the exit code 2.
    """
    if name is None:
        click.echo("\n".join(_table()))
        return exits.ExitCode.PASSED
    try:
        changes = behaviour_of([name]).changes()
    except Mistake as error:
        raise click.UsageError(str(error)) from None
    variants = _variants(paths or (str(shipped_scenarios()),), large=bool(paths))
    show = partial(broken_guarantees, variants=variants, every=every, timeout=timeout)
    return _show_breaches(changes, show, verbosity)


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


def _variants(paths: tuple[str, ...], *, large: bool) -> list[LoadedVariant]:
    variants = variants_of(find_targets(paths))
    return [each for each in variants if not each.skip and (large or not is_large([each]))]


def _show_breaches(
    changes: dict[str, str],
    breaks: Callable[[Behaviour], Mapping[str, str]],
    verbosity: Verbosity = Verbosity.NORMAL,
) -> int:
    one_by_one = verbosity is Verbosity.VERBOSE or len(changes) <= _FEW
    found: dict[str, Mapping[str, str]] = {}
    counter = Counter(len(changes))
    interrupt = None
    try:
        with Progress(counter, sys.stderr) as progress:
            for name, value in changes.items():
                broken = found[f"{name}={value}"] = breaks(behaviour_of([f"{name}={value}"]))
                counter.done()
                if one_by_one:
                    progress.clear()
                    _show(name, value, broken)
    except KeyboardInterrupt as caught:
        interrupt = caught
    if not one_by_one and verbosity is not Verbosity.QUIET:
        click.echo("\n".join(_by_guarantee(found)))
    shown = sum(map(bool, found.values()))
    if interrupt is not None:
        seen = f"{shown} shown to break something"
        click.echo(f"\ninterrupted: {len(found)} of {len(changes)} choices looked at, {seen}")
        return exits.interrupted(interrupt)
    click.echo(f"\n{differences(changes)}, {shown} shown to break something")
    return exits.ExitCode.PASSED if shown == len(changes) else exits.ExitCode.UNVERIFIED


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


def _show(name: str, value: str, found: Mapping[str, str]) -> None:
    """Show what a choice breaks."""
    choice = all_choices()[name]
    click.echo(f"{name}={value}{_origin(choice, value)}")
    for guarantee, scenario in (found or {"nothing": _UNSEEN}).items():
        click.echo(f"  {guarantee:<30}  {scenario}")


def _origin(choice: BehaviourChoice, value: str) -> str:
    return f"  ({', '.join(choice.defects(value))})" if choice.defects(value) else ""
