"""What is seen of programs from outside: files that grow, lines of logs."""

from __future__ import annotations

import pytest

from wptest.subject.watching.growth import Growth
from wptest.subject.watching.log_lines import meanings, parse_line


class TestAGrowingFile:
    def test_whole_lines_come_once(self, tmp_path):
        path = tmp_path / "a.log"
        growth = Growth(path)
        assert growth.lines() == []
        path.write_bytes(b"one\ntw")
        assert growth.lines() == [b"one"]
        with path.open("ab") as file:
            file.write(b"o\nthree\n")
        assert growth.lines() == [b"two", b"three"]
        assert growth.lines() == []

    def test_what_was_there_before_does_not_count(self, tmp_path):
        path = tmp_path / "a.log"
        path.write_bytes(b"old\n")
        growth = Growth(path)
        path.write_bytes(b"old\nnew\n")
        assert growth.lines() == [b"new"]

    def test_a_cut_end_and_what_comes_after_it(self, tmp_path):
        path = tmp_path / "a.dat"
        growth = Growth(path, from_start=True)
        path.write_bytes(b"one\ntor")
        assert growth.lines() == [b"one"]
        with path.open("r+b") as file:
            file.truncate(4)
        assert growth.lines() == []
        with path.open("ab") as file:
            file.write(b"torn no more\n")
        assert growth.lines() == [b"torn no more"]

    def test_another_file_of_that_name_is_read_from_its_start(self, tmp_path):
        path, other = tmp_path / "a.dat", tmp_path / "b.dat"
        growth = Growth(path, from_start=True)
        path.write_bytes(b"one\n")
        assert growth.lines() == [b"one"]
        other.write_bytes(b"two\n")
        other.replace(path)
        assert growth.lines() == [b"two"]

    def test_one_that_gets_its_other_name_in_that_moment_goes_on_under_it(self, tmp_path, monkeypatch):
        path, released = tmp_path / "a.dat.lock", tmp_path / "a.dat"
        growth = Growth(path, from_start=True)
        path.write_bytes(b"one\n")
        assert growth.lines() == [b"one"]
        path.write_bytes(b"one\ntwo\n")
        status = path.stat()
        path.rename(released)
        with monkeypatch.context() as patch:
            patch.setattr(growth, "_status", lambda: status)
            assert growth.lines() == []
        growth.path = released
        assert growth.lines() == [b"two"]


class TestLogLines:
    def test_a_line_is_taken_apart(self):
        line = parse_line("2025-10-04 01:59:20.004 [WARN] [data] sink error: a is down")
        assert line == ("warn", "data", "sink error: a is down")
        assert parse_line("a line of another program") is None

    @pytest.mark.parametrize(
        ("message", "kind", "fields"),
        [
            ("recover begin", "recovery.began", {}),
            ("recover begin! file : ./data/rescue/a.dat", "recovery.file_began", {"path": "data/rescue/a.dat"}),
            ("recover end! clean file : ./r/a b.dat", "recovery.file_removed", {"path": "r/a b.dat"}),
            ("no sink agent for a, skipped: ./r/a.dat", "recovery.file_skipped", {"path": "r/a.dat"}),
            ("a.b reconnect fail! a.b is down", "reconnect.failed", {"sink": "a.b", "reason": "a.b is down"}),
            ("reconnect success ,send a to fix_sink_q", "reconnect.succeeded", {"sink": "a"}),
            ("the input is read on behind line 7: i/old.dat", "source.gone_on", {"lines": 7, "path": "i/old.dat"}),
            (
                "the input is read from its start, as it has become shorter: ./i/gen.dat",
                "source.reopened",
                {"why": "has become shorter", "path": "i/gen.dat"},
            ),
            ("line 3 of r/a.dat is not text: quarantined", "line.quarantined", {"line": 3, "path": "r/a.dat"}),
        ],
    )
    def test_a_message_tells_what_has_happened(self, message, kind, fields):
        assert list(meanings(message)) == [(kind, fields)]

    def test_a_run_that_begins_at_the_start_is_no_reopening(self):
        message = "the input is read from its start, as it is another file since it was last read: i/gen.dat"
        assert list(meanings(message)) == []

    def test_a_message_tells_the_error_of_a_file_system(self):
        kinds = [kind for kind, _ in meanings("sink error: No space left on device (data/out_dat/a.dat)")]
        assert kinds == ["sink.failed", "storage.ENOSPC"]

    def test_figures(self):
        text = (
            "sum stat: pick_stat target=data/in_dat/gen.dat total=5; sink_stat target=a total=5 success=4 rescued=1"
        )
        assert list(meanings(text)) == [
            ("monitor.stat", {"stat": "pick_stat", "target": "data/in_dat/gen.dat", "total": 5}),
            ("monitor.stat", {"stat": "sink_stat", "target": "a", "total": 5, "success": 4, "rescued": 1}),
        ]
