"""An input file that is being read: how far, and what has become of it meanwhile."""

from __future__ import annotations

from engine.rescue.resuming.file_identity import Position
from engine.storage.chunks import LineReader
from engine.storage.files import Handle


class InputFile:
    """An open input file.

    Attributes:
        handle: it, open.
        place: up to where its lines were handed on; kept only where somebody wants it.
        taken: the number of the line that was taken last, from 1 on.
        is_anew: what it has is something else than what a file of its number had.

    Args:
        handle: it, open.
        place: where to go on.
        keeps_place: whether `place` is to be kept.
        is_anew: see above.
    """

    def __init__(
        self, handle: Handle, place: Position | None = None, *, keeps_place: bool = False, is_anew: bool = False
    ) -> None:
        self.handle = handle
        self.place = place or Position()
        self.taken = self.place.lines
        self.is_anew = is_anew
        self._keeps_place = keeps_place
        self._reader = LineReader(handle, self.place.offset)
        self._next = self.place

    @property
    def drained(self) -> bool:
        """Whether everything that it has now has been read."""
        return self._reader.drained

    @property
    def is_cut(self) -> bool:
        """Whether it has become shorter than what was read of it."""
        return self._reader.is_cut

    @property
    def unfinished(self) -> bytes:
        """What has been read of a line whose end was not: see `LineReader.unfinished`."""
        return self._reader.unfinished

    async def take(self, most: int, *, unfinished: bool) -> list[bytes]:
        """At most so many lines: see `LineReader.take`.

        Raises:
            OSError: it can't be read.
        """
        lines, data = await self._reader.take_with_bytes(most, unfinished=unfinished)
        if self._keeps_place:
            self._next = self.place.behind(data, len(lines))
        self.taken += len(lines)
        return lines

    def handed_on(self) -> None:
        """The lines that were taken last are in the pipeline."""
        self.place = self._next
