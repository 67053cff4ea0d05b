"""What a sink says of single lines: refused, again, unknown; what becomes of each, live and in a recovery."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from python_sinks import TARGET, Plain, scenario, with_sink

from engine.behaviour import REFERENCE
from engine.foreign.fake_disk import FakeDisk
from engine.foreign.hooks import hooked
from engine.foreign.sink_failed import SinkFailed
from engine.storage.disk_port import files_below, read_all
from wptest.run.running import run_on, run_variant
from wptest.run.world import RunOptions
from wptest.words.failures import Failure

BATCH = "  - run: wparse batch"
WORK = "  - run: wprescue work"
RESCUE_FILE = "data/rescue/a-2025-10-04_01:59:10.dat"
STATUSES = ("ok", "refused", "again,ok", "again,again,refused", "unknown,ok", "again,unknown,ok")


class Server(Plain):
    """Answers line by line: a line has its statuses in it, for the first attempt, the second, and so on.

    `lost` is stored, and its answer doesn't come.
    """

    error_class = "sink"

    def __init__(self, path):
        super().__init__(path)
        self.attempts = Counter()

    def write(self, lines):
        places = {"ok": [], "lost": [], "refused": [], "again": [], "unknown": []}
        for place, line in enumerate(lines):
            statuses = line.decode().split(" ")[1].split(",")
            places[statuses[min(self.attempts[line], len(statuses) - 1)]].append(place)
            self.attempts[line] += 1
        super().write([lines[place] for place in sorted(places["ok"] + places["lost"])])
        unknown = places["unknown"] + places["lost"]
        if len(places["ok"]) < len(lines):
            why = {place: f"line {lines[place].decode()} is bad" for place in places["refused"]}
            raise SinkFailed(
                "not all", refused=why, again=places["again"], unknown=unknown, error_class=self.error_class
            )


class Tolerated(Server):
    """Has errors of a class whose lines are dropped."""

    error_class = "data"


class Hesitant(Server):
    """Takes in a second program what it didn't in the first."""

    programs = 0

    def __init__(self, path):
        super().__init__(path)
        type(self).programs += 1

    def write(self, lines):
        if self.programs == 1:
            super().write(lines)
        else:
            Plain.write(self, lines)


class Sequential(Plain):
    """Stops at the line that it refuses."""

    def write(self, lines):
        for place, line in enumerate(lines):
            if b"bad" in line:
                raise SinkFailed("400", place, refused=[place])
            super().write([line])


class Picky(Plain):
    """Stops there as well, and doesn't say that the line is to blame."""

    def write(self, lines):
        for place, line in enumerate(lines):
            if b"bad" in line:
                raise SinkFailed("400 bad request", place, "data")
            super().write([line])


@pytest.fixture
def play(tmp_path):
    """Run a scenario with a python sink, its lines in the input and in a rescue file: the result, and the disk."""

    def run(make, when, then, *, live=(), rescued=(), behaviour=REFERENCE):
        texts = {"data/in_dat/gen.dat": live, RESCUE_FILE: rescued}
        files = {path: {"text": "".join(f"{line}\n" for line in lines)} for path, lines in texts.items() if lines}
        source = "source: {rate: 1k/s, patterns: {/sample: '*'}}, " if live else ""
        given = f"{{{source}files: {json.dumps(files)}}}"
        disk = FakeDisk()
        variant = with_sink(scenario(tmp_path / "s.wptest.yaml", when, given, then), make)
        with hooked():
            return run_on(disk, variant, RunOptions(behaviour=behaviour)), disk

    return run


def told(result):
    return [(finding.name, finding.message) for finding in result.findings]


def numbered(*statuses, first=1):
    return [f"{number} {status}" for number, status in enumerate(statuses, first)]


def lines_of(disk):
    return read_all(disk, TARGET).decode().splitlines()


def quarantined(disk):
    paths = [path for path in files_below(disk, "data/rescue") if path.endswith(".quarantine")]
    return [json.loads(line) for path in paths for line in read_all(disk, path).splitlines()]


