"""The ledger against a naive one that keeps plain lists: the accounts, where lines are, and what is excused."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path[:0] = [str(Path(__file__).parents[1] / "unit" / part) for part in ("engine", "run")]

from engine_bench import FILE, SAMPLE, TARGET  # noqa: E402
from scenario_bench import Books  # noqa: E402

from engine.machine.machine import Drop  # noqa: E402
from engine.project.model import SinkConf  # noqa: E402
from wptest.judge.ledger import Ledger, TargetAccount  # noqa: E402

LINES = [b"wp_event_id=%d %s" % (number, SAMPLE.text.encode()) for number in range(6)]
OTHER_FILE = FILE.replace("01:59:24", "01:59:25")
STRANGER = b"nobody sent this"
PLACES = ("rescued", "stranded", "quarantined", "dropped", "in_flight")

numbers = st.lists(st.integers(0, len(LINES) - 1), max_size=7)
lines = numbers.map(lambda chosen: [LINES[number] for number in chosen])
arrivals = st.lists(st.sampled_from([*LINES, STRANGER]), max_size=8)
everywhere = st.fixed_dictionaries(dict.fromkeys(PLACES, lines))
spread = st.permutations(LINES).flatmap(
    lambda order: st.lists(st.integers(0, 5), min_size=6, max_size=6).map(
        lambda places: {
            place: [line for line, at in zip(order, places, strict=True) if at == number]
            for number, place in enumerate(["delivered", *PLACES])
        }
    )
)


def books_with(accepted, delivered, places, *sinks, torn=b""):
    """Books of a run that has accepted these lines, with lines in all the places."""
    books = Books({}, *sinks)
    books.accept(accepted)
    books.write(TARGET, delivered)
    books.append(TARGET, torn)
    books.write(FILE, places["rescued"])
    books.write(f"{OTHER_FILE}.lock", places["stranded"])
    written = [
        json.dumps({"file": FILE, "line": number, "latin1": line.decode("latin-1")})
        for number, line in enumerate(places["quarantined"], 1)
    ]
    books.write(f"{FILE[:-4]}.quarantine", "".join(f"{line}\n" for line in written).encode())
    books.machine.drops.append(Drop("a", "wparse", places["dropped"]))
    program = books.program("wparse")
    program.holdings.append(lambda: [("a", places["in_flight"])])
    return books


def naive_account(owed, delivered, places, fresh=()):
    """What became of each owed line, one by one: the first place that has it has it."""
    left, account = list(owed), {"owed": len(owed), "duplicates": [], "invented": []}
    account["delivered"] = 0
    for line in delivered:
        if line in left:
            left.remove(line)
            account["delivered"] += 1
        else:
            account["duplicates" if line in owed else "invented"].append(line)
    waiting = list(left)
    account["doubled"] = [line for line in fresh if line not in waiting or waiting.remove(line)]
    for place in PLACES:
        account[place] = 0
        for line in places[place]:
            if line in left:
                left.remove(line)
                account[place] += 1
    return account | {"lost": left}


def told(account):
    """The ledger's account, in the words of the naive one."""
    lists = ("duplicates", "invented", "doubled", "lost")
    numbers = {name: getattr(account, name) for name in ("owed", "delivered", *PLACES)}
    return numbers | {name: sorted(getattr(account, name).elements()) for name in lists}


def in_order(account):
    return {name: sorted(value) if isinstance(value, list) else value for name, value in account.items()}


@given(accepted=lines, delivered=arrivals, places=everywhere, torn=st.sampled_from([b"", b"torn"]))
def test_an_account_is_what_counting_line_by_line_comes_to(accepted, delivered, places, torn):
    books = books_with(accepted, delivered, places, torn=torn)
    fresh = [*places["rescued"], *places["stranded"]]

    account = books.account(TARGET)

    assert told(account) == in_order(naive_account(accepted, delivered, places, fresh))
    assert account.torn == torn
    assert account.balances


@given(places=spread)
def test_lines_that_are_each_in_one_place_have_settled_accounts(places):
    books = books_with(LINES, places["delivered"], places)
    books.ledger.dues.lines = None  # tallies are enough: nobody asks for the lines themselves

    account = books.account(TARGET)

    assert {place: getattr(account, place) for place in places} == {k: len(v) for k, v in places.items()}
    assert (account.owed, account.lost.total(), account.duplicates.total()) == (6, 0, 0)


@given(accepted=lines.filter(bool), swallowed=st.integers(0, 8), rescued=lines)
def test_a_black_hole_has_taken_the_first_lines_that_are_nowhere_else(accepted, swallowed, rescued):
    books = Books({}, SinkConf("hole", "blackhole"))
    books.accept(accepted)
    books.machine.deliveries.add("hole", swallowed)
    books.write(FILE.replace("/a-", "/hole-"), rescued)
    waiting = Counter(rescued) & Counter(accepted)

    account = books.account("hole")

    assert account.rescued == waiting.total()
    assert account.delivered == min(swallowed, len(accepted) - waiting.total())
    assert account.lost.total() == len(accepted) - account.delivered - account.rescued


