"""Each invariant is broken by hand, and must be reported once, with its evidence."""

from __future__ import annotations

import json

import pytest
from engine_bench import CHECKPOINT, FILE, INPUT, RESCUE, SAMPLE, TARGET, numbered_lines
from scenario_bench import Books

from engine.rescue.resuming.file_identity import Position, identity_of
from wptest.words.expectations.allowances import Allowance
from wptest.words.finding import Sighting

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(1, 11)]
TEXTS = tuple(line.decode() for line in LINES)
RESCUED = numbered_lines(10)


def checkpoint(lines):
    data = b"".join(line + b"\n" for line in RESCUED)
    entry = {"lines": lines, "offset": 0, "target": 0, "identity": identity_of(len(data), Position())}
    return json.dumps({FILE: entry}).encode()


def began(books, path=FILE):
    books.machine.emit("wprescue", "recovery.file_began", path=path, sink="a")


def removed(books, path=FILE):
    books.remove(path)
    books.machine.emit("wprescue", "recovery.file_removed", path=path, sink="a", lines=10)


class TestAtQuietPoints:
    def test_all_well_is_no_finding(self):
        books = Books({FILE: RESCUED})
        books.accept(LINES)
        books.write(TARGET, LINES)
        assert books.quiet() == []
        assert books.end() == []

    def test_no_loss(self):
        books = Books()
        books.accept(LINES)
        books.write(TARGET, LINES[5:])
        assert books.quiet() == [
            (
                "no_loss",
                (
                    f"the first: {TEXTS[0]}",
                    f"last seen: line 1 of {INPUT}",
                    f"then:      {TEXTS[1]}",
                    f"then:      {TEXTS[2]}",
                ),
            )
        ]
        books.write(TARGET, [])
        assert books.quiet() == []  # only the first breach is told

    def test_no_duplicate(self):
        books = Books()
        books.accept(LINES)
        books.write(TARGET, LINES + LINES[:1])
        assert books.quiet() == [
            (
                "no_duplicate",
                (
                    f"the first: {TEXTS[0]}",
                    f"stands in: {TARGET}, line 1 and 11",
                    f"last seen: line 1 of {INPUT}",
                ),
            )
        ]
        assert books.quiet() == []

    def test_no_invention(self):
        books = Books()
        books.write(TARGET, [b"\xffnobody's"])
        assert books.quiet() == [
            (
                "no_invention",
                ("the first: \\xffnobody's", f"stands in: {TARGET}, line 1", "last seen: nowhere before"),
            )
        ]
        assert books.quiet() == []

    def test_different_invariants_are_told_each(self):
        books = Books()
        books.accept(LINES)
        books.write(TARGET, [*LINES[1:], LINES[1], b"x"])
        assert [name for name, _ in books.quiet()] == ["no_loss", "no_duplicate", "no_invention"]

    @pytest.mark.parametrize(("allowed", "breaches"), [("<= 5", []), (5, []), ("<= 4", ["no_loss"])])
    def test_an_allowance_bounds_a_breach_by_number(self, allowed, breaches):
        books = Books(allow=Allowance(lost=allowed))
        books.accept(LINES)
        books.write(TARGET, LINES[5:])
        assert [name for name, _ in books.quiet()] == breaches

    def test_an_allowance_of_duplicates_allows_no_loss(self):
        books = Books(allow=Allowance(duplicates="<= 10"))
        books.accept(LINES)
        books.write(TARGET, LINES[:8] + LINES[:2])
        assert [name for name, _ in books.quiet()] == ["no_loss"]

    def test_checkpoint_behind_delivery(self):
        books = Books({FILE: RESCUED})
        books.write(TARGET, RESCUED[:3])
        books.write(CHECKPOINT, checkpoint(3))
        assert books.quiet() == []
        books.write(CHECKPOINT, checkpoint(5))
        assert books.quiet() == [
            (
                "checkpoint_behind_delivery",
                ("the first: line 4", f"last seen: line 4 of {FILE}", "then:      line 5"),
            )
        ]
        assert books.quiet() == []

    def test_a_checkpoint_over_blank_dropped_and_quarantined_lines_is_no_breach(self):
        books = Books({FILE: [b"one", b"", b"\xff", b"two"]})
        books.write(TARGET, [b"one"])
        books.write(f"{FILE[:-4]}.quarantine", b'{"line": 3, "latin1": "\xc3\xbf"}\n')
        books.write(CHECKPOINT, checkpoint(3))
        assert books.quiet() == []

    def test_a_checkpoint_that_cant_be_read_is_a_breach(self):
        books = Books()
        books.write(CHECKPOINT, b"{")
        assert [name for name, _ in books.quiet()] == ["checkpoint_behind_delivery"]


