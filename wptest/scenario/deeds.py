"""All that the steps of a scenario do, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from engine.text.source_text import KeyPath
from wptest.scenario.model import Scenario
from wptest.words import actions


def deeds(scenario: Scenario) -> Iterator[tuple[KeyPath, actions.Action]]:
    """What the steps of every chapter do, in the order in which they are written."""
    for chapter, steps in (("when", scenario.when), ("meanwhile", scenario.meanwhile)):
        for index, step in enumerate(steps):
            yield (chapter, index), step.action
    for index, cleanup in enumerate(scenario.cleanup):
        yield ("cleanup", index), cleanup.deed
