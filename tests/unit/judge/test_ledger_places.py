from __future__ import annotations

from collections import Counter

import pytest
from engine_bench import FILE, INPUT, RESCUE, SAMPLE, TARGET, numbered_lines
from scenario_bench import Books

from engine.machine.machine import Drop
from engine.project.model import SinkConf
from engine.rescue.quarantine import quarantine_path
from engine.sinks.kinds.blackhole import BLACKHOLE_KIND
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import write_all
from wptest.judge.line_counts import split_lines

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(1, 11)]
PLACES = ("delivered", "rescued", "stranded", "quarantined", "dropped", "in_flight")


@pytest.fixture
def books():
    books = Books()
    books.accept(LINES)
    return books


def places(books, target=TARGET):
    """The numbers of an account that aren't 0."""
    account = books.account(target)
    numbers = {place: getattr(account, place) for place in PLACES}
    numbers |= {place: getattr(account, place).total() for place in ("lost", "duplicates", "invented")}
    return {place: number for place, number in numbers.items() if number}


def test_lines_that_were_accepted_and_are_nowhere_are_lost(books):
    assert places(books) == {"lost": 10}
    assert books.account(TARGET).owed == 10
    assert books.account(TARGET).lost == Counter(LINES)


def test_lines_in_the_target_are_delivered_and_the_order_does_not_matter_here(books):
    books.write(TARGET, LINES[::-1])
    assert places(books) == {"delivered": 10}


def test_lines_in_a_released_rescue_file_are_rescued(books):
    books.write(TARGET, LINES[:6])
    books.write(FILE, LINES[6:])
    assert places(books) == {"delivered": 6, "rescued": 4}


def test_lines_in_a_locked_file_are_rescued_while_its_writer_lives_and_stranded_then(books):
    books.write(f"{FILE}.lock", LINES)
    descriptor = books.disk.open(f"{FILE}.lock")
    books.disk.lock(descriptor)
    assert places(books) == {"rescued": 10}
    books.disk.close(descriptor)
    books.machine.work += 1
    assert places(books) == {"stranded": 10}


def test_lines_in_a_quarantine_file_are_quarantined():
    books = Books({FILE: [b"one", b"\xff"]})
    assert places(books) == {"rescued": 2}
    books.write(TARGET, [b"one"])
    books.write(quarantine_path(FILE), b'{"file": "x", "line": 2, "latin1": "\xc3\xbf"}\n{"torn')
    books.remove(FILE)
    assert places(books) == {"delivered": 1, "quarantined": 1}


def test_lines_that_a_strategy_gave_up_are_dropped(books):
    books.write(TARGET, LINES[:7])
    books.machine.drops.append(Drop("a", "wparse", LINES[7:]))
    assert places(books) == {"delivered": 7, "dropped": 3}


def test_lines_in_the_memory_of_a_living_program_are_in_flight_and_lost_with_it(books):
    program = books.program("wparse")
    program.holdings.append(lambda: [("a", LINES[:4])])
    books.write(TARGET, LINES[4:])
    assert places(books) == {"delivered": 6, "in_flight": 4}
    program.process.kill()
    assert places(books) == {"delivered": 6, "lost": 4}


def test_a_line_in_two_places_counts_in_one(books):
    books.write(TARGET, LINES)
    books.write(FILE, LINES)
    assert places(books) == {"delivered": 10}
    books.write(TARGET, LINES[:5])
    books.write(f"{FILE}.lock", LINES)
    assert places(books) == {"delivered": 5, "rescued": 5}


def test_a_line_that_came_twice_is_a_duplicate_and_one_that_nobody_sent_is_invented(books):
    books.write(TARGET, [*LINES, LINES[0], LINES[0], b"from nowhere"])
    assert places(books) == {"delivered": 10, "duplicates": 2, "invented": 1}
    assert books.account(TARGET).duplicates == Counter({LINES[0]: 2})


