"""Where a line was first read, as a key: the same whatever is read again, sent again, renamed or killed."""

from __future__ import annotations

import json

import pytest

from engine.behaviour import Behaviour
from engine.machine.records import PlacedLine, first_place
from engine.project.database_conf import DatabaseConf, ServerConf
from engine.project.model import GroupConf, Project, SinkConf
from engine.rescue.entries import raw_entry, record_entry
from engine.rescue.placed_lines import placed_entry, placed_lines, wants_places
from engine.rows.row_table import FROM_PLACE, Column, Parsing, RowTable
from engine.servers.on_machine import servers_on
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.sql import SQL_KIND
from engine.storage.disk_port import read_all
from wptest.run.running import run_on_real_disk, run_variant

PROJECT = """{servers: {db: {engine: innodb}}, sinks: {a: {type: sql, server: db, key: place, row: {columns: {
  place: {type: text(100), from: $place, required: true}, line: {type: text(200), from: $line}}}}}}"""
BEAT = "2025-10-04T01:59:20Z INFO nginx GET /index.html 200"
INPUT, OLD, NAMES = "data/in_dat/gen.dat", "data/in_dat/old.dat", ".run/wparse.inputs"
BEATS = f'{{text: "{BEAT}\\n{BEAT}\\n{BEAT}\\n"}}'
GIVEN = f"{{files: {{{INPUT}: {BEATS}}}}}"
DAEMON, BATCH = "{start: wparse daemon}, {wait: idle}", "{run: wparse batch}"
STOP = "{signal: {wparse: TERM}}, {wait: {exit: wparse}}"
ROTATED = f"{DAEMON}, {{rename: {{{INPUT}: {OLD}}}}}, {{write: {{{INPUT}: {BEATS}}}}}, {{wait: idle}}, {STOP}"
BACK = f"{{remove: {INPUT}}}, {{rename: {{{OLD}: {INPUT}}}}}, {BATCH}"


def text(steps, given=GIVEN, then="{ledger: {lost: 0}}"):
    return f"scenario: s\nproject: {PROJECT}\ngiven: {given}\nwhen: [{steps}]\nthen: {then}\n"


@pytest.fixture
def played(variant_of):
    """Runs steps: the world, and the places of the rows, by the file that they name, as lines' numbers."""

    def run(steps, **more):
        worlds = []
        result = run_variant(variant_of(text(steps, **more)), prepare=worlds.append)
        assert [finding.message for finding in result.findings] == []
        (world,) = worlds
        found = {}
        for place, _ in servers_on(world.machine).by_name["db"].visible(world.project.sink("a").database.table):
            name, _, number = place.rpartition(":")
            found.setdefault(name, []).append(int(number))
        return world, found

    return run


@pytest.mark.parametrize("steps", [BATCH, f"{BATCH}, {BATCH}", f"{BATCH}, {{rename: {{{INPUT}: {OLD}}}}}, {BACK}"])
def test_equal_lines_are_rows_of_their_own_and_no_new_ones_when_their_file_is_read_again(steps, played):
    steps = steps.replace(f"{{remove: {INPUT}}}, ", "")
    _, places = played(steps)
    assert list(places.values()) == [[1, 2, 3]]


def test_blank_lines_have_numbers_and_no_rows(played):
    _, places = played(BATCH, given=GIVEN.replace(f"{BEAT}\\n{BEAT}\\n", f"{BEAT}\\n\\n \\n{BEAT}\\n", 1))
    assert list(places.values()) == [[1, 4, 5]]


@pytest.mark.parametrize("more", ["", f", {BACK}"])
def test_the_file_that_gets_the_path_of_another_has_another_name_and_a_renamed_one_keeps_its(more, played):
    _, places = played(ROTATED + more)
    assert list(places.values()) == [[1, 2, 3], [1, 2, 3]]


def test_an_input_that_is_cut_and_written_anew_has_other_lines(played):
    anew = f"{{truncate: {{{INPUT}: 0B}}}}, {{wait: idle}}, {{append: {{{INPUT}: {BEATS}}}}}, {{wait: idle}}"
    _, places = played(f"{DAEMON}, {anew}, {STOP}")
    assert list(places.values()) == [[1, 2, 3], [1, 2, 3]]


