"""`wptest replay`: run a failure again just as it was, by its id."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from engine.behaviour import REFERENCE
from engine.behaviour.profile import BehaviourError, behaviour_of
from engine.display import printable
from wptest.collect.find import VariantGoneError, find_variant
from wptest.commands import exits
from wptest.explore.again import GoneError, how, run_again
from wptest.judge.finding import Finding, Outcome
from wptest.language.diagnostic import InvalidScenario, did_you_mean
from wptest.language.load import LoadedVariant
from wptest.language.root import Rootdir
from wptest.report.replay import Circumstances
from wptest.report.store import Kept, Store, UnreadableError, nearest_store
from wptest.report.text import account
from wptest.run.where import run_where
from wptest.run.world import RunOptions
from wptest.subject.programs import NoProgramsError, find_programs

_HELP = """\b
Exit codes:
  0    fixed: it passes now; or the list was shown
  1    it still fails
  2    it can't be replayed: the file, the scenario or the operation is gone, or the run proves nothing now
  4    wrong usage: there is no failure of this id
  5    the scenario file has mistakes now
"""


@click.command("replay", epilog=_HELP)
@click.argument("name", metavar="[ID]", required=False)
def command(name: str | None) -> int:
    """Run a failure again just as it was, by the ID that its report ended with: FIXED, STILL FAILS, CANNOT REPLAY.

    Failures are kept in .wptest/failures, beside where `wptest` or pytest ran. Without an ID they are listed, the
    newest first.
    """
    store = nearest_store(Path.cwd())
    if name is None:
        click.echo("\n".join(_table(store)))
        return exits.ExitCode.PASSED
    try:
        kept = store.get(_known(store, name))
        click.echo(_described(kept))
        with _environment(kept):
            return _replay(kept, store.root)
    except InvalidScenario as error:
        click.echo(f"CANNOT REPLAY: the file has mistakes now\n\n{error.render(Path.cwd())}")
        return exits.ExitCode.INVALID
    except (UnreadableError, VariantGoneError, GoneError, BehaviourError, NoProgramsError) as error:
        click.echo(f"CANNOT REPLAY: {error}")
        return exits.ExitCode.UNVERIFIED


def _table(store: Store) -> Iterator[str]:
    ids = store.ids()
    if not ids:
        yield "no failures are kept"
    for each in ids:
        try:
            kept = store.get(each)
        except UnreadableError as error:
            yield f"{each}  {error}"
            continue
        yield f"{each}  {_described(kept)}: {', '.join(kept.reason)}"


def _described(kept: Kept) -> str:
    """Which run it is."""
    parts = [f"{kept.file}::{kept.name}", f"seed {kept.seed}", *kept.behaviour]
    parts += [f"real processes{f' in {kept.bin_dir}' if kept.bin_dir else ''}"] if kept.subject == "process" else []
    return ", ".join([*parts, how(kept.explored)] if kept.explored is not None else parts)


def _known(store: Store, name: str) -> str:
    """The id that is meant: the first letters of one are enough."""
    ids = store.ids()
    meant = [each for each in ids if each.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise click.UsageError(f"{name!r} is short for more than one: {', '.join(meant)}")
    hint = did_you_mean(name, ids) if ids else None
    raise click.UsageError(f"no failure {name!r} is kept" + (f": {hint}" if hint else ""))


@contextmanager
def _environment(kept: Kept) -> Iterator[None]:
    """The variables that the scenario's expressions read, as they were."""
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


def _replay(kept: Kept, root: Path) -> int:
    path = root / kept.file
    if not path.is_file():
        raise VariantGoneError(f"there is no file {kept.file} any more")
    variant = find_variant(path, kept.scenario, kept.variant, _rootdir(kept, root))
    behaviour = behaviour_of(kept.behaviour) if kept.behaviour else REFERENCE
    options = RunOptions(kept.seed, behaviour, kept.environment)
    if kept.explored is not None:
        return _judge_explored(kept, run_again(variant, options, kept.explored))
    return _judge(kept, variant, options)


def _rootdir(kept: Kept, root: Path) -> Rootdir | None:
    return Rootdir(Path(os.path.normpath(root / kept.rootdir)), kept.configured) if kept.rootdir else None


def _judge(kept: Kept, variant: LoadedVariant, options: RunOptions) -> int:
    programs = find_programs(kept.bin_dir, kept.longest) if kept.subject == "process" else None
    circumstances = Circumstances(
        Path.cwd(), kept.disk, kept.behaviour, kept.environment, store=None, programs=programs
    )
    result = run_where(kept.disk, programs, variant, options)
    if result.outcome is Outcome.PASSED:
        return _fixed()
    if result.outcome is Outcome.UNVERIFIED and kept.outcome != Outcome.UNVERIFIED.value:
        click.echo(f"CANNOT REPLAY: it proves nothing now\n\n{account(result, circumstances).text}")
        return exits.ExitCode.UNVERIFIED
    click.echo(f"{_still(kept, result.findings)}\n\n{account(result, circumstances).text}")
    return exits.ExitCode.FAILED


def _judge_explored(kept: Kept, findings: Sequence[Finding]) -> int:
    if not findings:
        return _fixed()
    click.echo(_still(kept, findings))
    for finding in findings:
        click.echo("\n".join(["", f"{finding.name}: {printable(finding.message)}", *finding.evidence]))
    return exits.ExitCode.FAILED


def _fixed() -> int:
    click.echo("FIXED")
    return exits.ExitCode.PASSED


def _still(kept: Kept, findings: Sequence[Finding]) -> str:
    now = list(dict.fromkeys(finding.name for finding in findings))
    if set(now) & set(kept.reason):
        return "STILL FAILS"
    return f"STILL FAILS, but for another reason: it was {', '.join(kept.reason)}, it is {', '.join(now)}"
