"""Records in targets: written by the sinks, and read again by whoever judges."""

from __future__ import annotations

import pytest

from engine.project.model import RecordFormat
from engine.sinks.record_formats import form_of
from wptest.judge.written_down.stored_records import sent_lines, target_as_sent

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


@pytest.mark.parametrize("record_format", ["kv", "json", "csv", "proto-text"])
def test_what_is_written_is_read_again_by_sink_and_judge(record_format: RecordFormat) -> None:
    form = form_of(record_format)
    assert form is not None
    stored = form.write(LINES)

    data = b"".join(line + b"\n" for line in stored) + b"torn"
    assert (
        form.read(data) == target_as_sent(record_format, data) == b"".join(line + b"\n" for line in LINES) + b"torn"
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


@pytest.mark.parametrize(("record_format", "stored", "sent"), REAL)
def test_the_judge_reads_what_warpparse_has_written(record_format, stored, sent) -> None:
    assert sent_lines(record_format, [stored]) == [sent]


@pytest.mark.parametrize("record_format", ["kv", "json", "proto-text"])
def test_what_is_no_record_stays_as_it_is(record_format) -> None:
    assert sent_lines(record_format, [b"plain line", b"\xff", b"[1]"]) == [b"plain line", b"\xff", b"[1]"]
