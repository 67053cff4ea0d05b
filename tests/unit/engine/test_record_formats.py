"""Records in targets: written by the sinks, and read again by whoever judges."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat

import pytest
from engine_bench import make_project

from engine.machine.records import Added, FieldlessLine, SourcedLine, WholeLine, as_text, source_of
from engine.project.model import RecordFormat
from engine.rescue.entries import parse_entry, record_entry
from engine.sinks.record_formats import form_of
from wptest.judge.written_down.stored_records import StoredAs, sent_lines, target_as_sent

FORMATS: tuple[RecordFormat, ...] = ("raw", "kv", "json", "csv", "proto-text")
LINES = [b"wp_event_id=1 web line ok", b'a "quoted", one', b"with {braces} and k: v", "日志".encode(), b"1", b""]
REAL: tuple[tuple[RecordFormat, bytes, bytes], ...] = (
    (
        "kv",
        b'wp_event_id: 1796011641236350045, sip: 222.133.52.20, t: 2019-08-06 12:12, r: "GET", wp_src_key: "f"',
        b"222.133.52.20 2019-08-06 12:12 GET",
    ),
    (
        "proto-text",
        b'{ wp_event_id: 1796011649846782585 a: 2 b: "bar" wp_src_key: "f" access_source: "data/in_dat/gen.dat" }',
        b"2 bar",
    ),
    (
        "json",
        b'{"wp_event_id":1796011641236350045,"tag":"wp_event_id=7","d":5,"f":1.5,"wp_src_key":"file_1"}',
        b"wp_event_id=7 5 1.5",
    ),
    ("csv", b'1796011641236350045,wp_event_id=7,"a, b",file_1,data/in_dat/gen.dat', b"wp_event_id=7 a, b"),
)


@pytest.mark.parametrize("added", [None, Added(1796022427987655671, "file_1", "data/in_dat/gen.dat")])
@pytest.mark.parametrize("record_format", ["kv", "json", "csv", "proto-text", "raw"])
def test_what_is_written_is_read_again_by_sink_and_judge(record_format: RecordFormat, added: Added | None) -> None:
    form = form_of(record_format, whole=True)
    assert form is not None
    stored = form.write(LINES, repeat(added))

    data = b"".join(line + b"\n" for line in stored) + b"torn"
    assert (
        form.read(data)
        == target_as_sent(StoredAs(record_format), data)
        == b"".join(line + b"\n" for line in LINES) + b"torn"
    )


def test_a_record_looks_as_warpparse_writes_it() -> None:
    line = b'say "a", b'
    written = {
        name: form.write([line])[0] for name in ("kv", "json", "csv", "proto-text") if (form := form_of(name))
    }
    assert written == {
        "kv": rb'msg: "say \"a\", b"',
        "json": rb'{"msg":"say \"a\", b"}',
        "csv": b'"say ""a"", b"',
        "proto-text": rb'{ msg: "say \"a\", b" }',
    }
    assert form_of("raw") is form_of("show") is None


def test_what_was_added_to_a_line_stands_around_it_where_no_model_takes_it_away() -> None:
    added = Added(7, "file_1", "in.dat")
    written = {name: form.write([b"a b"], [added])[0] for name in FORMATS if (form := form_of(name, whole=True))}
    assert written == {
        "raw": b"7 a b file_1 in.dat",
        "kv": b'wp_event_id: 7, msg: "a b", wp_src_key: "file_1", access_source: "in.dat"',
        "json": b'{"wp_event_id":7,"msg":"a b","wp_src_key":"file_1","access_source":"in.dat"}',
        "csv": b"7,a b,file_1,in.dat",
        "proto-text": b'{ wp_event_id: 7 msg: "a b" wp_src_key: "file_1" access_source: "in.dat" }',
    }


def test_a_line_that_was_never_parsed_is_a_record_of_another_field() -> None:
    written = {name: form.write([FieldlessLine(b"a b")])[0] for name in FORMATS if (form := form_of(name))}
    assert written == {
        "kv": b'raw: "a b"',
        "json": b'{"raw":"a b"}',
        "csv": b"a b",
        "proto-text": b'{ raw: "a b" }',
    }


@pytest.mark.parametrize("added", [None, Added(1796022427987655671, "file_1", "in.dat")])
def test_what_was_added_outlives_a_rescue_file(added: Added | None) -> None:
    line = parse_entry(record_entry(b"a b", added)).line
    assert line == b"a b"
    assert getattr(line, "added", None) == added


@pytest.mark.parametrize(("record_format", "stored", "sent"), REAL)
def test_the_judge_reads_what_warpparse_has_written(record_format, stored, sent) -> None:
    assert sent_lines(StoredAs(record_format), [stored]) == [sent]


@pytest.mark.parametrize("record_format", ["kv", "json", "proto-text"])
def test_what_is_no_record_stays_as_it_is(record_format) -> None:
    assert sent_lines(StoredAs(record_format), [b"plain line", b"\xff", b"[1]"]) == [b"plain line", b"\xff", b"[1]"]


def test_a_line_knows_its_source_and_what_was_added_to_it_as_text_as_well():
    source = replace(make_project().source, key="file_2")
    sourced, torn = SourcedLine.of(b"a line", source), SourcedLine.of(b"a \xff line", source)
    whole = WholeLine.of(b"a line", Added(7, "file_2", "in.dat"))

    assert [as_text(line) is line for line in (b"a line", sourced, whole)] == [True, True, True]
    assert as_text(torn) == "a \ufffd line".encode()
    assert source_of(as_text(torn), make_project()) is source
    assert as_text(b"\xff") == "\ufffd".encode()
