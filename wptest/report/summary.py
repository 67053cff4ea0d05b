"""How many runs ended how, and that in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from wptest.document.report_document import ReportedSummary

_ORDER = ("invalid", "error", "failed", "unclean", "unverified", "xfailed", "skipped", "passed")


@dataclass(slots=True)
class Summary:
    """Counts by outcome. `invalid` counts files; `planned` is how many were to be run."""

    planned: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False

    @classmethod
    def of(cls, told: ReportedSummary) -> Summary:
        """What a document says."""
        counts = Counter({outcome: int(getattr(told, outcome)) for outcome in _ORDER})
        return cls(counts.total() + told.not_run, counts, told.interrupted)

    def add(self, outcome: str) -> None:
        """Count one more."""
        self.counts[outcome] += 1

    @property
    def worst(self) -> str:
        """The outcome that says most; `passed` where nothing has to be looked at."""
        return next((outcome for outcome in _ORDER[:5] if self.counts[outcome]), "passed")

    @property
    def line(self) -> str:
        """For people: `1 failed, 20 passed`, the worst first."""
        parts = [self._part(outcome) for outcome in _ORDER if self.counts[outcome]]
        if self.not_run:
            parts.append(f"{self.not_run} not run")
        return ", ".join(parts) or "nothing run"

    @property
    def not_run(self) -> int:
        """How many were never reached."""
        return max(0, self.planned - self.counts.total())

    def reported(self) -> ReportedSummary:
        """The same as the document has it."""
        counts = {outcome: self.counts[outcome] for outcome in _ORDER}
        return ReportedSummary(**counts, not_run=self.not_run, interrupted=self.interrupted)

    def _part(self, outcome: str) -> str:
        count = self.counts[outcome]
        if outcome in ("invalid", "error"):
            what = "invalid file" if outcome == "invalid" else outcome
            return f"{count} {what}{'s' if count != 1 else ''}"
        return f"{count} {outcome}"
