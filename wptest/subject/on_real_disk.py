"""What of a scenario can't be shown on the machine's own file system: each with its place and the reason."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import ClassVar

from engine.text.source_text import KeyPath
from wptest.scenario.load import LoadedVariant
from wptest.scenario.scenario import Scenario
from wptest.subject.scratch import scratch
from wptest.words.obstacle import Beyond, Obstacle, Reason
from wptest.words.stage import Reality


class _RealDisk(Reality):
    """Everything is simulated but the files."""

    never: ClassVar[Mapping[Beyond, str]] = {Beyond.POWER: "the power of a real disk can't be cut"}

    def why_no_modes(self) -> Iterator[Reason]:
        if os.geteuid() == 0:
            yield Beyond.MACHINE, "permission bits don't bind root, who runs this"


_ON_DISK = _RealDisk()


def disk_obstacles(variant: LoadedVariant) -> list[Obstacle]:
    """Everything in the scenario that stands in the way, known before the run."""
    return list(dict.fromkeys([*_project(variant), *of_words(variant.scenario, _ON_DISK), *name_clashes(variant)]))


def _project(variant: LoadedVariant) -> Iterator[Obstacle]:
    for sink in variant.project.sinks:
        if sink.foreign is not None:
            yield Obstacle(Beyond.PYTHON, ("project",), f"the files of the python sink {sink.id} are simulated")


def of_words(scenario: Scenario, reality: Reality) -> Iterator[Obstacle]:
    """What `given` and the steps have that can't be done there."""
    for part in scenario.given.parts:
        yield from (Obstacle(kind, ("given", part.key), why) for kind, why in part.obstacles(reality))
    for path, step in scenario.steps_at_work:
        if (trigger := step.trigger) is not None:
            place = (*path, trigger.below or trigger.key)
            yield from (Obstacle(kind, place, why) for kind, why in trigger.obstacles(reality))
    for path, step in scenario.all_steps:
        yield from (Obstacle(kind, path, why) for kind, why in step.verb.obstacles(reality))


def name_clashes(variant: LoadedVariant) -> Iterator[Obstacle]:
    """Names that are different in the scenario and one and the same to the file system."""
    first: dict[str, str] = {}
    for place, name in _known(variant):
        if (other := first.setdefault(same_name(name), name)) != name:
            yield Obstacle(Beyond.MACHINE, place, f"{other} and {name} are the same name on this machine's disk")


def _known(variant: LoadedVariant) -> Iterator[tuple[KeyPath, str]]:
    scenario, project = variant.scenario, variant.project
    yield from ((("project",), sink.path) for sink in project.sinks if sink.path)
    yield from ((("project",), path) for path in project.inputs)
    yield from ((("given", "files"), name) for name in scenario.given.outset.files)
    for path, step in scenario.all_steps:
        yield from ((path, name) for name in step.verb.files)


def same_name(name: str) -> str:
    """What all names have in common that are one to the file system of temporary files: `name` itself on most."""
    folds_case, normalises = _habits()
    name = unicodedata.normalize("NFC", name) if normalises else name
    return name.casefold() if folds_case else name


@cache
def _habits() -> tuple[bool, bool]:
    """Whether case makes no difference to that file system, and whether the way an accent is written makes none."""
    with scratch() as made:  # whose guard takes it away if this process is killed meanwhile
        root = made.directory
        (root / "a").touch()
        (root / "\u00e9").touch()
        return (root / "A").exists(), (root / "e\u0301").exists()
