"""A bound in real time: it comes whatever the code does, says where that was, and leaves everything as it was."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress

import freezegun
import pytest

from engine.kernel import TookTooLong, at_most
from engine.kernel.deadline import Backstop

SOON = 50_000_000  # nanoseconds
LATER = 60_000_000_000


def loop():
    while True:
        pass


def wait_for_nobody():
    threading.Event().wait()


def swallow():
    with suppress(TookTooLong):
        loop()
    loop()


@pytest.mark.parametrize("code", [loop, wait_for_nobody, lambda: time.sleep(3600)], ids=["loop", "lock", "sleep"])
def test_code_that_never_comes_back_is_ended(code):
    with pytest.raises(TookTooLong) as raised, at_most(SOON):
        code()
    assert raised.value.limit == SOON
    assert any(where.file == __file__ for where in raised.value.stack)


def test_its_place_is_the_innermost_one():
    with pytest.raises(TookTooLong) as raised, at_most(SOON):
        loop()
    assert raised.value.stack[0].function == "loop"
    assert str(raised.value.stack[0]).startswith(f"{__file__}:")


def test_it_comes_again_where_it_was_swallowed(monkeypatch):
    monkeypatch.setattr("engine.kernel.deadline._AGAIN", 0.05)
    with pytest.raises(TookTooLong), at_most(SOON):
        swallow()


def test_a_frozen_clock_does_not_stop_it():
    with freezegun.freeze_time("2020-01-01"), pytest.raises(TookTooLong), at_most(SOON):
        loop()


@pytest.mark.parametrize("limit", [0, LATER])
def test_what_ends_in_time_is_let_be_and_nothing_is_left(limit):
    handler = signal.getsignal(signal.SIGALRM)
    with at_most(limit):
        done = True
    assert done
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is handler


def test_in_another_thread_there_is_none():
    done = []

    def work():
        with at_most(1):
            time.sleep(0.01)
            done.append("all")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["all"]


class TestSomebodyElsesAlarm:
    """pytest-timeout, for one, has one set for each test."""

    @pytest.fixture
    def rung(self):
        rung = []
        before = signal.signal(signal.SIGALRM, lambda *_: rung.append("theirs"))
        yield rung
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    def test_comes_first_and_stays_theirs(self, rung):
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with at_most(LATER):
            while not rung:
                time.sleep(0.001)
        assert rung == ["theirs"]

    def test_is_set_again_afterwards(self, rung):
        signal.setitimer(signal.ITIMER_REAL, 50)
        with pytest.raises(TookTooLong), at_most(SOON):
            loop()
        assert rung == []
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 50


def test_the_process_is_only_ended_where_somebody_has_said_so(monkeypatch):
    armed = []
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda *args, **more: armed.append((args, more)))
    monkeypatch.setattr("faulthandler.cancel_dump_traceback_later", lambda: armed.append("cancelled"))
    with at_most(LATER):
        assert armed == []
    monkeypatch.setattr(Backstop, "file", 2)
    with at_most(LATER):
        assert armed == [((70.0,), {"exit": True, "file": 2})]
    assert armed[1:] == ["cancelled"]
