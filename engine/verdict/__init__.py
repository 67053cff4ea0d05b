"""The verdict over a project's expectations, from counted lines: for `wproj validate` and a scenario's `validate`.

Everything here is a function of its arguments: who counts the lines, and where, is not its affair.
"""

from engine.verdict.counts import LineCount, LineCounts
from engine.verdict.judge import judge
from engine.verdict.verdict import Evidence, Ignored, Verdict, VerdictItem, VerdictRow

__all__ = ["Evidence", "Ignored", "LineCount", "LineCounts", "Verdict", "VerdictItem", "VerdictRow", "judge"]
