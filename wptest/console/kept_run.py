"""A failure that is kept, as the run that it was: found by its id, and made ready to be run again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from engine.behaviour import REFERENCE
from engine.behaviour.profile import behaviour_of
from engine.text.mistake import Mistake
from wptest.explore.exploration import GoneError
from wptest.explore.rerun import breach_of, rerun
from wptest.explore.stretch import Rerun
from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import Kept, Store, UnreadableFailureError, nearest_store
from wptest.play.asked import Asked
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.play.runner import run_as
from wptest.run.result import Result
from wptest.scenario.load import LoadedVariant
from wptest.scenario.root import Rootdir
from wptest.subject.port import NoPlaceError
from wptest.subject.programs import NoProgramsError, find_programs
from wptest.text.wording import did_you_mean

CANT = (UnreadableFailureError, VariantGoneError, GoneError, Mistake, NoPlaceError, NoProgramsError)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A failure that is kept, its scenario as it is now, and how it was run."""

    kept: Kept
    variant: LoadedVariant
    circumstances: Circumstances

    def run(self) -> Result:
        """Run it, as no exploration would."""
        return run_as(self.circumstances, self.variant)

    def explore(self) -> Rerun:
        """Run what an exploration found.

        Raises:
            GoneError: the run doesn't come to that point any more.
        """
        assert self.kept.explored is not None, "nothing was explored"
        return rerun(self.variant, self.circumstances.options, self.kept.explored)


@contextmanager
def kept_run(name: str) -> Iterator[KeptRun]:
    """The failure of that id, with the environment variables that its scenario's expressions read as they were.

    Raises:
        click.UsageError: there is none of that id.
        CANT: it can't be run any more, and why.
        InvalidScenario: its file has mistakes now.
    """
    store = nearest_store(Path.cwd())
    kept = store.get(_known(store, name))
    with _environment(kept):
        path = store.root / kept.file
        if not path.is_file():
            raise VariantGoneError(f"there is no file {kept.file} any more")
        Patience.limit = kept.timeout
        variant = variant_of(Job(path, kept.scenario, kept.variant), _rootdir(kept, store.root))
        yield KeptRun(kept, variant, _circumstances(kept))


def _circumstances(kept: Kept) -> Circumstances:
    """Those it was run under; nothing is kept of what it does now."""
    return Circumstances(
        cwd=Path.cwd(),
        seed=kept.seed,
        disk=kept.disk,
        behaviour=kept.behaviour,
        behaves=behaviour_of(kept.behaviour) if kept.behaviour else REFERENCE,
        environment=kept.environment,
        programs=find_programs(kept.bin_dir, kept.longest) if kept.subject == "process" else None,
        servers=Asked(server=kept.servers).servers,
        timeout=kept.timeout,
    )


def described(kept: Kept) -> str:
    """Which run it is."""
    parts = [f"{kept.file}::{kept.name}", f"seed {kept.seed}", *kept.behaviour]
    parts += [f"real processes{f' in {kept.bin_dir}' if kept.bin_dir else ''}"] if kept.subject == "process" else []
    parts += [f"with a real server: {each}" for each in kept.servers]
    return ", ".join([*parts, breach_of(kept.explored).in_words] if kept.explored is not None else parts)


def _known(store: Store, name: str) -> str:
    """The id that is meant: the first letters of one are enough."""
    ids = store.ids()
    meant = [each for each in ids if each.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise click.UsageError(f"{name!r} is short for more than one: {', '.join(meant)}")
    if not ids:
        raise click.UsageError(f"no failure {name!r} is kept, and no other: what fails when it runs here is kept")
    hint = did_you_mean(name, ids) or "'wptest replay' lists those that are"
    raise click.UsageError(f"no failure {name!r} is kept: {hint}")


def _rootdir(kept: Kept, root: Path) -> Rootdir | None:
    return Rootdir(Path(os.path.normpath(root / kept.rootdir)), kept.configured) if kept.rootdir else None


@contextmanager
def _environment(kept: Kept) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in kept.read}
    try:
        _set(kept.read)
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
