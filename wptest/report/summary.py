"""How many runs ended how, and that in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

_ORDER = ("invalid", "failed", "unclean", "unverified", "xfailed", "skipped", "passed")


@dataclass(slots=True)
class Summary:
    """Counts by outcome. `invalid` counts files; `planned` is how many were to be run."""

    planned: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False

    def add(self, outcome: str) -> None:
        """Count one more."""
        self.counts[outcome] += 1

    @property
    def worst(self) -> str:
        """The outcome that says most; `passed` where nothing has to be looked at."""
        return next((outcome for outcome in _ORDER[:4] if self.counts[outcome]), "passed")

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

    def as_json(self) -> Mapping[str, int | bool]:
        """The same as plain data."""
        counts = {outcome: self.counts[outcome] for outcome in reversed(_ORDER)}
        return {**counts, "not_run": self.not_run, "interrupted": self.interrupted}

    def _part(self, outcome: str) -> str:
        count = self.counts[outcome]
        if outcome == "invalid":
            return f"{count} invalid file{'s' if count != 1 else ''}"
        return f"{count} {outcome}"
