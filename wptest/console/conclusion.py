"""The end of `wptest run`: what was no pass and why, shortly where it is much, and how many ended how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

from engine.text.display import cut, padded, printable, width
from wptest.console.terminal import coloured, painted
from wptest.play.variant_report import VariantReport
from wptest.report.causes import Group, causes_of, grouped
from wptest.report.summary import Summary
from wptest.text.wording import listed, so_many

SCREEN = 24  # lines
_IN_FULL = 3  # so many reports are shown in full without anybody asking
_GROUPS = 6
_LISTED = 10
_NAMES = 100  # columns, where there is no terminal that has some
_SLOWEST = 3
_SHORTEST_REASON = 24  # columns


class Verbosity(IntEnum):
    """How much is told."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


def conclusion(
    reports: Sequence[VariantReport], summary: Summary, seconds: float, verbosity: Verbosity, columns: int | None
) -> Iterator[str]:
    """The lines, with their colours; `columns` is how wide the terminal is, if it is one."""
    no_pass = [report for report in reports if not report.is_pass]
    if verbosity is not Verbosity.QUIET:
        for remark in dict.fromkeys(each for report in reports for each in report.remarks):
            yield from ("", coloured(remark, ""))
        yield from _told(no_pass, everything=verbosity is Verbosity.VERBOSE, columns=columns)
        yield ""
    if no_pass:
        yield from _list(no_pass, None if verbosity is Verbosity.VERBOSE else _LISTED, columns)
        yield ""
    if verbosity is not Verbosity.QUIET and len(reports) > _SLOWEST:
        yield cut(f"slowest: {', '.join(_slowest(reports))}", columns)
    yield _counts(summary, seconds)


def _told(no_pass: Sequence[VariantReport], *, everything: bool, columns: int | None) -> Iterator[str]:
    """Every report in full, or where there are many, what they have in common with one example."""
    if everything or len(no_pass) <= _IN_FULL:
        for report in no_pass:
            yield from ("", _in_full(report))
        return
    groups = grouped(no_pass, lambda report: causes_of(report.ended.told))
    yield ""
    yield from _example(groups[0], columns or _NAMES)
    for group in groups[1:_GROUPS]:
        yield from _short(group, columns)
    if rest := groups[_GROUPS:]:
        yield f"and {so_many(len(rest), 'more cause')}"
    yield "(-v shows each of them in full)"


def _example(group: Group[VariantReport], columns: int) -> Iterator[str]:
    """A group with its simplest run in full, and the names of the others."""
    simplest = min((report for report, _ in group.runs), key=lambda report: report.text.count("\n"))
    others = [report.job.name for report, _ in group.runs if report is not simplest]
    yield _title(group)
    if not others:
        yield _in_full(simplest)
        return
    yield f"the simplest of them: {simplest.job.name}\n{_details(simplest)}\n"
    yield from _names("the others: ", others, columns)
    yield ""


def _short(group: Group[VariantReport], columns: int | None) -> Iterator[str]:
    """A group with what the first of its runs says, and their names."""
    yield _title(group)
    yield cut(f"    {printable(group.runs[0][1].message)}", columns)
    yield from _names("    in ", [report.job.name for report, _ in group.runs], columns or _NAMES)


def _title(group: Group[VariantReport]) -> str:
    return painted(f"{group.title} ({so_many(len(group.runs), 'variant')})", group.runs[0][1].outcome, bold=True)


def _names(intro: str, names: Sequence[str], columns: int) -> Iterator[str]:
    """As many names as fit on a line."""
    fitting = next((most for most in range(len(names), 1, -1) if width(intro + listed(names, most)) <= columns), 1)
    yield intro + listed(names, fitting)


def _in_full(report: VariantReport) -> str:
    headline = painted(report.text.partition("\n")[0], report.outcome, bold=True)
    return f"{headline}\n{_details(report)}".rstrip()


def _details(report: VariantReport) -> str:
    return coloured(report.text.partition("\n")[2], report.outcome)


def _list(no_pass: Sequence[VariantReport], most: int | None, columns: int | None) -> Iterator[str]:
    """A line for each: why, its name, and the id that replays it."""
    shown = no_pass if most is None or len(no_pass) <= most + 1 else no_pass[:most]
    names = [_name(report) for report in shown]
    # Where nothing is cut, reasons may be so long that nobody would find the names beside them.
    room = None if columns is None else max(_SHORTEST_REASON, columns - 2 - max(map(width, names)))
    for report, name in zip(shown, names, strict=True):
        why = padded(cut(printable(report.why), room), room or 0)
        yield f"{painted(why, report.outcome)}  {name}".rstrip()
    if len(shown) < len(no_pass):
        yield f"and {len(no_pass) - len(shown):,} more"


def _name(report: VariantReport) -> str:
    """Which it is: a file's mistakes have their place in what they say."""
    return "  ".join(filter(None, (report.job.name, report.kept))) if report.outcome != "invalid" else ""


def _slowest(reports: Sequence[VariantReport]) -> Iterator[str]:
    slowest = sorted(reports, key=lambda report: -report.seconds)[:_SLOWEST]
    return (f"{report.job.name} {report.seconds:.1f}s" for report in slowest)


def _counts(summary: Summary, seconds: float) -> str:
    begin = "interrupted: " if summary.interrupted else ""
    line = f"{begin}{summary.line} in {seconds:.1f}s"
    return painted(line, "failed" if summary.interrupted else summary.worst, bold=True)
