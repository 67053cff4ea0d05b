"""What becomes of Python's functions in foreign code: each is known, what can't be shown is refused by name."""

from __future__ import annotations

import fcntl
import importlib
import inspect
import io
import logging
import mmap
import os
import queue
import select
import shutil
import threading
import time
from contextlib import suppress

import pytest

from engine.foreign.escaped import Escaped
from engine.foreign.functions.known_functions import known_functions
from engine.foreign.hooks import hooked
from tests.integration.foreign_guest import Guest


@pytest.fixture
def guest():
    return Guest()


@pytest.mark.parametrize("name", known_functions())
def test_every_public_function_of_a_module_is_in_the_table(name):
    module = importlib.import_module(name)
    public = {
        each
        for each, value in vars(module).items()
        if not each.startswith("_") and inspect.isroutine(value) and value.__module__ not in {"typing", "types"}
    }

    assert public - set(known_functions()[name]) == set()


@pytest.mark.parametrize("module", ["os", "fcntl", "time"])
def test_what_the_table_calls_simulated_or_refused_is_replaced(module):
    known = {
        name: how
        for name, how in known_functions()[module].items()
        if hasattr(importlib.import_module(module), name)
    }
    real = {name: getattr(importlib.import_module(module), name) for name in known}
    with hooked():
        replaced = {name for name in known if getattr(importlib.import_module(module), name) is not real[name]}
    made_of_others = {"fdopen", "fwalk", "makedirs", "removedirs", "renames", "walk"}

    assert replaced | made_of_others >= {name for name, how in known.items() if how != "real"}
    assert not replaced & {name for name, how in known.items() if how == "real"}


@pytest.mark.parametrize(
    ("work", "what"),
    [
        (lambda: os.mkfifo("x"), "it calls os.mkfifo, which is not simulated"),
        (lambda: shutil.disk_usage("."), "it calls os.statvfs, which is not simulated"),
        (lambda: os.waitpid(1, 0), "it calls os.waitpid, which is not simulated"),
        (lambda: time.clock_settime(0, 0), "it calls time.clock_settime, which is not simulated"),
        (lambda: fcntl.ioctl(os.open("x", os.O_RDWR | os.O_CREAT), 7), "it calls fcntl.ioctl with request 0x7"),
        (lambda: mmap.mmap(os.open("x", os.O_RDWR | os.O_CREAT), 1), "it maps a file of the run into memory"),
        (lambda: io.FileIO("x", "w"), "it writes to the real file x"),
        (lambda: io.FileIO("x"), "it opens x by something else than open() or os.open()"),
        (lambda: os.preadv(os.open("x", os.O_RDWR | os.O_CREAT), [], 0, 1), "it calls os.preadv with flags"),
        (lambda: fcntl.fcntl(open("x", "wb"), fcntl.F_SETLK, b""), "it calls fcntl.fcntl with command"),
        (lambda: threading.Event().wait(), "it waits for what only another thread could bring"),
        (lambda: queue.Queue().get(), "it waits for what only another thread could bring"),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_is_not_simulated_is_refused_by_name_and_looks_like_no_trouble_of_the_sink(work, what, guest):
    def tried():
        try:
            work()
        except Escaped as error:
            return str(error)

    assert guest.run(tried).startswith(what)


def test_every_clock_shows_the_time_of_the_scenario(guest):
    def work():
        time.sleep(100)
        now = int(time.time())
        assert time.ctime() == time.asctime() == time.ctime(now)
        assert time.asctime(time.gmtime(0)) == "Thu Jan  1 00:00:00 1970"
        assert (
            int(time.clock_gettime(time.CLOCK_REALTIME))
            == time.clock_gettime_ns(time.CLOCK_REALTIME) // 10**9
            == now
        )
        assert time.clock_gettime(time.CLOCK_MONOTONIC) == time.monotonic() == time.process_time() == 100
        record = logging.LogRecord("n", 20, "p", 1, "m", None, None)
        return now, round(record.relativeCreated)

    assert guest.run(work) == (guest.machine.wall.now() // 10**9, 100_000)
    begun = logging._startTime
    assert begun / (1e9 if isinstance(begun, int) else 1) > 1_760_000_000, "it is that of this process again"


@pytest.mark.parametrize(
    "wait",
    [
        lambda: threading.Event().wait(1.5),
        lambda: queue.Queue().get(timeout=1.5),
        lambda: threading.Semaphore(0).acquire(timeout=1.5),
        lambda: select.select([], [], [], 1.5),
    ],
)
def test_what_waits_for_a_while_lets_virtual_time_pass(wait, guest):
    def work():
        try:
            wait()
        except queue.Empty:
            pass
        return time.monotonic()

    assert guest.run(work) == 1.5


def test_a_lock_that_a_process_has_is_granted_again_and_goes_with_any_descriptor(guest):
    def work():
        one, two = open("l", "wb"), open("l", "wb")
        fcntl.lockf(one, fcntl.LOCK_EX)
        fcntl.lockf(two, fcntl.LOCK_EX)
        held = guest.disk.locks.in_the_way(os.fstat(one.fileno()).st_ino, _of_another())
        two.close()
        left = guest.disk.locks.in_the_way(os.fstat(one.fileno()).st_ino, _of_another())
        one.close()
        return held is not None, left

    assert guest.run(work) == (True, None)


def _of_another():
    from engine.foreign.file_locks import Range

    return Range(process=99, start=0, end=None, exclusive=True)


def test_a_wait_ends_whatever_its_end_is_rounded_to(guest):
    def work():
        waited, came = queue.Queue(), 0
        for _ in range(40):
            time.sleep(0.07)
            with suppress(queue.Empty):
                came += waited.get(timeout=0.1)
        return came, round(time.monotonic(), 6)

    assert guest.run(work) == (0, 6.8)
