"""Does what a step says, for steps of the timeline and of the cleanup alike."""

from __future__ import annotations

from engine.kernel import Signal
from wptest.language import actions
from wptest.run.hand import lend_hand
from wptest.run.world import World


async def act(world: World, action: actions.Deed) -> None:
    """Do it, and wait for its end.

    Raises:
        StuckError: it doesn't come to its end.
        LimitError: the scenario's `limit` is over before.
        UnsupportedError: it has no effect where the run's disk is.
        OSError: what it does to a file can't be done.
    """
    match action:
        case actions.Run(command):
            program = world.start(command)
            await world.until(lambda: not program.process.alive)
        case actions.Start(command):
            world.start(command)
        case actions.Signal(process, "KILL") | actions.Kill(process):
            world.kill(process)
        case actions.Signal(process, signal):
            world.latest(process).process.signal(Signal[signal])
        case actions.Heal():
            world.machine.storage.faults.heal()
        case actions.WaitIdle():
            await world.until_idle()
        case actions.WaitTime(duration):
            await world.pause(duration)
        case actions.WaitExit(process):
            program = world.latest(process)
            await world.until(lambda: not program.process.alive)
        case actions.WaitEvent(kind):
            await world.until_event(kind, lambda _event: True)
        case _:
            lend_hand(world, action)
