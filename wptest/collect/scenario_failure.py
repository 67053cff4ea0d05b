"""How a scenario fails a test, and what pytest shows of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from wptest.report.remarks import invalid_headline
from wptest.text.scenario_source import InvalidScenario


class ScenarioFailure(Exception):
    """A scenario that is no pass.

    Args:
        text: all there is to say.
        reason: one line, for summaries; the first of the text unless it is given.
        short: what there is to say where somebody wants it short.
        line: where it is said in the file, counted from 1; 0 is where the scenario begins.
    """

    def __init__(self, text: str, *, reason: str = "", short: str = "", line: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.reason = reason or text.partition("\n")[0]
        self.short = short or text
        self.line = line

    @classmethod
    def of_invalid(cls, error: InvalidScenario, cwd: Path) -> ScenarioFailure:
        """For a file with mistakes."""
        headline = invalid_headline(error, cwd)
        return cls(f"{headline}\n\n{error.render(cwd)}", reason=headline, line=error.diagnostics[0].line)

    def shown(self, path: str, line: int, style: str) -> object:
        """What pytest shows with `--tb=STYLE`; with `line` it is the place and the reason alone.

        It is made of pytest's own parts, so that it comes whole from a worker of xdist to the one who reports.
        """
        try:
            raise self.with_traceback(None)
        except ScenarioFailure:
            shown = pytest.ExceptionInfo.from_current().getrepr(style="native")
        text = {"line": "", "short": f"{self.short}\n"}.get(style, f"{self.text}\n")
        for entry in shown.reprtraceback.reprentries:
            entry.lines = [text]
        if shown.reprcrash is not None:
            shown.reprcrash.path, shown.reprcrash.lineno = path, self.line or line
            shown.reprcrash.message = self.reason
        return shown


class ExpectedFailure(ScenarioFailure):
    """A scenario that is no pass, and says so itself."""
