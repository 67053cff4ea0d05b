"""A state that can't be is found where it comes about."""

from __future__ import annotations

import pytest

from engine.kernel import Process, Scheduler, sleep, soundness
from engine.kernel.process import never
from engine.storage.descriptors import Descriptors
from engine.storage.faults import FaultRule, Faults
from engine.storage.inode import Inode, Write, replay
from engine.storage.memory import MemoryDisk
from engine.storage.names import NameTable
from engine.storage.tables import Tables


def test_whole_states_are_looked_through_in_tests() -> None:
    assert soundness.checked


class TestScheduler:
    def test_time_never_goes_backwards(self):
        scheduler = Scheduler()

        async def back() -> None:
            await sleep(5)
            await sleep(-1)

        with pytest.raises(AssertionError, match="turn time back"):
            scheduler.run(scheduler.spawn(back()))

    def test_a_coroutine_belongs_to_one_task(self):
        scheduler = Scheduler()
        waiting = never()
        scheduler.spawn(waiting)
        scheduler.run(scheduler.spawn(sleep_once()))
        with pytest.raises(AssertionError, match="two tasks"):
            scheduler.spawn(waiting)

    def test_a_process_ends_once_and_starts_nothing_afterwards(self):
        process = Process(Scheduler(), "wparse", 1)
        process.kill()
        process.kill()  # which is no error: it has no effect
        with pytest.raises(AssertionError, match="nobody could start it"):
            process.spawn(unused := never())
        unused.close()


async def sleep_once() -> None:
    await sleep(1)


class TestDisk:
    def test_a_file_stands_in_a_directory(self):
        with pytest.raises(AssertionError, match="nothing leads to it"):
            NameTable().create("nowhere/a", 1)

    def test_a_name_leads_to_a_file(self):
        tables = Tables()
        tables.names.create("a", 1)
        with pytest.raises(AssertionError, match="lead to nothing"):
            tables.forget_all_but()

    def test_a_lock_belongs_to_a_descriptor(self):
        descriptors = Descriptors()
        first = descriptors.open(1)
        descriptors.locks[2] = first
        with pytest.raises(AssertionError, match="never be given up"):
            descriptors.lock(first)

    def test_what_is_durable_is_the_beginning_of_what_is_seen(self):
        inode = Inode(None)
        inode.kept = 5
        with pytest.raises(AssertionError, match="beginning"):
            inode.append(b"abc")

    def test_a_change_lies_behind_what_is_durable(self):
        with pytest.raises(AssertionError, match="behind what is durable"):
            replay(b"", [Write(3, b"x")], 5)

    def test_names_are_sound_after_everything_that_a_disk_can_do(self):
        disk = MemoryDisk()
        disk.mkdir("a/b")
        descriptor = disk.open("a/b/c")
        disk.append(descriptor, b"abc")
        disk.rename("a/b/c", "a/d")
        disk.power_loss(disk.crash_images().images[-1])
        assert disk.list("") == ["a/d"]


class TestFaults:
    def test_a_rule_is_in_force_once(self):
        faults, rule = Faults(), FaultRule("*")
        faults.add(rule)
        with pytest.raises(AssertionError, match="count twice"):
            faults.add(rule)
        faults.find("read", "a", 0)
        faults.heal()
        with pytest.raises(AssertionError, match="count twice"):
            faults.add(rule)

    @pytest.mark.parametrize("wrong", [{"nth": 0}, {"delay": -1}])
    def test_a_rule_makes_sense(self, wrong):
        with pytest.raises(AssertionError):
            FaultRule("*", **wrong)
