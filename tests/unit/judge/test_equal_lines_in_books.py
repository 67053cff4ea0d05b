"""Equal lines in the books: those that nobody can tell apart are neither lost nor doubled for it."""

from __future__ import annotations

from collections import Counter

from engine_bench import FILE, TARGET
from scenario_bench import Books

from engine.storage.disk_port import write_all
from engine.storage.memory import MemoryDisk
from wptest.explore.crashes.promised import Promised
from wptest.judge.ledger import Ledger

PING = b"ping"


def restarted(delivered: bytes, rescued: list[bytes], owed: int) -> Books:
    """Books of a machine that starts again, with so many equal lines owed."""
    books = Books({})
    books.write(TARGET, b"")
    books.append(TARGET, delivered)
    books.write(FILE, rescued)
    books.ledger = Ledger(books.machine, books.project, [], {TARGET: Counter({PING: owed})})
    return books


def test_what_is_in_the_target_and_what_waits_are_different_lines():
    books = restarted(b"ping\nping\n", [PING] * 3, 9)

    books.ledger.debts.write_off_all_but({})

    assert books.ledger.dues.lines()[TARGET] == Counter({PING: 5})
    assert books.ledger.debts.doubtful == {}


def test_a_begun_replay_leaves_a_doubt_that_is_no_breach():
    books = restarted(b"ping\nping\n", [PING] * 3, 9)
    books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")

    books.ledger.debts.write_off_all_but({})

    assert books.ledger.dues.lines()[TARGET] == Counter({PING: 3})
    assert books.ledger.debts.doubtful == {TARGET: Counter({PING: 2})}
    books.write(TARGET, [PING] * 5)
    books.remove(FILE)
    assert not books.account(TARGET).duplicates
    books.append(TARGET, b"ping\n")
    assert books.account(TARGET).duplicates == Counter({PING: 1})


def test_a_torn_end_that_is_a_whole_line_is_excused_among_equal_ones():
    books = restarted(b"ping\nping", [PING], 2)
    books.ledger.debts.excuse_torn_ends({})

    books.write(TARGET, [PING] * 3)
    books.remove(FILE)

    assert not books.account(TARGET).duplicates


def test_each_of_several_equal_torn_ends_is_excused_and_the_same_one_once():
    books = restarted(b"p", [PING], 1)
    for _ in range(2):  # the second one died before it wrote anything
        books.ledger.debts.excuse_torn_ends(books.ledger.debts.remnants)
    books.append(TARGET, b"\np")
    books.ledger.debts.excuse_torn_ends(books.ledger.debts.remnants)

    assert books.ledger.debts.remnants == {TARGET: Counter({b"p": 2})}
    books.append(TARGET, b"\np\n")
    books.ledger.debts.excuse_torn_ends(books.ledger.debts.remnants)
    assert books.ledger.debts.remnants == {TARGET: Counter({b"p": 2})}


def test_a_file_promises_its_lines_once_whatever_becomes_of_its_name():
    disk = MemoryDisk()
    write_all(disk, f"{FILE}.lock", b"ping\n")
    promised = Promised.at_start({TARGET: Counter({PING: 1})}, disk, "data/rescue")

    unlocked = promised.with_file(FILE, TARGET, Counter({PING: 1}))
    another = unlocked.with_file(FILE.replace("24", "25"), TARGET, Counter({PING: 2}))
    anew = another.without_file(FILE).with_file(FILE, TARGET, Counter({PING: 1}))

    assert [each.lines[TARGET][PING] for each in (promised, unlocked, another, anew)] == [1, 1, 3, 4]
    assert anew.at_most({TARGET: Counter({PING: 2})}).lines == {TARGET: Counter({PING: 2})}
