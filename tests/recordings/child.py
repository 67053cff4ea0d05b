"""One of our programs as a process of a recording's case: started, waited for, and what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Event, Thread

from wptest.commands.exec import LAUNCHERS
from wptest.recordings.played import PlayedProgram
from wptest.subject.child import await_readiness, launched


class Child:
    """One program at work; its end is seen at once, whoever waits for it.

    Args:
        played: what is told of it.
        root: where it is started.
        environment: its variables.
        output: where what it prints goes.
        is_bound: permission bits bind it.
    """

    def __init__(
        self, played: PlayedProgram, root: Path, environment: Mapping[str, str], output: Path, *, is_bound: bool
    ) -> None:
        self.played = played
        self.output = output
        self.ended = Event()
        self._began = time.monotonic()
        start = partial(_started, played.command, root, environment, output)
        self.process = launched(start, is_bound=is_bound)
        Thread(target=self._reap, daemon=True).start()

    def await_readiness(self) -> None:
        """Wait until it answers to signals: real programs take no time to start, and steps count on that."""
        await_readiness(self.process.pid, self.ended.is_set)

    def _reap(self) -> None:
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        self.played.computed = _computed(self.process.pid)
        code = self.process.wait()
        self.played.seconds = round(time.monotonic() - self._began, 2)
        self.played.exit = code if code >= 0 else f"killed by {signal.Signals(-code).name}"
        self.ended.set()

    def within(self, timeout: float) -> None:
        """Wait for its end, and kill it when it doesn't come."""
        if not self.ended.wait(timeout):
            self.process.kill()
            self.ended.wait()


def _started(command: str, root: Path, environment: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    program, *arguments = command.split()
    with output.open("wb") as file:
        return subprocess.Popen(
            [LAUNCHERS / program, *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )


def _computed(process: int) -> float:
    """How many seconds a process that has ended has had a core or waited for one; nothing where nobody says it."""
    try:
        having, waiting, _ = Path(f"/proc/{process}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return (int(having) + int(waiting)) / 1e9
