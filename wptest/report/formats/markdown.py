"""A summary in Markdown, as GitHub shows it below a job: counts, then each cause with its variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.text.display import printable
from wptest.document.report_document import ReportDocument
from wptest.document.reported_place import ReportedFile
from wptest.document.reported_variant import ReportedVariant
from wptest.report.causes import Group, causes_of, grouped
from wptest.text.wording import so_many

STEP_SUMMARY_BYTES = 1024 * 1024  # a longer one is not shown at all
_PUNCTUATION = re.compile(r"[!-&(-+\-./:-@\[-`{-~]")
_FENCE = re.compile("`{3,}")
_TEXT_LINES = 60
_LONGEST_LINE = 300
_NAMED = 50  # variants of a cause
_SLOWEST = 5
_OUTCOMES = ("invalid", "error", "failed", "unclean", "unverified", "xfailed", "skipped", "passed", "not_run")

_Told = ReportedVariant | ReportedFile


def markdown(document: ReportDocument, most: int = STEP_SUMMARY_BYTES) -> str:
    """The report in at most so many bytes of UTF-8; causes that have no room are counted."""
    no_pass: list[_Told] = [told for told in document.results if not told.is_pass]
    groups = grouped([*document.invalid, *no_pass], causes_of)
    text = "\n".join([*_head(document), ""])
    left = most - len(text.encode()) - 200  # for the last line
    blocks: list[str] = []
    for group in groups:
        block = "\n".join([*_cause(group), ""])
        if (left := left - len(block.encode())) < 0:
            break
        blocks.append(block)
    if rest := len(groups) - len(blocks):
        blocks.append(f"And {so_many(rest, 'more cause')}, for which there is no room here.\n")
    return "\n".join([text, *blocks]) if text or blocks else ""


def md(text: str) -> str:
    """A text that is nothing but itself in Markdown: its punctuation as entities, which mark nothing up."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", printable(text))


def code_block(text: str) -> Iterator[str]:
    """A text as it is, between fences that are longer than any in it."""
    lines = [printable(line)[:_LONGEST_LINE] for line in text.split("\n")]
    left_out = len(lines) - _TEXT_LINES
    lines = lines if left_out <= 0 else [*lines[:_TEXT_LINES], f"... ({left_out} lines more)"]
    longest = max((len(found) for line in lines for found in _FENCE.findall(line)), default=2)
    fence = "`" * (longest + 1)
    yield from (f"{fence}text", *lines, fence)


def _head(document: ReportDocument) -> Iterator[str]:
    summary = document.summary
    counts = {outcome: int(getattr(summary, outcome)) for outcome in _OUTCOMES}
    told = [f"{number:,} {outcome.replace('_', ' ')}" for outcome, number in counts.items() if number]
    begin = "Interrupted: " if summary.interrupted else ""
    yield f"### wptest: {begin}{', '.join(told) or 'nothing run'}"
    if slowest := sorted(document.results, key=lambda each: -each.duration_seconds)[:_SLOWEST]:
        yield ""
        names = (f"{md(each.name[:_LONGEST_LINE])} {each.duration_seconds:.1f} s" for each in slowest)
        yield f"Slowest: {', '.join(names)}"


def _cause(group: Group[_Told]) -> Iterator[str]:
    """A cause: its variants in a table, and the first of them in full."""
    yield f"#### {md(group.title[:_LONGEST_LINE])} ({so_many(len(group.runs), 'variant')})"
    yield ""
    yield from _table([told for told, _ in group.runs])
    yield ""
    first = group.runs[0][0]
    yield f"<details><summary>{md(_name(first)[:_LONGEST_LINE])}</summary>"
    yield ""
    yield from code_block(first.text)
    yield ""
    yield "</details>"


def _table(runs: Sequence[_Told]) -> Iterator[str]:
    yield "| variant | why | to see it again |"
    yield "|---|---|---|"
    for told in runs[:_NAMED]:
        again = told.replay.command if isinstance(told, ReportedVariant) else ""
        yield _row((_place(told), told.why, again))
    if len(runs) > _NAMED:
        yield _row((f"and {len(runs) - _NAMED:,} more", "", ""))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(md(cell[:_LONGEST_LINE]) for cell in cells)} |"


def _name(told: _Told) -> str:
    return told.name if isinstance(told, ReportedVariant) else told.file


def _place(told: _Told) -> str:
    return told.id if isinstance(told, ReportedVariant) else told.file