def test_a_file_that_only_has_the_number_of_another_has_another_name(played):
    world, places = played(f"{BATCH}, {{write: {{{INPUT}: {BEATS.replace(BEAT, 'x' + BEAT, 1)}}}}}, {BATCH}")
    assert list(places.values()) == [[1, 2, 3], [2, 3]]
    assert {entry["name"] for entry in json.loads(read_all(world.machine.disk, NAMES))} <= {
        int(name) for name in places
    }


def test_where_a_name_cant_be_written_down_nothing_is_read_before(played):
    fault = f"{{fault: {{on: {NAMES}.tmp, fail: fsync, errno: EIO, times: 2}}}}"
    world, places = played(f"{fault}, {DAEMON}, {STOP}")
    assert list(places.values()) == [[1, 2, 3]]
    told = [event.fields["message"] for event in world.machine.trace.of("log") if event.fields["level"] == "error"]
    assert told == [f"can't write down which file {INPUT} is: Input/output error: nothing is read before"] * 2


def test_names_that_cant_be_read_are_told_and_lines_are_new_ones(played):
    world, places = played(
        f"{BATCH}, {{write: {{{NAMES}: {{text: nothing}}}}}}, {BATCH}", then="{allow: {duplicates: 3}}"
    )
    assert list(places.values()) == [[1, 2, 3], [1, 2, 3]]
    assert any(
        str(event.fields["message"]).startswith(f"{NAMES} can't be read") for event in world.machine.trace.of("log")
    )


def test_bare_lines_of_a_rescue_file_are_known_by_it_and_their_numbers(played):
    rescue = "data/rescue/a-2025-10-04_01:00:00.dat"
    kills = "{start: wprescue work}, {upon: {sink: a, lines: 2}, kill: wprescue}, {run: wprescue work}"
    _, places = played(kills, given=f"{{files: {{{rescue}: {BEATS}}}}}")
    assert places == {rescue.removeprefix("data/rescue/"): [1, 2, 3]}


def test_the_same_happens_on_the_machines_own_disk(variant_of):
    variant = variant_of(text(ROTATED))
    assert run_on_real_disk(variant).trace_hash == run_variant(variant).trace_hash


@pytest.mark.parametrize("line", [b"a line", b'{"kind": "raw"}', b"a\r", "\u00e4\0\t".encode()])
def test_a_line_and_its_place_come_back_out_of_a_rescue_file(line):
    (read,) = placed_lines([placed_entry(PlacedLine.at(line, "1:2"))], "r/f.dat", "r", 7)
    assert (read, first_place(read)) == (line, "1:2")


@pytest.mark.parametrize(
    "line",
    [b"bare", b'{"version":1,"kind":"raw","raw":"x"}', b'{"wp_place": 1}', b'"wp_place" \xff', placed_entry(b"x")],
)
def test_what_says_no_place_is_a_line_of_its_file(line):
    assert [(each, first_place(each)) for each in placed_lines([line], "r/f.dat", "r", 7)] == [(line, "f.dat:7")]


ENTRIES = Behaviour(rescue_lines="entries")


@pytest.mark.parametrize("line", [b"a line", b'{"kind": "raw"}', "\u00e4\0\t".encode()])
def test_where_all_lines_are_entries_the_place_is_in_them(line):
    entries = [record_entry(line, place="1:2"), record_entry(line), raw_entry(line)]
    read = placed_lines(entries, "r/f.dat", "r", 7, ENTRIES)
    assert read == [line] * 3
    assert [first_place(each) for each in read] == ["1:2", "f.dat:8", "f.dat:9"]


PLACED = RowTable("t", Parsing(), (Column("place", "text", FROM_PLACE, length=100, required=True),))
TWO_SINKS = (
    SinkConf("rows", SQL_KIND, database=DatabaseConf(ServerConf("db", "innodb"), PLACED)),
    SinkConf("out", FILE_KIND, "out.dat"),
)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(), [True, False]),
        (Behaviour(replay_to="whole_group"), [True, True]),
        (Behaviour(replay_way="through_the_group"), [True, True]),
    ],
)
def test_rescue_files_of_a_sink_say_places_where_replays_bring_them_to_rows(behaviour, expected):
    project = Project("p", (GroupConf("g", TWO_SINKS),), ())
    assert [wants_places(project, sink, behaviour) for sink in ("rows", "out")] == expected
    assert not wants_places(project, "gone", behaviour)


def test_a_line_that_is_no_text_stands_in_a_rescue_file_as_it_is():
    assert placed_entry(PlacedLine.at(b"\xff", "1:2")) == b"\xff"
