"""Signals become one exception, never a lost one, and none where it would do harm."""

from __future__ import annotations

import signal
import time
import warnings

import freezegun
import pytest

from wptest.console import exits
from wptest.console import interrupt as interrupts
from wptest.console.interrupt import Interrupted
from wptest.console.progress import Progress
from wptest.play.stopwatch import Stopwatch


@pytest.fixture
def now(monkeypatch):
    """The seconds on the listener's clock, to be set."""
    shown = [100.0]
    monkeypatch.setattr(interrupts, "seconds_now", lambda: shown[0])
    return shown


@pytest.fixture
def listener(now):
    return interrupts._Listener()


class TestTheListener:
    @pytest.mark.parametrize("number", interrupts.SIGNALS)
    def test_each_signal_is_an_interrupt_that_says_which(self, listener, number):
        with pytest.raises(Interrupted) as raised:
            listener.hear(number, None)
        assert raised.value.number == number
        assert exits.interrupted(raised.value) == 128 + number

    def test_what_was_called_and_is_never_awaited_because_of_it_is_no_mistake(self, listener):
        async def work():
            pass

        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            with pytest.raises(Interrupted):
                listener.hear(signal.SIGTERM, None)
            work()
        assert not seen

    def test_two_at_once_are_one(self, listener, now):
        with pytest.raises(Interrupted):
            listener.hear(signal.SIGTERM, None)
        now[0] += 1
        listener.hear(signal.SIGTERM, None)
        listener.hear(signal.SIGINT, None)

    def test_one_that_comes_later_ends_what_takes_so_long(self, listener, now):
        with pytest.raises(Interrupted):
            listener.hear(signal.SIGTERM, None)
        now[0] += 10
        with pytest.raises(Interrupted):
            listener.hear(signal.SIGINT, None)

    def test_while_it_is_held_nothing_is_raised_but_after_it(self, listener):
        done = []

        def work():
            with listener.held(), listener.held():
                listener.hear(signal.SIGHUP, None)
                done.append("all")

        with pytest.raises(Interrupted) as raised:
            work()
        assert done == ["all"]
        assert raised.value.number == signal.SIGHUP

    def test_one_that_was_dropped_is_raised_again_though_it_comes_at_once(self, listener, monkeypatch):
        sent = []
        monkeypatch.setattr("threading.Timer", lambda _soon, send, args: _Now(lambda: sent.append((send, args))))
        with pytest.raises(Interrupted):
            listener.hear(signal.SIGTERM, None)
        listener.hear_again(signal.SIGTERM)
        assert [args[1] for _, args in sent] == [signal.SIGTERM]
        with pytest.raises(Interrupted):
            listener.hear(signal.SIGTERM, None)


class _Now:
    def __init__(self, action):
        self.start = action


@pytest.fixture
def listening():
    """Signals of this process are heard."""
    before = {number: signal.signal(number, interrupts._listener.hear) for number in interrupts.SIGNALS}
    interrupts._listener._raised = None
    yield
    interrupts._listener._raised = None
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_real_signal_waits_until_processes_have_started(listening):
    blocked = []

    def start():
        with interrupts.interrupt_later():
            signal.raise_signal(signal.SIGTERM)
            blocked.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))

    with pytest.raises(Interrupted) as raised:
        start()
    assert raised.value.number == signal.SIGTERM
    assert {*interrupts.SIGNALS} <= blocked[0]
    assert not {*interrupts.SIGNALS} & signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_what_ctrl_c_can_not_be_told_from_is_130():
    assert exits.interrupted(KeyboardInterrupt()) == exits.interrupted(None) == 130


class TestRealTime:
    def test_a_frozen_clock_does_not_stop_it(self):
        with freezegun.freeze_time("2020-01-01") as frozen:
            watch = Stopwatch()
            frozen.tick(-3600)
            time.clock_gettime(time.CLOCK_MONOTONIC)
            frozen.tick(7200)
            assert 0 <= watch.seconds < 1000

    def test_progress_tells_it_too(self, monkeypatch, tmp_path):
        monkeypatch.setattr("wptest.console.progress._PLAIN", 0.01)
        with (
            freezegun.freeze_time("2020-01-01") as frozen,
            (tmp_path / "err").open("w") as stream,
            Progress("0 of 1 done", stream),
        ):
            while "0s" not in (tmp_path / "err").read_text():
                frozen.tick(-3600)
                time.sleep(0)
        assert "-" not in (tmp_path / "err").read_text()

    def test_a_lap_starts_it_again(self):
        watch = Stopwatch()
        assert watch.lap() >= 0
        assert watch.seconds < 1000
