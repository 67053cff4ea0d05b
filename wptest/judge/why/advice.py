"""What to do about lines that are there twice, or nowhere: why it came so, as far as the project says it."""

from __future__ import annotations

from engine.machine import Machine
from engine.project.model import SinkConf
from engine.servers.on_machine import servers_on
from wptest.judge.history import History
from wptest.judge.ledger import Ledger
from wptest.judge.line_counts import CountedLines
from wptest.text.wording import so_many

_READ_TWICE = (
    "wparse was started again, and reads its input from the start (D36): write another input before, or let it "
    "keep its place: given: {source: {keep_position: true}}"
)
_READ_ON = "wparse was killed, and reads again what came behind the position that it keeps: allow so many"


class Advice:
    """Knows what a run's books and its project say of a breach."""

    def __init__(self, machine: Machine, ledger: Ledger, history: History) -> None:
        self._machine = machine
        self._ledger = ledger
        self._history = history

    @property
    def read_twice(self) -> str:
        """What to do about lines that were read once more."""
        goes_on = self._machine.behaviour.source_position != "from_start"
        return _READ_ON if self._ledger.dues.keeps_position and goes_on else _READ_TWICE

    def no_key(self, target: str, lines: int) -> str:
        """What to do about rows that are there twice since no key tells them apart; empty where one does."""
        inventory = self._ledger.inventory
        if target not in inventory.tables or inventory.has_keys(target):
            return ""
        sink, allow = self._sink(target), f'allow: {{duplicates: "<= {lines}"}}'
        return (
            f"the sink {sink.id} has no key by which its table knows a row that is sent again: say one, like "
            f"'key: place' with a column 'from: $place', or how many may be there twice: {allow}"
        )

    def unanswered(self, target: str) -> str:
        """What to do about doubles that come of answers that never came; nothing where all were answered."""
        lines = self._history.unknown(target)
        again = f"{so_many(lines)} {'was' if lines == 1 else 'were'} sent again since no answer came"
        return f'{again}: allow: {{duplicates: "<= {lines}"}}' if lines else ""

    def lost(self, target: str, lines: CountedLines) -> str:
        """What to do about lines that are nowhere since another one has their key; empty where none is."""
        if not self._ledger.inventory.has_keys(target):
            return ""
        number = servers_on(self._machine).with_key_there(target, lines)
        if not number:
            return ""
        database = self._sink(target).database
        is_over = database is not None and database.mode in ("upsert", "index")
        stays = "second is written over the first" if is_over else "first stays"
        which = "all" if number == lines.total() else f"{number:,}"
        return (
            f"the table has a row with the key of {which} of them: of two lines with one key the {stays}; "
            f"'key: place' with a column 'from: $place' tells equal lines apart"
        )

    def _sink(self, target: str) -> SinkConf:
        return next(sink for project in self._ledger.projects for sink in project.sinks if sink.path == target)
