"""A scenario that shows a failure, and the parts that such scenarios are made of."""

from __future__ import annotations

from dataclasses import dataclass

from engine.behaviour import REFERENCE, Behaviour
from wptest.run.bounds import TIMEOUT

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
FAILURE_HEAD = "scenario: night\nproject:\n  speed_limit: 100\n  sinks: {a: {}}\n"
RESCUED = f"given:\n  files:\n    {FILE}: {{lines: 60}}\n"
OUTAGE = """\
scenario: night
project:
  sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}}
given:
  source: {lines: 300, rate: 100/s}
"""
READ = "when:\n  - run: wparse batch\n"
WORK = "when:\n  - run: wprescue work\n"
STOPPED = """\
when:
  - start: wprescue work
  - upon: {sink: a, lines: 40}
    signal: {wprescue: TERM}
  - wait: {exit: wprescue}
  - run: wprescue work
"""


@dataclass(frozen=True, slots=True)
class FailureExample:
    """A failure: its common causes, what to look at next, and a scenario that fails so.

    `behaviour` breaks the programs where right ones don't fail so; `most_steps` bounds the run, and `timeout` its
    real time in nanoseconds; `extensions` is a conftest.py beside the scenario; `is_real` says that it is run
    against real processes.
    """

    cause: str
    look: str
    text: str
    behaviour: Behaviour = REFERENCE
    most_steps: int | None = None
    extensions: str = ""
    is_real: bool = False
    timeout: int = TIMEOUT
