"""`wptest new`: a first scenario from a template, or a starter set for the sinks of a project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import count
from pathlib import Path, PurePosixPath

import click

from engine.project.load import load_project
from engine.project.model import WITH_PHASES, Project, SinkConf
from engine.project.problems import ProjectError
from wptest.commands import exits
from wptest.commands.output import write_file
from wptest.commands.targets import SUFFIXES
from wptest.language.load import load_file
from wptest.language.model import SCENARIO_ID
from wptest.report.remarks import remarks

TOPICS = {
    "outage": "a sink goes down for a while",
    "resume": "a recovery is stopped half-way",
    "fault": "the target's disk fails",
    "kill": "the program is killed in an outage",
}
_NEEDS_PHASES = ("outage", "kill")
_INLINE = "\n  sinks:\n    a: {type: TYPE, file: a.dat}"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file to be written: its name and text."""

    name: str
    text: str


@click.command("new", epilog=exits.HELP)
@click.argument("name", required=False)
@click.option(
    "--topic", type=click.Choice(list(TOPICS)), default="outage", show_default=True, help="What it tests."
)
@click.option(
    "--project", "root", type=click.Path(), help="A WarpParse project directory: a set for all its sinks."
)
@click.option("--into", type=click.Path(), default=".", help="The directory to write to.", show_default="here")
def command(name: str | None, *, topic: str, root: str | None, into: str) -> int:
    """Write a first scenario: NAME.wptest.yaml, or with --project a starter set that covers the project's sinks.

    Nothing that exists is overwritten. What is written runs as it is; change it from there.
    """
    if (name is None) == (root is None):
        message = "give either the scenario's NAME or --project, whose scenarios are named after its sinks"
        raise click.UsageError(message)
    directory = Path(into)
    if not directory.is_dir():
        message = f"there is no directory {into!r}"
        raise click.UsageError(message)
    drafts = [_draft_inline(name, topic)] if name is not None else list(_drafts_for(Path(root or ""), directory))
    return _write(directory, drafts)


def _draft_inline(name: str, topic: str) -> _Draft:
    place, _, name = name.rpartition("/")
    if place:
        message = f"a scenario's name has no directory in it: write with --into {place}"
        raise click.UsageError(message)
    for suffix in SUFFIXES:  # a file's name is as good as the scenario's
        name = name.removesuffix(suffix)
    if not SCENARIO_ID.fullmatch(name):
        message = f"{name!r} is no scenario id: small letters, digits and . _ - only, like outage-and-recovery"
        raise click.UsageError(message)
    kind = "test_rescue" if topic in _NEEDS_PHASES else "file"
    text = _filled(
        topic,
        NAME=name,
        PROJECT=_INLINE.replace("TYPE", kind),
        SINK="a",
        CALLED="a",
        FILE="data/rescue/a-2025-10-04_01:59:24.dat",
        TARGET="data/out_dat/a.dat",
    )
    return _Draft(f"{name}.wptest.yaml", text)


def _drafts_for(root: Path, directory: Path) -> Iterator[_Draft]:
    """One scenario for each business sink and topic that makes sense for it.

    Raises:
        click.ClickException: the project can't be read, or isn't below the directory that is written to.
    """
    try:
        project = load_project(root)
    except ProjectError as error:
        raise click.ClickException("\n".join(f"{root}/{problem}" for problem in error.problems)) from None
    if not root.resolve().is_relative_to(directory.resolve()):
        message = f"a scenario reads projects below its own directory only: write with --into {root.parent}"
        raise click.ClickException(message)
    place = PurePosixPath(root.resolve().relative_to(directory.resolve()).as_posix())
    names: set[str] = set()
    for sink in project.business_sinks:
        name = _free_name(sink.id, names)
        for topic in TOPICS:
            if sink.path is not None and (sink.type in WITH_PHASES or topic not in _NEEDS_PHASES):
                yield _draft_for(project, sink, f"{name}-{topic}", topic, str(place))


def _free_name(sink: str, taken: set[str]) -> str:
    """A scenario id for a sink, whatever it is called."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", sink.lower()).strip("-._") or "sink"
    name = next(each for number in count(1) if (each := plain if number == 1 else f"{plain}-{number}") not in taken)
    taken.add(name)
    return name


def _draft_for(project: Project, sink: SinkConf, name: str, topic: str, place: str) -> _Draft:
    file = f"{project.rescue_root}/{sink.id}-2025-10-04_01:59:24.dat"
    text = _filled(
        topic,
        NAME=name,
        PROJECT=_quoted(place),
        SINK=_quoted(sink.id),
        CALLED=re.sub(r"[^\w./\[\]-]", "_", sink.id),
        FILE=_quoted(file),
        TARGET=_quoted(sink.path or "data/**"),
    )
    return _Draft(f"{name}.wptest.yaml", text)


def _quoted(word: str) -> str:
    """A word as YAML can have it anywhere: in quotes unless it is plain."""
    return word if re.fullmatch(r"[A-Za-z_][\w./-]*", word, re.ASCII) else json.dumps(word, ensure_ascii=False)


def _filled(topic: str, **values: str) -> str:
    text = (resources.files("wptest") / "templates" / f"{topic}.yaml").read_text(encoding="utf-8")
    text = re.sub(r"\b(NAME|PROJECT|SINK|CALLED|FILE|TARGET)\b", lambda match: values[match[1]], text)
    return text.replace(": \n", ":\n")


def _write(directory: Path, drafts: list[_Draft]) -> int:
    existing = [draft.name for draft in drafts if (directory / draft.name).exists()]
    if existing:
        message = f"{', '.join(existing)} exists already; nothing was written"
        raise click.UsageError(message)
    _write_all(directory, drafts)
    told: dict[str, None] = {}
    for draft in drafts:
        path = directory / draft.name
        loaded = load_file(path)  # a template that doesn't fit is our mistake, and must not go unnoticed
        told |= dict.fromkeys(said for one in loaded for each in one.variants for said in remarks(each, Path.cwd()))
        click.echo(f"wrote {path}")
    for remark in told:
        click.echo(f"\n{remark}")
    click.echo(f"\nnext: wptest run {directory / drafts[0].name if len(drafts) == 1 else directory}")
    return exits.ExitCode.PASSED


def _write_all(directory: Path, drafts: list[_Draft]) -> None:
    """Write all of them or none: half a set would be in the way of the next attempt.

    Raises:
        click.ClickException: one of them can't be written.
    """
    written: list[Path] = []
    try:
        for draft in drafts:
            write_file(directory / draft.name, draft.text, anew=True)
            written.append(directory / draft.name)
    except BaseException:
        for path in written:
            path.unlink()
        raise
