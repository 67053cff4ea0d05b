"""A worker process, from both sides: it does one task after the other, and takes nobody with it when it dies.

The standard library's pools give up all that is left when one process dies, and leave their processes behind when
it is the parent that dies. Here every worker has a pipe of its own, and nobody else has it: what one does to itself
can be seen there, and is its own affair. It is started as a program and not by `multiprocessing`, whose processes
may have no children: a worker of Dask is one, and has such a worker.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import re
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from engine.kernel.deadline import Backstop, Where
from wptest.console.interrupt import leave_to_parent
from wptest.pool.pool_port import Desk, PoolTask
from wptest.run.bounds import own_places

GLANCE = 1.0  # seconds: a process that a worker left behind may keep its pipe open, so we look after it as well
TO_END = 1.0  # seconds, to take away directories and programs
_WORDS = 65536  # bytes: more than a pipe holds
_FRAME = re.compile(r'File "(.+)", line (\d+) in (\S+)')
# With another seed in each process, what one calls equal would look different to the next.
_HASH_SEED = {"PYTHONHASHSEED": "0"}
_START = "import sys; sys.path[:] = {!r}; from wptest.console.pools.worker_process import serve; serve({}, {}, {})"


class Worker:
    """A process that does tasks, seen from the one that has started it; to be started in `interrupt_later`.

    Raises:
        OSError: it can't be started.
    """

    def __init__(self, directory: str | None = None, environment: Mapping[str, str] = os.environ) -> None:
        self.connection, theirs = Pipe()
        self._last_words, words = Pipe(duplex=False)
        lifeline, self._lifeline = Pipe(duplex=False)  # it ends when nobody holds our end any more
        ends = [each.fileno() for each in (theirs, words, lifeline)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - it is this Python
                [sys.executable, "-c", _START.format(sys.path, *ends)],
                pass_fds=ends,
                cwd=directory,
                env={**environment, **_HASH_SEED},
            )
        finally:
            theirs.close()
            words.close()
            lifeline.close()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def give(self, task: PoolTask[Any]) -> bool:
        """Let it do a task; False if it is dead."""
        return self.give_pickled(pickle.dumps(task))

    def give_pickled(self, task: bytes) -> bool:
        """The same for a task that is pickled already."""
        try:
            self.connection.send_bytes(task)
        except OSError:
            return False
        return True

    def answer(self) -> tuple[bool, Any]:
        """Whether it is an answer, and the answer, or an exception.

        Raises:
            EOFError, OSError: it has died.
        """
        if not self.connection.poll():
            raise EOFError
        answer: tuple[bool, Any] = self.connection.recv()
        return answer

    def ending(self) -> tuple[str, bool]:
        """How it has ended, for people, and whether somebody else may have killed it."""
        code = self._wait(TO_END)
        said = os.read(self._last_words.fileno(), _WORDS) if self._last_words.poll() else b""
        words = said.decode(errors="replace")
        if words.startswith("Timeout"):
            how = f"a worker process was ended, since its time was over and nothing else helped,{_place(words)}"
            return how, False
        how = f"a worker process ended unexpectedly ({_end(code)}){_place(words)}"
        return how, code == -signal.SIGKILL

    def ask_to_end(self, *, busy: bool) -> None:
        """Let it take away what it has made; one without work has nothing."""
        if busy:
            self._process.terminate()
        else:
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self, patience: float = 0.0) -> None:
        """See that it is gone, after so many seconds at the latest."""
        self._wait(patience)
        self.kill()
        self._process.wait()
        self.connection.close()
        self._last_words.close()
        self._lifeline.close()

    def _wait(self, seconds: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None


def _end(code: int | None) -> str:
    if code is None:
        return "it closed its pipe"
    if code >= 0:
        return f"exit code {code}"
    if -code == signal.SIGKILL:
        return f"signal {-code}: out of memory?"
    return f"signal {-code}: {(signal.strsignal(-code) or 'unknown').lower()}"


def _place(words: str) -> str:
    """Where it was in somebody's own code, by the last words of Python's `faulthandler`."""
    stack = [Where(file, int(line), function) for file, line, function in _FRAME.findall(words)]
    places = own_places(stack)
    return f" at {places[0]}" if places else ""


def serve(tasks: int, words: int, lifeline: int) -> None:
    """In the worker: do tasks until the parent wants no more, or is gone; `words` is for the last ones."""
    connection, desk = Connection(tasks), Desk()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        leave_to_parent()
        os.environ.pop(*_HASH_SEED)  # it is ours, and not for the programs that runs start
        for each in (tasks, words, lifeline):
            os.set_inheritable(each, False)
        sys.stdout = sys.stderr  # what is printed here is somebody's own, and standard output is the report's
        faulthandler.enable(words, all_threads=False)
        Backstop.file = words
        Thread(target=_end_with_parent, args=(lifeline,), name="wptest-parent", daemon=True).start()
        while True:
            connection.send(_done(connection.recv(), desk))


def _done(task: PoolTask[Any], desk: Desk) -> tuple[bool, Any]:
    try:
        return True, task(desk)
    except Exception as error:  # noqa: BLE001 - it is raised in the parent, where the answer is wanted
        error.add_note("".join(traceback.format_exception(error)))
        return False, _portable(error)


def _portable(error: Exception) -> Exception:
    """The exception, or its text: some can be taken apart to be sent, and not be put together again."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what we have just made
    except Exception:  # noqa: BLE001 - it may be any, from code that isn't ours
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent(lifeline: int) -> None:
    """Wait for the end of the parent, however it ends, and don't outlive it: nobody waits for what we do."""
    with suppress(OSError):
        os.read(lifeline, 1)
    os._exit(1)
