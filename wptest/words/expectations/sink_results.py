"""`sinks`: what sinks got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from pydantic import ConfigDict

from engine.project.model import SinkConf
from engine.units import SECOND
from wptest.shapes.shape import Many, Shape, documented
from wptest.shapes.values import Compared, Comparison, Rate, SinkRef
from wptest.text.codes import Code
from wptest.text.wording import line_text
from wptest.words.expectation import Expectation, Known, Misuse, Named
from wptest.words.expectations.sink_content import Content, file_lines, judge_content
from wptest.words.expectations.table_results import TableResult, judge_table, table_misuses
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.obstacle import Beyond, Obstacle
from wptest.words.registry import nothing
from wptest.words.setting.inline import TOLERANCE_OF_NOTHING, Share
from wptest.words.stage import Reality

if TYPE_CHECKING:
    from engine.kernel import Event

_SHARED_OUT = (
    "make a group of each, with a 'rule' of its own, and share the lines out: "
    "given: {source: {rules: {RULE: 70, OTHER: 30}}}"
)


class SinkResult(Shape):
    """What a sink got: lines, their share within a tolerance, marks in order, the content of its file, how fast.

    And what it would not have: how many lines it refused.

    `max_rate` and `min_rate` bound the average from the first line to the last, in lines per second.
    """

    model_config = ConfigDict(json_schema_extra={"dependencies": {"tol": ["ratio"]}})

    lines: Compared | None = documented("How many lines it got.", 500, "> 0")
    refused: Compared | None = documented(
        "How many lines it refused for good: they are in quarantine, or dropped by a strategy.", 1
    )
    ratio: Share | None = documented("Their share of all lines read.", 0.66)
    tol: Share | None = documented("How far off `ratio` is still right.", 0.02)
    marked: Many[str] | None = documented("The marks of its lines, in order.", ["new", "old"])
    content: Content | None = documented(
        "What is in its file: all its lines, or `contains`, `in_order` and `never`.",
        ["one", "two"],
        {"contains": "*GET /*"},
    )
    table: TableResult | None = documented(
        "What is in its table, and the requests that were sent to the server.", {"rows": 600, "requests": "<= 10"}
    )
    max_rate: Rate | None = documented("The largest average speed, first line to last.", "110/s")
    min_rate: Rate | None = documented("The least average speed, first line to last.", "90/s")

    @property
    def may_be_of_nothing(self) -> bool:
        """Whether it says that the sink gets nothing, which can be so although no line can come to it."""
        if self.lines is not None:
            return self.lines.holds(0)
        if self.ratio is not None:
            return self.ratio <= (self.tol or 0)
        if self.content is not None and self.content.exact is not None:
            return not self.content.exact
        return self.marked == ()

    @property
    def holds_for_anything(self) -> bool:
        """Whether nothing in it says by number that the sink may get nothing: if it does, it holds by accident."""
        at_most = self.lines is not None and self.lines.op in ("==", "<=", "<")
        exact = self.content.exact if self.content is not None else None
        if self.refused is not None and not self.refused.holds(0):
            return False
        return not (at_most or self.ratio == 0 or self.marked == () or (exact is not None and not exact))


@final
class SinkResults(Expectation[Mapping[str, SinkResult]]):
    """What sinks got, by name."""

    key = "sinks"
    order = 30
    examples = ({"access_log": {"lines": 500}},)
    value = dict[SinkRef, SinkResult]
    in_check = True
    patterns = nothing

    def amounts(self) -> Iterable[tuple[str, Comparison]]:
        """See `Expectation.amounts`: a strategy drops what is refused, or it is put aside."""
        for result in self.expected.values():
            if result.refused is not None:
                yield from (("quarantined", result.refused), ("dropped", result.refused))

    def obstacles(self, _real: Reality) -> Iterable[Obstacle]:
        """See `Expectation.obstacles`."""
        for name, result in self.expected.items():
            if result.refused is not None:
                yield Obstacle(Beyond.HIDDEN, (name, "refused"), "what a sink refuses is seen from inside only")

    def names(self) -> Iterable[Named]:
        """See `Expectation.names`."""
        for name, result in self.expected.items():
            yield Named("sink", name, (name,), gets_lines=not result.may_be_of_nothing)

    def misuses(self, known: Known) -> Iterable[Misuse]:
        """See `Expectation.misuses`."""
        for name, result in self.expected.items():
            conf = known.known_sink(name)
            if conf is not None and conf.path is None and result.content is not None:
                message = f"the sink '{name}' is of type {conf.type}, and has no file"
                help_ = "'lines' says how many it got; for 'content' it has to be a file sink"
                yield Misuse((name, "content"), message, Code.NO_FILE, help_)
            if result.tol is not None and result.ratio is None:
                message, help_ = TOLERANCE_OF_NOTHING
                yield Misuse((name, "tol"), message, Code.NO_EFFECT, help_)
        tables = {name: result.table for name, result in self.expected.items() if result.table is not None}
        yield from table_misuses(known, tables)

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for name, expected in self.expected.items():
            sink = facts.project.sink(name)
            assert sink is not None, "a scenario names sinks of its project only"
            got = _Got(facts.at(name), sink, name, facts.received(sink))
            found = list(got.judge(expected))
            yield from found
            if not got.lines and not found and expected.holds_for_anything:
                message = f"{name} got nothing, and what is expected of it holds all the same"
                evidence, help_ = facts.why_unreached(sink), "let it get lines, or say so: lines: 0"
                yield facts.unproved((name,), message, Failure.GOT_NOTHING, evidence, help_=help_)


@dataclass(frozen=True, slots=True)
class _Got:
    """What one sink got, compared with what is expected of it."""

    facts: Facts
    sink: SinkConf
    name: str
    lines: int

    def judge(self, expected: SinkResult) -> Findings:
        what, booked = f"lines of {self.name}", self.facts.booked(self.sink)
        yield from self.facts.compare(
            Failure.SINK_LINES, ("lines",), expected.lines, self.lines, what=what, evidence=booked
        )
        if expected.refused is not None:
            yield from self._refused(expected.refused)
        if expected.ratio is not None:
            yield from self._ratio(expected.ratio, expected.tol)
        yield from self._rates(expected)
        if expected.marked is not None:
            yield from self._marks(expected.marked)
        if expected.content is not None:
            content = self.facts.target(self.sink)
            yield from judge_content(self.facts.at("content"), expected.content, content)
        if expected.table is not None and self.sink.database is not None:
            yield from judge_table(self.facts.at("table"), expected.table, self.sink.database)

    def _refused(self, expected: Comparison) -> Findings:
        refused, booked = self.facts.refused(self.sink), self.facts.booked(self.sink)
        what = f"lines that {self.name} refused"
        yield from self.facts.compare(Failure.REFUSED, ("refused",), expected, refused, what=what, evidence=booked)
        if self.sink.foreign is None and self.sink.database is None and expected.holds(refused):
            help_ = "a sink in Python can: raise SinkFailed(..., refused=[...])"
            yield self.facts.unproved(("refused",), f"{self.name} is a sink that can't refuse lines", help_=help_)

    def _ratio(self, ratio: float, tolerance: float | None) -> Findings:
        from engine.verdict.ratios import is_within  # noqa: PLC0415 - files are checked without it

        total, place = self.facts.accepted, ("ratio",)
        if not total:
            yield self.facts.unproved(place, "no input was read, so there is no ratio")
        elif not is_within(self.lines / total, ratio, tolerance or 0):
            within = f" within {tolerance}" if tolerance else ""
            got = f"{self.lines / total:.6f} ({self.lines} of {total} lines)"
            message = f"share of {self.name}: expected {ratio}{within}, got {got}"
            together = self._together() if self.lines / total > ratio else ()
            evidence = [*self.facts.booked(self.sink), *together]
            help_ = _SHARED_OUT if together else ""
            yield self.facts.finding(Failure.RATIO, place, message, evidence, help_=help_)

    def _together(self) -> tuple[str, ...]:
        """That a sink gets what the others of its group get: nothing is shared out among them."""
        group = next((each for each in self.facts.project.groups if self.sink in each.sinks), None)
        if group is None or len(group.sinks) < 2 or self.sink.filtered:
            return ()
        return (f"every line of a group goes to each of its sinks: {', '.join(each.name for each in group.sinks)}",)

    def _rates(self, expected: SinkResult) -> Findings:
        if expected.max_rate is None and expected.min_rate is None:
            return
        name = self.sink.id
        rate = _average([event for event in self.facts.events("sink.delivered") if event.fields["sink"] == name])
        for key, bound, low in (("max_rate", expected.max_rate, False), ("min_rate", expected.min_rate, True)):
            if bound is None:
                continue
            if rate is None:
                message = f"{name} got its lines at one moment or none at all, so there is no rate"
                yield self.facts.unproved((key,), message)
            elif rate < bound if low else rate > bound:
                word = "least" if low else "most"
                message = f"average speed of {name}: expected at {word} {bound:g} lines/s, got {rate:.1f}"
                yield self.facts.finding(Failure.SPEED, (key,), message)

    def _marks(self, expected: tuple[str, ...]) -> Findings:
        lines = file_lines(self.facts.target(self.sink))
        marks, place = [self.facts.mark(line) for line in lines], ("marked",)
        for number, (want, got) in enumerate(zip(expected, marks, strict=False), 1):
            if want != got:
                message = f"mark of line {number}: expected {want}, got {got}"
                evidence = [f"the line: {line_text(lines[number - 1])}"]
                yield self.facts.finding(Failure.MARKS, place, message, evidence)
                return
        if len(expected) != len(marks):
            message = f"number of marked lines: expected {len(expected)}, got {len(marks)}"
            more = [f"the first too many: {line_text(line)}" for line in lines[len(expected) :][:1]]
            yield self.facts.finding(Failure.MARKS, place, message, more)


def _average(delivered: list[Event]) -> float | None:
    """Lines per second from the first batch to the last, without the first's own."""
    if not delivered or delivered[-1].time == delivered[0].time:
        return None
    lines = sum(int(event.fields["lines"] or 0) for event in delivered[1:])
    return lines * SECOND / (delivered[-1].time - delivered[0].time)
