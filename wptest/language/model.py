"""A scenario as the language describes it, checked for shape; what its names mean is checked in `semantics`."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from wptest.language.expect import Then
from wptest.language.given import Given
from wptest.language.inline import InlineProject
from wptest.language.shape import Many, Mistake, Shape
from wptest.language.steps import Step
from wptest.language.values import Duration

SCENARIO_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _scenario_id(value: str) -> str:
    if not SCENARIO_ID.fullmatch(value):
        expected = "small letters, digits and . _ - only, like outage-and-recovery"
        raise Mistake(f"'{value}' is not a scenario's id", expected)
    return value


ScenarioId = Annotated[str, AfterValidator(_scenario_id)]
ProjectText = Annotated[
    Annotated[str, Tag("<directory>")] | Annotated[InlineProject, Tag("<inline>")],
    Discriminator(lambda value: "<inline>" if isinstance(value, dict) else "<directory>"),
]


class Scenario(Shape):
    """What exists (`project`, `given`), what happens (`when`) and what must hold (`then`).

    `limit` is the longest virtual time, in nanoseconds. `matrix` is as written: its values are already in their
    places. `explore` asks for more than one run, and is a free mapping here.
    """

    scenario: ScenarioId
    title: str = ""
    tags: Many[str] = ()
    matrix: dict[str, Any] | None = None
    project: ProjectText
    given: Given = Given()
    when: Many[Step] = Field(min_length=1)
    then: Then = Then()
    explore: dict[str, Any] = Field(default_factory=dict)
    limit: Duration | None = None
