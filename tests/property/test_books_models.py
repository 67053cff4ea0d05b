"""What is owed and where lines are, each by itself, against naive re-tellings of the same."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path[:0] = [str(Path(__file__).parents[1] / "unit" / part) for part in ("engine", "run")]

from engine_bench import FILE, INPUT, RESCUE, SAMPLE, TARGET, joined  # noqa: E402
from scenario_bench import Books  # noqa: E402

from engine.storage.disk_port import write_all  # noqa: E402
from wptest.judge.line_counts import Tally  # noqa: E402

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(5)]
ASTRAY = b"no rule knows it"
MISS = "data/out_dat/miss.dat"

lines = st.lists(st.sampled_from([*LINES, ASTRAY, b"", b" "]), max_size=6)
known = st.lists(st.sampled_from(LINES), max_size=4)
acts = st.one_of(
    st.tuples(st.just("write input"), lines),
    st.tuples(st.just("read"), st.integers(0, 7)),
    st.tuples(st.just("book rescue file"), lines),
    st.tuples(st.just("write off"), known),
)


class NaiveDues:
    """Lists of what each target is owed; nothing is computed twice, and nothing is forgotten."""

    def __init__(self):
        self.owed = {TARGET: [], MISS: []}
        self.input, self.read, self.accepted = [], 0, 0

    def write_input(self, written):
        self.input, self.read = written, 0

    def read_to(self, line):
        for each in self.input[self.read : line]:
            self.accepted += 1
            if each.strip():
                self.owed[MISS if each == ASTRAY else TARGET].append(each)
        self.read = max(self.read, min(line, len(self.input)))

    def book(self, written):
        self.owed[TARGET] += [line for line in written if line.strip()]

    def write_off(self, gone):
        for line in gone:
            if line in self.owed[TARGET]:
                self.owed[TARGET].remove(line)


@given(script=st.lists(acts, max_size=8))
def test_what_is_owed_follows_from_what_was_read_booked_and_written_off(script):
    books, naive = Books(), NaiveDues()
    dues = books.ledger.dues
    for act, what in script:
        match act:
            case "write input":
                books.machine.emit("wparse", "program.exited", code=0)
                write_all(books.disk, INPUT, joined(what))
                naive.write_input(what)
            case "read":
                total = max(naive.read, min(what, len(naive.input)))
                more = total - naive.read
                naive.read_to(what)
                if more:
                    books.machine.emit("wparse", "source.accepted", path=INPUT, lines=more, total=total)
            case "book rescue file":
                write_all(books.disk, FILE, joined(what))
                books.ledger.book_file(FILE)
                naive.book(what)
            case "write off":
                gone = Counter(what) & Counter(naive.owed[TARGET])
                dues.write_off({TARGET: gone})
                naive.write_off(list(gone.elements()))

    assert dues.accepted == naive.accepted
    for target, owed in naive.owed.items():
        assert dues.lines().get(target, Counter()) == Counter(owed)
        assert dues.tallies().get(target, Tally()) == tally(owed)
    assert dues.anything >= any(naive.owed.values())


def tally(owed):
    counted = Tally()
    counted.update(owed)
    return counted


files = st.fixed_dictionaries({}, optional={
    f"a-2025-10-04_01:59:2{number}.dat{lock}": lines for number in range(2) for lock in ("", ".lock")
})  # fmt: skip


@given(files=files, alive=st.booleans(), begun=st.booleans(), torn=st.sampled_from([b"", b"torn"]))
def test_lines_of_rescue_files_are_where_their_names_and_their_writers_say(files, alive, begun, torn):
    books = Books()
    expected = {}
    for name, written in files.items():
        is_locked = name.endswith(".lock")
        books.write(f"{RESCUE}/{name}", joined(written) + torn)
        if is_locked and alive:
            books.disk.lock(books.disk.open(f"{RESCUE}/{name}"))
        if begun and not is_locked:
            books.machine.emit("wprescue", "recovery.file_began", path=f"{RESCUE}/{name}", sink="a")
        # The torn end of a file that is still written is no line yet; that of a released one is its last line.
        found = [line for line in [*written, *([torn] if torn and not is_locked else [])] if line.strip()]
        expected.setdefault("stranded" if is_locked and not alive else "rescued", []).extend(found)
        if not begun or is_locked:
            expected.setdefault("fresh", []).extend(found)

    undelivered = books.ledger.inventory.undelivered(Counter)

    assert {place: +there for (_, place), there in undelivered.items() if there} == {
        place: Counter(there) for place, there in expected.items() if there
    }
    assert {target for target, _ in undelivered} <= {TARGET}


@given(arrived=known, rescued=known, owed=known)
def test_what_is_missing_is_owed_and_in_no_place(arrived, rescued, owed):
    books = Books()
    books.write(TARGET, arrived)
    books.write(FILE, rescued)
    left = list(owed)
    for line in [*arrived, *rescued]:
        if line in left:
            left.remove(line)
    inventory = books.ledger.inventory

    assert inventory.missing(TARGET, Counter(owed), inventory.undelivered(Counter)) == Counter(left)
