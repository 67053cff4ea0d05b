"""The files that a scenario was made of, so that whoever changes one of them knows what to run again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wptest.extend.modules import CONFTEST
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.scenario.root import root_of
from wptest.text.scenario_source import InvalidScenario


@dataclass(frozen=True, slots=True)
class ScenarioInputs:
    """What a variant depends on besides its own file.

    Attributes:
        files: the Python that there is for it, also files that aren't there yet; files with mistakes.
        directories: projects, of which every file counts.
    """

    files: frozenset[Path] = frozenset()
    directories: frozenset[Path] = frozenset()

    def __or__(self, other: ScenarioInputs) -> ScenarioInputs:
        return ScenarioInputs(self.files | other.files, self.directories | other.directories)


def inputs_of(job: Job) -> ScenarioInputs:
    """What a job has read, in the process that has just run it."""
    base = Path(os.path.abspath(job.path.parent))  # noqa: PTH100 - a link is where it stands
    root = root_of(base).path
    files = {above / CONFTEST for above in (base, *base.parents) if above.is_relative_to(root)}
    directories: set[Path] = set()
    try:
        directory = variant_of(job).directory
        directories |= {directory.path.absolute()} if directory is not None else set()
    except InvalidScenario as error:
        files |= {each.path.absolute() for each in error.diagnostics}
    except VariantGoneError:
        pass
    return ScenarioInputs(frozenset({*files, *_modules_below(root)}), frozenset(directories))


def _modules_below(root: Path) -> Iterator[Path]:
    """The files of what has been imported, that lie in the repository and not in an environment within it."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(f"{root}{os.sep}"):
            path = Path(file)
            if "site-packages" not in path.parts:
                yield path
