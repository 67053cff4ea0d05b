"""`timing`: how long programs ran."""

from __future__ import annotations

from typing import final

from engine.units import format_duration
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Duration, ProcessKey
from wptest.words.expectation import OfPrograms
from wptest.words.expectations.exit_codes import let_end
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


class TimingExpect(Shape):
    """How long a process ran, from its last start to its end, in virtual nanoseconds."""

    within: Duration | None = documented("It ran no longer than this.", "11s")
    at_least: Duration | None = documented("It ran at least so long.", "9s")


@final
class RunTimes(OfPrograms[TimingExpect]):
    """How long programs ran, from their last start, in virtual time."""

    key = "timing"
    order = 90
    examples = ({"wprescue": {"at_least": "9s", "within": "11s"}},)
    value = dict[ProcessKey, TimingExpect]
    patterns = amounts = obstacles = nothing

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for process, expected in self.expected.items():
            duration = facts.duration(process)
            if duration is None:
                message = f"{process} has not ended, so there is no duration"
                yield facts.unproved((process,), message, help_=let_end(process))
                continue
            for key, word, bound, wrong in (
                ("within", "most", expected.within, duration > (expected.within or 0)),
                ("at_least", "least", expected.at_least, duration < (expected.at_least or 0)),
            ):
                if bound is not None and wrong:
                    wanted, got = format_duration(bound), format_duration(duration)
                    message = f"duration of {process}: expected at {word} {wanted}, got {got}"
                    yield facts.finding(Failure.DURATION, (process, key), message)
