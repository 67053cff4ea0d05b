"""`source: {lines: 500, rate: 100/s}`: the input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, final

from pydantic import ConfigDict, Field, model_validator

from engine.project.model import Project
from engine.text.mistake import Mistake
from engine.units import SECOND
from wptest.shapes.shape import KeyChoice, Shape, documented
from wptest.shapes.values import Count, Duration, EqualLines, Pattern, Rate
from wptest.text.codes import Code
from wptest.words.obstacle import Beyond, Reason
from wptest.words.registry import nothing
from wptest.words.setting.equal_lines import SAME_FROM_OUTSIDE, demand_equal_lines
from wptest.words.setting.part import GivenPart, Outset
from wptest.words.stage import Reality
from wptest.words.verb import Snippet


class SourceInput(Shape):
    """The input: how many lines (`lines`, or `for` at the `rate`), how fast, and which rules' share of it."""

    choices = (KeyChoice("a source", "of 'lines' and 'for'", ("lines", "for"), required=False),)

    model_config = ConfigDict(json_schema_extra={"dependencies": {"for": ["rate"]}})

    lines: Count | None = documented(
        "How many lines there are. Without it and `for`, a step like `run: wpgen sample -n 500` writes the input.",
        500,
        "10k",
    )
    rate: Rate | None = documented("How fast the input is read.", "100/s", "2k/s")
    duration: Duration | None = documented("So long at the `rate`, instead of `lines`.", "4d", alias="for")
    equal: EqualLines | None = documented(
        "Which of the lines are equal, as heartbeats are: these say what their sample says, no more.",
        "every 3rd",
        "all",
    )
    keep_position: bool | None = documented(
        "Whether `wparse` keeps durably how far it has read its input, and goes on there when it is started again. "
        "Without it, as with real versions, it reads its input from the start.",
        True,
    )
    rules: dict[str, Annotated[float, Field(gt=0)]] = documented(
        "Whose lines, by rule: the rules' shares of the input.", {"/nginx": 3, "/postfix": 1}, default={}
    )
    patterns: dict[str, Pattern] = documented(
        "Of which rule a line is that the scenario wrote itself: the first whose pattern it matches.",
        {"/nginx": "*GET *", "/sshd": "*sshd*"},
        default={},
    )

    @model_validator(mode="after")
    def _for_needs_rate(self) -> SourceInput:
        if self.duration is not None and not self.rate:
            raise Mistake("'for' says how many lines only with a 'rate'", "rate: 100/s", code=Code.CHOICE)
        return self

    @model_validator(mode="after")
    def _some_are_equal(self) -> SourceInput:
        if self.equal is not None and self.count is not None:
            demand_equal_lines(self.equal, self.count)
        return self

    @property
    def count(self) -> int | None:
        """How many lines the input has; None where the scenario leaves that to `wpgen`."""
        if self.duration is None:
            return self.lines
        return round((self.rate or 0) * self.duration / SECOND)


@final
class InputLines(GivenPart[SourceInput]):
    """The input: how many lines, how fast, of which rules."""

    key = "source"
    order = 20
    examples = ({"lines": 500, "rate": "100/s"},)
    value = SourceInput
    snippets = (
        Snippet("input", "Lines to read, and how fast", {"source": {"lines": "${1:500}", "rate": "${2:100/s}"}}),
    )
    names = misuses = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.lines, outset.shares = self.written.count, self.written.rules
        outset.lasts = self.written.duration or 0

    def alter(self, project: Project) -> Project:
        """See `GivenPart.alter`: how lines are read, and of which rules those are that the scenario writes."""
        project = project if self.written.rate is None else project.at_rate(self.written.rate)
        keeps = project.source.keeps_position if self.written.keep_position is None else self.written.keep_position
        source = replace(project.source, equal=self.written.equal or 0, keeps_position=keeps)
        patterns = tuple((rule, str(pattern)) for rule, pattern in self.written.patterns.items())
        return replace(project, source=source, patterns=patterns or project.patterns)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        if self.written.patterns:
            yield from real.why_no_patterns()
        if self.written.rules:
            yield from real.why_no_shares()
        if self.written.keep_position:
            yield from real.why_no_position()
        if self.written.equal is not None:
            yield from real.why_never(Beyond.HIDDEN, SAME_FROM_OUTSIDE)
