"""What `allow` excuses, it excuses whatever invariant speaks of the same lines; what it doesn't, none."""

from __future__ import annotations

import json

import pytest
from engine_bench import CHECKPOINT, FILE, SAMPLE, TARGET, joined, numbered_lines
from scenario_bench import Books

from engine.rescue.resuming.file_identity import Position, identity_of
from wptest.shapes.values import parse_comparison
from wptest.words.expectations.allowances import Allowance

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(1, 11)]
RESCUED = numbered_lines(10)


def allowing(**allowed):
    return Allowance.model_validate(allowed)


def names(findings):
    return [name for name, _ in findings]


def replayed(books):
    """A rescue file is replayed and removed."""
    books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
    books.remove(FILE)
    books.machine.emit("wprescue", "recovery.file_removed", path=FILE, sink="a", lines=10)


class TestLinesThatAreThereTwice:
    def doubled(self, allow):
        """Ten lines have arrived, three of them stand in a fresh rescue file as well, and two arrived twice."""
        books = Books(allow=allow)
        books.accept(LINES)
        books.write(TARGET, [*LINES, *LINES[8:]])
        books.write(FILE, LINES[:3])
        return books

    def test_they_are_told_by_two_invariants(self):
        assert names(self.doubled(None).quiet()) == ["no_duplicate", "conservation"]

    @pytest.mark.parametrize("allowed", ["<= 5", 5, "<= 200"])
    def test_allowed_duplicates_cover_those_that_a_replay_will_make(self, allowed):
        assert self.doubled(allowing(duplicates=allowed)).quiet() == []

    @pytest.mark.parametrize(
        ("allowed", "told"), [("<= 4", ["conservation"]), ("<= 1", ["no_duplicate", "conservation"])]
    )
    def test_no_more_than_the_scenario_allows(self, allowed, told):
        assert names(self.doubled(allowing(duplicates=allowed)).quiet()) == told

    def test_a_number_may_still_be_reached_while_the_scenario_goes_on_and_not_at_its_end(self):
        assert self.doubled(allowing(duplicates=7)).quiet() == []
        assert names(self.doubled(allowing(duplicates=7)).end()) == ["no_duplicate", "conservation"]

    @pytest.mark.parametrize("twice", [[3, *range(10)], [*range(10), 3], [*range(10), *range(5)]])
    def test_their_order_is_nobodys_concern(self, twice):
        books = Books(allow=allowing(duplicates="<= 5"))
        books.accept(LINES)
        books.write(TARGET, [LINES[number] for number in twice])
        assert books.end() == []

    def test_that_of_the_others_is(self):
        books = Books(allow=allowing(duplicates="<= 5"))
        books.accept(LINES)
        books.write(TARGET, [LINES[number] for number in (0, 2, 1, *range(3, 10), 5)])
        assert names(books.end()) == ["order"]


class TestLinesThatAreLost:
    def checkpointed(self, allow):
        """The checkpoint says that all is done, and two lines have not arrived."""
        books = Books({FILE: RESCUED}, allow=allow)
        books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
        books.write(TARGET, RESCUED[2:])
        data = joined(RESCUED)
        entry = {"lines": 10, "offset": 0, "target": 0, "identity": identity_of(len(data), Position())}
        books.write(CHECKPOINT, json.dumps({FILE: entry}).encode())
        return books

    def test_a_removed_file_may_lack_them(self):
        for allow, told in ((None, ["no_loss", "rescue_removed_after_delivery"]), (allowing(lost="<= 2"), [])):
            books = Books({FILE: RESCUED}, allow=allow)
            books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
            books.write(TARGET, RESCUED[2:])
            replayed(books)
            assert names(books.end()) == told

    @pytest.mark.parametrize(("allowed", "told"), [("<= 2", []), ("<= 1", ["checkpoint_behind_delivery"])])
    def test_a_checkpoint_may_be_ahead_of_those_that_nobody_will_send_again(self, allowed, told):
        assert names(self.checkpointed(allowing(lost=allowed)).quiet()) == told

    @pytest.mark.parametrize(("allowed", "told"), [("<= 1", []), ("<= 0", ["no_loss", "integrity"])])
    def test_one_of_them_may_be_torn(self, allowed, told):
        books = Books(allow=allowing(lost=allowed))
        books.accept(LINES)
        books.write(TARGET, joined(LINES[:9]) + LINES[9][:20])
        assert names(books.end()) == told

    def test_what_is_torn_is_one_of_them(self):
        books = Books(allow=allowing(lost="<= 1"))
        books.accept(LINES)
        books.write(TARGET, joined(LINES[:9]) + b"something else")
        assert names(books.end()) == ["integrity"]


@pytest.mark.parametrize(
    ("comparison", "now", "may"),
    [(3, 2, True), (3, 4, False), ("> 3", 0, True), (">= 3", 0, True), ("not 0", 0, True), ("<= 3", 4, False)],
)
def test_a_number_that_only_grows_may_come_to_be_right(comparison, now, may):
    assert parse_comparison(comparison).may_hold_after(now) is may
