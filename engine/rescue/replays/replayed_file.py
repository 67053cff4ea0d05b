"""What becomes of a rescue file of which everything is dealt with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from engine.machine import Program
from engine.machine.target import Target
from engine.rescue.checkpoint import Checkpoint
from engine.rescue.name import logged_path
from engine.rescue.resuming.replay_claim import ReplayClaim
from engine.sinks import Sink
from engine.storage.disk_port import parent
from engine.storage.files import Handle


class ReplayedFile:
    """The end of a replay: its lines are made durable, then the file is removed, then what was said of it.

    Args:
        program: who replays it.
        path: what it is called.
        sink: where its lines have gone.
        handle: the file itself, whatever is at `path` by now.
        claim: what is said of it to others who add to the target.
        checkpoint: what is said of it to whoever replays next.
    """

    def __init__(
        self, program: Program, path: str, sink: Sink, *, handle: Handle, claim: ReplayClaim, checkpoint: Checkpoint
    ) -> None:
        self._program = program
        self._path = path
        self._sink = sink
        self._handle = handle
        self._claim = claim
        self._checkpoint = checkpoint

    async def finish(self, lines: int) -> None:
        """All of its lines are dealt with: make them durable, remove the file, then what was said of it.

        Raises:
            OSError, SinkError: the rest of that is left for another run.
        """
        behaviour, log = self._program.behaviour, self._program.log
        if behaviour.target_sync == "before_it_counts":
            await self._sink.sync()
        await self._say(self._claim.finishing)
        is_another = self._program.files.number(self._path) not in (0, self._handle.number())
        if is_another:
            log.warn("recover", f"{logged_path(self._path)} is another file since it was read: it stays")
        elif behaviour.remove_rescue_file == "when_delivered":
            await self.remove(lines)
        await self._checkpoint.drop(self._path)
        if not (is_another and self._handle.is_named()):  # who has its new name is known by the intent
            await self._say(self._claim.finished)
        log.info("recover", f"recover end! clean file : {logged_path(self._path)}")
        log.info("recover", "recover end")

    async def remove(self, lines: int) -> None:
        """Remove it, after so many lines.

        Raises:
            OSError: it can't be removed.
        """
        await self._program.files.remove(self._path)
        self._program.emit("recovery.file_removed", path=self._path, sink=self._sink.name, lines=lines)
        await self._program.files.sync_dir(parent(self._path))

    async def _say(self, how: Callable[[Target], Awaitable[None]]) -> None:
        if self._program.claim is self._claim:
            async with self._sink.turn() as target:
                if target is not None:
                    await how(target)
