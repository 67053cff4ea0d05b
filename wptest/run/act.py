"""Does what a step says, for steps of the timeline and of the cleanup alike."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import Signal
from wptest.run.changes import Change, Healed
from wptest.run.hand import lend_hand
from wptest.run.world import World
from wptest.words import actions


async def act(world: World, action: actions.Deed) -> Sequence[Change]:
    """Do it, and wait for its end; what it changed that may make a difference to nobody.

    Raises:
        StuckError: it doesn't come to its end.
        LimitError: the scenario's `limit` is over before.
        UnsupportedError: it has no effect where the run's disk is.
        OSError: what it does to a file can't be done.
    """
    match action:
        case actions.Run(command):
            program = world.start(command)
            await world.waiting.until_ended(program)
        case actions.Start(command):
            world.start(command)
        case actions.Signal(process, "KILL") | actions.Kill(process):
            world.kill(process)
        case actions.Signal(process, signal):
            world.latest(process).process.signal(Signal[signal])
        case actions.Heal():
            now = world.machine.scheduler.now
            return [Healed(sum(not rule.is_over(now) for rule in world.machine.storage.faults.heal()))]
        case actions.WaitIdle():
            await world.waiting.until_idle()
        case actions.WaitTime(duration):
            await world.waiting.pause(duration)
        case actions.WaitExit(process):
            program = world.latest(process)
            await world.waiting.until_ended(program)
        case actions.WaitEvent(kind):
            await world.waiting.until_event(kind, lambda _event: True)
        case _:
            return lend_hand(world, action)
    return ()
