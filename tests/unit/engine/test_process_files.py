from __future__ import annotations

import errno

import pytest
from engine_bench import FilesBench, ShortWrites

from engine.kernel import sleep
from engine.kernel.scheduler import park
from engine.storage.disk_port import read_all, write_all
from engine.storage.files import WriteFailed
from engine.storage.memory import MemoryDisk


@pytest.fixture
def bench():
    return FilesBench()


def test_whoever_an_event_woke_runs_before_the_next_operation_of_anybody(bench):
    order = []

    async def woken():
        await park()
        order.append("woken")
        bench.storage.has_run(waiting)

    async def busy():
        handle = await bench.files.open("y")
        order.append("busy")
        await handle.append(b"1")

    async def main():
        handle = await bench.files.open("x")
        await sleep(1)  # the other waits by now
        bench.scheduler.spawn(busy())  # is ready before the one who is woken
        bench.storage.let_run_first(waiting)
        await handle.append(b"2")
        order.append("append")
        await sleep(1)

    waiting = bench.scheduler.spawn(woken())
    bench.run(main)
    assert order[0] == "woken"
    assert sorted(order[1:]) == ["append", "busy"]
    assert bench.storage.awaited == []


def test_nobody_waits_for_a_task_that_will_never_run(bench):
    async def never_woken():
        await park()

    async def main():
        handle = await bench.files.open("x")
        await sleep(1)
        bench.storage.let_run_first(waiting)
        bench.scheduler.discard(waiting)
        await handle.append(b"2")

    waiting = bench.scheduler.spawn(never_woken())
    bench.run(main)
    assert bench.storage.awaited == []


def test_a_process_killed_before_an_operation_never_gets_it_done(bench):
    async def victim():
        handle = await bench.files.open("x")
        await handle.append(b"before ")
        bench.storage.let_run_first(killer)
        await handle.append(b"after")

    async def kill():
        await park()
        bench.process.kill()
        await sleep(10)

    killer = bench.scheduler.spawn(kill())

    async def main():
        bench.process.spawn(victim())
        await bench.scheduler.join(killer)

    bench.run(main)
    assert read_all(bench.disk, "x") == b"before "


def test_a_process_that_has_died_gets_nothing_done_even_from_a_task_that_lives(bench):
    async def outlives():
        await bench.files.open("x")

    async def main():
        bench.process.kill()
        bench.scheduler.spawn(outlives())
        await sleep(10)

    bench.run(main)
    assert bench.disk.list("") == []
    assert bench.trace.operations == 0


def test_a_kill_during_a_slow_operation_leaves_it_undone(bench):
    bench.fault("x", "append", delay=100)

    async def victim():
        await (await bench.files.open("x")).append(b"data")

    async def main():
        bench.process.spawn(victim())
        await sleep(50)
        bench.process.kill()
        await sleep(500)

    bench.run(main)
    assert read_all(bench.disk, "x") == b""


def test_a_kill_keeps_what_reached_the_page_cache_and_gives_up_descriptors_and_locks(bench):
    async def victim():
        handle = await bench.files.open("x")
        await handle.lock()
        await handle.append(b"data")

    async def main():
        bench.process.spawn(victim())
        await sleep(1)
        assert bench.disk.locked("x")
        bench.process.kill()

    bench.run(main)
    assert read_all(bench.disk, "x") == b"data"
    assert not bench.disk.locked("x")
    assert bench.disk._open.inodes == {}


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EMFILE])
def test_trouble_of_the_disk_itself_is_an_event_too(number):
    class Broken(MemoryDisk):
        def mkdir(self, path):
            raise OSError(number, "broken", path)

    bench = FilesBench(Broken())

    async def main():
        with pytest.raises(OSError, match="broken"):
            await bench.files.mkdir("d")

    bench.run(main)
    assert bench.kinds() == [f"storage.{errno.errorcode[number]}"]


def test_a_missing_file_is_no_trouble(bench):
    async def main():
        with pytest.raises(FileNotFoundError):
            await bench.files.open("x", create=False)
        assert (await bench.files.list("nowhere")).files == []

    bench.run(main)
    assert bench.kinds() == []


class TestAppend:
    def test_short_writes_are_carried_on_until_all_is_written(self):
        bench = FilesBench(ShortWrites(3))

        async def main():
            await (await bench.files.open("x")).append(b"0123456789")

        bench.run(main)
        assert read_all(bench.disk, "x") == b"0123456789"
        assert bench.trace.operations == 1 + 4

    def test_a_failure_after_short_writes_says_how_much_was_written(self):
        bench = FilesBench(ShortWrites(3))
        bench.fault("x", "append", errno=errno.ENOSPC, nth=3)

        async def main():
            with pytest.raises(WriteFailed, match="No space left") as caught:
                await (await bench.files.open("x")).append(b"0123456789")
            return caught.value.written, caught.value.errno

        assert bench.run(main) == (6, errno.ENOSPC)
        assert read_all(bench.disk, "x") == b"012345"

    def test_appending_nothing_is_no_operation(self, bench):
        async def main():
            await (await bench.files.open("x")).append(b"")

        bench.run(main)
        assert bench.trace.operations == 1

    def test_a_closed_handle_can_be_closed_again_and_not_used(self, bench):
        async def main():
            handle = await bench.files.open("x")
            handle.close()
            handle.close()
            with pytest.raises(AssertionError, match="x is closed"):
                await handle.append(b"x")

        bench.run(main)


class TestReplace:
    def test_it_is_durable_when_it_returns(self, bench):
        async def main():
            await bench.files.mkdir("d")
            await bench.files.replace("d/x", b"old")
            await bench.files.replace("d/x", b"new")

        bench.run(main)
        bench.disk.power_loss()
        assert bench.disk.list("") == ["d/x"]
        assert read_all(bench.disk, "d/x") == b"new"

    @pytest.mark.parametrize("operation", ["open", "append", "fsync", "rename"])
    def test_a_failure_leaves_the_old_file_now_and_after_a_power_loss(self, bench, operation):
        write_all(bench.disk, "d/x", b"old")
        bench.fault("d/x.tmp", operation, errno=errno.EIO)

        async def main():
            with pytest.raises(OSError, match="Input/output"):
                await bench.files.replace("d/x", b"new")

        bench.run(main)
        assert read_all(bench.disk, "d/x") == b"old"
        assert bench.disk._open.inodes == {}
        bench.disk.power_loss()
        assert read_all(bench.disk, "d/x") == b"old"

    def test_after_a_power_loss_at_any_operation_one_of_the_two_is_there_whole(self):
        outcomes = set()
        for number in range(1, 9):
            bench = FilesBench()
            write_all(bench.disk, "d/x", b"old")
            bench.fault("**", delay=10**9, nth=number, times=1)

            async def victim(bench=bench):
                await bench.files.replace("d/x", b"new")

            async def main(bench=bench, victim=victim):
                bench.process.spawn(victim())
                await sleep(1)
                bench.process.kill()

            bench.run(main)
            bench.disk.power_loss()
            outcomes.add(read_all(bench.disk, "d/x"))
        assert outcomes == {b"old", b"new"}
