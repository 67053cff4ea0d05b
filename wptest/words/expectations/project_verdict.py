"""`validate`: what the project's own expectations say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, final

from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings

if TYPE_CHECKING:
    from engine.verdict.verdict import VerdictRow
from wptest.words.failures import Failure
from wptest.words.registry import nothing


@final
class ProjectVerdict(Expectation[Literal["pass", "warn", "fail"]]):
    """What the project's own expectations say."""

    key = "validate"
    order = 110
    examples = ()
    value = Literal["pass", "warn", "fail"]
    in_check = True
    names = patterns = amounts = obstacles = nothing

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        verdict = facts.verdict
        if verdict.outcome.lower() == self.expected:
            for row in verdict.rows:
                if row.verdict == "OK" and row.sink is not None and row.evidence.lines + row.evidence.waiting == 0:
                    yield from _got_nothing(facts, row)
            return
        evidence = tuple(f"{item.place}: {item.message}" for item in verdict.items)
        if verdict.outcome == "UNVERIFIED":
            yield facts.unproved((), "the project's expectations had nothing to judge", evidence=evidence)
        elif verdict.outcome == "WARN" and self.expected == "pass" and not verdict.missed:
            message = "the project's verdict: some of its expectations could not be judged"
            yield facts.unproved((), message, evidence=evidence)
        else:
            message = f"the project's verdict: expected {self.expected}, got {verdict.headline}"
            yield facts.finding(Failure.VALIDATE, (), message, evidence)


def _got_nothing(facts: Facts, row: VerdictRow) -> Findings:
    """A share that is within its tolerance although there is not a line of it."""
    groups = (group for group in facts.project.groups if group.name == row.group)
    sink = next(sink for group in groups for sink in group.sinks if sink.name == row.sink)
    if sink.expect is not None and sink.expect.ratio:
        message = f"{sink.id} got nothing, and what the project expects of it holds: {row.evidence.expected}"
        help_ = "let it get lines, or expect less by a smaller tolerance"
        yield facts.unproved((), message, Failure.GOT_NOTHING, facts.why_unreached(sink), help_=help_)
