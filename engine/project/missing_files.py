"""What becomes of a project in which files are missing that say whose lines are whose (`missing_files`)."""

from __future__ import annotations

from dataclasses import replace

from engine.behaviour import Behaviour
from engine.project.model import MISS, Project, Sample
from engine.project.sharing import made_up


def as_read(project: Project, behaviour: Behaviour) -> Project:
    """The project as programs of this behaviour read it: real ones know no rule that no WPL file has."""
    if behaviour.missing_files == "stood_in_for" or not project.as_written.lacks_rules:
        return project
    samples = tuple(Sample(MISS, sample.text) for sample in project.samples)
    return replace(project, samples=samples or (made_up(MISS),))
