"""What programs log, as events: lines of their log files, and the little more that follows from them."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.kernel.trace import FieldValue
from engine.storage.faults import ERRORS

_LINE = re.compile(r"\S+ \S+ \[(\w+) *\] \[([^\]]*?) *\] (.*)")
_FIGURE = re.compile(r"(\w+)=(\d+)")
_CHANGED = "is another file|has become shorter|has grown"  # in the middle of a run
# What a message says has happened; a path stands in it as `./data/...`, and without the dot in ours.
_MEANINGS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"recover begin", "recovery.began"),
        (r"recover begin! file : (?:\./)?(?P<path>.+)", "recovery.file_began"),
        (r"recover end! clean file : (?:\./)?(?P<path>.+)", "recovery.file_removed"),
        (r"recover interrupt", "recovery.interrupted"),
        (r"unreadable rescue file name, skipped: (?:\./)?(?P<path>.+)", "recovery.file_skipped"),
        (r"no sink agent for .+, skipped: (?:\./)?(?P<path>.+)", "recovery.file_skipped"),
        (
            r"line (?P<line>\d+) of (?:\./)?(?P<path>.+) is (?:not text|refused: .+): quarantined",
            "line.quarantined",
        ),
        (r"\S+ refuses a line: .+: quarantined in (?:\./)?(?P<path>.+)", "line.quarantined"),
        (r"skipped (?P<lines>\d+) blank lines of (?:\./)?(?P<path>.+)", "line.blank_skipped"),
        (r"(?P<sink>\S+) reconnect fail! (?P<reason>.+)", "reconnect.failed"),
        (r"reconnect success ,send (?P<sink>\S+) to fix_sink_q", "reconnect.succeeded"),
        (r"sink error(?: and \w+)?: (?P<reason>.+)", "sink.failed"),
        (r"the input is read on behind line (?P<lines>\d+): (?:\./)?(?P<path>.+)", "source.gone_on"),
        (rf"the input is read from its start, as it (?P<why>{_CHANGED}): (?:\./)?(?P<path>.+)", "source.reopened"),
        (r"unlocked (?:\./)?(?P<path>.+)", "lock.adopted"),
        (r"(?:\./)?(?P<path>.+) stays locked: (?P<reason>.+)", "lock.refused"),
    )
)
FAILED = re.compile(r"(?:\./)?(?P<path>.+) is left for another run: .+")
_STRERRORS = {os.strerror(getattr(errno, name)): f"storage.{name}" for name in ERRORS}

# At which level what stands behind an event is logged, where that isn't a warning or an error.
AT_INFO = frozenset(
    {"recovery.began", "recovery.file_began", "recovery.interrupted", "lock.adopted", "source.gone_on"}
)
QUIET_LEVELS = ("warn", "error")
FROM_LOGS = frozenset(kind for _, kind in _MEANINGS) | frozenset(_STRERRORS.values())


class LogLine(NamedTuple):
    """One line of a log file."""

    level: str
    target: str
    message: str


def parse_line(line: str) -> LogLine | None:
    """A line `{date} [LEVEL] [target] message`; None when it is none."""
    match = _LINE.fullmatch(line)
    return None if match is None else LogLine(match[1].lower(), match[2], match[3])


def meanings(message: str) -> Iterator[tuple[str, Mapping[str, FieldValue]]]:
    """The events that a message tells of, with what it says about them."""
    for pattern, kind in _MEANINGS:
        if (match := pattern.fullmatch(message)) is not None:
            yield kind, {name: _value(text) for name, text in match.groupdict().items()}
    for text, kind in _STRERRORS.items():
        if text in message:
            yield kind, {"path": None}
    if message.startswith(("interval stat:", "sum stat:")):
        yield from _figures(message.partition("stat: ")[2])


def _figures(text: str) -> Iterator[tuple[str, Mapping[str, FieldValue]]]:
    for part in text.split("; "):
        stat, _, rest = part.partition(" target=")
        target, _, figures = rest.rpartition(" total=")
        if target:
            found = {name: int(value) for name, value in _FIGURE.findall(f"total={figures}")}
            yield "monitor.stat", {"stat": stat, "target": target, **found}


def _value(text: str) -> FieldValue:
    return int(text) if text.isdigit() else text
