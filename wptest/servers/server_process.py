"""A server's program as a process of the operating system, with all that it starts; a guard sees to its end."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from signal import Signals

from wptest.servers.server_errors import ServerFailedError
from wptest.subject.guard import ANNOUNCED, SHELL, Guard

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "JAVA_HOME")
_TO_END = 20.0  # seconds; what was killed is gone long before
_GLANCE = 0.01
_STILL = frozenset({"T", "t", "Z", "X", ""})  # stopped, or over
_SAID = 1500  # characters of what a server that failed has said


def other_user() -> tuple[int, int] | None:
    """Whom a program runs as that refuses to run as root, and their group; None where we aren't root."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        entry = pwd.getpwnam("nobody")
        return entry.pw_uid, entry.pw_gid
    return 65534, 65534


class ServerProcess:
    """A server's program: started, stopped and started again on the same files.

    Args:
        home: where it starts, and where all its files are.
        guard: kills it when nobody else does any more.
        user: whom it runs as and their group, if not who we are.
    """

    def __init__(self, home: Path, guard: Guard, user: tuple[int, int] | None) -> None:
        self._home = home
        self._guard = guard
        self._user = user
        self._output = home / "output"
        self._process: subprocess.Popen[bytes] | None = None
        self._paused: list[int] = []
        if user is not None:
            os.chown(home, *user)

    @property
    def runs(self) -> bool:
        """Whether it does."""
        return self._process is not None and self._process.poll() is None

    def run(self, words: Sequence[str]) -> None:
        """Run a program that ends by itself, such as the one that makes the server's files.

        Raises:
            ServerFailedError: it failed.
        """
        process = self._launched(words)
        code = process.wait()
        self._guard.ended(process.pid)
        if code:
            raise ServerFailedError(f"{Path(words[0]).name} ended with {code}: {self.said()}")

    def start(self, words: Sequence[str]) -> None:
        """Start the server; when it answers, others will see."""
        assert not self.runs, "a second server on the same files would damage them"
        self._process = self._launched(words)

    def pause(self) -> None:
        """Let it and all that it has started stand still, and wait until each of their threads does."""
        if self._process is not None and self.runs:
            self._paused = [self._process.pid, *_started_by(self._process.pid)]
            _signal(self._paused, signal.SIGSTOP)
            patience = time.monotonic() + _TO_END
            while any(map(_moves, self._paused)) and time.monotonic() < patience:
                time.sleep(_GLANCE)

    def resume(self) -> None:
        """Let it go on."""
        _signal(self._paused, signal.SIGCONT)
        self._paused = []

    def kill(self) -> None:
        """Kill it at once (SIGKILL), with all that it has started, and wait until nothing of it is there.

        All of it stands still first: what is left of PostgreSQL without its first process says so to its client.
        """
        if self._process is None:
            return
        self.pause()
        doomed = [self._process.pid, *_started_by(self._process.pid)]
        if self.runs:
            _signal(doomed, signal.SIGKILL)
        self._process.wait()
        self._ended(doomed)

    def stop(self, how: Signals, patience: float) -> None:
        """Ask it to end, and kill it when it hasn't after so many seconds."""
        if self._process is None:
            return
        self.resume()
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def said(self) -> str:
        """The end of what it has printed, and of its log."""
        texts = [path.read_text(errors="replace") for path in (self._home / "log", self._output) if path.is_file()]
        return "\n".join(texts).strip()[-_SAID:] or "it said nothing"

    def _launched(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        place = str(self._home)
        with self._output.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the server that was asked for
                [SHELL, "-c", ANNOUNCED, SHELL, *words],
                cwd=self._home,
                env={**variables, "HOME": place, "TMPDIR": place, "LC_ALL": "C", "TZ": "UTC"},
                stdin=self._guard.pipe,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                user=self._user and self._user[0],
                group=self._user and self._user[1],
                extra_groups=self._user and [],
            )

    def _ended(self, gone: Sequence[int]) -> None:
        assert self._process is not None
        self._guard.ended(self._process.pid)
        self._process, self._paused = None, []
        patience = time.monotonic() + _TO_END
        while any(_is_there(each) for each in gone):
            if time.monotonic() > patience:
                raise ServerFailedError("a server that was killed doesn't end")
            time.sleep(_GLANCE)


def _signal(processes: Sequence[int], number: Signals) -> None:
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, number)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # its number is somebody else's by now
        return False
    return not _is_over(process)


def _is_over(process: int) -> bool:
    """Whether it has ended, and only its parent hasn't heard yet."""
    return _state(Path(f"/proc/{process}")) == "Z"


def _moves(process: int) -> bool:
    """Whether a thread of one that is to stand still does anything yet; a system without /proc can't say."""
    return any(_state(thread) not in _STILL for thread in Path(f"/proc/{process}/task").glob("*"))


def _state(of: Path) -> str:
    """The letter of a process's or a thread's state; none where it isn't there."""
    try:
        stat = (of / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[0]


def _started_by(process: int) -> list[int]:
    """All that a process has started, at any remove: servers give theirs sessions of their own."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found = [process]
    for each in found:
        found.extend(children.get(each, ()))
    return found[1:]


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent; a system without /proc is asked by `ps`."""
    if Path("/proc/self/stat").exists():
        for place in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                yield int(place.parent.name), int(place.read_text(errors="replace").rpartition(")")[2].split()[1])
        return
    shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout  # noqa: S607
    for line in shown.splitlines():
        child, parent = line.split()
        yield int(child), int(parent)
