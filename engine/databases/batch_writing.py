"""How a batch is written: what is asked next, by what the server has answered.

`written_batch` is a generator that yields requests, is sent the answers, and returns what came of each line. It
knows no server and no network, so whatever these do can be tried on it; `engine.databases.conversation` leads it.

- What is refused is sent again in halves, until the line that isn't taken is alone. What is too large is, too.
- A key that is there is no refusal: the server is asked for the row that has it. If that is the line's row, it is
  delivered, by an earlier attempt that nobody answered; if not, another line has its key, and it is refused.
- A server that takes a row whose key is there is asked for the keys before, whatever was sent when and by whom. So
  nothing is there twice, as long as it has done what it was sent before it answers.
- What is refused for good is asked for before it is given up: an earlier attempt may have brought it there.
- Where no answer comes, or one that says that the server takes nothing now, nothing more is sent.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Generator, Mapping, Sequence

from engine.databases.batch_written import BatchWritten, overtaken
from engine.databases.batches import halves
from engine.databases.how_to_write import HowToWrite
from engine.databases.keyed_rows import KeyedRows
from engine.databases.known_codes import Meaning
from engine.databases.meaning import known_code, taken_otherwise
from engine.databases.request import (
    ByItem,
    ItemStatus,
    KeysFound,
    NoAnswer,
    RowsWritten,
    ServerAnswer,
    ServerRefusal,
    ServerRequest,
    WriteRows,
)
from engine.machine.batch_outcome import BatchOutcome
from engine.rows.row_table import TableRow

Conversation = Generator[ServerRequest, ServerAnswer, BatchWritten]
_Step = Generator[ServerRequest, ServerAnswer, None]


def written_batch(how: HowToWrite, rows: Sequence[TableRow], token: str = "") -> Conversation:
    """Write rows, as far as the server takes them.

    Args:
        how: to which server and table, and in which way.
        rows: those to write; what is returned names them by their places.
        token: names this batch among all that were ever written to the table, and is the same for no other. A
            server that remembers inserts needs it for rows that no key tells apart: it would drop equal ones.
    """
    writing = _Writing(how, tuple(rows), token)
    yield from writing.write()
    return writing.written()


class _Writing:
    def __init__(self, how: HowToWrite, rows: tuple[TableRow, ...], token: str) -> None:
        self._how = how
        self._table = how.table
        self._rows = rows
        self._keyed = KeyedRows(how.table, rows)
        self._taken_otherwise = taken_otherwise(how.behaviour)
        has_key = bool(how.table.key) and how.mode == "insert"
        by_rows = has_key and how.behaviour.insert_name == "of_the_rows"  # those of the same lines, whenever
        names_inserts = how.rules.family == "clickhouse"
        self._batch = "" if by_rows or not token or not names_inserts else _digest((token, list(rows)))
        assert by_rows or token or not names_inserts, "equal rows would be taken for repeated ones"
        self._tells_by_key = bool(how.table.key) and how.rules.has_keys
        self._runs: deque[Sequence[int]] = deque()  # what is to be sent, each run in one request
        self._delivered: dict[int, None] = {}  # in the order in which the server took them
        self._refused: dict[int, str] = {}
        self._turned_down: list[int] = []  # of these, what the server has refused, and may have all the same
        self._unknown: set[int] = set()
        self._maybe_there: set[int] = set()
        self._stopped: Meaning | None = None
        self._reason = ""

    def written(self) -> BatchWritten:
        """What came of it."""
        outcome = BatchOutcome(sorted(self._delivered), dict(sorted(self._refused.items())), sorted(self._unknown))
        reason = self._reason or next(iter(outcome.refused.values()), "")
        twice = sorted(self._maybe_there & self._delivered.keys())
        return BatchWritten(outcome, self._stopped, reason, twice, overtaken(self._delivered))

    def write(self) -> _Step:
        """Send all rows that can be sent, until something stops it."""
        first = self._how.first_requests(self._rows)
        self._runs += first.runs
        self._refused |= first.refused
        while self._runs and self._stopped is None:
            run = self._runs.popleft()
            if self._how.asks_first:
                run, others = self._keyed.of_different_keys(run)
                if others:  # they come when the first of each key is there
                    self._runs.appendleft(others)
                run = yield from self._not_there_yet(run)
            yield from self._send(run) if run else ()
        if self._turned_down:
            yield from self._look_before_giving_up()

    def _look_before_giving_up(self) -> _Step:
        """What is refused may be there by an earlier attempt, of which nobody has heard; else it comes again."""
        run, reasons = self._turned_down, self._refused
        self._refused = {place: why for place, why in reasons.items() if place not in run}
        if self._stopped is not None:
            return
        answer = yield self._keyed.question(run)
        if not isinstance(answer, KeysFound):
            self._stop(run, Meaning.UNKNOWN, "nobody says whether what it has refused is there")
            return
        there = self._keyed.by_key(answer.rows)
        for place in run:
            if there.get(self._keyed.key(place)) == self._rows[place]:
                self._deliver([place])
            else:
                self._refused[place] = reasons[place]

    def _not_there_yet(self, run: Sequence[int]) -> Generator[ServerRequest, ServerAnswer, Sequence[int]]:
        """Those of the rows that are to be sent; what can't be asked for is sent later."""
        answer = yield self._keyed.question(run)
        match answer:
            case KeysFound(rows):
                return self._left_of(run, self._keyed.by_key(rows), replaces=self._how.rules.repeats == "replace")
            case ServerRefusal(code, text):
                meaning = self._meaning(code, text)
                self._stop(run, meaning if meaning is Meaning.CONFIGURATION else Meaning.AGAIN, _said(code, text))
            case NoAnswer(why):
                self._stop(run, Meaning.AGAIN, why)
            case RowsWritten() | ByItem():
                self._stop(run, Meaning.AGAIN, "the answer is about something else")
        return ()

    def _send(self, run: Sequence[int]) -> _Step:
        rows = self._rows if len(run) == len(self._rows) else tuple([self._rows[place] for place in run])
        token = self._token_for(run, rows)
        answer = yield WriteRows(self._table, rows, self._how.mode, token, flaws=self._how.flaws)
        match answer:
            case RowsWritten(affected):
                yield from self._counted(run, affected)
            case ByItem() if self._how.behaviour.bulk_answer == "status_only":
                self._deliver(run)
            case ByItem(items) if len(items) == len(run):
                yield from self._answered_singly(run, items)
            case ServerRefusal(code, text):
                yield from self._answered(run, self._meaning(code, text), _said(code, text))
            case NoAnswer(why, sent):
                self._unanswered(run, why, sent=sent)
            case ByItem() | KeysFound():
                self._stop(run, Meaning.UNKNOWN, "the answer is about something else")

    def _meaning(self, code: str, text: str = "") -> Meaning:
        meaning = known_code(self._how.rules.family, code, text).meaning
        return self._taken_otherwise.get(meaning, meaning) if self._taken_otherwise else meaning

    def _unanswered(self, run: Sequence[int], why: str, *, sent: bool) -> None:
        meaning = self._taken_otherwise.get(Meaning.UNKNOWN, Meaning.UNKNOWN) if sent else Meaning.AGAIN
        if meaning is Meaning.DELIVERED:
            self._deliver(run)
        else:
            self._stop(run, meaning, why)

    def _counted(self, run: Sequence[int], affected: int) -> _Step:
        """The server did it: only where fewer rows were written than sent is there a question left."""
        # MySQL counts none for a row that stays as it is, and INSERT IGNORE none for a row that it leaves out.
        if self._how.mode in ("upsert", "ignore_errors") or affected >= len(run):
            self._deliver(run)
        elif self._how.mode == "insert_ignore":
            yield from self._look(run, absent=Meaning.UNKNOWN)
        else:
            self._stop(run, Meaning.UNKNOWN, f"the server says that it wrote {affected} of {len(run)} rows")

    def _answered(self, run: Sequence[int], meaning: Meaning, reason: str) -> _Step:
        """An answer that is the same for all rows of a request."""
        match meaning:
            case Meaning.DELIVERED:
                self._deliver(run)
            case Meaning.KEY_THERE if self._tells_by_key:
                yield from self._look(run, absent=Meaning.AGAIN)
            case Meaning.REFUSED | Meaning.KEY_THERE | Meaning.TOO_LARGE if len(run) == 1:
                self._refused[run[0]] = reason
                if self._tells_by_key and not self._how.asks_first:
                    self._turned_down.append(run[0])
            case Meaning.FEWER if len(run) == 1:
                self._stop(run, Meaning.AGAIN, reason)
            case Meaning.REFUSED | Meaning.KEY_THERE | Meaning.TOO_LARGE | Meaning.FEWER:
                self._send_in_halves(run)
            case Meaning.AGAIN if not self._how.rules.takes_whole:
                self._stop(run, Meaning.UNKNOWN, reason)
            case Meaning.AGAIN | Meaning.UNKNOWN | Meaning.CONFIGURATION:
                self._stop(run, meaning, reason)

    def _answered_singly(self, run: Sequence[int], items: Sequence[ItemStatus]) -> _Step:
        if items.count(items[0]) == len(items) and self._meaning(items[0].code) is Meaning.DELIVERED:
            self._deliver(run)  # as nearly always
            return
        there = []
        for place, item in zip(run, items, strict=True):
            code = item.code
            meaning = self._meaning(code)
            if meaning is Meaning.KEY_THERE and self._tells_by_key:
                there.append(place)
            else:
                yield from self._answered([place], meaning, code)
        if there:
            yield from self._look(there, absent=Meaning.AGAIN)

    def _look(self, run: Sequence[int], absent: Meaning) -> _Step:
        """Ask who has the keys of these rows; `absent` is what it means for a row that nobody has its key."""
        answer = yield self._keyed.question(run)
        match answer:
            case KeysFound(rows):
                yield from self._compare(run, self._keyed.by_key(rows), absent)
            case ServerRefusal(code, text):
                meaning = self._meaning(code, text)
                self._stop(run, meaning if meaning in _STOPS else Meaning.UNKNOWN, _said(code, text))
            case NoAnswer(why):
                self._stop(run, Meaning.UNKNOWN, why)
            case RowsWritten() | ByItem():
                self._stop(run, Meaning.UNKNOWN, "the answer is about something else")

    def _left_of(
        self, run: Sequence[int], there: Mapping[TableRow, TableRow], *, replaces: bool = False
    ) -> Sequence[int]:
        """The rows that aren't there: the others are delivered, or another row has their key."""
        if not there:
            return run
        left = []
        for place in run:
            row = there.get(self._keyed.key(place))
            if row == self._rows[place]:
                self._deliver([place])
            elif row is None or replaces:
                left.append(place)
            else:
                self._refused[place] = "another row has its key"
        return left

    def _compare(self, run: Sequence[int], there: Mapping[TableRow, TableRow], absent: Meaning) -> _Step:
        left = self._left_of(run, there)
        if not left:
            return
        if there.keys() - set(map(self._keyed.key, run)):  # the server takes other keys for the same
            self._give_up_or_halve(left)
        elif absent is Meaning.AGAIN and len(left) < len(run):
            self._runs.appendleft(left)
        elif len(left) < len(run):  # by themselves: rows of the others tell nothing of how keys are compared
            yield from self._look(left, absent)
        elif absent is Meaning.AGAIN and len(left) > 1:
            self._send_in_halves(left)
        else:
            self._stop(left, absent, "the server says that a key is there, and has no row with it")

    def _give_up_or_halve(self, left: Sequence[int]) -> None:
        """Find the row whose key is another one's to the server; a collation that knows no case does so."""
        if len(left) == 1:
            self._refused[left[0]] = "another row has its key, as the server compares keys"
        else:
            self._send_in_halves(left)

    def _send_in_halves(self, run: Sequence[int]) -> None:
        if not (self._how.rules.takes_whole or self._tells_by_key):
            self._maybe_there.update(run)
        self._runs.extendleft(reversed(halves(run)))

    def _deliver(self, run: Sequence[int]) -> None:
        self._delivered.update(dict.fromkeys(run))

    def _stop(self, run: Sequence[int], meaning: Meaning, reason: str) -> None:
        """Send nothing more; what stopped it first is what is told."""
        if meaning is Meaning.UNKNOWN:
            self._unknown.update(run)
        if self._stopped is None:
            self._stopped, self._reason = meaning, reason

    def _token_for(self, run: Sequence[int], rows: Sequence[TableRow]) -> str:
        """A token that never stands for other rows: a server that knows it has all of them."""
        if self._how.rules.family != "clickhouse":
            return ""
        named = (self._batch, tuple(run)) if self._batch else rows
        return _digest(named)


_STOPS = (Meaning.AGAIN, Meaning.UNKNOWN, Meaning.CONFIGURATION)


def _said(code: str, text: str) -> str:
    return text if text.startswith(code) else f"{code} {text}".strip()


def _digest(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]
