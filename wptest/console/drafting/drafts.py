"""Scenario files that `wptest new` writes: from a template, or a starter set for the sinks of a project."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import count
from pathlib import Path

import click

from engine.project.model import Project
from engine.text.diagnostic import Diagnostic
from engine.text.problems import ProblemKind, ProjectError
from wptest.console.drafting.beside import calm_sinks, other_inputs, up_in_yaml
from wptest.console.drafting.covered_sinks import (
    INPUTLESS,
    LOST_ANSWER,
    WITH_OUTAGES,
    CoveredSink,
    covered_sinks,
)
from wptest.scenario.directory import Directories, Directory, in_its_file, in_yaml, run_path_for, surroundings
from wptest.scenario.root import root_of

_MOST_ROUNDS = 4  # a path is only known once its variables are
DRAFT_TOPICS = {
    "outage": "a sink goes down for a while",
    "resume": "a recovery is stopped half-way",
    "fault": "the target's disk fails",
    "kill": "the program is killed in an outage",
}
STARTER_TOPICS = (*DRAFT_TOPICS, LOST_ANSWER)
# What a scenario of its own can be about besides; a project's files don't say yet what such a sink would be.
INLINE_TOPICS = {
    **DRAFT_TOPICS,
    "power": "the power goes in a recovery",
    "database": "a database commits and its answer is lost",
}
_ALLOWED_TWICE = re.compile(r"^  allow: .*\n", re.MULTILINE)
_PROJECT = re.compile(r"^project: *(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written: its name and text."""

    name: str
    text: str


def from_template(topic: str, **values: str) -> str:
    """A template with words in the places of its names."""
    text = (resources.files("wptest") / "templates" / f"{topic}.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"\b(NAME|PROJECT|SINK|SERVER|TABLE|CALLED|FILE|TARGET|LOST|TWICE|OTHERS)\b",
        lambda match: values[match[1]],
        text,
    )
    return text.replace(": \n", ":\n")


@dataclass
class _Needs:
    """What a project's files have to be given, besides what they say themselves."""

    variables: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def add(self, problem: Diagnostic) -> bool:
        """Give what a problem says that is lacking; whether there is such a thing."""
        if problem.code is ProblemKind.VARIABLE and problem.about in os.environ:
            self.variables[problem.about] = os.environ[problem.about]
        elif problem.code is ProblemKind.UNMAPPED:
            self.paths.setdefault(problem.about, _unused(run_path_for(problem.about), self.paths.values()))
        else:
            return False
        return True

    @property
    def text(self) -> str:
        """The lines below `given:`; a variable is read from the environment anew at every run."""
        lines = ""
        if self.variables:
            pairs = (f'{name}: "${{{{ env.{name} }}}}"' for name in self.variables)
            lines += f"  env: {{{', '.join(pairs)}}}\n"
        if self.paths:
            pairs = (f"{in_yaml(outer)}: {in_yaml(inner)}" for outer, inner in self.paths.items())
            lines += f"  paths: {{{', '.join(pairs)}}}\n"
        return lines


def _unused(name: str, taken: Container[str]) -> str:
    """The name, or with a number behind it the first that isn't taken."""
    candidates = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(each for each in candidates if each not in taken)


def starter_set(project: Path, into: Path) -> list[Draft]:
    """One scenario for each business sink of a project and topic that makes sense for it.

    Variables that its files need are those of the environment; paths that lead out of it get a place in the run.

    Raises:
        click.ClickException: the project can't be read, or scenarios in that directory can't reach it.
    """
    written = Path(os.path.relpath(project, into)).as_posix()
    read, needs = _read(into, written)
    drafts = list(_drafts(read, written, needs.text))
    if not drafts:
        kinds = ", ".join(dict.fromkeys(f"{sink.id} ({sink.type})" for sink in read.business_sinks))
        message = f"no sink of the project keeps its lines where they could be looked for: {kinds}"
        raise click.ClickException(f"{message}\nname one in a scenario of your own: wptest new NAME")
    prefix = _prefix(drafts, into, written)
    return list(_drafts(read, written, needs.text, prefix)) if prefix else drafts


