"""Expectations on processes: `exit`, `log`, `output`, `timing`, `metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.kernel import Event
from engine.units import format_duration
from wptest.judge.facts import Facts, Path
from wptest.judge.patterns import out_of_order, regular
from wptest.shapes.glob import Glob
from wptest.text.wording import so_many
from wptest.words.expect import Check, Figure, FigureName, LogExpect, OutputExpect, TimingExpect
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_COMPLAINTS = ("warn", "error")
_REPORTS = 3
_COMPARED = 2000  # texts that are compared with a pattern to find the nearest one


def check_exit(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """The exit codes of processes that have ended."""
    for process, expected in check.exit.items():
        code = facts.history.last_exit.get(process)
        place, what = (*path, "exit", process), f"exit code of {process}"
        if code is None:
            message = f"{what}: expected {expected}, got none: it has not ended"
            yield facts.finding(Failure.EXIT, place, message, help_=_let_end(process))
        else:
            yield from facts.compare(
                Failure.EXIT, place, expected, code, what=what, evidence=_complaints(facts, process)
            )


def _let_end(process: str) -> str:
    return f"let it end before: add '- wait: {{exit: {process}}}', and for a daemon a signal in front of it"


def _complaints(facts: Facts, process: str) -> Iterator[str]:
    """The last error or warning that a process logged, or else the last that it printed."""
    return _last_words([event for event in facts.machine.trace.events if event.process == process])


def complaints_of(facts: Facts, process: str, run: int) -> Iterator[str]:
    """The same of one of its runs, counted from 0."""
    own = [event for event in facts.machine.trace.events if event.process == process]
    starts = [place for place, event in enumerate(own) if event.kind == "program.started"]
    return _last_words(own[slice(*[*starts, None][run : run + 2])])


def _last_words(events: list[Event]) -> Iterator[str]:
    complaints = [event for event in events if event.kind == "log" and event.fields["level"] in _COMPLAINTS]
    for event in complaints[-1:]:
        yield f"its last complaint, at {format_duration(event.time)}: {event.fields['message']}"
    printed = [event for event in events if event.kind == "program.output"] if not complaints else []
    for event in printed[-1:]:
        yield f"the last that it printed: {event.fields['line']}"


def check_logs(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What processes logged."""
    for process, expected in check.log.items():
        events = facts.history.events("log", process)
        said = _Said(
            Failure.LOG, process, "log", "message", [(event, str(event.fields["message"])) for event in events]
        )
        place = (*path, "log", process)
        yield from _nothing_said(facts, expected, said, place)
        yield from _said(facts, expected, said, place)