@given(accepted=lines, delivered=lines, places=everywhere)
def test_a_forgiven_kill_writes_off_what_only_the_memory_had(accepted, delivered, places):
    books = books_with(accepted, delivered, places)
    lasting = [line for place in PLACES[:-1] for line in places[place]]
    nowhere_else = _without(accepted, [*delivered, *lasting])
    gone = _common(nowhere_else, places["in_flight"])
    program = books.bench.programs[-1]

    assert books.ledger.debts.after_kill().owed.get(TARGET, Counter()) == Counter(_without(accepted, gone))
    books.ledger.debts.write_off_memory(program)
    program.process.kill()
    books.machine.work += 1

    assert books.account(TARGET).owed == len(accepted) - len(gone)
    assert books.account(TARGET).lost == Counter(_without(nowhere_else, gone))


@given(accepted=lines, delivered=lines, places=everywhere, path=st.sampled_from([TARGET, FILE]))
def test_what_somebody_destroys_is_written_off_and_what_was_lost_before_is_not(accepted, delivered, places, path):
    books = books_with(accepted, delivered, places)
    lost = books.account(TARGET).lost if accepted else Counter()

    with books.ledger.debts.destroying():
        books.remove(path)

    account = books.ledger.accounts().get(TARGET)
    assert (account.lost if account else Counter()) == lost


@given(accepted=lines, delivered=lines, rescued=lines, promised=lines, cleaned=lines)
def test_after_a_power_loss_what_was_promised_and_what_is_there_is_owed(
    accepted, delivered, rescued, promised, cleaned
):
    books = books_with([], delivered, {place: [] for place in PLACES} | {"rescued": rescued})
    books.ledger = Ledger(books.machine, books.project, [], {TARGET: Counter(accepted)})  # the machine starts anew
    books.ledger.debts.cleaned[TARGET] = Counter(cleaned)
    there = [*delivered, *rescued]
    owed = Counter({line: max(promised.count(line), there.count(line)) for line in LINES})
    was_owed = Counter([*accepted, *cleaned])

    books.ledger.debts.write_off_all_but({TARGET: Counter(promised)})

    left = books.ledger.dues.lines().get(TARGET, Counter())
    assert +left == Counter(
        {line: min(owed[line], was_owed[line]) for line in LINES if owed[line] and was_owed[line]}
    )


@given(delivered=lines, rescued=lines)
def test_what_a_begun_replay_has_may_stand_in_its_file_and_in_the_target(delivered, rescued):
    books = books_with([], delivered, {place: [] for place in PLACES} | {"rescued": rescued})
    books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
    inventory = books.ledger.inventory
    least, most = inventory.at_least_and_most(TARGET, inventory.undelivered(Counter))

    assert +most == Counter([*delivered, *rescued])
    assert +least == Counter(delivered) | Counter(rescued)
    books.ledger.debts.doubtful[TARGET] = most - least
    books.ledger.dues.begin_anew({TARGET: least})
    books.machine.work += 1
    assert not books.ledger.accounts().get(TARGET, TargetAccount()).duplicates


@given(torn=st.sampled_from([b"", b"one", b"two"]), again=st.sampled_from([b"one", b"two", b"three"]))
def test_a_torn_end_of_a_dead_writer_is_excused_and_no_other(torn, again):
    books = Books()
    books.write(TARGET, b"")
    books.append(TARGET, torn)

    books.ledger.debts.excuse_torn_ends({})
    books.write(TARGET, b"")
    books.append(TARGET, again)

    assert books.account(TARGET).torn == (b"" if again == torn else again)
    books.write(TARGET, [torn] if torn else [])  # whoever writes next makes a line of it
    assert books.account(TARGET).invented == Counter()


@given(rescued=st.integers(0, 6), arrived=st.permutations(range(6)))
def test_lines_of_one_source_have_their_order(rescued, arrived):
    books = Books({FILE: LINES[:rescued]})
    books.accept(LINES[rescued:])
    books.machine.emit("wprescue", "recovery.file_began", path=FILE, sink="a")
    books.write(TARGET, [LINES[number] for number in arrived])
    books.remove(FILE)
    books.machine.emit("wprescue", "recovery.file_removed", path=FILE, sink="a", lines=rescued)
    sources = [
        [number for number in arrived if number < rescued],
        [number for number in arrived if number >= rescued],
    ]

    changed = any(one > other for source in sources for one, other in pairwise(source))

    assert {name for name, _ in books.end()} == ({"order"} if changed else set())


def _without(one, other):
    left = list(one)
    for line in other:
        if line in left:
            left.remove(line)
    return left


def _common(one, other):
    return _without(one, _without(one, other))