@pytest.mark.parametrize("make", [Server, Tolerated])
@pytest.mark.parametrize(
    "statuses",
    [
        ["refused"],
        ["ok", "refused", *["ok"] * 8],
        ["refused", "ok", "refused"],
        ["ok", "ok", "refused"],
        ["refused", "refused", "refused"],
        ["refused", "again,ok", "ok"],
        ["again,ok", "refused", "ok"],
    ],
    ids=" ".join,
)
def test_a_refused_line_takes_no_other_along(play, make, statuses):
    live, rescued = numbered(*statuses), numbered(*statuses, first=100)
    good = sum("refused" not in status for status in statuses) * 2
    bad = len(statuses) * 2 - good
    place = "quarantined" if make is Server else "dropped"
    ledger = f"ledger: {{delivered: {good}, {place}: {bad}, lost: 0, duplicates: 0}}"
    then = f"{{{ledger}, sinks: {{a: {{refused: {bad}}}}}}}"

    result, disk = play(make, f"{BATCH}\n{WORK}\n{WORK}", then, live=live, rescued=rescued)

    assert told(result) == []
    assert sorted(lines_of(disk)) == sorted(line for line in live + rescued if "refused" not in line)


def test_quarantine_has_the_line_the_reason_and_where_it_was(play):
    live, rescued = numbered("ok", "refused"), numbered("refused", "ok", "refused", first=100)
    _, disk = play(Server, f"{BATCH}\n{WORK}", "{}", live=live, rescued=rescued)

    place = {"file": RESCUE_FILE}
    of_which = ("began", "checksum")  # tell files of one name apart
    assert [{key: each[key] for key in each if key not in of_which} for each in quarantined(disk)] == [
        {**place, "line": 1, "latin1": "100 refused", "reason": "line 100 refused is bad"},
        {**place, "line": 3, "latin1": "102 refused", "reason": "line 102 refused is bad"},
        {"sink": "a", "latin1": "2 refused", "reason": "line 2 refused is bad"},
    ]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_sink_answers_each_line_ends_in_one_place(play, seed):
    draw = random.Random(seed)
    live, rescued = (numbered(*draw.choices(STATUSES, k=40), first=first) for first in (1, 100))
    bad = sum(line.endswith("refused") for line in live + rescued)
    then = f"{{ledger: {{delivered: {80 - bad}, quarantined: {bad}, dropped: 0, lost: 0, duplicates: 0}}}}"

    result, _ = play(Server, f"{BATCH}\n{WORK}", then, live=live, rescued=rescued)

    assert told(result) == []


def test_lines_of_which_nobody_knows_come_again_and_the_doubles_are_told(play):
    live, rescued = numbered("ok", "lost,ok", "ok", "unknown,ok"), numbered("lost,ok", "ok", first=100)
    when = f"{BATCH}\n{WORK}"

    result, disk = play(Server, when, "{}", live=live, rescued=rescued)
    (twice,) = (finding for finding in result.findings if finding.name == "unknown_resolved")
    assert Counter(lines_of(disk)) == Counter([*live, *rescued, live[1], live[1], rescued[0]])
    assert twice.help.endswith('were sent again since no answer came: allow: {duplicates: "<= 5"}')
    assert [event.fields["lines"] for event in result.events if event.kind == "line.unknown"] == [2, 2, 1]

    result, _ = play(Server, when, "{allow: {duplicates: '<= 5'}}", live=live, rescued=rescued)
    assert told(result) == []


def test_the_rest_of_a_batch_keeps_its_order_and_comes_before_the_next(play):
    live = numbered("ok", "bad", "ok", "bad", "ok", *["ok"] * 30)
    then = "{sinks: {a: {refused: 2}}, must_not_happen: rescue.created}"

    result, disk = play(Sequential, BATCH, then, live=live)

    assert told(result) == []
    assert lines_of(disk) == [line for line in live if "bad" not in line]


class Misconfigured(Server):
    """Has errors of a class that ends the program."""

    error_class = "config"


def test_a_strategy_that_ends_the_program_puts_aside_what_is_refused_and_rescues_the_rest(play):
    live = numbered("ok", "refused", "again,ok", "again,ok")
    then = "{exit: {wparse: 1}, ledger: {delivered: 1, quarantined: 1, rescued: 2, lost: 0}}"

    assert told(play(Misconfigured, BATCH, then, live=live)[0]) == []


def test_a_quarantine_that_can_not_be_written_is_waited_for(play):
    fault = "  - fault: {on: data/rescue/*.quarantine, fail: write, errno: ENOSPC, for: 2s}\n"
    live = numbered(*["ok", "refused"] * 20)
    then = "{ledger: {delivered: 20, quarantined: 20, lost: 0}, must_happen: storage.ENOSPC}"

    result, _ = play(Server, fault + BATCH, then, live=live)

    assert told(result) == []


def test_it_leaves_what_is_left_of_a_rescue_file_and_no_later_recovery_doubles_what_has_arrived(play):
    rescued = numbered("ok", "refused", "again", "ok")
    check = "  - check: {exit: {wprescue: 3}, rescue: {dat: 1}, sinks: {a: {refused: 1}}}\n"
    then = "{exit: {wprescue: 3}, rescue: {dat: 1}, ledger: {delivered: 2, lost: 0, duplicates: 0}}"

    assert told(play(Misconfigured, f"{WORK}\n{check}{WORK}\n{check}{WORK}", then, rescued=rescued)[0]) == []


