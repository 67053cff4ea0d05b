"""The options that several commands have, and the circumstances that they make."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from engine.kernel.deadline import Backstop
from engine.text.mistake import Mistake
from engine.units import parse_duration
from wptest.console.conclusion import Verbosity
from wptest.console.interrupt import is_listening
from wptest.extend.modules import Patience
from wptest.kept.choices import DEFAULT_LONGEST, DEFAULT_TIMEOUT, DISKS, LEVELS, SUBJECTS
from wptest.play.asked import Asked
from wptest.run.bounds import patience

_STDERR = 2
_ASKED = frozenset(each.name for each in fields(Asked))


class Whole(click.IntRange):
    """A whole number within bounds, which are part of what is said of any other value."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it.

        Raises:
            click.BadParameter: it is no whole number, or out of bounds.
        """
        try:
            int(value)
        except ValueError:
            bounds = f"from {self.min}" if self.max is None else f"from {self.min} to {self.max}"
            self.fail(f"{value!r} is not a whole number {bounds}", param, ctx)
        return super().convert(value, param, ctx)


class _Workers(Whole):
    """A number, or `auto`: as many as there are processors that this process may use."""

    name = "number or auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it.

        Raises:
            click.BadParameter: it is neither.
        """
        if value == "auto":
            return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return super().convert(value, param, ctx)


workers = click.option(
    "-n",
    "--workers",
    type=_Workers(min=1),
    default=1,
    show_default=True,
    help="Work in N processes; `auto` is one for each processor.",
)


seed = click.option("--seed", type=Whole(min=0), default=0, show_default=True, help="Seed of all random choices.")
disk = click.option(
    "--disk",
    type=click.Choice(DISKS),
    default="memory",
    show_default=True,
    help="Run on a simulated disk, or on this machine's in a temporary directory: with the same results, and "
    "unverified before the run where it can't show what the scenario says.",
)
behaviour = click.option(
    "--behaviour",
    metavar="NAME",
    multiple=True,
    help="Run programs that behave so: a profile, or CHOICE=VALUE; may be given again. See `wptest behaviours`.",
)
server = click.option(
    "--server",
    metavar="[NAME=]SERVER",
    multiple=True,
    help="Let this database server of scenarios be a real one, in a new database: mariadb, postgres, clickhouse, "
    "opensearch, sqlite, or a URL of this machine. Without NAME each server that it fits; may be given again.",
)
store = click.option(
    "--store/--no-store", default=True, show_default=True, help="Keep failures, for `wptest replay`."
)
explore = click.option(
    "--explore",
    type=click.Choice(LEVELS),
    default="off",
    show_default=True,
    help="Explore what passes, where a scenario asks for it: with at most 200 runs in each exploration, or all.",
)


def _read_duration(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    try:
        return None if value is None else parse_duration(value)
    except Mistake as error:
        raise click.BadParameter(f"{error.problem}, expected {error.expected}") from None


def _read_timeout(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """A duration, which counts for what is imported as well, and is kept whatever the code does."""
    Patience.limit = _read_duration(context, parameter, value) or 0
    try:
        patience(os.environ)  # the other bound of a run, which is no option
    except Mistake as error:
        raise click.UsageError(str(error)) from None
    if is_listening():  # and not somebody else's process, who calls us
        Backstop.file = _STDERR
    return Patience.limit


def verbosity(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `-v` and `-q`, which it gets as one `verbosity`."""

    @wraps(command)
    def with_verbosity(*args: Any, verbose: bool, quiet: bool, **others: Any) -> Any:
        if verbose and quiet:
            raise click.UsageError("-v shows everything and -q little: give one of them")
        told = Verbosity.VERBOSE if verbose else Verbosity.QUIET if quiet else Verbosity.NORMAL
        return command(*args, verbosity=told, **others)

    return _verbose(_quiet(with_verbosity))


_verbose = click.option("-v", "--verbose", is_flag=True, help="Show everything, and cut nothing.")
_quiet = click.option("-q", "--quiet", is_flag=True, help="Show the summary only.")

subject = click.option(
    "--subject",
    type=click.Choice(SUBJECTS),
    default="engine",
    show_default=True,
    help="Run on the engine, or start real programs in a temporary directory, in real time.",
)
bin_dir = click.option(
    "--bin-dir", metavar="DIR", default="", help="The directory of the real programs. Default: those of wptest."
)
longest = click.option(
    "--longest",
    metavar="DURATION",
    callback=_read_duration,
    show_default=DEFAULT_LONGEST,
    help="Leave scenarios unverified that would take longer in real time.",
)
timeout = click.option(
    "--timeout",
    metavar="DURATION",
    default=DEFAULT_TIMEOUT,
    callback=_read_timeout,
    show_default=True,
    help="End a run that takes longer in real time, like code of your own that never comes back; 0s for no limit.",
)


def circumstances(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what its options and the environment make, as one `circumstances`.

    Raises:
        click.UsageError: something doesn't go together, or there is no such thing.
    """

    @wraps(command)
    def with_circumstances(*args: Any, store: bool = False, **others: Any) -> Any:
        asked = Asked(**{name: others.pop(name) for name in _ASKED & others.keys()})
        cwd = Path.cwd()
        try:
            made = asked.circumstances(cwd, store=cwd if store else None)
        except Mistake as error:
            raise click.UsageError(error.in_a_line) from None
        return command(*args, circumstances=made, **others)

    return with_circumstances
