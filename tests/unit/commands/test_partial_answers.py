"""What commands say when they end before their time, or when a worker process has died."""

from __future__ import annotations

import signal

import click

from engine.text.source_text import SourceText
from wptest.commands import behaviours, selftest
from wptest.console.conclusion import Verbosity
from wptest.console.interrupt import Interrupted
from wptest.console.reporting.reports import Reports
from wptest.explore.planted_faults import Hunt, PlantedFault
from wptest.explore.rewriting import shrink as shrinking
from wptest.explore.rewriting.shrink import shrink
from wptest.pool.in_this_process import InProcess
from wptest.run.world import RunOptions
from wptest.scenario.load import load_text

FAULTS = [PlantedFault("resume", "from_start"), PlantedFault("usr1", "kills")]
TOO_MANY = """\
scenario: too-many
project: {sinks: {a: {}, b: {}}}
given: {source: {lines: 40}}
when:
  - run: wparse batch
  - wait: 1s
then: {sinks: {a: {lines: 41}}}
"""


def interrupting(after, function):
    """The function, which Ctrl-C comes into after so many calls."""
    left = [after]

    def called(*args, **kwargs):
        if not left[0]:
            raise Interrupted(signal.SIGTERM)
        left[0] -= 1
        return function(*args, **kwargs)

    return called


def here(_most: int) -> InProcess:
    return InProcess()


class TestSelftest:
    def test_it_tells_what_was_done_until_then(self):
        hunt = interrupting(1, lambda task: Hunt(task.fault, ["s"], "x", runs=1))
        answers = selftest._work(lambda: [selftest._Task(fault, ()) for fault in FAULTS], hunt, here)
        assert answers.verdict == 143
        text = "\n".join(selftest._report(answers))
        assert "resume=from_start  s          x" in text
        assert "interrupted: 1 planted, 1 caught, 0 escaped, 1 of 2 tasks not done; 1 run in " in text
        assert (answers.undone, selftest._reported(answers, ()).tasks_undone) == (1, 1)

    def test_so_it_does_in_its_first_seconds(self):
        answers = selftest._work(interrupting(0, None), None, here)
        last = list(selftest._report(answers))[-1].lstrip()
        assert last.startswith("interrupted: 0 planted, 0 caught, 0 escaped, nothing begun;")

    def test_a_dead_worker_costs_its_own_fault_and_is_named(self):
        answers = selftest._Answers(planned=2)
        answers.add(Hunt(FAULTS[0], ["s"], "x", runs=1))
        answers.add(
            selftest._lost(selftest._Task(FAULTS[1], ()), "a worker process ended unexpectedly (exit code 3)")
        )
        assert answers.verdict == 1
        text = "\n".join(selftest._report(answers))
        assert (
            "\nusr1=kills: a worker process ended unexpectedly (exit code 3), so nothing is known of it\n" in text
        )
        assert selftest._reported(answers, ()).lost == {"usr1=kills": answers.lost["usr1=kills"]}


def test_behaviours_tells_how_many_choices_it_has_looked_at(capsys):
    breaks = interrupting(1, lambda choice: (choice, {"no_loss": "s"}))
    changes = {"resume": "from_start", "usr1": "kills"}
    with click.Context(behaviours.command):
        code = behaviours._show_breaches(
            "a profile", changes, breaks, InProcess(), verbosity=Verbosity.NORMAL, reports=Reports({})
        )
    assert code == 143
    assert capsys.readouterr().out.endswith("\ninterrupted: 1 of 2 choices looked at, 1 shown to break something\n")


def test_shrink_gives_the_smallest_that_it_has_found(monkeypatch, tmp_path):
    (loaded,) = load_text(SourceText(tmp_path / "s.wptest.yaml", TOO_MANY))
    whole = shrink(loaded.variants[0], RunOptions())
    monkeypatch.setattr(shrinking, "run_variant", interrupting(3, shrinking.run_variant))
    part = shrink(loaded.variants[0], RunOptions())
    assert isinstance(part.interrupt, Interrupted)
    assert not part.complete
    assert part.runs < whole.runs
    assert part.reason == whole.reason
