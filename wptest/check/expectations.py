"""What a scenario says must hold, checked against the run: `check:` steps and `then:`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.machine import Machine
from engine.project.expect import judge
from engine.project.model import Project
from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk import read_all
from wptest.check.finding import Finding, Outcome
from wptest.check.history import History
from wptest.check.ledger import Account, Ledger, split_lines
from wptest.language.expect import Check, LogExpect, SinkResult, Then
from wptest.language.values import Comparison

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Expectations:
    """Checks the expectations of one run; `marks` says which generated line has which mark."""

    machine: Machine
    project: Project
    ledger: Ledger
    history: History
    marks: dict[bytes, str]

    def check(self, check: Check, path: Path) -> list[Finding]:
        """What of `check`, which stands at `path` in the scenario, doesn't hold now."""
        parts = (
            self._exit(check, path),
            self._rescue(check, path),
            self._sinks(check, path),
            self._replay(check, path),
            self._ledger_numbers(check, path),
            self._checkpoint(check, path),
            self._logs(check, path),
            self._validate(check, path),
        )
        return [finding for part in parts for finding in part]

    def happened(self, then: Then, path: Path) -> list[Finding]:
        """What should have happened and didn't (unverified), or shouldn't have and did (failed)."""
        found = []
        for index, event in enumerate(then.must_happen):
            if not self.history.count(event):
                place = (*path, "must_happen", index)
                found.append(self._finding(place, f"{event} never happened", Outcome.UNVERIFIED))
        for index, event in enumerate(then.must_not_happen):
            if times := self.history.count(event):
                found.append(self._finding((*path, "must_not_happen", index), f"{event} happened {times} times"))
        return found

    def _exit(self, check: Check, path: Path) -> Iterator[Finding]:
        for process, expected in check.exit.items():
            code = self.history.last_exit.get(process)
            place = (*path, "exit", process)
            if code is None:
                yield self._finding(place, f"{process} has not ended, expected it to exit with {expected}")
            else:
                yield from self._compare(place, expected, code, f"{process} exited with")

    def _rescue(self, check: Check, path: Path) -> Iterator[Finding]:
        if check.rescue is None:
            return
        files = self._rescue_files()
        for key, expected, belongs in (
            ("dat", check.rescue.dat, is_released),
            ("lock", check.rescue.lock, is_locked_name),
        ):
            found = [file for file in files if belongs(file)]
            yield from self._compare((*path, "rescue", key), expected, len(found), f"rescue files .{key}:", found)

    def _sinks(self, check: Check, path: Path) -> Iterator[Finding]:
        targets = {sink.name: sink.path for sink in self.project.sinks}
        for name, expected in check.sinks.items():
            target = targets.get(name)
            place = (*path, "sinks", name)
            lines = split_lines(read_all(self.machine.disk, target)) if target else []
            count = len(lines) if target else self.machine.deliveries.total(name)
            yield from self._compare((*place, "lines"), expected.lines, count, f"{name} has lines:")
            yield from self._ratio(place, expected, count)
            if expected.marked is not None:
                marks = [self.marks.get(line, "unmarked") for line in lines]
                if marks != list(expected.marked):
                    yield self._finding((*place, "marked"), _first_difference(expected.marked, marks))

    def _ratio(self, path: Path, expected: SinkResult, lines: int) -> Iterator[Finding]:
        if expected.ratio is None:
            return
        place = (*path, "ratio")
        total = self.ledger.accepted
        if not total:
            yield self._finding(place, "no input was read, so there is no ratio", Outcome.UNVERIFIED)
        elif abs(lines / total - expected.ratio) > (expected.tol or 0) + 1e-12:
            tolerance = f" within {expected.tol}" if expected.tol else ""
            message = (
                f"expected ratio {expected.ratio}{tolerance}, got {lines / total:.6f} ({lines} of {total} lines)"
            )
            yield self._finding(place, message)

    def _replay(self, check: Check, path: Path) -> Iterator[Finding]:
        if check.replay is None:
            return
        place = (*path, "replay")
        replayed = self.history.replayed
        if not replayed:
            yield self._finding(place, "nothing was replayed, so there is nothing to check", Outcome.UNVERIFIED)
            return
        if check.replay.files is not None:
            patterns = check.replay.files
            fits = len(patterns) == len(replayed) and all(
                pattern.matches(file) for pattern, file in zip(patterns, replayed, strict=True)
            )
            if not fits:
                message = f"expected replays in this order: {_listed(patterns)}; got: {_listed(replayed)}"
                yield self._finding((*place, "files"), message)
        accounts = self._all_accounts()
        for key, expected in (("duplicates", check.replay.duplicates), ("lost", check.replay.lost)):
            actual = sum(getattr(account, key).total() for account in accounts)
            yield from self._compare((*place, key), expected, actual, f"lines {key}:")

    def _ledger_numbers(self, check: Check, path: Path) -> Iterator[Finding]:
        if check.ledger is None:
            return
        accounts = self._all_accounts()
        for key, expected in check.ledger:
            if expected is None:
                continue
            if key in ("issued", "accepted"):
                actual = int(getattr(self.ledger, key))
            elif key in ("lost", "duplicates"):
                actual = sum(getattr(account, key).total() for account in accounts)
            else:
                actual = sum(int(getattr(account, key)) for account in accounts)
            yield from self._compare((*path, "ledger", key), expected, actual, f"lines {key}:")

    def _checkpoint(self, check: Check, path: Path) -> Iterator[Finding]:
        if check.checkpoint is None:
            return
        place = (*path, "checkpoint")
        try:
            entries = read_entries(self.machine.disk, self.project.rescue_root)
        except CheckpointError as error:
            yield self._finding(place, f"the checkpoint can't be read: {error}")
            return
        left = dict(entries)
        for pattern, expected in check.checkpoint.items():
            matching = [file for file in entries if pattern.matches(file)]
            if not matching:
                yield self._finding((*place, str(pattern)), f"the checkpoint has no entry like {pattern}")
            for file in matching:
                left.pop(file, None)
                lines = entries[file].lines
                yield from self._compare((*place, str(pattern)), expected, lines, f"checkpoint of {file}:")
        if left:
            yield self._finding(place, f"the checkpoint has more entries than expected: {_listed(left)}")

    def _logs(self, check: Check, path: Path) -> Iterator[Finding]:
        for process, expected in check.log.items():
            messages = [
                str(event.fields["message"])
                for event in self.machine.trace.events
                if event.kind == "log" and event.process == process
            ]
            yield from self._log(expected, messages, (*path, "log", process))

    def _log(self, expected: LogExpect, messages: list[str], path: Path) -> Iterator[Finding]:
        rest = iter(messages)
        for index, pattern in enumerate(expected.in_order):
            if not any(pattern.matches(message) for message in rest):
                ever = any(pattern.matches(message) for message in messages)
                why = "was logged, but not after the lines before it" if ever else "was never logged"
                yield self._finding((*path, index), f"'{pattern}' {why}")
                break
        for index, pattern in enumerate(expected.never):
            if found := [message for message in messages if pattern.matches(message)]:
                yield self._finding((*path, "never", index), f"'{pattern}' was logged: {found[0]}")
        for pattern, times in expected.exactly.items():
            actual = sum(pattern.matches(message) for message in messages)
            if actual != times:
                message = f"'{pattern}' was logged {actual} times, expected {times}"
                yield self._finding((*path, "exactly", str(pattern)), message)

    def _validate(self, check: Check, path: Path) -> Iterator[Finding]:
        if check.validation is None:
            return
        place = (*path, "validate")
        disk = self.machine.disk
        verdict = judge(
            self.project, lambda target: read_all(disk, target).count(b"\n"), self.ledger.accepted or None
        )
        if not verdict.checked:
            message = "the project's expectations had nothing to judge"
            yield self._finding(place, message, Outcome.UNVERIFIED)
        elif verdict.outcome.lower() != check.validation:
            evidence = tuple(f"{item.group}/{item.sink}: {item.message}" for item in verdict.items)
            message = f"expected {check.validation}, got {verdict.headline}"
            yield Finding(Outcome.FAILED, _name(place), message, self.machine.scheduler.now, place, evidence)

    def _rescue_files(self) -> list[str]:
        try:
            return self.machine.disk.list(self.project.rescue_root)
        except FileNotFoundError:
            return []

    def _all_accounts(self) -> list[Account]:
        return list(self.ledger.accounts().values())

    def _compare(
        self, path: Path, expected: Comparison | None, actual: int, what: str, evidence: Iterable[str] = ()
    ) -> Iterator[Finding]:
        if expected is not None and not expected.holds(actual):
            message = f"{what} expected {expected}, got {actual}"
            now = self.machine.scheduler.now
            yield Finding(Outcome.FAILED, _name(path), message, now, path, tuple(evidence))

    def _finding(self, path: Path, message: str, outcome: Outcome = Outcome.FAILED) -> Finding:
        return Finding(outcome, _name(path), message, self.machine.scheduler.now, path)


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _first_difference(expected: Iterable[str], actual: list[str]) -> str:
    wanted = list(expected)
    for place, (want, got) in enumerate(zip(wanted, actual, strict=False), 1):
        if want != got:
            return f"line {place} is marked {got}, expected {want}"
    return f"expected {len(wanted)} marked lines, got {len(actual)}"
