"""Sinks and disks that never come back: a run ends in few steps, says which sink it was, and hoards no memory."""

from __future__ import annotations

import errno
import gc
import time
from pathlib import Path

import pytest
from python_sinks import RESCUED, Plain, scenario, with_sink

from engine.foreign.sink_failed import SinkFailed
from wptest.explore.breaches import breaches
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.words.failures import Failure

MOST_STEPS = 20_000  # far more than hours of attempts with pauses between them take
RECOVERY = "  - start: wprescue work\n  - wait: {exit: wprescue}"
DAEMON = "  - start: wparse daemon\n  - wait: idle"


class Dead(Plain):
    """Is down and stays down."""

    def write(self, lines: list[bytes]) -> None:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


class Picky(Plain):
    """Refuses a line for good, and so all that comes with it."""

    def write(self, lines: list[bytes]) -> None:
        raise SinkFailed("bad request")


class DeadToReconnect(Plain):
    """Says itself that it is down."""

    def write(self, lines: list[bytes]) -> None:
        raise SinkFailed("closed")

    def reconnect(self) -> None:
        raise SinkFailed("no route to host")


class BackInAnHour(Plain):
    """Comes back by itself, after an hour of attempts."""

    left = 700

    def write(self, lines: list[bytes]) -> None:
        if self.left:
            self.left -= 1
            raise SinkFailed("not yet")
        super().write(lines)


@pytest.fixture
def play(tmp_path):
    def run(when, make=None, given=RESCUED, then="{}"):
        variant = scenario(tmp_path / "s.wptest.yaml", when, given, then)
        variant = variant if make is None else with_sink(variant, make)
        result = run_variant(variant, RunOptions(most_steps=MOST_STEPS))
        assert result.steps <= MOST_STEPS
        return result

    return run


def codes(result):
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    ("make", "reason"),
    [(Dead, "Connection refused"), (Picky, "bad request"), (DeadToReconnect, "no route to host")],
)
class TestAPythonSinkThatStaysDown:
    def test_ends_the_closing_phase_which_says_that_nobody_else_can_heal_it(self, play, make, reason):
        result = play("  - start: wprescue daemon\n  - wait: 10s", make)
        (finding,) = result.findings
        assert (finding.code, finding.name) == (Failure.STUCK, "closing")
        assert "nothing but its own code can bring a back" in finding.message
        assert reason in finding.evidence[0]
        assert breaches(result.findings)  # so an exploration that breaks a sink for good has found something

    @pytest.mark.slow
    def test_ends_a_step_that_waits_for_it(self, play, make, reason):
        finding = play("  - run: wprescue work", make).findings[0]
        assert (finding.code, finding.name) == (Failure.STUCK, "when.0")
        assert reason in finding.evidence[0]


class ReadsBack(Plain):
    """Looks at what it has written."""

    def write(self, lines: list[bytes]) -> None:
        super().write(lines)
        Path(self.path).read_bytes()


class Asleep(Plain):
    """Sleeps for ever, a second at a time."""

    def write(self, lines: list[bytes]) -> None:
        while True:
            time.sleep(1)


class FastAsleep(Plain):
    """Sleeps once."""

    def write(self, lines: list[bytes]) -> None:
        time.sleep(1e12)


class Unclosable(Plain):
    """Writes, and waits for something else in the end."""

    def close(self) -> None:
        while True:
            time.sleep(60)


@pytest.mark.parametrize(
    ("make", "method"),
    [(Asleep, "write"), (FastAsleep, "write"), (Unclosable, "close")],
    ids=str,
)
def test_code_that_does_not_come_back_is_named_with_its_place(play, make, method):
    then = "{sinks: {a: {lines: 300}}, rescue: {dat: 0}}"
    found = play("  - run: wprescue work", make, then=then).findings
    stuck = [each for each in found if each.code is Failure.STUCK]
    assert [each.name for each in stuck] == ["when.0", "closing"]
    assert all(each.evidence[0].startswith("a doesn't come back from its own code: ") for each in stuck)
    assert all(each.evidence[0].endswith(f"({method})") for each in stuck)
    assert stuck[1].help
    # To wait for it once more would be no help.
    assert not any("add '- wait" in each.help for each in found)


def test_one_that_comes_back_by_itself_is_waited_for(play):
    result = play("  - run: wprescue work", BackInAnHour, then="{sinks: {a: {lines: 300}}, rescue: {dat: 0}}")
    assert codes(result) == []


@pytest.mark.parametrize("operation", ["open", "write", "read"])
def test_calls_that_signals_interrupt_are_done_again_until_these_end(play, operation):
    """Python does it by itself (PEP 475), and without a pause no time would ever pass."""
    fault = f"  - fault: {{on: data/out_dat/*, fail: {operation}, errno: EINTR, for: 2s}}\n"
    result = play(f"{fault}  - run: wprescue work", ReadsBack, then="{sinks: {a: {lines: 300}}}")
    assert codes(result) == []
    assert not any(event.kind == "sink.failed" for event in result.events)
    assert result.virtual_time >= 2_000_000_000


class TestTroubleThatNobodyEnds:
    @pytest.mark.slow
    def test_a_target_that_stays_full(self, play):
        given = RESCUED.replace("files:", "disk: {data/out_dat: {size: 1KiB}}, files:")
        result = play(RECOVERY, given=given)
        assert codes(result) == [Failure.STUCK, Failure.RECOVERY_IDEMPOTENT]
        assert all("a still fails: No space left on device" in finding.evidence[0] for finding in result.findings)

    @pytest.mark.parametrize("operation", ["write", "open", "fsync"])
    def test_an_error_that_stays(self, play, operation):
        fault = f"  - fault: {{on: data/out_dat/a.dat, fail: {operation}, errno: EIO}}\n"
        assert Failure.STUCK in codes(play(fault + RECOVERY)) or operation == "fsync"  # which fails the replay


class TestMemory:
    """What an attempt leaves must go by itself: the collector of cycles is switched off while a run goes on."""

    @pytest.mark.parametrize(
        ("when", "given"),
        [
            (RECOVERY, RESCUED.replace("files:", "disk: {data/out_dat: {size: 1KiB}}, files:")),
            ("  - fault: {on: data/out_dat/a.dat, fail: write, errno: EIO}\n" + RECOVERY, RESCUED),
            ("  - fault: {on: data/out_dat/a.dat, fail: open, errno: EIO}\n" + RECOVERY, RESCUED),
            (
                "  - fault: {on: data/out_dat/**, fail: write, errno: EIO, for: 50s}\n" + DAEMON,
                "{source: {lines: 300}, disk: {data/rescue: {size: 1KiB}}}",
            ),
        ],
        ids=["full", "write", "open", "rescue-full"],
    )
    @pytest.mark.slow
    def test_an_attempt_leaves_no_garbage(self, tmp_path, when, given):
        variant = scenario(tmp_path / "s.wptest.yaml", when, given)
        run_variant(variant)  # what is imported and cached once
        gc.collect()
        gc.disable()
        worlds = []  # which are one large cycle each
        try:
            result = run_variant(variant, prepare=worlds.append)
            attempts = sum(event.kind.startswith("storage.") for event in result.events)
            assert attempts > 100
            assert gc.collect() < attempts
        finally:
            gc.enable()
