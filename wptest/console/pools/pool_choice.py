"""The pool that a command's options ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any

import click

from wptest.console import shared_options
from wptest.play.job import Job
from wptest.pool.in_this_process import InProcess
from wptest.pool.pool_port import Pool

_WHERE = re.compile(r"local:[1-9]\d*|dask://\S+:\d+")
# What decides what a command's tasks are, besides the variants that it is given.
_DECIDING = ("seed", "behaviour", "timeout", "disk", "explore", "most", "depth", "only", "glob", "seeds", "every")


def _read_where(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    if value is not None and not _WHERE.fullmatch(value):
        raise click.BadParameter(f"{value!r} is neither local:N nor dask://HOST:PORT")
    return value or ""


_on = click.option(
    "--on",
    metavar="WHERE",
    callback=_read_where,
    help="Work on Dask: local:N starts N workers here, dask://HOST:PORT asks a scheduler that there is.",
)
_directory = click.Path(file_okay=False, path_type=Path)
_campaign = click.option("--campaign", type=_directory, help="Keep what is done in this new directory.")
_resume = click.option("--resume", type=_directory, help="Go on with the campaign that this directory keeps.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolChoice:
    """Who does the work, and where what comes of it is kept.

    Attributes:
        workers: in how many processes.
        on: where Dask is, if it does it.
        campaign: the directory that keeps what is done.
        is_resumed: it goes on with what is there.
        asked: the options that decide what there is to do.
    """

    workers: int
    on: str
    campaign: Path | None
    is_resumed: bool
    asked: Mapping[str, str]

    def pool(self, jobs: Sequence[Job], at_most: int | None = None) -> Pool:
        """Who works on these jobs, in at most so many processes.

        Raises:
            click.ClickException: there is nobody, or nowhere to keep what they do.
        """
        pool = self._on_dask(jobs) if self.on else pool_of(self.workers, at_most=at_most, apart=bool(self.campaign))
        if self.campaign is None:
            return pool
        from wptest.console.pools.campaign import Campaign  # noqa: PLC0415 - most runs are none
        from wptest.console.pools.machine_needs import digests_of, programs  # noqa: PLC0415 - the same

        names = blake2b("\n".join(f"{job.path}::{job.name}" for job in jobs).encode(), digest_size=8).hexdigest()
        about = {**self.asked, "variants": names, "programs": dict(programs()), "files": dict(digests_of(jobs))}
        try:
            return Campaign(pool, self.campaign, about, resumed=self.is_resumed)
        except BaseException:
            pool.end()
            raise

    def _on_dask(self, jobs: Sequence[Job]) -> Pool:
        try:
            from wptest.console.pools.dask_pool import DaskPool  # noqa: PLC0415 - it is an extra, and takes a second
        except ModuleNotFoundError as error:
            if error.name not in ("distributed", "dask"):
                raise
            raise click.UsageError("--on needs Dask: pip install 'wptest[dask]'") from None
        from wptest.console.pools.machine_needs import Surroundings  # noqa: PLC0415 - the same

        return DaskPool(self.on, Surroundings.of(jobs), lambda text: click.echo(text, err=True))


def pooling(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of who does the work, which it gets as one `hands`."""

    @wraps(command)
    def with_hands(
        *args: Any, workers: int, on: str, campaign: Path | None, resume: Path | None, **others: Any
    ) -> Any:
        context = click.get_current_context()
        if on and context.get_parameter_source("workers") is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError("-n is for processes here, and --on for Dask: give one of them")
        if campaign is not None and resume is not None:
            raise click.UsageError("--campaign begins, and --resume goes on: give one of them")
        asked = {name: str(context.params[name]) for name in _DECIDING if name in context.params}
        hands = PoolChoice(
            workers=workers,
            on=on,
            campaign=campaign or resume,
            is_resumed=resume is not None,
            asked={"command": str(context.info_name), **asked},
        )
        return command(*args, hands=hands, **others)

    return shared_options.workers(_on(_campaign(_resume(with_hands))))


def pool_of(workers: int, *, at_most: int | None = None, apart: bool = False) -> Pool:
    """So many worker processes, or this process.

    Args:
        workers: how many are asked for.
        at_most: how many items there are to work on, if that is known.
        apart: not even one is this process, so that what it imports is new.
    """
    if at_most is not None:
        workers = min(workers, at_most)
    if workers <= 1 and not apart:
        return InProcess()
    from wptest.console.pools.process_pool import ProcessPool  # noqa: PLC0415 - most runs need no other process

    return ProcessPool(max(workers, 1))
