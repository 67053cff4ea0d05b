"""Going on after kills, power losses and damage, with equal lines and beside others that write to the target."""

from __future__ import annotations

import pytest
from engine_bench import (
    CHECKPOINT,
    FILE,
    INPUT,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    joined,
    make_project,
    numbered_lines,
    recovery_bench,
)

from engine.kernel import Signal
from engine.project.model import SinkConf
from engine.rescue.resuming.intents import intent_path, parse_intents
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import read_all, write_all
from engine.storage.files import Files
from engine.storage.memory import MemoryDisk

INTENTS = intent_path(RESCUE, TARGET)
PING = b"INFO nginx GET /index.html 200"  # the sample, so that live lines are equal to these
PINGS = [PING] * 12
LIVE = b"wp_event_id=1 " + PING
LATER = FILE.replace("01:59:24", "02:00:00")
AT_EVERY = range(1, 200)


def ends_at(bench: Bench, number: int, monkeypatch: pytest.MonkeyPatch, command: str = "wprescue work") -> bool:
    """Run a program that is killed right before its n-th operation; False when it has fewer."""
    left, operate = number, Files.operate

    async def killing(files, *arguments, **options):
        nonlocal left
        left -= files._process.name == command.partition(" ")[0]
        if left == 0:
            files._process.kill()
        return await operate(files, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Files, "operate", killing)
        bench.run(command)
    return left <= 0


def live(bench: Bench, *lines: bytes) -> None:
    write_all(bench.disk, INPUT, joined(lines))
    assert bench.run("wparse batch") == 0


