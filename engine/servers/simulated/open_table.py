"""One table of a running server: what it holds in memory, and its file.

A file is a list of records, one for each unit of changes. What is synced together is written together; what is only
in the page cache is written unit by unit, as the server goes through the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from engine.databases.request import WriteRows
from engine.kernel import sleep
from engine.servers.simulated.row_records import as_record, units_before_damage, units_in
from engine.servers.table_engine import Decision, EngineKind, Flush, TableEngine
from engine.servers.table_state import ChangeUnit, TableState, first_version
from engine.storage.faults import FULL
from engine.storage.files import Files, Handle
from engine.units import SECOND

LOOKS_FOR_SPACE = 60 * SECOND  # how often MyISAM and Aria try again when the disk is full


class DamagedTable(Exception):
    """What failed to be written could not be taken out of the file again either; its one argument is why."""


class OpenTable:
    """A table whose file is open.

    Attributes:
        state: what is committed.
        was_repaired: when it was opened, its file said that it was written to.
    """

    def __init__(
        self, files: Files, handle: Handle, *, kind: EngineKind, flush: Flush, rules: TableEngine, state: TableState
    ) -> None:
        self._rules = rules
        self.state = state
        self.was_repaired = False
        self._files = files
        self._handle = handle
        self._mark = f"{handle.path}.open" if kind.marks_open else ""
        self._flush = flush
        self._waits = kind.full is None
        self._lives_on = kind.broken is not None
        self._staged: list[Sequence[ChangeUnit]] = []
        self._start = self._end = handle.size()
        self._memory: list[bytes] = []
        self._aged = 0  # of these, so many were there when the last flush looked
        self._unsynced = False

    def decide(self, request: WriteRows) -> Decision:
        """What its engine does with a request now; the same rows in the same state are decided about once."""
        rows = tuple(map(id, request.rows))  # and not the rows: 1 and true are equal
        same = rows, request.table, request.mode, request.token, request.framed, request.flaws
        made = self.state.version.once(same, lambda: (request, self._rules.decide(self.state, request)))
        return made[1]

    @property
    def is_dirty(self) -> bool:
        """Whether a later flush has anything to do."""
        return bool(self._memory) or (self._unsynced and self._flush.interval > 0)

    @property
    def was_cut(self) -> bool:
        """Whether somebody else has taken of its file what was written."""
        return self._handle.size() < self._end

    async def write(self, units: Sequence[ChangeUnit]) -> None:
        """Write changes; those that are synced are there when they are committed, others from now on.

        Raises:
            OSError: nothing of the unit that failed is there, nor of those that would have been synced with it.
            DamagedTable: that could not be achieved.
        """
        if self._mark and units and not self._files.exists(self._mark):
            (await self._files.open(self._mark)).close()
        match self._flush.kept:
            case "synced":
                if not self._staged:
                    self._start = self._handle.size()
                if units:
                    await self._append(self._record(units), self._start)
                    self._staged.append(units)
            case "cached":
                for unit in units:
                    record = self.state.version.after(unit).once("record", partial(as_record, unit))
                    await self._append(record, self._handle.size())
                    self.state.apply(unit)
                    self._unsynced = True
            case "in_memory":
                if units:
                    self._memory.append(self._record(units))
                    self.state.apply_all(units)

    async def commit(self) -> None:
        """Make what was written as durable as the server says that it is.

        Raises:
            OSError, DamagedTable: as `write`.
        """
        if not self._staged:
            return
        try:
            await self._handle.fsync()
        except OSError as error:
            if self._lives_on or (error.errno in FULL and not self._waits):  # else it ends, and its log with it
                await self._undo(self._start)
            raise
        for units in self._staged:
            self.state.apply_all(units)
        self._staged = []

    async def flush(self, *, is_last: bool = False) -> None:
        """Write and sync what is kept back; unless it is the last time, what hasn't aged is kept on where it ages.

        Raises:
            OSError: it is kept for the next time.
            DamagedTable: as `write`.
        """
        start = self._handle.size()
        count = self._aged if self._flush.ages and not is_last else len(self._memory)
        data = b"".join(self._memory[:count])
        try:
            if data:
                await self._handle.append(data)
            self._end = self._handle.size()
            await self._handle.fsync()
        except OSError:
            if data:
                await self._undo(start)
            raise
        del self._memory[:count]  # more may have come meanwhile
        self._aged = len(self._memory)
        self._unsynced = False

    async def close(self) -> None:
        """Leave the file as one that nobody writes to.

        Raises:
            OSError: it still says that somebody does.
        """
        if self._mark and self._files.exists(self._mark):
            await self._files.remove(self._mark)

    def _record(self, units: Sequence[ChangeUnit]) -> bytes:
        """Units as they come in the file, behind the state and what is staged."""
        version = self.state.version
        for each in (*self._staged, units):
            version = version.after(each)
        return version.once("record", lambda: b"".join(map(as_record, units)))

    async def _append(self, data: bytes, start: int) -> None:
        while True:
            try:
                await self._handle.append(data)
            except OSError as error:
                await self._undo(start)
                if not self._waits or error.errno not in FULL:
                    raise
                await sleep(LOOKS_FOR_SPACE)
            else:
                self._end = self._handle.size()
                return

    async def _undo(self, size: int) -> None:
        self._staged = []
        self._end = size
        if self._handle.size() == size:
            return
        try:
            await self._handle.truncate(size)
        except OSError as error:
            raise DamagedTable(error) from error


def state_of(data: bytes, kind: EngineKind) -> tuple[TableState, list[ChangeUnit], bool]:
    """What a server finds in a table's file: its rows, the units that are whole, and whether that is all of it.

    Tables that are repaired, or whose parts stand by themselves, lose what is damaged, and logs all behind it.
    """
    units, is_whole = units_in(data) if kind.skips_damage else units_before_damage(data)
    state = TableState()
    for unit in units:
        state.apply(unit)
    return state, units, is_whole


async def open_table(files: Files, path: str, kind: EngineKind, flush: Flush, rules: TableEngine) -> OpenTable:
    """Open a table's file, take out of it what is damaged, and make durable what is left.

    Raises:
        OSError: that can't be done.
    """
    handle = await files.open(path)
    if not handle.size():  # whoever made it may have died before its name was durable
        await files.sync_dir(path.rpartition("/")[0])
    state, units, is_whole = state_of(await handle.read(0, handle.size()), kind)
    if not units:
        state = TableState(first_version(rules))
    if not is_whole:
        handle.close()
        await files.replace(path, b"".join(map(as_record, units)))
        handle = await files.open(path)
    elif units and flush != Flush("cached"):
        # What a client can see from now on is durable. A sync that has failed may have taken it for written.
        await handle.rewrite(0)
        await handle.fsync()
    table = OpenTable(files, handle, kind=kind, flush=flush, rules=rules, state=state)
    table.was_repaired = kind.marks_open and (files.exists(f"{path}.open") or not is_whole)
    await table.close()
    return table
