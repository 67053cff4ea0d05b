"""Disks that are full or read-only, and readers that have gone: no traceback, and nothing half written is left."""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from wptest.cli import wptest
from wptest.console import standard_streams
from wptest.console.exits import ExitCode, UnwrittenError
from wptest.console.interrupt import Interrupted
from wptest.console.reporting.reports import Reports
from wptest.document.document_json import document_text
from wptest.document.report_document import ReportDocument
from wptest.kept.last_failed import LastFailed
from wptest.kept.store import Kept, Store
from wptest.kept.whole_file import write_whole

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


@pytest.fixture
def full(monkeypatch):
    """From now on every write fails half-way, as on a full disk."""

    def write_text(path: Path, text: str, **_: str) -> int:
        with path.open("w") as file:
            file.write(text[: len(text) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_text", write_text)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*") if path.is_file())


class TestAFile:
    def test_the_old_one_stays_when_there_is_no_room_for_the_new_one(self, tmp_path, full):
        (tmp_path / "a").write_bytes(b"old")
        with pytest.raises(OSError, match="No space"):
            write_whole(tmp_path / "a", "new text")
        assert names(tmp_path) == ["a"]
        assert (tmp_path / "a").read_bytes() == b"old"

    def test_a_link_stays_one(self, tmp_path):
        (tmp_path / "there").mkdir()
        (tmp_path / "a").symlink_to("there/b")
        write_whole(tmp_path / "a", "text")
        assert (tmp_path / "a").is_symlink()
        assert (tmp_path / "there" / "b").read_text() == "text"

    def test_one_that_should_be_new_is_not_written_over(self, tmp_path):
        (tmp_path / "a").write_text("old")
        with pytest.raises(FileExistsError):
            write_whole(tmp_path / "a", "new", anew=True)
        assert (tmp_path / "a").read_text() == "old"

    def test_a_pipe_is_written_to_as_it_is(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        write_whole(tmp_path / "pipe", "text")
        assert os.read(reader, 10) == b"text"
        os.close(reader)


class TestCommands:
    """Each command that writes a file, on a full disk."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["new", "abc"],
            ["new", "abc", "--topic", "kill"],
            ["schema", "--output", "schema.json"],
        ],
        ids=" ".join,
    )
    def test_it_is_told_and_nothing_is_left(self, tmp_path, monkeypatch, full, arguments):
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(wptest, arguments, standalone_mode=False)
        assert isinstance(done.exception, UnwrittenError)
        assert "no space left on device" in done.exception.message
        assert names(tmp_path) == []

    def test_a_set_is_written_as_a_whole_or_not_at_all(self, tmp_path, monkeypatch):
        (tmp_path / "p" / "conf").mkdir(parents=True)
        left = [1]

        def write(path: Path, text: str, *, anew: bool) -> None:
            if not left:
                raise UnwrittenError("full")
            left.pop()
            path.write_text(text)

        monkeypatch.setattr("wptest.commands.new.write_file", write)
        from wptest.commands.new import write_all_or_none
        from wptest.console.drafting.drafts import Draft

        with pytest.raises(UnwrittenError):
            write_all_or_none(tmp_path, [Draft("a", "text"), Draft("b", "text")])
        assert names(tmp_path) == []

    def test_a_failure_that_can_not_be_kept_is_no_failure_of_its_own(self, tmp_path, full):
        kept = Kept("f", "s", "", 0, "memory", (), {}, {}, "failed", ("x",))
        assert Store(tmp_path).add(kept) == ""
        assert list(tmp_path.iterdir()) == []

    def test_nor_is_a_name_to_remember(self, tmp_path, full):
        LastFailed(tmp_path).note(tmp_path / "a", "s", "", "failed")
        assert list(tmp_path.iterdir()) == []


@pytest.fixture
def reports():
    """Makes the reports that a command was asked for."""
    with click.Context(click.Command("run"), obj=["run", "."]):
        yield Reports


class TestReports:
    def test_the_verdict_decides_the_exit_code(self, tmp_path, full, capsys, reports):
        output = reports({"json": str(tmp_path / "r.json")})
        output.write(ReportDocument())
        assert output.end(ExitCode.FAILED) is ExitCode.FAILED
        assert "r.json': no space left on device" in capsys.readouterr().err
        assert names(tmp_path) == []

    def test_a_pass_is_none_without_what_was_asked_for(self, tmp_path, full, reports):
        output = reports({"json": str(tmp_path / "r.json")})
        output.write(ReportDocument())
        assert output.end(ExitCode.PASSED) is ExitCode.UNWRITTEN

    def test_each_is_there_when_it_could_be_written(self, tmp_path, reports):
        asked = {kind: str(tmp_path / kind) for kind in ("json", "junit", "gitlab", "sarif")}
        output = reports(asked)
        assert names(tmp_path) == []  # not even an empty one, should we be killed meanwhile
        output.write(ReportDocument())
        assert output.end(ExitCode.PASSED) is ExitCode.PASSED
        assert names(tmp_path) == sorted(asked)

    def test_standard_output_is_kept_for_one(self, capsys, reports):
        output = reports({"json": "-"})
        sys.stdout.write("what somebody's own code has to say\n")
        output.write(ReportDocument())
        sys.stdout.write("the rest\n")
        told = capsys.readouterr()
        assert told.out == f"{document_text(ReportDocument())}the rest\n"
        assert told.err == "what somebody's own code has to say\n"

    def test_and_not_for_two(self, reports):
        with pytest.raises(click.UsageError, match="only one report"):
            reports({"json": "-", "junit": "-"})

    @pytest.mark.parametrize("name", ["nowhere/r.json", "."])
    def test_a_wrong_name_is_wrong_usage_before_anything_runs(self, tmp_path, monkeypatch, name, reports):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(click.UsageError, match="can't write"):
            reports({"json": name})


class TestStreams:
    def test_one_that_was_closed_before_we_began_takes_everything(self, monkeypatch):
        monkeypatch.setattr("sys.stdout", None)
        monkeypatch.setattr("sys.stderr", None)
        assert standard_streams.Streams().lost_output() == ""
        for stream in (sys.stdout, sys.stderr):
            assert stream.write("text") == 4
            assert not stream.isatty()
            stream.flush()
            os.close(stream.fileno())

    def test_a_reader_that_has_gone_ends_the_command_once(self, monkeypatch):
        reading, writing = os.pipe()
        monkeypatch.setattr(standard_streams, "_STDOUT", writing)
        stream = standard_streams._Descriptor(writing)
        assert stream.write(b"one") == 3
        os.close(reading)
        with pytest.raises(Interrupted) as raised:
            stream.write(b"two")
        assert raised.value.number == signal.SIGPIPE
        assert stream.write(b"three") == 5
        assert stream.lost == ""
        os.close(writing)

    def test_of_standard_error_it_ends_nothing(self):
        reading, writing = os.pipe()
        os.close(reading)
        assert standard_streams._Descriptor(writing).write(b"two") == 3
        os.close(writing)

    @needs_full
    def test_what_a_full_disk_did_not_take_is_known(self):
        with FULL.open("wb") as file:
            stream = standard_streams._Descriptor(file.fileno())
            assert stream.write(b"one") == 3
            assert stream.lost == "no space left on device"
