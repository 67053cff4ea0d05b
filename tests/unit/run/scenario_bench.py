"""Scenario texts in few words, and the books of a run that is set up by hand."""

from __future__ import annotations

from engine_bench import Bench, joined, make_project

from engine.machine import Program
from engine.storage.disk_port import write_all
from wptest.judge.history import History
from wptest.judge.invariants import Invariants
from wptest.judge.ledger import Ledger


def scenario(when, then="{}", given="{}", project="{sinks: {a: {type: file, file: a.dat}}}"):
    return f"scenario: s\nproject: {project}\ngiven: {given}\nwhen:\n{when}\nthen: {then}\n"


def told(result):
    """What a result found, as (outcome, name, message)."""
    return [(finding.outcome.value, finding.name, finding.message) for finding in result.findings]


class Books:
    """A ledger, a history and the invariants over a disk that a test writes by hand."""

    def __init__(self, files=None, *sinks, allow=None, **changes):
        self.bench = Bench(make_project(*sinks, **changes))
        self.disk = self.bench.disk
        self.machine = self.bench.machine
        self.project = self.bench.project
        for path, lines in (files or {}).items():
            write_all(self.disk, path, lines if isinstance(lines, bytes) else joined(lines))
        self.ledger = Ledger(self.machine, self.project, self.bench.programs)
        self.history = History(self.machine, self.ledger)
        self.invariants = Invariants(
            self.machine, self.project, ledger=self.ledger, history=self.history, allow=allow
        )

    def accept(self, lines):
        """Write input lines, and say that all of them were accepted."""
        write_all(self.disk, self.project.source.path, joined(lines))
        self.machine.emit(
            "wparse", "source.accepted", path=self.project.source.path, lines=len(lines), total=len(lines)
        )

    def write(self, path, lines):
        write_all(self.disk, path, lines if isinstance(lines, bytes) else joined(lines))
        self.machine.work += 1

    def append(self, path, data):
        self.disk.append(self.disk.open(path), data)
        self.machine.work += 1

    def remove(self, path):
        self.disk.remove(path)
        self.machine.work += 1

    def account(self, target):
        return self.ledger.accounts()[target]

    def program(self, name="wprescue"):
        program = Program(self.machine, name, self.project)
        self.bench.programs.append(program)
        return program

    def quiet(self):
        return [(finding.name, finding.evidence) for finding in self.invariants.at_quiet_point()]

    def end(self):
        return [(finding.name, finding.evidence) for finding in self.invariants.at_end(self.bench.programs)]