def check_output(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What the last runs of processes printed."""
    for process, expected in check.output.items():
        lines = [(event, str(event.fields["line"])) for event in _printed(facts.machine.trace.events, process)]
        said, place = _Said(Failure.OUTPUT, process, "print", "line", lines), (*path, "output", process)
        yield from _nothing_said(facts, expected, said, place)
        yield from _said(facts, expected, said, place)


def _printed(events: list[Event], process: str) -> list[Event]:
    printed: list[Event] = []
    for event in events:
        if event.process == process and event.kind == "program.started":
            printed = []
        elif event.process == process and event.kind == "program.output":
            printed.append(event)
    return printed


@dataclass(frozen=True, slots=True)
class _Said:
    """What a process said, in order; `verb` and `noun` are what that is called."""

    code: Failure
    process: str
    verb: str
    noun: str
    texts: list[tuple[Event, str]]

    @property
    def did(self) -> str:
        """The verb of what is past."""
        return "logged" if self.verb == "log" else "printed"


def _nothing_said(facts: Facts, expected: LogExpect | OutputExpect, said: _Said, path: Path) -> Iterator[Finding]:
    """Where nothing was said at all, what must not be said proves nothing."""
    if said.texts or expected.in_order or any(expected.exactly.values()):
        return
    began = facts.history.events("program.started", said.process)
    what = f"{said.did} nothing" if began else "was never started"
    help_ = "say what it must " + said.verb + " as well" if began else f"let a step start {said.process}"
    yield facts.unproved(path, f"{said.process} {what}, so there is nothing to check", help_=help_)


def _said(facts: Facts, expected: LogExpect | OutputExpect, said: _Said, path: Path) -> Iterator[Finding]:
    texts = [text for _, text in said.texts]
    process, verb, noun = said.process, said.verb, said.noun
    if (wrong := out_of_order(expected.in_order, texts)) is not None:
        index, why = wrong
        message = f"expected {process} to {verb} '{expected.in_order[index]}' next, got none: {why(noun)}"
        missing = expected.in_order[index]
        yield facts.finding(said.code, (*path, index), message, [*_nearest(missing, said), *regular(missing)])
    for index, pattern in enumerate(expected.never):
        found = [(event, text) for event, text in said.texts if pattern.matches(text)]
        if found:
            message = f"expected {process} never to {verb} '{pattern}', got {so_many(len(found), noun)}"
            evidence = f"the first, at {format_duration(found[0][0].time)}: {found[0][1]}"
            yield facts.finding(said.code, (*path, "never", index), message, [evidence])
    for pattern, times in expected.exactly.items():
        actual = sum(map(pattern.matches, texts))
        if actual != times:
            wanted, got = so_many(times, "time"), so_many(actual, "time")
            message = f"expected {process} to {verb} '{pattern}' {wanted}, got it {got}"
            nearest = _nearest(pattern, said) if not actual else []
            yield facts.finding(said.code, (*path, "exactly", str(pattern)), message, nearest)


def _nearest(pattern: Glob, said: _Said) -> list[str]:
    """The text that is most like a pattern that none matches: one with its words in it, if there is one."""
    different = list(dict.fromkeys(text for _, text in said.texts))[:_COMPARED]
    words = pattern.pattern.strip("*")
    inside = [text for text in different if words.casefold() in text.casefold()]
    close = inside or get_close_matches(pattern.pattern, different, n=1, cutoff=0.5)
    if close:
        return [f"the nearest: {close[0]}"]
    return [f"it {said.did} {so_many(len(said.texts), said.noun)}, none like it"]


def check_timing(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """How long processes ran."""
    for process, expected in check.timing.items():
        place = (*path, "timing", process)
        duration = _duration(facts.machine.trace.events, process)
        if duration is None:
            message = f"{process} has not ended, so there is no duration"
            yield facts.unproved(place, message, help_=_let_end(process))
        else:
            yield from _timing(facts, expected, duration, place)


def _timing(facts: Facts, expected: TimingExpect, duration: int, path: Path) -> Iterator[Finding]:
    for key, word, bound, wrong in (
        ("within", "most", expected.within, duration > (expected.within or 0)),
        ("at_least", "least", expected.at_least, duration < (expected.at_least or 0)),
    ):
        if bound is not None and wrong:
            wanted, got = format_duration(bound), format_duration(duration)
            message = f"duration of {path[-1]}: expected at {word} {wanted}, got {got}"
            yield facts.finding(Failure.DURATION, (*path, key), message)


def _duration(events: list[Event], process: str) -> int | None:
    started = ended = None
    for event in events:
        if event.process == process and event.kind == "program.started":
            started, ended = event.time, None
        elif event.process == process and event.kind in ("program.exited", "program.killed"):
            ended = event.time
    return None if started is None or ended is None else ended - started


def check_metrics(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What the monitors of processes reported."""
    for process, stats in check.metrics.items():
        reports = facts.history.events("monitor.stat", process)
        for stat, targets in stats.items():
            for pattern, figures in targets.items():
                place = (*path, "metrics", process, stat, str(pattern))
                found = [event for event in reports if _is_of(event, stat, pattern)]
                if not found:
                    yield facts.unproved(place, f"{process} reported no {stat} of {pattern}")
                for target in dict.fromkeys(str(event.fields["target"]) for event in found):
                    series = [event for event in found if event.fields["target"] == target]
                    yield from _figures(facts, figures, series, place)


def _figures(
    facts: Facts, figures: Mapping[FigureName, Figure], series: list[Event], path: Path
) -> Iterator[Finding]:
    """The figures of one target, from its first report to its last."""
    target = series[0].fields["target"]
    for name, expected in figures.items():
        values = [int(event.fields.get(name) or 0) for event in series]
        if expected != "growing":
            what, place = f"{name} of {target}", (*path, name)
            yield from facts.compare(
                Failure.METRICS, place, expected, values[-1], what=what, evidence=_reports(series, name)
            )
        elif values != sorted(set(values)) or len(values) == 1:
            listed = ", ".join(map(str, values[:10]))
            message = f"{name} of {target}: expected growing from report to report, got {listed}"
            yield facts.finding(Failure.METRICS, (*path, name), message, _reports(series, name))


def _reports(series: list[Event], name: str) -> Iterator[str]:
    """The last reports of a figure."""
    for event in series[-_REPORTS:]:
        yield f"reported at {format_duration(event.time)}: {event.fields.get(name)}"


def _is_of(event: Event, stat: str, pattern: Glob) -> bool:
    return event.fields["stat"] == stat and pattern.matches(str(event.fields["target"]))
