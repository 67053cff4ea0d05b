"""`wptest behaviours`: the choices of behaviour, and what a profile breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from engine.behaviour import CHOICES, Choice
from engine.behaviour.profile import BehaviourError, behaviour_of, load_profile, profile_names
from wptest.commands import exits
from wptest.commands.planning import variants_of
from wptest.commands.session import differences
from wptest.commands.shipped import shipped_scenarios
from wptest.commands.targets import find_targets
from wptest.explore.planted import is_large
from wptest.language.diagnostic import InvalidScenario
from wptest.language.load import LoadedVariant
from wptest.report.breaches import breaches, with_one_change


@click.command("behaviours", epilog=exits.HELP)
@click.argument("name", metavar="[PROFILE]", required=False)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Go on when a scenario has shown what a choice breaks.")
def command(name: str | None, paths: tuple[str, ...], *, every: bool) -> int:
    """List the choices of behaviour: what each decides, its values, and the profiles that set them.

    With a PROFILE, or CHOICE=VALUE, run scenarios with each of its choices by itself, and show which guarantees
    that breaks, and where. PATH is as for `wptest run`; without it, the shipped scenarios are run, except the
    large ones. A choice that no scenario shows makes the exit code 2.
    """
    if name is None:
        click.echo("\n".join(_table()))
        return exits.ExitCode.PASSED
    try:
        changes = behaviour_of([name]).changes()
    except BehaviourError as error:
        raise click.UsageError(str(error)) from None
    try:
        variants = _variants(paths or (str(shipped_scenarios()),), large=bool(paths))
    except InvalidScenario as error:
        click.echo(error.render())
        return exits.ExitCode.INVALID
    return _show_breaches(changes, variants, every=every)


def _table() -> Iterator[str]:
    profiles = [load_profile(name) for name in profile_names()]
    for profile in profiles:
        yield f"{profile.name}: {profile.title}"
    topic = ""
    for choice in CHOICES:
        if choice.topic != topic:
            topic = choice.topic
            yield f"\n{topic}"
        yield f"  {choice.name}: {choice.question}"
        yield f"    {choice.reference}"
        for value, what in choice.faults.items():
            users = [each.name for each in profiles if getattr(each.behaviour, choice.name) == value]
            yield f"    {value}: {what}" + (f" [{', '.join(users)}]" if users else "")
    faults = sum(len(choice.faults) for choice in CHOICES)
    yield f"\n{len(CHOICES)} choices; the first value of each is the reference, and {faults} others are faults"


def _variants(paths: tuple[str, ...], *, large: bool) -> list[LoadedVariant]:
    variants = variants_of(find_targets(paths))
    return [each for each in variants if not each.skip and (large or not is_large([each]))]


def _show_breaches(changes: dict[str, str], variants: list[LoadedVariant], *, every: bool) -> int:
    looked = unseen = 0
    try:
        for name, value in changes.items():
            unseen += not _show(name, value, breaches(with_one_change(name, value), variants, every=every))
            looked += 1
    except KeyboardInterrupt as interrupt:
        seen = f"{looked - unseen} shown to break something"
        click.echo(f"\ninterrupted: {looked} of {len(changes)} choices looked at, {seen}")
        return exits.interrupted(interrupt)
    click.echo(f"\n{differences(changes)}, {looked - unseen} shown to break something")
    return exits.ExitCode.UNVERIFIED if unseen else exits.ExitCode.PASSED


def _show(name: str, value: str, found: Mapping[str, str]) -> bool:
    """Show what a choice breaks; whether it breaks anything."""
    choice = next(each for each in CHOICES if each.name == name)
    click.echo(f"{name}={value}{_origin(choice, value)}")
    for guarantee, scenario in (found or {"nothing": "no scenario shows what it breaks"}).items():
        click.echo(f"  {guarantee:<30}  {scenario}")
    return bool(found)


def _origin(choice: Choice, value: str) -> str:
    return f"  ({', '.join(choice.defects(value))})" if choice.defects(value) else ""
