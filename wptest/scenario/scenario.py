"""A scenario as the language describes it, checked for shape; what its names mean is checked in `semantics`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Tag, WithJsonSchema

from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from wptest.expressions.matrix import AXIS
from wptest.expressions.parameters import PARAMETER_KINDS
from wptest.shapes import written
from wptest.shapes.shape import Many, Shape, documented
from wptest.shapes.values import Duration
from wptest.words.expect import Then
from wptest.words.explore import Explore
from wptest.words.setting.given import Given
from wptest.words.setting.inline import InlineProject
from wptest.words.step import CleanupStep, MeanwhileStep, Step, WhenStep

SCENARIO_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _scenario_id(value: str) -> str:
    if not SCENARIO_ID.fullmatch(value):
        expected = "small letters, digits and . _ - only, like outage-and-recovery"
        raise Mistake(f"'{value}' is not a scenario's id", expected)
    return value


ScenarioId = Annotated[
    str, AfterValidator(_scenario_id), WithJsonSchema({"type": "string", "pattern": f"^{SCENARIO_ID.pattern}$"})
]
StepsName = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{AXIS.pattern}$"})]
# What is a reason, `conditions` checks.
ReasonText = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"\S"})]
Axis = {"type": "array", "minItems": 1}
Rows = {"type": "array", "items": {"type": "object", "minProperties": 1}}
AxisNames = {"type": "array", "items": {"type": "string"}, "minItems": 2}
Matrix = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "minProperties": 1,
            "properties": {
                "zip": {
                    "description": "Axes of equally many values that advance together instead of being multiplied.",
                    "examples": [["lines", "within"]],
                    "anyOf": [AxisNames, {"type": "array", "items": AxisNames}],
                },
                "include": {**Rows, "description": "Variants of their own.", "examples": [[{"lines": 1}]]},
                "exclude": {**Rows, "description": "Combinations to leave out.", "examples": [[{"lines": 1}]]},
            },
            "propertyNames": {"pattern": f"^{AXIS.pattern}$"},
            "additionalProperties": Axis,
        }
    ),
]
ProjectText = Annotated[
    Annotated[str, Tag("<directory>"), written.ANY_PATH_SCHEMA] | Annotated[InlineProject, Tag("<inline>")],
    Discriminator(lambda value: "<inline>" if isinstance(value, dict) else "<directory>"),
]


class OnlyIf(Shape):
    """Which variants are run; read by `conditions` before there is a model."""

    expression: str = documented(
        "True for the variants that are run; it sees `matrix.NAME` and `env.NAME`.",
        "matrix.lines > 100",
        "env.CI != ''",
        default=...,
    )
    reason: ReasonText = documented("Why the others are skipped.", "needs a real disk", default=...)


class StepSequence(Shape):
    """Shared steps; `definitions` reads them before there is a model."""

    parameters: dict[StepsName, Literal[PARAMETER_KINDS]] = documented(  # type: ignore[valid-type]
        "What the steps are given: parameters and their kinds, read as `${{ with.NAME }}`.",
        {"program": "text", "pause": "duration"},
        default={},
        alias="with",
    )
    do: Many[WhenStep] = documented(
        "The steps.", [{"kill": "${{ with.program }}"}, {"wait": "idle"}], default=..., min_length=1
    )


class Scenario(Shape):
    """What exists (`project`, `given`), what happens (`when`) and what must hold (`then`).

    `limit` is the longest virtual time, in nanoseconds. `matrix`, `skip`, `xfail` and `only_if` are as written, and
    done with; shared `steps` are where they are used. `explore` asks for more than one run.
    """

    scenario: ScenarioId = documented(
        "The id, unique in its file: small letters, digits and `.` `_` `-`.", "outage-and-recovery", default=...
    )
    title: str = documented("One sentence for people.", "A sink fails, and every line comes back", default="")
    tags: Many[str] = documented("Words to select scenarios by.", ["recovery", "lock"], default=())
    matrix: Matrix | None = documented(
        "Multiplies the scenario: each name has a list of values, and every combination is a variant. "
        "`${{ matrix.NAME }}` stands for the value.",
        {"stop": ["USR1", "KILL"], "sent": [1, 99]},
    )
    skip: ReasonText | None = documented("Don't run the scenario, and why.", "waits for a fix of the picker")
    xfail: ReasonText | None = documented("The scenario is expected to fail, and why.", "known loss, issue 12")
    only_if: OnlyIf | None = documented(
        "Run only the variants for which an expression is true; the others are skipped, and why.",
        {"expression": "matrix.stop != 'KILL'", "reason": "a kill leaves no log"},
    )
    project: ProjectText = documented(
        "A WarpParse project: a directory below the repository's root, or written out with `sinks` or `groups`.",
        "projects/sink_recovery",
        {"sinks": {"access_log": {"type": "test_rescue"}}},
        default=...,
    )
    given: Given = documented(
        "What is there before the first step.", {"source": {"lines": 500, "rate": "100/s"}}, default=Given()
    )
    when: Many[WhenStep] = documented(
        "What happens: a list of steps, each with one action and at most one trigger.",
        [{"start": "wparse daemon"}, {"wait": "idle"}],
        default=...,
        min_length=1,
    )
    meanwhile: Many[MeanwhileStep] = documented(
        "What happens beside the timeline: steps that each come at their own moment.",
        [{"at": "3s", "kill": "wparse"}],
        default=(),
    )
    then: Then = documented(
        "What must hold at the end, beyond the invariants.",
        {"exit": {"wprescue": 0}, "rescue": {"dat": 0}},
        default=Then(),
    )
    cleanup: Many[CleanupStep] = documented(
        "What is put right when `then` was judged, whatever became of the steps: the last one first.",
        [{"heal": True}, {"chmod": {"data/out_dat": "0755"}}],
        default=(),
    )
    steps: dict[StepsName, StepSequence] = documented(
        "Shared steps by name, for `use` steps in `when`.",
        {"stop": {"with": {"program": "text"}, "do": [{"signal": {"${{ with.program }}": "TERM"}}]}},
        default={},
    )
    explore: Explore | None = documented(
        "Asks for more than one run: crashes, failing operations, interleavings, random faults.",
        {"crash": {"during": "wprescue", "depth": 2}},
        {"swarm": {"seeds": 200}},
    )
    limit: Duration | None = documented("The longest virtual time that the steps may take.", "1h")

    @cached_property
    def steps_at_work(self) -> tuple[tuple[KeyPath, Step], ...]:
        """The steps that come while programs are at work, those of the timeline first, with their places."""
        chapters = (("when", self.when), ("meanwhile", self.meanwhile))
        return tuple(((name, index), step) for name, steps in chapters for index, step in enumerate(steps))

    @property
    def all_steps(self) -> Iterator[tuple[KeyPath, Step]]:
        """The steps of every chapter, with their places."""
        yield from self.steps_at_work
        yield from ((("cleanup", index), step) for index, step in enumerate(self.cleanup))
