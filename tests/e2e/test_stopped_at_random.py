"""Commands that are stopped at any moment leave nothing behind; `stop_at_random.py` does it more often."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest
from stop_at_random import COMMANDS, SIGNALS, stopped

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_left(name: str, number: signal.Signals) -> None:
    command, latest = COMMANDS[name]
    for to_all in (False, True):
        wait = random.uniform(0.2, latest)
        left = stopped(command, number, wait, to_all=to_all)
        assert left.faults == [], f"after {wait:.3f} s: {left.text[-1000:]}"
