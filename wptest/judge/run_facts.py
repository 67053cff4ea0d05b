"""One run, seen from outside: what expectations are checked against, and how their findings are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.kernel import Event
from engine.machine import Machine
from engine.project.database_conf import DatabaseConf
from engine.project.model import Project, SinkConf
from engine.servers.on_machine import servers_on
from engine.storage.disk_port import files_below, read_all
from engine.text.source_text import KeyPath
from engine.units import format_duration
from engine.verdict import SinkCount, SinkCounts, judge
from engine.verdict.counts import counted_sinks
from engine.verdict.verdict import Verdict
from wptest.judge.found import found_now, if_readable
from wptest.judge.history import History
from wptest.judge.ledger import Ledger, TargetAccount
from wptest.judge.line_counts import number_of_lines
from wptest.judge.rescue_names import has_locked_name, has_released_name
from wptest.judge.trails.trail import trail_of
from wptest.judge.users.user_checks import findings_of
from wptest.judge.why.unreached import why_unreached
from wptest.judge.written_down.checkpoints import read_checkpoint
from wptest.shapes.extension import Call
from wptest.text.wording import line_text
from wptest.words.expectation import Expectation
from wptest.words.facts import Facts, Findings, TableSeen
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Trail

_COMPLAINTS = ("warn", "error")
_ENDS = ("program.exited", "program.killed")


@dataclass(slots=True)
class RunFacts(Facts):
    """One run, seen from outside; `marks` says which generated line has which mark, findings are below `here`."""

    machine: Machine
    project: Project
    ledger: Ledger
    history: History
    marks: dict[bytes, str]
    here: KeyPath = ()

    def judged(self, words: Iterable[Expectation[Any]], path: KeyPath) -> list[Finding]:
        """What of some expectations, which stand at `path` in the scenario, doesn't hold now."""
        found: list[Finding] = []
        for word in words:
            here = self.at(*path, word.place)
            found += if_readable(self.machine, lambda word=word, here=here: list(word.judge(here)))  # type: ignore[misc]
        return found

    def at(self, *keys: str | int) -> RunFacts:
        """See `Facts.at`."""
        return RunFacts(self.machine, self.project, self.ledger, self.history, self.marks, here=(*self.here, *keys))

    @property
    def accepted(self) -> int:
        """See `Facts.accepted`."""
        return self.ledger.dues.accepted

    @property
    def replayed(self) -> list[str]:
        """See `Facts.replayed`."""
        return [each.path for each in self.history.replays]

    @property
    def rescue_files(self) -> list[str]:
        """Everything below the rescue root."""
        return files_below(self.machine.disk, self.project.rescue_root)

    def file(self, path: str) -> bytes | None:
        """See `Facts.file`."""
        if not self.machine.disk.exists(path):
            return None
        return b"" if self.is_directory(path) else read_all(self.machine.disk, path)

    def is_directory(self, path: str) -> bool:
        """See `Facts.is_directory`."""
        return self.machine.disk.exists(path) and self.machine.disk.stat(path).is_dir

    @property
    def released_files(self) -> list[str]:
        """See `Facts.released_files`."""
        return list(filter(has_released_name, self.rescue_files))

    @property
    def locked_files(self) -> list[str]:
        """See `Facts.locked_files`."""
        return list(filter(has_locked_name, self.rescue_files))

    @property
    def checkpoint(self) -> Mapping[str, int]:
        """See `Facts.checkpoint`."""
        entries = read_checkpoint(self.machine, self.project.rescue_root)
        return {file: entry.lines for file, entry in entries.items()}

    @property
    def verdict(self) -> Verdict:
        """See `Facts.verdict`."""
        accounts, counts = self.ledger.accounts(), {}
        for group, sink in counted_sinks(self.project):
            account = accounts.get(sink.path or "", TargetAccount())
            lines = read_all(self.machine.disk, sink.path or "").count(b"\n")
            waiting = account.rescued + account.stranded
            counts[group.name, sink.id] = SinkCount(lines, waiting, account.duplicates.total())
        inputs = (read_all(self.machine.disk, source.path) for source in self.project.sources)
        read = sum(data.count(b"\n") for data in inputs)
        accepted = self.ledger.dues.accepted - self.history.accepted_before
        return judge(self.project, SinkCounts(counts, read, accepted or None))

    def events(self, kind: str, process: str | None = None) -> list[Event]:
        """See `Facts.events`."""
        of = self.machine.trace.of(kind)
        return [event for event in of if process in (None, event.process)]

    def exit_code(self, process: str) -> int | None:
        """See `Facts.exit_code`."""
        return self.history.last_exit.get(process)

    def duration(self, process: str) -> int | None:
        """See `Facts.duration`."""
        events = self._of_run(process)
        ends = [event.time for event in events if event.kind in _ENDS]
        return ends[-1] - events[0].time if ends and events[0].kind == "program.started" else None

    def printed(self, process: str) -> list[Event]:
        """See `Facts.printed`."""
        return [event for event in self._of_run(process) if event.kind == "program.output"]

    def last_words(self, process: str, run: int | None = None) -> Iterator[str]:
        """See `Facts.last_words`; of one of its runs, counted from 0."""
        events = self._of(process) if run is None else self._of_run(process, run)
        complaints = [event for event in events if event.kind == "log" and event.fields["level"] in _COMPLAINTS]
        for event in complaints[-1:]:
            yield f"its last complaint, at {format_duration(event.time)}: {event.fields['message']}"
        printed = [event for event in events if event.kind == "program.output"] if not complaints else []
        for event in printed[-1:]:
            yield f"the last that it printed: {event.fields['line']}"

    def target(self, sink: SinkConf) -> bytes:
        """See `Facts.target`."""
        return self.ledger.inventory.content_now(sink.path) if sink.path else b""

    def table(self, database: DatabaseConf) -> TableSeen:
        """See `Facts.table`."""
        servers, target = servers_on(self.machine), database.target
        rows, keys = servers.rows_and_keys(target)
        return TableSeen(rows, keys, len(servers.altered(target)), partial(servers.in_json, target))

    def received(self, sink: SinkConf) -> int:
        """See `Facts.received`."""
        return number_of_lines(self.target(sink)) if sink.path else self.machine.deliveries.total(sink.id)

    def refused(self, sink: SinkConf) -> int:
        """See `Facts.refused`."""
        told = (event for event in self.events("sink.refused") if event.fields["sink"] == sink.id)
        return sum(int(event.fields["lines"] or 0) for event in told)

    def put_aside(self, target: str) -> Iterator[str]:
        """See `Facts.put_aside`."""
        by_reason: dict[str, list[bytes]] = {}
        for each in self.ledger.inventory.put_aside(target):
            by_reason.setdefault(each.reason, []).append(each.line)
        for reason, lines in by_reason.items():
            more = f", and {len(lines) - 1:,} more" if len(lines) > 1 else ""
            yield f"{f'refused, {reason}' if reason else 'not text'}: {line_text(lines[0])}{more}"

    def mark(self, line: bytes) -> str:
        """See `Facts.mark`."""
        return self.marks.get(line, "unmarked")

    def booked(self, sink: SinkConf) -> Iterator[str]:
        """See `Facts.booked`."""
        account = self.ledger.accounts().get(sink.path or sink.id, TargetAccount())
        places = account.undelivered | {"lost": account.lost.total()}
        parts = [f"{number} {place}" for place, number in places.items() if number]
        yield f"the ledger: {account.owed} owed, {', '.join([f'{account.delivered} delivered', *parts])}"
        yield from self.put_aside(sink.path or sink.id)
        yield from why_unreached(self, sink)

    def why_unreached(self, sink: SinkConf) -> Iterator[str]:
        """See `Facts.why_unreached`."""
        return why_unreached(self, sink)

    def counts(self, place: str) -> Mapping[str, int]:
        """See `Facts.counts`; of lines that are for no target yet, under no name."""
        if place in ("issued", "accepted"):
            return {"": int(getattr(self.ledger.dues, place))}
        found = {target: getattr(account, place) for target, account in self.ledger.accounts().items()}
        return {target: lines if isinstance(lines, int) else lines.total() for target, lines in found.items()}

    def trail(self, place: str, target: str) -> Trail:
        """See `Facts.trail`."""
        lines = getattr(self.ledger.accounts()[target], place)
        return trail_of(self.history, lines, target, stands=place == "duplicates")

    def user_check(self, call: Call) -> Findings:
        """See `Facts.user_check`."""
        return iter(findings_of(self, call))

    def finding(
        self, code: Failure, place: KeyPath, message: str, evidence: Iterable[str] = (), *, help_: str = ""
    ) -> Finding:
        """See `Facts.finding`."""
        path = (*self.here, *place)
        return found_now(self.machine, code, message, path=path, evidence=evidence, help_=help_)

    def _of(self, process: str) -> list[Event]:
        return [event for event in self.machine.trace.events if event.process == process]

    def _of_run(self, process: str, run: int | None = None) -> list[Event]:
        """The events of a program's last run, or of its n-th from 0; all that there are if it never started."""
        events = self._of(process)
        starts = [place for place, event in enumerate(events) if event.kind == "program.started"]
        if run is None:
            return events[starts[-1] if starts else 0 :]
        return events[slice(*[*starts, None][run : run + 2])]
