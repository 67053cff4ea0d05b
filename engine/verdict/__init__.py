"""The verdict over a project's expectations, from counted lines: for `wproj validate` and a scenario's `validate`.

Everything here is a function of its arguments: who counts the lines, and where, is not its affair.
"""

from engine.verdict.counts import SinkCount, SinkCounts
from engine.verdict.judge import judge
from engine.verdict.verdict import Evidence, Ignored, Verdict, VerdictItem, VerdictRow

__all__ = ["Evidence", "Ignored", "SinkCount", "SinkCounts", "Verdict", "VerdictItem", "VerdictRow", "judge"]
