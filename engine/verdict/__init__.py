"""The verdict over a project's expectations, from counted lines: for `wproj validate` and a scenario's `validate`.

Everything here is a function of its arguments: who counts the lines, and where, is not its affair.
"""

from engine.verdict.counts import Count, Counts
from engine.verdict.judge import judge
from engine.verdict.verdict import Evidence, Ignored, Item, Row, Verdict

__all__ = ["Count", "Counts", "Evidence", "Ignored", "Item", "Row", "Verdict", "judge"]
