"""Worker processes: each works on one item after the other, and takes nobody with it when it dies.

The standard library's pools give up all that is left when one process dies, and leave their processes behind when
it is the parent that dies. Here every worker has a pipe of its own, and nobody else has it: what one does to itself
can be seen there, and is its own affair.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import pickle
import re
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, Generic, TypeVar

import click

from engine.kernel.deadline import Backstop, Where
from engine.text.mistake import reason_of
from wptest.console.interrupt import interrupt_later, leave_to_parent
from wptest.play.stopwatch import seconds_now
from wptest.run.bounds import own_places

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

_GLANCE = 1.0  # seconds: a process that a worker left behind may keep its pipe open, so we look after it as well
_TO_END = 1.0  # seconds, to take away directories and programs
_WORDS = 65536  # bytes: more than a pipe holds
_FRAME = re.compile(r'File "(.+)", line (\d+) in (\S+)')
_CONTEXT = multiprocessing.get_context("spawn")


class Crew(Generic[_Item, _Answer]):
    """Works on items in several processes.

    Args:
        work: what to do with an item; can be sent to a process, as its items and answers can.
        items: what to work on.
        lost: the answer for an item whose process died, from how it ended.
    """

    def __init__(
        self, work: Callable[[_Item], _Answer], items: Sequence[_Item], lost: Callable[[_Item, str], _Answer]
    ) -> None:
        self._work = work
        self._items = items
        self._lost = lost
        self._todo = deque(range(len(items)))
        self._workers: list[_Worker] = []

    def run(self, workers: int) -> Iterator[tuple[int, Callable[[], _Answer]]]:
        """Each item's number as soon as it has ended, and what gives its answer or raises what came instead."""
        for _ in range(workers):
            self._employ()
        while busy := {worker.connection: worker for worker in self._workers if worker.number is not None}:
            ready = wait(list(busy), _GLANCE)
            for connection, worker in busy.items():
                if connection in ready or not worker.process.is_alive():
                    yield self._heard(worker)

    def end(self) -> None:
        """End the workers now: what they still do is of no use to anybody."""
        with interrupt_later():
            for worker in self._workers:
                worker.ask_to_end()
            deadline = seconds_now() + _TO_END
            for worker in self._workers:
                worker.end(max(0.0, deadline - seconds_now()))
            self._workers.clear()

    def _employ(self) -> None:
        """One more worker for the next item, if there is one."""
        if not self._todo:
            return
        try:
            with interrupt_later():
                self._workers.append(_Worker(self._work))
        except OSError as error:
            if not self._workers:
                raise click.ClickException(f"no worker process can be started: {reason_of(error)}") from None
            return
        self._occupy(self._workers[-1])

    def _occupy(self, worker: _Worker) -> None:
        """Give a worker the next item."""
        if not self._todo:
            return
        number = self._todo.popleft()
        if not worker.give(number, self._items[number]):
            self._todo.appendleft(number)
            self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        with interrupt_later():
            worker.end()
            self._workers.remove(worker)
        self._employ()

    def _heard(self, worker: _Worker) -> tuple[int, Callable[[], _Answer]]:
        """What a worker answers, or that it has died."""
        number = worker.number
        assert number is not None, "it works on something"
        try:
            is_answer, what = worker.answer()
        except (EOFError, OSError):
            lost = partial(self._lost, self._items[number], worker.ending())
            self._replace(worker)
            return number, lost
        self._occupy(worker)
        return number, partial(_given if is_answer else _raised, what)


class _Worker:
    """A process, and the number of the item that it works on."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.number: int | None = None
        self.connection, theirs = _CONTEXT.Pipe()
        self._last_words, words = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, words, work))
        try:
            self.process.start()
        finally:
            theirs.close()
            words.close()

    def give(self, number: int, item: object) -> bool:
        """Let it work on an item; False if it is dead."""
        try:
            self.connection.send(item)
        except OSError:
            return False
        self.number = number
        return True

    def answer(self) -> tuple[bool, Any]:
        """Whether it is an answer, and the answer, or an exception.

        Raises:
            EOFError, OSError: it has died.
        """
        if not self.connection.poll():
            raise EOFError
        answer: tuple[bool, Any] = self.connection.recv()
        self.number = None
        return answer

    def ending(self) -> str:
        """How it has ended, for people."""
        self.process.join(_TO_END)
        said = os.read(self._last_words.fileno(), _WORDS) if self._last_words.poll() else b""
        words = said.decode(errors="replace")
        if words.startswith("Timeout"):
            return f"a worker process was ended, since its time was over and nothing else helped,{_place(words)}"
        return f"a worker process ended unexpectedly ({_end(self.process.exitcode)}){_place(words)}"

    def ask_to_end(self) -> None:
        """Let it take away what it has made; one without work has nothing."""
        if self.number is None:
            self.process.kill()
        else:
            self.process.terminate()

    def end(self, patience: float = 0.0) -> None:
        """See that it is gone, after so many seconds at the latest."""
        self.process.join(patience)
        self.process.kill()
        self.process.join()
        self.connection.close()
        self._last_words.close()


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


def _given(answer: Any) -> Any:
    return answer


def _raised(error: Exception) -> Any:
    raise error


def _serve(connection: Connection, words: Connection, work: Callable[[Any], Any]) -> None:
    """In the worker: work until the parent wants no more, or is gone; `words` is for the last ones."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        leave_to_parent()
        sys.stdout = sys.stderr  # what is printed here is somebody's own, and standard output is the report's
        faulthandler.enable(words.fileno(), all_threads=False)
        Backstop.file = words.fileno()
        Thread(target=_end_with_parent, name="wptest-parent", daemon=True).start()
        while True:
            connection.send(_done(work, connection.recv()))


def _done(work: Callable[[Any], Any], item: object) -> tuple[bool, Any]:
    try:
        return True, work(item)
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


def _end_with_parent() -> None:
    """Wait for the end of the parent, however it ends, and don't outlive it: nobody waits for what we do."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker is started by somebody"
    parent.join()
    os._exit(1)
