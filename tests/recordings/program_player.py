"""Plays a case with our own programs as real processes, in a directory of its own and in real time.

What they need of the machine they have as the programs of a scenario do: small file systems, permission bits that
bind root, and somebody who takes all of it away again.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from engine.programs.main import BEHAVIOUR_VARIABLE
from tests.recordings.child import Child
from tests.recordings.written import MOST_READ, content, growth, refuse_foreign, room, taken_by
from wptest.commands.exec import environment_with_programs
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.looks import as_told, look, without_time
from wptest.recordings.played import PlayedCase, UnplayableError, figure
from wptest.subject.rooms import Rooms, why_no_rooms
from wptest.subject.scratch import scratch
from wptest.subject.unprivileged import why_unbound

LOOK_AGAIN = 0.002
WATCH = 0.01
_PATIENCE = 4
_ROW = re.compile(r"^(pick|sink|parse)\S*\s+\S+\s+(\S+)\s+(\d+)\s+(\d+)", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_TCP = re.compile(r'^type = "tcp"\n(?:(?!\[\[).*\n)*?\[connectors\.params\]\n', re.MULTILINE)
_NOBODY_LISTENS = r'\g<0>phases = "down 1h"\n'  # no case that can be played has somebody at the other end
_FINISHED = re.compile(r"recover file finished! : (\S+)")


def play(case: Case, behaviour: str) -> PlayedCase:
    """Play a case with our programs.

    Raises:
        UnplayableError: it needs what this machine doesn't allow.
    """
    refuse_foreign(case)
    needed = [why_unbound()] if case.as_user else []
    if any(step.kind == "tmpfs" for step in case.steps):
        needed.append(why_no_rooms())
    if missing := next(filter(None, needed), ""):
        raise UnplayableError(missing)
    with scratch() as place:
        return _ProgramPlay(case, behaviour, place.directory.resolve() / "project").play()


class _ProgramPlay:
    def __init__(self, case: Case, behaviour: str, root: Path) -> None:
        self._case = case
        self._root = root
        self._played = PlayedCase()
        self._children: dict[str, Child] = {}
        self._environment = os.environ | environment_with_programs(os.environ.get("PATH", os.defpath))
        self._environment |= {BEHAVIOUR_VARIABLE: behaviour, "PORT": _unused_port()}
        self._over = Event()
        self._besides: list[Thread] = []
        self._rooms = Rooms(root)
        self._starting = 0.0  # seconds that programs took to start: none of the case's time
        for path, text in case.project.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_TCP.sub(_NOBODY_LISTENS, text))

    def play(self) -> PlayedCase:
        steps = taken_by(self, self._case.steps)
        try:
            for take, step in steps:
                if step.kind != "start":
                    self._await_readiness()
                take(step)
        finally:
            for child in self._children.values():
                child.within(0)
            self._over.set()
            for thread in self._besides:
                thread.join()
            self._rooms.close()
        for child in self._children.values():
            self._read_output(child)
        return self._played

    def _await_readiness(self) -> None:
        """Until all programs that were started at once are there."""
        began = time.monotonic()
        for child in self._children.values():
            child.await_readiness()
        self._starting += time.monotonic() - began

    def _do_write(self, step: TakenStep) -> None:
        path = self._root / step.given["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if step.given.get("append") else "wb") as file:
            file.write(content(step.given))

    def _do_touch(self, step: TakenStep) -> None:
        path = self._root / step.given
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def _do_remove(self, step: TakenStep) -> None:
        for path in self._root.glob(step.given):
            path.unlink()

    def _do_move(self, step: TakenStep) -> None:
        to = self._root / step.given["to"]
        to.parent.mkdir(parents=True, exist_ok=True)
        for path in self._root.glob(step.given["from"]):
            path.rename(to)

    def _do_same_second(self, _step: TakenStep) -> None:
        """Until a new second begins."""
        time.sleep(1 - time.time() % 1 + 0.02)

    def _do_mkdir(self, step: TakenStep) -> None:
        (self._root / step.given).mkdir(parents=True, exist_ok=True)

    def _do_chmod(self, step: TakenStep) -> None:
        for path, mode in step.given.items():
            (self._root / path).chmod(int(mode, 8))

    def _do_tmpfs(self, step: TakenStep) -> None:
        self._rooms.resize(step.given["path"], room(step.given["size"]))

    _do_resize = _do_tmpfs

    def _do_wait(self, step: TakenStep) -> None:
        time.sleep(step.given)

    def _do_wait_lines(self, step: TakenStep) -> None:
        path, lines = self._root / step.given["path"], step.given["lines"]
        self._until(lambda: _lines(path) >= lines, step.timeout)

    def _do_wait_gone(self, step: TakenStep) -> None:
        self._until(lambda: not any(self._root.glob(step.given)), step.timeout)

    def _do_wait_there(self, step: TakenStep) -> None:
        self._until(lambda: any(self._root.glob(step.given)), step.timeout)

    def _do_signal(self, step: TakenStep) -> None:
        for label, name in step.given.items():
            if label in self._children and not self._children[label].ended.is_set():
                self._children[label].process.send_signal(signal.Signals[f"SIG{name}"])

    def _do_start(self, step: TakenStep) -> None:
        self._start(step)

    def _do_run(self, step: TakenStep) -> None:
        child = self._start(step)
        self._await_readiness()
        child.within(self._timeout(child.played.label, step))

    def _do_wait_exit(self, step: TakenStep) -> None:
        self._children[step.given].within(self._timeout(step.given, step))

    def _do_fifo(self, step: TakenStep) -> None:
        path = self._root / step.given
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)

    def _do_read_fifo(self, step: TakenStep) -> None:
        into = self._root / step.given["into"]
        into.parent.mkdir(parents=True, exist_ok=True)
        into.touch()
        pipe = os.open(self._root / step.given["fifo"], os.O_RDWR | os.O_NONBLOCK)

        after = time.monotonic() + step.given.get("after", 0) - self._starting

        def read() -> None:
            while time.monotonic() < after + self._starting and not self._over.wait(WATCH):
                pass
            while not self._over.wait(step.given.get("every", WATCH)):
                with suppress(BlockingIOError), into.open("ab") as file:
                    file.write(os.read(pipe, step.given.get("read", MOST_READ)))
            os.close(pipe)

        self._beside(read)

    def _do_look(self, step: TakenStep) -> None:
        files = {}
        for path in self._root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                files[str(path.relative_to(self._root))] = path.read_bytes()
        there = [place for place in self._case.places if (self._root / place).is_dir()]
        self._played.looks[step.given] = look(files, there, str(self._root), self._case.places)

    def _do_watch(self, step: TakenStep) -> None:
        path, began, seen = self._root / step.given, time.monotonic(), list[str]()

        def watch() -> None:
            lines = 0
            while not self._over.wait(WATCH):
                now = _lines(path)
                if now != lines:
                    lines = now
                    seen.append(f"{time.monotonic() - began:.2f}: {lines}")
            self._played.looks[f"growth of {step.given}"] = growth(seen)

        self._beside(watch)

    def _beside(self, work: Callable[[], None]) -> None:
        """Do something until the case is over, beside its steps."""
        thread = Thread(target=work, daemon=True)
        thread.start()
        self._besides.append(thread)

    def _until(self, there: Callable[[], bool], timeout: float) -> None:
        end = time.monotonic() + timeout
        while not there() and time.monotonic() < end:
            time.sleep(LOOK_AGAIN)

    def _timeout(self, label: str, step: TakenStep) -> float:
        """How long to wait for a program: longer on a busy machine, where the real one ended by itself."""
        ends = {each.get("exit") for run in self._case.runs for each in run["programs"] if each["label"] == label}
        return step.timeout if "killed by SIGKILL" in ends else _PATIENCE * step.timeout

    def _start(self, step: TakenStep) -> Child:
        played = self._played.started(step.given, step.name)
        output = self._root.parent / f"output-{len(self._children) + 1}"
        child = Child(played, self._root, self._environment, output, is_bound=self._case.as_user)
        self._children[played.label] = child
        return child

    def _read_output(self, child: Child) -> None:
        text = _COLOUR.sub("", child.output.read_text(errors="replace")).replace(f"{self._root}/", "")
        child.played.finished += map(as_told, _FINISHED.findall(text))
        child.played.figures.update(_figures(text))
        child.played.output += [line for line in text.splitlines() if line.strip()]


def _unused_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def _figures(text: str) -> Iterator[tuple[str, str]]:
    for match in _ROW.finditer(text):
        yield figure(match[1], without_time(match[2]), int(match[3]), int(match[4]))


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0
