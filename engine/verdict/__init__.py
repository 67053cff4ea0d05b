"""The verdict over a project's expectations, from counted lines: for `wproj validate` and a scenario's `validate`.

Everything here is a function of its arguments: who counts the lines, and where, is not its affair.
"""

from engine.verdict.counts import LineCount, LineCounts
from engine.verdict.judge import judge
from engine.verdict.verdict import Complaint, Evidence, Ignored, Verdict, VerdictRow

__all__ = ["Complaint", "Evidence", "Ignored", "LineCount", "LineCounts", "Verdict", "VerdictRow", "judge"]