class TestAtTheEnd:
    def test_integrity(self):
        books = Books()
        books.write(TARGET, b"")
        books.append(TARGET, b"torn")
        assert ("integrity", ("the torn line: torn",)) in books.end()
        assert books.end() == []

    def test_a_torn_line_is_a_part_of_one_that_was_read(self):
        books = Books()
        books.accept(LINES)
        books.write(TARGET, LINES[:3])
        books.append(TARGET, LINES[3][:20])
        (found,) = [each for each in books.invariants.at_end(books.bench.programs) if each.name == "integrity"]
        assert found.trail is not None
        assert (found.trail.lines, found.trail.stands) == ((TEXTS[3][:20],), (4,))
        assert found.trail.last == Sighting(INPUT, 4)

    def test_rescue_removed_after_delivery(self):
        books = Books({FILE: RESCUED})
        began(books)
        books.write(TARGET, RESCUED[:8])
        removed(books)
        books.write(TARGET, RESCUED)  # too late
        assert books.end() == [
            (
                "rescue_removed_after_delivery",
                (
                    "the first: line 9",
                    f"last seen: line 9 of {FILE}, replayed from 0s, removed at 0s",
                    "then:      line 10",
                ),
            )
        ]
        assert books.end() == []

    def test_a_file_removed_after_its_last_line_is_no_breach(self):
        books = Books({FILE: [*RESCUED, b""]})
        began(books)
        books.write(TARGET, RESCUED)
        removed(books)
        assert books.end() == []

    def test_a_second_file_of_the_same_name_is_judged_by_its_own_lines(self):
        books = Books({FILE: RESCUED})
        began(books)
        books.write(TARGET, RESCUED)
        removed(books)
        books.write(FILE, [b"second"])
        books.ledger.book_file(FILE)
        began(books)
        removed(books)
        assert [each.path for each in books.history.replays] == [FILE, FILE]
        evidence = ("the first: second", f"last seen: line 1 of {FILE}, replayed from 0s, removed at 0s")
        assert ("rescue_removed_after_delivery", evidence) in books.end()

    def test_order_of_a_rescue_file(self):
        books = Books({FILE: RESCUED})
        began(books)
        books.write(TARGET, [*RESCUED[:4], RESCUED[5], RESCUED[4], *RESCUED[6:]])
        removed(books)
        assert books.end() == [
            ("order", ("line 5 is: line 6", "line 6 is: line 5", f"{FILE} has them the other way round"))
        ]
        assert books.end() == []

    def test_order_of_the_input(self):
        books = Books()
        books.accept(LINES)
        books.write(TARGET, [LINES[1], LINES[0], *LINES[2:]])
        assert [name for name, _ in books.end()] == ["order"]

    def test_rescued_lines_may_stand_behind_later_ones_of_the_input(self):
        books = Books()
        books.accept(LINES)
        books.write(FILE, LINES[2:5])
        books.write(TARGET, LINES[:2] + LINES[5:])
        began(books)
        books.write(TARGET, LINES[:2] + LINES[5:] + LINES[2:5])
        removed(books)
        assert books.end() == []

    @pytest.mark.parametrize("lines", [[0, 1, 0], [0, 0, 1, 1, 0], [2, 1, 0, 1, 2]])
    def test_lines_that_come_again_in_the_input_or_a_file_are_in_order(self, lines):
        books = Books({FILE: [RESCUED[number] for number in lines]})
        began(books)
        books.write(TARGET, [RESCUED[number] for number in lines])
        removed(books)
        assert books.end() == []
        books = Books()
        books.accept([LINES[number] for number in lines])
        books.write(TARGET, [LINES[number] for number in lines])
        assert books.end() == []

    def test_no_starvation(self):
        books = Books(
            {FILE: RESCUED, f"{RESCUE}/nobody-2025-01-01_00:00:00.dat": [b"x"], f"{RESCUE}/odd.dat": [b"y"]}
        )
        program = books.program()
        assert books.end() == []  # it may still come to it
        program.process._end(0)
        found = books.invariants.at_end(books.bench.programs)
        assert [(finding.name, finding.message) for finding in found] == [
            ("no_starvation", f"{FILE} was never replayed")
        ]
        assert found[0].trail is not None
        assert (found[0].trail.last, found[0].trail.target) == (Sighting(FILE, 1), TARGET)

    def test_a_rescue_file_that_comes_after_a_recovery_was_not_passed_over(self):
        books = Books({})
        books.program().process._end(0)
        books.write(FILE, RESCUED)
        found = books.invariants.at_end(books.bench.programs)
        assert [finding.name for finding in found if finding.name == "no_starvation"] == []
        assert books.end() == []

    @pytest.mark.parametrize("kind", ["recovery.file_skipped", "recovery.interrupted"])
    def test_a_file_that_was_skipped_or_failed_does_not_starve(self, kind):
        books = Books({FILE: RESCUED})
        books.machine.emit("wprescue", kind, path=FILE, outcome="failed")
        books.program().process._end(3)
        assert books.end() == []

    def test_a_recovery_that_was_stopped_or_killed_starves_nobody(self):
        books = Books({FILE: RESCUED})
        books.program().process.kill()
        stopped = books.program()
        stopped.process.stop.set()
        stopped.process._end(0)
        assert books.end() == []

    def test_a_daemon_that_says_it_is_idle_has_left_nothing(self):
        books = Books({FILE: RESCUED})
        books.program().idle()
        assert [name for name, _ in books.end()] == ["no_starvation"]