def test_a_stop_while_some_of_a_batch_are_still_to_come_doubles_none_that_has_arrived(play):
    rescued = numbered("ok", "again", "ok", "again", "ok")
    stop = "  - wait: 2s\n  - signal: {wprescue: TERM}\n  - wait: {exit: wprescue}"
    when = f"  - start: wprescue work\n{stop}\n{WORK}"
    then = "{ledger: {delivered: 5, lost: 0, duplicates: 0}, rescue: {dat: 0}}"

    Hesitant.programs = 0
    assert told(play(Hesitant, when, then, rescued=rescued)[0]) == []


def test_a_quarantine_that_can_not_be_written_in_a_recovery_leaves_the_file_for_another(play):
    fault = "  - fault: {on: data/rescue/*.quarantine, fail: write, errno: ENOSPC, times: 1}\n"
    rescued = numbered("ok", "ok", "refused", "ok")
    check = "  - check: {exit: {wprescue: 3}, rescue: {dat: 1}}\n"
    then = "{ledger: {delivered: 3, quarantined: 1, lost: 0, duplicates: 0}, rescue: {dat: 0}}"

    result, _ = play(Server, f"{fault}{WORK}\n{check}{WORK}", then, rescued=rescued)

    assert told(result) == []


def test_a_recovery_that_was_killed_does_not_send_what_is_in_quarantine_again(play):
    rescued = numbered(*["ok"] * 3, "refused", *["ok"] * 300)
    when = f"""\
  - start: wprescue work
  - {{upon: {{sink: a, lines: 250}}, kill: wprescue}}
{WORK}"""
    then = "{sinks: {a: {lines: 303, refused: 1}}, ledger: {quarantined: 1, lost: 0, duplicates: 0}}"

    result, _ = play(Server, when, then, rescued=rescued)

    assert told(result) == []


@pytest.mark.parametrize("operation", ["write", "fsync", "rename", "sync_dir"])
@pytest.mark.parametrize("make", [Server, Sequential, Tolerated])
def test_a_recovery_that_is_killed_anywhere_ends_with_each_line_in_one_place(play, make, operation):
    bad = "bad" if make is Sequential else "refused"
    rescued = numbered(bad, "ok", "ok", bad, "ok", "ok", bad, "ok")
    place = "dropped" if make is Tolerated else "quarantined"
    then = f"{{ledger: {{delivered: 5, {place}: 3, lost: 0, duplicates: 0}}}}"

    for nth in range(1, 30):
        kill = f"  - {{upon: {{operation: {operation}, on: data/**, nth: {nth}}}, kill: wprescue}}"
        result, _ = play(make, f"  - start: wprescue work\n{kill}\n{WORK}", then, rescued=rescued)
        if any(finding.code is Failure.NEVER_TRIGGERED for finding in result.findings):
            break
        assert told(result) == [], nth
    assert 3 < nth < 29


@pytest.mark.parametrize("operation", ["write", "fsync"])
@pytest.mark.parametrize("make", [Server, Sequential])
def test_a_kill_while_lines_are_refused_live_takes_what_only_the_program_had(play, make, operation):
    bad = "bad" if make is Sequential else "refused"
    live = numbered(*[bad, "ok", "ok", bad] * 10)
    then = "{ledger: {duplicates: 0}, allow: {lost: in_memory, stuck: '<= 20'}}"

    for nth in range(1, 9):
        kill = f"  - {{upon: {{operation: {operation}, on: data/**, nth: {nth}}}, kill: wparse}}"
        result, disk = play(make, f"  - start: wparse daemon\n{kill}", then, live=live)
        if any(finding.code is Failure.NEVER_TRIGGERED for finding in result.findings):
            break
        assert told(result) == [], nth
        assert not {line for line in lines_of(disk) if bad in line}
    assert nth > 1


def test_what_a_target_shows_of_a_batch_is_looked_up_beside_what_is_said_of_it(play):
    live = numbered("ok", "refused", "ok", "ok", "ok")

    class Forgetful(Plain):
        """Refuses one line, stores the next but loses the connection behind it."""

        fails = True

        def write(self, lines):
            if not self.fails:
                super().write(lines)
                return
            self.fails = False
            super().write([lines[0], lines[2]])
            raise SinkFailed("connection reset", written=None, refused=[1])

    then = "{sinks: {a: {lines: 4, refused: 1}}, ledger: {quarantined: 1, lost: 0, duplicates: 0}}"
    result, disk = play(Forgetful, BATCH, then, live=live)

    assert told(result) == []
    assert lines_of(disk) == [live[0], *live[2:]]


