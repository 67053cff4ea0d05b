"""How a scenario fails a test."""

from __future__ import annotations

from pathlib import Path

from wptest.language.diagnostic import InvalidScenario


class ScenarioFailure(Exception):
    """A scenario that is no pass. `text` is all there is to say; its first line is what summaries show."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    @classmethod
    def of_invalid(cls, error: InvalidScenario, cwd: Path) -> ScenarioFailure:
        """For a file with mistakes."""
        return cls(f"{invalid_headline(error, cwd)}\n\n{error.render(cwd)}")


def invalid_headline(error: InvalidScenario, cwd: Path) -> str:
    """One line for a file with mistakes: the first of them and its place."""
    first = error.diagnostics[0]
    path = first.path.relative_to(cwd) if first.path.is_relative_to(cwd) else first.path
    place = f"{path}:{first.line}:{first.column}" if first.line else str(path)
    more = f" (and {len(error.diagnostics) - 1} more)" if len(error.diagnostics) > 1 else ""
    return f"{place}: {first.message}{more}"