def _prefix(drafts: Sequence[Draft], into: Path, written: str) -> str:
    """What tells the scenarios from those of another project that are there and have the same names."""
    parts = [part for part in Path(written).parts if part != ".."]
    for number in range(len(parts) + 1):
        prefix = "".join(f"{part}-" for part in parts[len(parts) - number :])
        if not any(_is_of_another(into / f"{prefix}{draft.name}", draft) for draft in drafts):
            return prefix
    return ""


def _is_of_another(path: Path, draft: Draft) -> bool:
    """Whether a scenario is there, and is about another project."""
    try:
        there = _PROJECT.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return False
    mine = _PROJECT.search(draft.text)
    return there is not None and mine is not None and there[1] != mine[1]


def _read(into: Path, written: str) -> tuple[Project, _Needs]:
    root = root_of(into)
    path = Path(os.path.normpath(into / written))
    wrong = Directories(root).wrong(into, path, written)
    if wrong is not None:
        raise click.ClickException("\n".join(filter(None, (wrong.problem, wrong.expected, wrong.help_))))
    needs = _Needs()
    for _ in range(_MOST_ROUNDS):
        try:
            return Directory(path, surroundings(root, into, needs.variables, needs.paths), root).load(), needs
        except ProjectError as error:
            wrong_files = [problem for problem in error.problems if problem.severity == "error"]
        left = [problem for problem in wrong_files if not needs.add(problem)]
        if left:
            break
    raise click.ClickException(_told(path, left or wrong_files))


def _told(path: Path, problems: Sequence[Diagnostic]) -> str:
    told = [in_its_file(path, problem).render(Path.cwd()) for problem in problems]
    unset = dict.fromkeys(
        problem.about for problem in problems if problem.code is ProblemKind.VARIABLE and problem.about
    )
    if unset:
        told.append(f"set it for this command, too: {' '.join(f'{name}=...' for name in unset)} wptest new ...")
    return "\n\n".join(["the project's files have mistakes", *told])


def _drafts(project: Project, place: str, given: str, prefix: str = "") -> Iterator[Draft]:
    names: set[str] = set()
    for covered in covered_sinks(project, STARTER_TOPICS):
        name = _free_name(f"{prefix}{covered.sink.id}", names)
        for topic in covered.topics:
            draft = _draft_for(project, covered, f"{name}-{topic}", topic, place)
            said = given + _beside(project, covered, topic)
            yield Draft(draft.name, draft.text.replace("given:\n", f"given:\n{said}", 1))


def _beside(project: Project, covered: CoveredSink, topic: str) -> str:
    """The lines below `given:` about the rest of the project, where the template has no place for them."""
    said = "" if topic in INPUTLESS else other_inputs(project)
    calm = calm_sinks(project, covered.sink, topic)
    return said if topic in WITH_OUTAGES or not calm else f"{said}  phases: {{{up_in_yaml(calm)}}}\n"


def _free_name(sink: str, taken: set[str]) -> str:
    """A scenario id for a sink, whatever it is called."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", sink.lower()).strip("-._") or "sink"
    name = _unused(plain, taken)
    taken.add(name)
    return name


def _draft_for(project: Project, covered: CoveredSink, name: str, topic: str, place: str) -> Draft:
    sink = covered.sink
    file = f"{project.rescue_root}/{sink.id}-2025-10-04_01:59:24.dat"
    others = up_in_yaml(calm_sinks(project, sink, topic))
    text = from_template(
        topic,
        NAME=name,
        PROJECT=in_yaml(place),
        SINK=in_yaml(sink.id),
        CALLED=re.sub(r"[^\w./\[\]-]", "_", sink.id),
        FILE=in_yaml(file),
        TARGET=in_yaml(sink.path or "data/**"),
        LOST=str(covered.most_lost),
        TWICE=str(covered.most_doubled),
        SERVER="" if sink.database is None else in_yaml(sink.database.server.name),
        TABLE="" if sink.database is None else in_yaml(sink.database.table.name),
        OTHERS=f", {others}" if others else "",
    )
    if topic == LOST_ANSWER and not covered.most_doubled:
        text = _ALLOWED_TWICE.sub("", text).replace("{lost: 0}", "{lost: 0, duplicates: 0}")
    return Draft(f"{name}.wptest.yaml", text)
