"""A scenario that was made of another one, as a file of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.text.diagnostic import shown_path
from wptest.explore.rewriting.plain_scenario import PlainData, as_yaml
from wptest.kept.circumstances import Circumstances, run_command
from wptest.pages.schema import SCHEMA_FILE
from wptest.scenario.directory import Directories
from wptest.scenario.load import LoadedVariant
from wptest.scenario.root import root_of

_ORDER = ("scenario", "title", "tags", "project", "given", "when", "meanwhile", "then", "cleanup", "limit")


@dataclass(frozen=True, slots=True)
class WrittenScenario:
    """A file to be.

    Attributes:
        text: what stands in it: the schema for editors, what there is to say, the scenario.
        command: the command that runs it.
        lacks: what to say where it can't reach its project; empty where it can.
    """

    text: str
    command: str
    lacks: str


def scenario_file(
    variant: LoadedVariant,
    scenario: PlainData,
    circumstances: Circumstances,
    output: Path | None,
    comments: Sequence[str],
) -> WrittenScenario:
    """The file of a scenario that was made of `variant`; without an `output` it is named after the scenario."""
    cwd, name = circumstances.cwd, f"{scenario['scenario']}.wptest.yaml"
    target = shown_path(output.absolute(), cwd) if output is not None else Path(name)
    command, lacks = run_command(str(target), circumstances.seed, circumstances), ""
    if isinstance(scenario["project"], str):
        project = _project_from(variant, output)
        home = variant.document.source.path.parent.resolve()
        lacks = f"it needs its project {scenario['project']}: keep the file in {home}" if project is None else ""
        scenario = scenario | {"project": project or scenario["project"]}
    order = [*(key for key in _ORDER if key in scenario), *(key for key in scenario if key not in _ORDER)]
    schema = f"yaml-language-server: $schema={_schema((cwd / target).parent)}"
    head = "".join(f"# {line}\n" for line in (schema, *comments, f"Run: {command}"))
    return WrittenScenario(head + as_yaml({key: scenario[key] for key in order}), command, lacks)


def _project_from(variant: LoadedVariant, output: Path | None) -> str | None:
    """The path of its project from where the file is written; None where there is none that it could reach."""
    if variant.directory is None or output is None:
        return None
    base = output.absolute().parent
    written = Path(os.path.relpath(variant.directory.path.absolute(), base)).as_posix()
    reached = Path(os.path.normpath(base / written))
    return written if Directories(root_of(base)).wrong(base, reached, written) is None else None


def _schema(directory: Path) -> str:
    try:
        return Path(os.path.relpath(SCHEMA_FILE, directory)).as_posix()
    except ValueError:  # on another drive
        return SCHEMA_FILE.as_uri()
