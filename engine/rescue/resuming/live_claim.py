"""What `wparse` does before it adds lines to a target: it closes what replays have begun there."""

from __future__ import annotations

from collections.abc import Mapping

from engine.machine import Program
from engine.machine.target import Target
from engine.rescue.checkpoint import CheckpointError, Entry, checkpoint_path, parse_checkpoint
from engine.rescue.resuming.intents import intent_path, read_intents, write_intents
from engine.rescue.resuming.settle import settle
from engine.sinks.file_target import failed


class LiveClaim:
    """Implements `Claim`. It costs a look for one name where no replay has begun anything at the target."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def before(self, target: Target) -> None:
        """Close what is open. When that can't be done the sink is down: its lines go to a rescue file.

        Raises:
            SinkError: an intent can't be closed.
        """
        program = self._program
        path = intent_path(program.project.rescue_root, target.path)
        if not program.files.exists(path) or program.behaviour.live_turn == "not_taken":
            return
        try:
            intents = await read_intents(program, target.path)
            if intents.are_about(target) and any(each.is_open for each in intents.begun.values()):
                await settle(program, intents, target, await self._entries())
                await write_intents(program, intents)
        except OSError as error:
            raise failed(error, error.filename) from error

    def after(self, target: Target, end: int) -> None:
        """See `Claim.after`."""

    async def _entries(self) -> Mapping[str, Entry]:
        """What the checkpoint says, if it can be read: without it there is only more to look at."""
        path = checkpoint_path(self._program)
        if not self._program.files.exists(path):
            return {}
        try:
            return parse_checkpoint(await self._program.files.read(path))
        except (CheckpointError, OSError):
            return {}
