"""`order`: the lines of a rescue file, and of an input those that never were in one, keep their order in a target.

Only lines that a target is owed once, and has once, can be told apart, and only those are looked at. Those that the
sink itself let others overtake, by taking later lines of a batch and not them, are left out, and so are those that
were read twice, and those that may have come although they are not owed, or of which some are not owed any more: of
equal ones nobody knows which is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from wptest.judge.dues import Dues
from wptest.judge.history import History, Replayed
from wptest.judge.ledger import Ledger
from wptest.judge.line_counts import NONE, batches, split_lines
from wptest.text.wording import line_text


@dataclass(frozen=True, slots=True)
class Disorder:
    """Two lines that stand in a target in another order than in their source.

    Attributes:
        source: where they come from.
        late: the one that should come first, and doesn't; `early` comes before it.
        late_place, early_place: as which lines of the target they stand there.
    """

    source: str
    late: bytes
    late_place: int
    early: bytes
    early_place: int

    def __iter__(self) -> Iterator[str]:
        yield f"line {self.early_place} is: {line_text(self.early)}"
        yield f"line {self.late_place} is: {line_text(self.late)}"
        yield f"{self.source} has them the other way round"


def disordered(ledger: Ledger, history: History, target: str) -> Iterator[Disorder]:
    """The first two lines from each source that stand in the target in another order."""
    data = ledger.inventory.content(target)
    replays = history.replays_into(target)
    account = ledger.accounts().get(target)
    more = NONE if account is None else account.duplicates
    if not more and _is_plainly_in_order(data, replays, ledger.dues, target):
        return
    owed = ledger.dues.lines().get(target, NONE)
    lines_there = enumerate(split_lines(data), 1)
    twice, doubtful = ledger.dues.read_twice().get(target, NONE), ledger.debts.doubtful.get(target, NONE)
    gone = ledger.dues.written_off(target)
    left_out = {*more, *ledger.inventory.overtaken(target), *twice, *doubtful, *gone}
    places = {line: place for place, line in lines_there if owed[line] == 1 and line not in left_out}
    # Also of a rescue file that somebody has removed half-way: what had arrived of it stands where it was sent.
    replayed = {line for each in history.replays if each.target == target for line in each.lines}
    elsewhere = replayed | ledger.debts.by_hand.lines_put(target)
    sequences: list[tuple[str, Sequence[bytes]]] = [(each.path, each.lines) for each in replays]
    for path, read in ledger.dues.streams(owed):
        sequences.append((path, [line for line in read if line not in elsewhere]))
    for source, lines in sequences:
        seen = [(places[line], line) for line in lines if line in places]
        for (place, line), (next_place, next_line) in pairwise(seen):
            if next_place < place:
                yield Disorder(source, line, place, next_line, next_place)
                break


def block_of(replayed: Replayed, data: bytes) -> tuple[int, int] | None:
    """Where a replay's lines stand in the target as one piece, byte for byte; None where they don't."""
    end = replayed.removed_at
    if end is None or not replayed.data.endswith(b"\n") or not data.endswith(replayed.data, 0, end):
        return None
    start = end - len(replayed.data)
    return (start, end) if start == 0 or data[start - 1 : start] == b"\n" else None


def _is_plainly_in_order(data: bytes, replays: list[Replayed], dues: Dues, target: str) -> bool:
    """Whether each replay stands there in one piece, and the rest as it came: so it is nearly always."""
    blocks = [block_of(each, data) for each in replays]
    known = sorted(block for block in blocks if block is not None)
    if len(known) < len(blocks) or any(one[1] > other[0] for one, other in pairwise(known)):
        return False
    edges = [0, *chain.from_iterable(known), len(data)]
    pieces = [data[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    if any(_stand_in(read, pieces) for _, read in dues.inputs.accepted_data()):
        return True
    candidates = dues.candidates(target)
    # `in` goes on from where it stopped: each line must come after the one before it.
    return all(line in candidates for piece in pieces for lines in batches(piece) for line in lines)


def _stand_in(read: bytes, pieces: Sequence[bytes]) -> bool:
    """Whether pieces of whole lines stand one behind the other in what was read; a look at bytes finds most."""
    end = 0
    for piece in pieces:
        start = read.find(piece, end)
        if start < 0 or (start and read[start - 1 : start] != b"\n"):
            return False
        end = start + len(piece)
    return True