def killed_at(lines, after, **changes):
    bench = recovery_bench(lines, speed_limit=1000, **changes)
    program = bench.start("wprescue work")
    bench.machine.deliveries.stop_at("a", after)
    bench.run_until_event("sink.delivered", (after + 99) // 100)
    program.process.kill()
    return bench


def same_place(bench: Bench, disk: MemoryDisk) -> Bench:
    """A bench on another disk, as after a reboot."""
    return Bench(bench.project, disk)


@pytest.mark.parametrize("lines", [PINGS, [*numbered_lines(4), *PINGS, b"last"], [PING, b"", b"\xff", *PINGS]])
@pytest.mark.parametrize("before", [b"", joined(PINGS[:5]), b"unfinished"])
def test_killed_at_any_operation_with_equal_lines_live_in_between(lines, before, monkeypatch):
    text = [line for line in lines if line not in (b"", b"\xff")]
    there = before.split(b"\n") if before and not before.endswith(b"\n") else before.split(b"\n")[:-1]
    for number in AT_EVERY:
        bench = recovery_bench(lines, speed_limit=100)
        if before:
            write_all(bench.disk, TARGET, before)
        hit = ends_at(bench, number, monkeypatch)
        live(bench, PING, PING, PING)
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted([*there, *text, PING, PING, PING]), number
        assert bench.rescue_files() == []
        if not hit:
            break
    assert 20 < number < 199


@pytest.mark.parametrize("profile", ["strict", "ordered", "posix"])
def test_whatever_a_power_loss_leaves_equal_lines_arrive_as_often_as_they_were_sent(profile, monkeypatch):
    for number in range(1, 200, 3):
        bench = recovery_bench(PINGS, speed_limit=100)
        bench.disk.profile = profile
        hit = ends_at(bench, number, monkeypatch)
        for crash in bench.disk.crash_images(bound=12).images:
            disk = MemoryDisk(profile)
            disk.power_loss(crash)
            after = same_place(bench, disk)
            live(after, PING, PING)
            assert after.run("wprescue work") == 0
            assert after.lines() == [PING] * 14, number
        if not hit:
            break


@pytest.mark.parametrize("damaged", ["checkpoint", "missing checkpoint", "intents"])
def test_with_one_of_both_records_nothing_is_lost_and_with_the_intents_nothing_doubled(damaged, monkeypatch):
    for number in AT_EVERY:
        bench = recovery_bench(PINGS, speed_limit=100)
        hit = ends_at(bench, number, monkeypatch)
        path = INTENTS if damaged == "intents" else CHECKPOINT
        if bench.disk.exists(path):
            bench.disk.remove(path)
            if damaged != "missing checkpoint":
                write_all(bench.disk, path, b"\0" * 8)
        assert bench.run("wprescue work") == 0
        came = len(bench.lines())
        doubts = [event["lines"] for event in bench.events("recovery.doubtful")]
        assert 12 <= came <= 12 + sum(doubts), number
        if damaged != "intents":
            assert came == 12, number
        if not hit:
            break


def test_two_sinks_with_one_target_keep_their_lines_apart(monkeypatch):
    sinks = [SinkConf(name, FILE_KIND, TARGET) for name in ("a", "b")]
    for number in AT_EVERY:
        bench = Bench(make_project(*sinks, speed_limit=100))
        write_all(bench.disk, FILE, joined(PINGS))
        write_all(bench.disk, LATER.replace("/a-", "/b-"), joined(PINGS))
        hit = ends_at(bench, number, monkeypatch)
        write_all(bench.disk, LATER.replace("02:00", "03:00"), joined(PINGS[:3]))
        ends_at(bench, number // 2 + 20, monkeypatch)
        live(bench, PING)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [PING] * (12 + 12 + 3 + 2), number
        if not hit:
            break


def test_live_lines_and_a_recovery_at_once(monkeypatch):
    for number in AT_EVERY:
        bench = recovery_bench(PINGS * 3, speed_limit=100)
        write_all(bench.disk, INPUT, joined(PINGS))
        daemon = bench.start("wparse daemon")
        hit = ends_at(bench, number, monkeypatch)
        bench.run_for(SECOND)
        assert bench.run("wprescue work") == 0
        daemon.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        assert bench.lines() == [PING] * 48, number
        if not hit:
            break


class TestALiveWriter:
    def test_that_dies_while_it_closes_an_intent_leaves_it_to_the_next(self, monkeypatch):
        for number in AT_EVERY:
            bench = killed_at(PINGS * 10, 50)
            bench.disk.append(bench.disk.open(TARGET), PING[:7])
            write_all(bench.disk, INPUT, joined(PINGS[:4]))
            hit = ends_at(bench, number, monkeypatch, "wparse batch")
            came = len(bench.lines()) - 50 if read_all(bench.disk, TARGET).endswith(b"\n") else 0
            assert bench.run("wprescue work") == 0
            assert bench.lines() == [PING] * (120 + came), number
            if not hit:
                break
        assert came == 4

    @pytest.mark.parametrize("lines", [PINGS * 5, numbered_lines(60)])
    def test_that_dies_before_it_adds_anything_has_closed_it_for_a_recovery_that_lives(self, lines, monkeypatch):
        """What that has added then, without another intent, would be sent again if it died as well."""
        for number in AT_EVERY:
            bench = recovery_bench(lines, speed_limit=100)
            program = bench.start("wprescue work")
            bench.run_until_event("sink.delivered", 2)
            write_all(bench.disk, INPUT, joined([LIVE] * 3))
            hit = ends_at(bench, number, monkeypatch, "wparse batch")
            bench.run_for(SECOND // 5)
            program.process.kill()
            assert bench.run("wprescue work") == 0
            came = [line for line in bench.lines() if line != LIVE]
            assert came == lines, number
            if not hit:
                break

    def test_rescues_its_lines_while_it_can_not_close_an_intent(self):
        bench = killed_at(PINGS * 10, 50)
        bench.fault(INTENTS + ".tmp", "open", errno=28)
        live(bench, PING, PING)
        assert len(bench.lines()) == 50
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [PING] * 122

    def test_goes_on_where_the_rescue_file_can_not_be_read(self):
        bench = killed_at(PINGS * 10, 50)
        bench.disk.append(bench.disk.open(TARGET), PING[:7])
        bench.fault(FILE, "open", errno=5)
        live(bench, PING, PING)
        assert len(bench.lines()) == 52
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [PING] * 122

    @pytest.mark.parametrize("lines", [PINGS, numbered_lines(12)])
    @pytest.mark.parametrize("operation", ["open", "read"])
    def test_so_it_does_whenever_the_recovery_was_killed(self, lines, operation, monkeypatch):
        """Also before anything stood in the target: what begins at its start ends there as well."""
        for number in AT_EVERY:
            bench = recovery_bench(lines, speed_limit=100)
            hit = ends_at(bench, number, monkeypatch)
            bench.fault(FILE, operation, errno=5)
            live(bench, PING, PING)
            bench.machine.storage.faults.heal()
            assert bench.run("wprescue work") == 0
            assert sorted(bench.lines()) == sorted([*lines, PING, PING]), number
            if not hit:
                break

    def test_asks_for_nothing_where_no_replay_has_begun_anything(self):
        bench = Bench()
        live(bench, PING)
        assert [path for path in bench.disk.list("") if "rescue" in path] == []


class TestAStopBeforeALook:
    @pytest.mark.parametrize("operation", ["open", "read", "mkdir"])
    @pytest.mark.parametrize("signal", [Signal.TERM, Signal.USR1, Signal.KILL])
    def test_leaves_the_checkpoint_as_it_is(self, operation, signal):
        bench = killed_at(numbered_lines(300), 195)
        known = read_all(bench.disk, CHECKPOINT)
        bench.fault(TARGET, operation, errno=24 if operation == "open" else 5)
        program = bench.start("wprescue work")
        bench.run_for(SECOND // 20)
        program.process.signal(signal)
        bench.run_for(SECOND)
        if operation != "mkdir":  # which the target's directory makes no use of
            assert read_all(bench.disk, CHECKPOINT) == known
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(300)

    def test_nor_does_a_file_that_could_not_be_read(self):
        bench = killed_at(numbered_lines(300), 195)
        known = read_all(bench.disk, CHECKPOINT)
        bench.fault(FILE, "read", errno=5)
        assert bench.run("wprescue work") == 3
        assert read_all(bench.disk, CHECKPOINT) == known
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(300)


LINES = numbered_lines(300)


class TestChangedFiles:
    @pytest.mark.parametrize("signal", [Signal.TERM, Signal.KILL])
    @pytest.mark.parametrize(
        ("changed", "comes"),
        [
            (LINES[:120], []),
            (LINES[:199], []),
            (LINES[:249] + LINES[250:], LINES[200:249] + LINES[250:]),
            (LINES[:49] + LINES[50:], LINES[200:]),
            ([*LINES[:49], b"masked", *LINES[50:]], LINES[200:]),
            ([*LINES[:49], b"put in", *LINES[49:]], [b"put in", *LINES[200:]]),
            ([*LINES[:49], b"put in", b"masked", *LINES[50:]], [b"masked", *LINES[200:]]),
            ([*LINES[:249], b"masked", *LINES[250:]], [*LINES[200:249], b"masked", *LINES[250:]]),
            ([*LINES, b"one more"], [*LINES[200:], b"one more"]),
            ([b"another", *numbered_lines(99, 5001)], [b"another", *numbered_lines(99, 5001)]),
        ],
        ids=[
            "cut",
            "last gone",
            "later gone",
            "out",
            "masked",
            "in",
            "in and masked",
            "later masked",
            "more",
            "new",
        ],
    )
    def test_what_has_arrived_is_not_sent_again_and_what_has_not_is(self, signal, changed, comes):
        bench = recovery_bench(LINES, speed_limit=1000)
        program = bench.start("wprescue work")
        bench.machine.deliveries.stop_at("a", 200)
        bench.run_until_event("sink.delivered", 2)
        program.process.signal(signal)
        bench.run_for(SECOND)
        sent = len(bench.lines())
        assert sent in (200, 300), "a graceful stop delivers what is queued"
        if sent == 300:
            pytest.skip("all was sent")
        write_all(bench.disk, FILE, joined(changed))
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [*LINES[:200], *comes]
        assert bench.events("recovery.file_changed") or changed[:200] == LINES[:200]
        assert bench.rescue_files() == []

    def test_equal_lines_are_counted(self):
        bench = killed_at(PINGS * 10, 50)
        write_all(bench.disk, FILE, joined([b"first", *PINGS * 10]))
        assert bench.run("wprescue work") == 0
        assert bench.lines().count(PING) == 120
        assert bench.lines().count(b"first") == 1

    @pytest.mark.parametrize("lines", [LINES, PINGS * 25])
    @pytest.mark.parametrize("back", [FILE, LATER])
    @pytest.mark.parametrize("between", [False, True])
    def test_one_that_was_moved_away_goes_on_when_it_is_back(self, lines, back, between):
        bench = killed_at(lines, 150)
        bench.disk.rename(FILE, "aside")
        if between:
            live(bench, LIVE, PING)
        assert bench.run("wprescue work") == 0
        bench.disk.rename("aside", back)
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted([*lines, *([LIVE, PING] if between else [])])
        assert any("is gone" in message for message in bench.log("warn"))

    @pytest.mark.parametrize("lines", [LINES, [b"ping", b"pong"] * 150])
    def test_a_copy_under_another_name_is_sent_whole_and_told_where_the_first_is_gone(self, lines):
        """Another file may well have the same lines: what was left out of that would be lost."""
        bench = killed_at(lines, 150)
        bench.disk.remove(FILE)
        live(bench, LIVE)
        write_all(bench.disk, LATER, joined(lines))
        assert bench.run("wprescue work") == 0
        came = [line for line in bench.lines() if line != LIVE]
        assert came == lines[:150] + lines
        assert [event["lines"] for event in bench.events("recovery.doubtful")] == [150]

    def test_a_copy_beside_the_first_is_a_file_of_its_own(self):
        bench = killed_at(LINES, 150)
        write_all(bench.disk, LATER, joined(LINES))
        assert bench.run("wprescue work") == 0
        assert len(bench.lines()) == 600


class TestFilesThatAreAlike:
    """Heartbeats of one kind or two: such files are equal byte by byte, and each has lines of its own."""

    @pytest.mark.parametrize("lines", [PINGS, [b"ping", b"pong"] * 6])
    @pytest.mark.parametrize("operation", ["remove", "sync_dir"])
    def test_one_that_has_arrived_is_no_other_one_where_its_records_could_not_be_removed(self, lines, operation):
        for nth in range(1, 8):
            bench = recovery_bench(lines, speed_limit=100)
            for second in ("25", "26", "27"):
                write_all(bench.disk, FILE.replace("24.dat", f"{second}.dat"), joined(lines))
            bench.fault(f"{RESCUE}/**", operation, errno=1, nth=nth, times=2)
            bench.run("wprescue work")
            bench.machine.storage.faults.heal()
            assert bench.run("wprescue work") == 0
            assert sorted(bench.lines()) == sorted(lines * 4), nth

    @pytest.mark.parametrize("lines", [PINGS, [b"ping", b"pong"] * 6])
    def test_one_is_sent_whole_where_a_recovery_of_another_dies_at_any_operation(self, lines, monkeypatch):
        for number in AT_EVERY:
            bench = recovery_bench(lines, speed_limit=100)
            hit = ends_at(bench, number, monkeypatch)
            live(bench, PING)
            write_all(bench.disk, LATER, joined(lines))
            assert bench.run("wprescue work") == 0
            assert sorted(bench.lines()) == sorted([*lines * 2, PING]), number
            if not hit:
                break


class TestFilesOfOneName:
    @pytest.mark.parametrize(
        "later", [PINGS, [*PINGS[:-1], b"other"], [*PINGS[:6], b"other", *PINGS[:5]], PINGS * 2, PINGS[:5]]
    )
    def test_one_that_comes_after_the_first_has_gone_is_sent_whole(self, later, monkeypatch):
        """Killed at any operation between the removal of a file and that of what was said of it."""
        for number in AT_EVERY:
            bench = recovery_bench(PINGS, speed_limit=100)
            hit = ends_at(bench, number, monkeypatch)
            if bench.rescue_files():
                continue
            write_all(bench.disk, FILE, joined(later))
            assert bench.run("wprescue work") == 0
            assert sorted(bench.lines()) == sorted([*PINGS, *later]), number
            if not hit:
                break

    def test_one_whose_removal_a_power_loss_has_undone_is_not_sent_again(self):
        bench = recovery_bench(PINGS, speed_limit=100)
        program = bench.start("wprescue work")
        bench.run_until_event("recovery.file_removed")
        program.process.kill()
        bench.disk.power_loss()
        assert bench.rescue_files() == [FILE]
        assert bench.run("wprescue work") == 0
        assert bench.lines() == PINGS


class TestTargetsThatChange:
    def test_one_that_was_renamed_after_a_stop_is_gone_on_with_in_the_new_one(self):
        bench = recovery_bench(LINES, speed_limit=100)
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 15)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        sent = bench.lines()
        bench.disk.rename(TARGET, f"{TARGET}.1")
        assert bench.run("wprescue work") == 0
        assert bench.lines(f"{TARGET}.1") + bench.lines() == LINES
        assert len(sent) > 100

    @pytest.mark.parametrize("cut", [0, 40])
    def test_one_that_was_cut_after_a_kill_gets_again_what_was_not_acknowledged(self, cut):
        bench = killed_at(LINES, 195)
        descriptor = bench.disk.open(TARGET)
        bench.disk.truncate(descriptor, cut)
        live(bench, LIVE)
        assert bench.run("wprescue work") == 0
        came = [line for line in bench.lines() if line in LINES]
        assert set(LINES[195:]) <= set(came)

    def test_what_intents_say_is_read_back(self):
        bench = killed_at(LINES, 150)
        intents = parse_intents(read_all(bench.disk, INTENTS))
        (intent,) = intents.begun.values()
        assert (intents.target, intent.behind, intent.until, intent.size) == (TARGET, 0, None, len(joined(LINES)))
