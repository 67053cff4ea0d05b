"""Zeros in a released rescue file: a hole at its end is quarantined, what somebody has sent is sent."""

from __future__ import annotations

import pytest
from engine_bench import FILE, TARGET, Bench

from engine.storage.disk_port import files_below, read_all, write_all


@pytest.mark.parametrize(
    ("data", "sent", "is_put_aside"),
    [
        (b"one\ntwo\nthr\0\0\0", b"one\ntwo\n", True),
        (b"\0\0\0\0", b"", True),
        (b"one\nthr", b"one\nthr\n", False),
        (b"one\nt\0o\n", b"one\nt\0o\n", False),
        (b"one\n\0\0\0\n", b"one\n\0\0\0\n", False),
        (b"t\0o\n" * 3 + b"\0", b"t\0o\n" * 3, True),
    ],
)
def test_a_hole_at_the_end_is_no_line(data, sent, is_put_aside):
    bench = Bench()
    write_all(bench.disk, FILE, data)
    bench.run("wprescue work")

    assert read_all(bench.disk, TARGET) == sent
    assert any(path.endswith(".quarantine") for path in files_below(bench.disk, "data/rescue")) is is_put_aside
