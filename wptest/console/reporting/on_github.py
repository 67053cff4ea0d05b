"""A step of GitHub Actions: what it shows beside files, its summary, and no word of a scenario to its runner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import click

from wptest.document.report_document import ReportDocument
from wptest.report.formats.github_annotations import github_annotations, stop_commands
from wptest.report.formats.markdown import STEP_SUMMARY_BYTES, markdown


class GitHubJob:
    """From now on the runner takes no line of ours for a command, until all is told.

    Args:
        stream: where people read; the runner reads there as well.

    Raises:
        OSError: the step's summary can't be written.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
        if self._summary:
            _append(Path(self._summary), "")
        self._stream = stream
        self._annotations = ""
        stop, self._resume = stop_commands()
        click.echo(stop, file=stream)
        # However the command ends, what comes after it in this step may have commands for the runner.
        click.get_current_context().call_on_close(self._go_on)

    def take(self, document: ReportDocument, below: str) -> None:
        """Write what there is to tell, now that it is known.

        Raises:
            OSError: the step's summary can't be written.
        """
        self._annotations = github_annotations(document, below)
        if self._summary:
            summary = Path(self._summary)
            there = summary.stat().st_size if summary.exists() else 0
            _append(summary, markdown(document, STEP_SUMMARY_BYTES - there))

    def tell(self) -> None:
        """Tell it, as the last thing."""
        self._go_on()
        click.echo(self._annotations, file=self._stream, nl=False)

    def _go_on(self) -> None:
        if self._resume:
            click.echo(self._resume, file=self._stream)
            self._resume = ""


def _append(summary: Path, text: str) -> None:
    """Add to the summary of the step."""
    try:
        with summary.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        error.filename = str(summary)  # a full disk tells none
        raise
