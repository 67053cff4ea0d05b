"""What the judge takes off records: what real versions add to the fields of a line."""

from __future__ import annotations

import json

import pytest

from engine.behaviour.profile import behaviour_of
from engine.machine import Machine
from engine.machine.machine import Options
from engine.project.model import GroupConf, Project, RecordFormat, SinkConf, SourceConf
from engine.rescue.entries import plain_line
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.memory import MemoryDisk
from wptest.judge.rescue_names import as_sent
from wptest.judge.written_down.stored_records import records_in, sent_lines

BEFORE = "1796038414892283462"
SINKS = (("k", (("b", "2"), ("z", "1"), ("zone", "g"))), ("o", (("zone", "g"),)))


def records(*, whole: bool, record_format: RecordFormat, tags: bool = True) -> Project:
    sinks = [
        SinkConf(name, FILE_KIND, name, whole=whole, record_format=record_format, tags=each if tags else ())
        for name, each in SINKS
    ]
    source = SourceConf(key="first", tags=(("aa", "2"), ("zz", "1")) if tags else ())
    return Project("p", (GroupConf("g", tuple(sinks), ("*",)),), (), source=source)


def sent(stored: str, **conf) -> str:
    return sent_lines(records_in(records(**conf))["k"], [stored.encode()])[0].decode()


# What was seen of WarpParse 0.18.2, and made of it for other formats.
@pytest.mark.parametrize(
    ("stored", "line"),
    [
        (f"{BEFORE} wp_event_id=1 web line ok first 2 data/in_dat/gen.dat 1 2 1 g", "wp_event_id=1 web line ok"),
        (f"{BEFORE} 6 web ok first 2 data/in_dat/gen.dat 1 2 1 g 2 1 g", "6 web ok"),
        (f"{BEFORE} 6 web ok first 2 data/in_dat/gen.dat 1 2 1 g g", "6 web ok"),
        (f"{BEFORE} a line of an engine first in.dat", "a line of an engine"),
        ("a line of a raw entry 2 1 g", "a line of a raw entry"),
        (f"{BEFORE}  first 2 data/in_dat/gen.dat 1 2 1 g", ""),
    ],
)
def test_tags_behind_a_whole_record_are_no_part_of_its_line(stored, line):
    assert sent(stored, whole=True, record_format="raw") == line


@pytest.mark.parametrize("stored", ["a line 2 1 g", "a line 2 1 g 2 1 g", "a line g", "a line"])
def test_nor_are_those_behind_a_record_that_a_model_has_made(stored):
    assert sent(stored, whole=False, record_format="raw") == "a line"


def test_without_tags_a_raw_line_stands_as_it_was_sent():
    assert records_in(records(whole=False, record_format="raw", tags=False)) == {}


@pytest.mark.parametrize(
    ("record_format", "stored"),
    [
        ("json", '{"msg":"a b","b":"2","z":"1","zone":"g","zone":"g"}'),
        ("kv", 'msg: "a b", b: "2", z: "1", zone: "g"'),
        (
            "kv",
            f'wp_event_id: {BEFORE}, msg: "a b", wp_src_key: "first", aa: "2", access_source: "x", zz: "1", b: "2"',
        ),
        ("proto-text", '{ msg: "a b" b: "2" z: "1" zone: "g" }'),
        ("csv", "a b,2,1,g"),
        ("csv", f"{BEFORE},a b,first,2,data/in_dat/gen.dat,1,2,1,g"),
    ],
)
def test_records_with_names_are_told_by_them_and_others_by_the_values(record_format, stored):
    assert sent(stored, whole=True, record_format=record_format) == "a b"


def test_an_entry_of_a_whole_record_has_them_behind_the_key_of_its_source():
    fields = [
        ("wp_event_id", "Digit", 7),
        *(("f", "Chars", each) for each in ("a", "b")),
        ("wp_src_key", "Chars", "x"),
    ]
    fields += [
        ("aa", "Chars", "2"),
        ("access_source", "Chars", "in.dat"),
        ("zz", "Chars", "1"),
        ("b", "Chars", "2"),
    ]
    items = [
        {"meta": "digit" if kind == "Digit" else "chars", "name": name, "value": {kind: value}}
        for name, kind, value in fields
    ]
    entry = json.dumps({"version": 1, "kind": "record", "record": {"id": 7, "items": items}}).encode()
    machine = Machine(MemoryDisk(), Options(behaviour=behaviour_of(["wp-motor-1.17"])))
    assert as_sent(machine, entry) == plain_line(entry) == b"a b"
