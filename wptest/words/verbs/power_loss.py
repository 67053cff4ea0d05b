"""`power_loss: true`: every program dies, and of what was never synced the disk loses all, some or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, final

from pydantic import Discriminator, Tag

from wptest.shapes.shape import Shape, documented
from wptest.words.change import StepChange
from wptest.words.obstacle import Beyond, Reason
from wptest.words.stage import Lives, Reality, Stage, UnsupportedError
from wptest.words.verb import MAKES_TROUBLE, ByHand, Hit, Nature, Snippet, Stands

Unsynced = Literal["lost", "kept", "some"]


class PowerLoss(Shape):
    """What becomes of what was never synced, names as well as bytes."""

    unsynced: Unsynced = documented(
        "`lost`: only what is certain is left, as with `true`. `kept`: everything is left. `some`: "
        "one of the disks that the power loss may leave, drawn by the seed.",
        default=...,
    )


PowerGone = Annotated[
    Annotated[Literal[True], Tag("<true>")] | Annotated[PowerLoss, Tag("<condition>")],
    Discriminator(lambda value: "<condition>" if isinstance(value, dict | PowerLoss) else "<true>"),
]


@final
class CutPower(ByHand[Literal[True] | PowerLoss]):
    """Kill every program, and leave on disk only what was synced, or what `unsynced` says."""

    key = "power_loss"
    order = 60
    examples = (True, {"unsynced": "some"})
    value = PowerGone
    stands = Stands(when=True, meanwhile=True, cleanup=MAKES_TROUBLE)
    snippets = (Snippet("power loss", "Take the power away", {"at": "${1:3s}", "power_loss": True}),)
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        from engine.servers.on_machine import servers_of  # noqa: PLC0415 - for a run only
        from engine.storage.memory import MemoryDisk  # noqa: PLC0415
        from engine.storage.real import RealDisk  # noqa: PLC0415

        machine = stage.machine
        disk = machine.disk
        if not isinstance(disk, MemoryDisk):
            real = isinstance(disk, RealDisk)
            raise UnsupportedError(f"the power of a {'real' if real else 'fake'} disk can't be cut")
        for program in stage.alive:
            program.process.kill()
        servers = servers_of(machine)
        for server in servers:
            server.kill()
        unsynced: Unsynced = "lost" if self.written is True else self.written.unsynced
        match unsynced:
            case "lost":
                disk.power_loss()
                machine.emit("wptest", "power.lost")
            case "kept":
                disk.power_loss(disk.crash_images("strict").images[0])
                machine.emit("wptest", "power.lost", unsynced=unsynced)
            case "some":
                disk.power_loss(disk.drawn_crash(machine.streams.stream("power loss")))
                machine.emit("wptest", "power.lost", unsynced=unsynced)
        for server in servers:  # they start with the machine, when its power is back
            if not server.kind.is_embedded:
                server.start()
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.power_goes()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_never(Beyond.POWER)

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`: for every program that runs."""
        yield Hit("power loss")