def test_a_place_in_a_batch_that_a_step_has_split_is_that_of_the_line(play):
    live = numbered(*["ok"] * 4, "bad", *["ok"] * 5)
    touch = "  - {upon: {sink: a, lines: 2}, touch: data/two}\n"
    then = "{sinks: {a: {lines: 9, refused: 1}}, ledger: {quarantined: 1}}"

    result, disk = play(Sequential, f"  - start: wparse batch\n{touch}  - wait: {{exit: wparse}}", then, live=live)

    assert told(result) == []
    assert lines_of(disk) == [line for line in live if "bad" not in line]
    assert [each["latin1"] for each in quarantined(disk)] == ["5 bad"]


def test_lines_that_a_strategy_drops_are_told_where_their_sink_did_not_refuse_them(play):
    live = ["1 ok", "2 bad", "3 ok"]
    result, _ = play(Picky, BATCH, "{}", live=live)

    (finding,) = result.findings
    assert result.outcome.value == "unverified"
    assert finding.message == "2 lines were dropped, and the scenario doesn't say so"
    why = "400 bad request: it doesn't say which of them it refuses"
    assert finding.evidence == (f"2 lines for a by the strategy 'tolerant': {why}",)
    assert finding.help == (
        "let it say which: SinkFailed(..., refused=[...]), or keep the lines, by 'strategy: {CLASS: fix_retry}' for"
        " the class of its errors; if they are meant to go, say so: then: {ledger: {dropped: 2}}"
    )


@pytest.mark.parametrize(
    ("make", "then"),
    [
        (Picky, "{ledger: {dropped: 2}}"),
        (Picky, "{ledger: {dropped: '> 0'}}"),
        (Tolerated, "{}"),
        (Tolerated, "{sinks: {a: {refused: 1}}}"),
    ],
)
def test_they_are_not_where_the_scenario_or_the_sink_says_so(play, make, then):
    live = ["1 ok", "2 bad" if make is Picky else "2 refused", "3 ok"]
    assert told(play(make, BATCH, then, live=live)[0]) == []


def test_what_is_in_quarantine_is_told_with_its_reason(play):
    live = numbered("ok", "refused", "refused")
    result, _ = play(Server, BATCH, "{sinks: {a: {lines: 3}}, ledger: {quarantined: 1}}", live=live)

    found = {finding.name: finding for finding in result.findings}
    why = ("refused, line 2 refused is bad: 2 refused", "refused, line 3 refused is bad: 3 refused")
    assert found["then.sinks.a.lines"].evidence == ("the ledger: 3 owed, 1 delivered, 2 quarantined", *why)
    assert found["then.ledger.quarantined"].evidence == (f"for {TARGET}: 2", *why)

    (stuck,) = play(Server, BATCH, "{}", live=numbered("refused", "refused"))[0].findings
    assert stuck.name == "nothing_stuck"
    why = "which are refused (line 1 refused is bad) or refused (line 2 refused is bad): nobody reads them again"
    assert stuck.evidence[0].endswith(f"2 lines, {why}")


def test_a_sink_that_can_refuse_nothing_proves_nothing_by_refusing_nothing(tmp_path):
    then = "{sinks: {a: {lines: 300, refused: 0}}}"
    result = run_variant(scenario(tmp_path / "s.wptest.yaml", BATCH, then=then))

    assert result.outcome.value == "unverified"
    assert told(result) == [("then.sinks.a.refused", "a is a sink that can't refuse lines")]


# One that is sent again in a recovery is sent again for hours: the planted faults have that.
@pytest.mark.parametrize(
    ("value", "program"),
    [
        *product(("takes_batch_along", "lost", "repeats_the_rest"), (BATCH, WORK)),
        ("sent_again", BATCH),
    ],
)
def test_a_planted_fault_shows_live_and_in_a_recovery(play, value, program):
    broken = replace(REFERENCE, refused_line=value)
    lines = numbered("ok", "refused", "again,ok", "ok")
    given = {"live": lines} if program is BATCH else {"rescued": lines}
    then = "{ledger: {delivered: 3, quarantined: 1, duplicates: 0}}"
    when = program if value == "sent_again" else f"{program}\n{WORK}"

    assert told(play(Server, f"{program}\n{WORK}", then, **given)[0]) == []
    assert play(Server, when, then, behaviour=broken, **given)[0].outcome.value == "failed"
