"""What the ledger tells by tallies alone is what it tells line by line; so it is with the order of lines."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path[:0] = [str(Path(__file__).parents[1] / "unit" / part) for part in ("engine", "run")]

from engine_bench import FILE, SAMPLE, TARGET  # noqa: E402
from scenario_bench import Books  # noqa: E402

from wptest.judge import order  # noqa: E402

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(8)]
numbers = st.lists(st.integers(0, len(LINES) - 1), max_size=10)


def lines_of(chosen):
    return [LINES[number] for number in chosen]


def by_line(books, target):
    return books.ledger._account(target, books.ledger._places(Counter))


@given(accepted=numbers, arrived=numbers, rescued=numbers, torn=st.sampled_from([b"", b"torn"]))
def test_tallies_settle_what_counting_settles(accepted, arrived, rescued, torn):
    books = Books()
    books.accept(lines_of(accepted))
    books.write(TARGET, lines_of(arrived))
    books.append(TARGET, torn)
    books.write(FILE, lines_of(rescued))

    assert books.account(TARGET) == by_line(books, TARGET)


@given(accepted=st.permutations(range(8)), cut=st.integers(0, 8))
def test_lines_that_are_all_somewhere_are_settled_by_tallies(accepted, cut):
    books = Books()
    books.accept(LINES)
    books.write(TARGET, lines_of(accepted[:cut]))
    books.write(FILE, lines_of(accepted[cut:]))
    books.ledger._account = None

    assert (books.account(TARGET).delivered, books.account(TARGET).rescued) == (cut, 8 - cut)


@given(rescued=st.integers(0, 8), arrived=st.permutations(range(8)), swaps=st.integers(0, 2))
def test_what_is_plainly_in_order_is_in_order_line_by_line(rescued, arrived, swaps):
    placed = arrived if swaps == 0 else sorted(arrived)
    found = []
    for plainly in (order._is_plainly_in_order, lambda *_: False):
        books = Books({FILE: LINES[:rescued]})
        books.accept(LINES[rescued:])
        books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
        books.write(TARGET, lines_of(placed))
        books.remove(FILE)
        books.machine.emit("wprescue", "recovery.file_removed", path=FILE, sink="a", lines=rescued)
        before, order._is_plainly_in_order = order._is_plainly_in_order, plainly
        try:
            found.append([name for name, _ in books.end()])
        finally:
            order._is_plainly_in_order = before

    assert found[0] == found[1]
