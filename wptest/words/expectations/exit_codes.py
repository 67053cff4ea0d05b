"""`exit`: with what programs ended."""

from __future__ import annotations

from typing import final

from wptest.shapes.values import Compared, Comparison, ProcessKey
from wptest.words.expectation import OfPrograms
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing


@final
class ExitCodes(OfPrograms[Comparison]):
    """The exit code of a program's last run; a killed one has 128 plus the signal's number."""

    key = "exit"
    order = 10
    examples = ({"wparse": 0},)
    value = dict[ProcessKey, Compared]
    patterns = amounts = obstacles = nothing

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for process, expected in self.expected.items():
            code, what = facts.exit_code(process), f"exit code of {process}"
            if code is None:
                message = f"{what}: expected {expected}, got none: it has not ended"
                yield facts.finding(Failure.EXIT, (process,), message, help_=let_end(process))
            else:
                words = facts.last_words(process)
                yield from facts.compare(Failure.EXIT, (process,), expected, code, what=what, evidence=words)


def let_end(process: str) -> str:
    """What to do where a program should have ended, and has not."""
    return f"let it end before: add '- wait: {{exit: {process}}}', and for a daemon a signal in front of it"