def test_equal_lines_are_counted_and_not_taken_for_duplicates():
    books = Books()
    books.accept([LINES[0]] * 3)
    books.write(TARGET, [LINES[0]] * 2)
    assert places(books) == {"delivered": 2, "lost": 1}
    books.write(TARGET, [LINES[0]] * 4)
    assert places(books) == {"delivered": 3, "duplicates": 1}


def test_a_torn_last_line_is_kept_apart_and_is_not_delivered(books):
    books.write(TARGET, b"\n".join(LINES))
    assert places(books) == {"delivered": 9, "lost": 1}
    assert books.account(TARGET).torn == LINES[9]


def test_every_sink_of_a_group_is_owed_every_line_and_miss_what_no_rule_knows():
    books = Books({}, SinkConf("a", FILE_KIND, TARGET), SinkConf("b", FILE_KIND, "data/out_dat/b.dat"))
    books.accept([*LINES, b"never seen", b"\xff"])
    accounts = books.ledger.accounts()
    assert {target: account.owed for target, account in accounts.items()} == {
        TARGET: 10, "data/out_dat/b.dat": 10, "data/out_dat/miss.dat": 1, "data/out_dat/error.dat": 1,
    }  # fmt: skip


def test_rescue_files_and_targets_of_the_start_are_owed_from_the_start():
    books = Books({FILE: [b"r1", b"", b"r2"], TARGET: [b"t1"], f"{RESCUE}/nobody-2025-10-04_01:59:24.dat": [b"x"]})
    assert places(books) == {"delivered": 1, "rescued": 2}
    assert places(books, "nobody") == {"rescued": 1}
    assert books.ledger.dues.issued == 4


def test_a_blank_line_that_was_in_a_target_at_the_start_was_invented_by_nobody():
    books = Books({TARGET: [b"t1", b"", b"t2"]})
    assert "invented" not in places(books)


def test_a_black_hole_has_what_it_took_and_no_more():
    books = Books({}, SinkConf("hole", BLACKHOLE_KIND))
    books.accept(LINES)
    assert places(books, "hole") == {"lost": 10}
    books.machine.deliveries.add("hole", 7)
    books.write(f"{RESCUE}/hole-2025-10-04_01:59:24.dat", LINES[:3])
    assert places(books, "hole") == {"delivered": 7, "rescued": 3}


def test_an_input_that_is_written_anew_keeps_what_was_accepted_of_the_old_one(books):
    books.write(TARGET, LINES)
    books.machine.emit("wpgen", "input.written", path=INPUT, lines=3)
    write_all(books.disk, INPUT, b"".join(line + b"\n" for line in LINES[:3]))
    assert places(books) == {"delivered": 10}
    books.machine.emit("wparse", "source.accepted", path=INPUT, lines=3, total=3)
    assert books.ledger.dues.accepted == 13
    assert places(books) == {"delivered": 10, "lost": 3}


def test_only_what_was_accepted_is_owed():
    books = Books()
    books.accept(LINES)
    write_all(books.disk, INPUT, b"".join(line + b"\n" for line in [*LINES, b"unread"]))
    assert (books.ledger.dues.accepted, books.ledger.dues.issued) == (10, 11)
    assert "data/out_dat/miss.dat" not in books.ledger.accounts()


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"\n", [b""]),
        (b"a", [b"a"]),
        (b"a\n", [b"a"]),
        (b"a\n\nb", [b"a", b"", b"b"]),
        (b"a\r\n", [b"a\r"]),
    ],
)
def test_lines_are_split_at_line_feeds_only(data, lines):
    assert split_lines(data) == lines


def test_issued_is_the_sum_of_all_places():
    books = Books({FILE: numbered_lines(5)})
    books.accept(LINES)
    books.write(TARGET, LINES[:4])
    books.machine.drops.append(Drop("a", "wparse", LINES[4:6]))
    account = books.account(TARGET)
    assert sum(getattr(account, place) for place in PLACES) + account.lost.total() == books.ledger.dues.issued == 15
