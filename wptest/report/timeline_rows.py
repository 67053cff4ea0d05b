"""What happened in a run, one line for each event: time, process, kind and fields; what repeats is folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from engine.kernel import Event
from engine.text.display import cut, printable
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.scenario.load import LoadedVariant
from wptest.text.yaml_document import YamlDocument

# Events that come by the hundred; a stretch of them is told in one line for each of what they are about.
_FLOW = ("source.accepted", "sink.delivered", "checkpoint.saved", "reconnect.failed", "fault.bit", "storage.")
_BARE = ("sink", "path", "group", "command", "reason", "title", "figures", "operation")
# By the event of a step.
CHAPTER_OF: Mapping[str, Literal["when", "meanwhile", "cleanup"]] = {
    "step": "when",
    "meanwhile": "meanwhile",
    "cleanup": "cleanup",
}
_LONGEST = 16  # lines in one pattern
_LEAST = 3  # lines that folding must save
_NUMBER = re.compile(r"\d+")
_NARROWEST = 20  # columns for the details, however narrow the terminal


class Played(Protocol):
    """What a timeline is made of: a run, or a stretch of one."""

    @property
    def variant(self) -> LoadedVariant:
        """The scenario that was played."""

    @property
    def events(self) -> Sequence[Event]:
        """What happened."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of a timeline.

    `mark` stands before it: `>` for a step of the scenario, `!` for a breach, `:` where lines are folded. `place`
    is the number of its event, the first of them where it tells of several.
    """

    time: int
    process: str
    kind: str
    details: str
    mark: str = " "
    place: int = 0


def rows_of(played: Played, events: Iterable[Event] | None = None) -> list[TimelineRow]:
    """The timeline of a run, or of those of its `events`."""
    steps = _steps(played.variant)
    rows: list[TimelineRow] = []
    flow: list[tuple[int, Event]] = []
    for place, event in enumerate(played.events if events is None else events):
        if flow and not _is_flow(event):
            rows += _collapsed(flow)
            flow = []
        if _is_flow(event):
            flow.append((place, event))
        else:
            rows.append(replace(_row(event, steps), place=place))
    return rows + _collapsed(flow)


def render(rows: Sequence[TimelineRow], columns: int | None = None) -> list[str]:
    """The rows as lines of text, aligned; their details are cut where a terminal has only so many columns."""
    times = [format_duration(row.time) for row in rows]
    time = max(map(len, times), default=0)
    process = max((len(row.process) for row in rows), default=0)
    kind = max((len(row.kind) for row in rows), default=0)
    left = None if columns is None else max(_NARROWEST, columns - len("> ") - time - process - kind - 3 * len("  "))
    return [
        f"{row.mark} {at:>{time}}  {row.process:<{process}}  {row.kind:<{kind}}  {cut(row.details, left)}".rstrip()
        for row, at in zip(rows, times, strict=True)
    ]


def _is_flow(event: Event) -> bool:
    return event.kind.startswith(_FLOW)


def _steps(variant: LoadedVariant) -> dict[tuple[str, int], str]:
    """The steps by kind of event and number, as the scenario writes them."""
    document, scenario = variant.document, variant.scenario
    lines = {}
    for kind, key in CHAPTER_OF.items():
        for index, step in enumerate(getattr(scenario, key)):
            lines[kind, index + 1] = step_text(document, (key, index, step.verb.key))
    return lines


def step_text(document: YamlDocument, path: KeyPath) -> str:
    """A step's action as the scenario writes it, or its first line."""
    key, value = document.key_span_of(path), document.span_of(path)
    end = value.column - 1 + value.length if value.line == key.line else None
    return document.source.line(key.line)[key.column - 1 : end]


def _row(event: Event, steps: Mapping[tuple[str, int], str]) -> TimelineRow:
    fields = event.fields
    if event.kind in CHAPTER_OF:
        number = int(fields["number"] or 0)
        details = printable(steps.get((event.kind, number), str(fields["does"])))
        return TimelineRow(event.time, event.process, f"{event.kind} {number}", details, ">")
    if event.kind == "log":
        return TimelineRow(event.time, event.process, "log", printable(f"{fields['level']}: {fields['message']}"))
    if event.kind == "program.output":
        return TimelineRow(event.time, event.process, event.kind, printable(str(fields["line"])))
    return TimelineRow(event.time, event.process, event.kind, _details([event]))


def _collapsed(flow: Sequence[tuple[int, Event]]) -> list[TimelineRow]:
    """One row for each process, kind and subject, in the order in which they came up."""
    streams: dict[tuple[object, ...], tuple[int, list[Event]]] = {}
    for place, event in flow:
        subject = event.fields.get("sink"), event.fields.get("path"), event.fields.get("operation")
        streams.setdefault((event.process, event.kind, *subject), (place, []))[1].append(event)
    return [
        TimelineRow(each[0].time, each[0].process, each[0].kind, _details(each), place=place)
        for place, each in streams.values()
    ]


def _details(events: Sequence[Event]) -> str:
    """What is told of events about the same thing: the numbers of lines are added up, else the last one counts."""
    told = dict(events[-1].fields)
    if "lines" in told:
        told["lines"] = sum(int(event.fields["lines"] or 0) for event in events)
    parts = [str(told[name]) for name in _BARE if told.get(name) not in (None, "")]
    parts += [f"{name}={value}" for name, value in told.items() if name not in _BARE and value is not None]
    if len(events) > 1:
        parts.append(f"({len(events)} events until {format_duration(events[-1].time)})")
    return printable("  ".join(parts))


def folded(rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """The rows, with a line instead of the repetitions of what stands before it.

    Lines are taken for the same whose numbers alone differ. Steps of the scenario and breaches are never folded.
    """
    shapes = [_shape(row, index) for index, row in enumerate(rows)]
    shown: list[TimelineRow] = []
    place = 0
    while place < len(rows):
        length, times = _pattern(shapes, place)
        shown += rows[place : place + length]
        if times > 1:
            shown.append(_again(rows, place, length, times))
        place += length * times
    return shown


def _shape(row: TimelineRow, index: int) -> object:
    if row.mark != " ":
        return index
    return row.process, row.kind, _NUMBER.sub("#", row.details)


def _pattern(shapes: Sequence[object], place: int) -> tuple[int, int]:
    """How long the pattern is that begins here, and how often it comes: the one that covers most."""
    best = (1, 1)
    for length in range(1, min(_LONGEST, (len(shapes) - place) // 2) + 1):
        pattern, end = shapes[place : place + length], place + length
        while shapes[end : end + length] == pattern:
            end += length
        times = (end - place) // length
        if (times - 1) * length > _LEAST and times * length > best[0] * best[1]:
            best = (length, times)
    return best


def _again(rows: Sequence[TimelineRow], place: int, length: int, times: int) -> TimelineRow:
    what = "this line" if length == 1 else f"these {length} lines"
    until = format_duration(rows[place + length * times - 1].time)
    details = f"({what} {times - 1:,} times more, until {until})"
    return replace(rows[place + length], process="", kind="", details=details, mark=":")
