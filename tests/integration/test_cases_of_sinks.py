"""What sinks of users met otherwise than on a real machine, each as a sink's own code: in both worlds the same.

The names are those of the reports that they come from, P1 to P9 and F12. Where a real clock shows its own time, a
case compares clocks with each other.
"""

from __future__ import annotations

import fcntl
import importlib
import io
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from engine.foreign.escaped import Escaped
from tests.integration.foreign_guest import Guest, outcome
from wptest.play.stopwatch import Stopwatch

LINES = [b"one\n", b"two\n", b"three\n"]
CLOSE = 2  # seconds between two looks at the clock


def p1_a_lock_that_the_process_has_is_granted_again():
    with open("out", "ab") as first, open("out", "ab") as second:
        fcntl.lockf(first, fcntl.LOCK_EX)
        fcntl.lockf(second, fcntl.LOCK_EX)
        first.writelines(LINES[:2])
        first.flush()
        second.writelines(LINES[2:])


def p1_a_lock_is_shared_by_two_and_kept_from_a_third():
    Path("out").write_bytes(b"".join(LINES))
    with open("out", "rb") as one, open("out", "rb") as two, open("out", "ab") as writer:
        fcntl.flock(one, fcntl.LOCK_SH)
        fcntl.flock(two, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return outcome(lambda: fcntl.flock(writer, fcntl.LOCK_EX | fcntl.LOCK_NB))


def p2_a_temporary_file_removes_itself():
    with tempfile.NamedTemporaryFile(dir=".") as file, open("out", "wb") as out:
        file.writelines(LINES)
        file.flush()
        shutil.copyfileobj(open(file.name, "rb"), out)
        before = os.path.exists(file.name)
    return before, os.path.exists(file.name), os.listdir()


def p2_so_does_one_where_such_files_are():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(LINES))
        file.flush()
        shutil.copy(file.name, "out")
    return os.path.exists(file.name)


def p3_lines_are_written_at_once_into_room_that_was_made_for_them():
    fd = os.open("out", os.O_RDWR | os.O_CREAT)
    size = sum(map(len, LINES))
    said = [
        os.posix_fallocate(fd, 0, size),
        os.writev(fd, LINES),
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED),
    ]
    os.close(fd)
    return said


def p3_lines_are_copied_by_the_kernel():
    Path("spool").write_bytes(b"".join(LINES))
    with open("spool", "rb") as spool, open("out", "wb") as out:
        said = [os.copy_file_range(spool.fileno(), out.fileno(), 4)]
        said += [os.sendfile(out.fileno(), spool.fileno(), 4, 99), os.lseek(out.fileno(), 0, os.SEEK_CUR)]
    return said


def p4_all_clocks_show_one_time():
    with open("out", "wb") as out:
        out.writelines(LINES)
    now = time.time()
    texts = [time.strptime(text) for text in (time.ctime(), time.asctime(), time.strftime("%a %b %d %H:%M:%S %Y"))]
    clocks = [time.mktime(text) for text in texts]
    clocks += [time.clock_gettime(time.CLOCK_REALTIME), time.clock_gettime_ns(time.CLOCK_REALTIME) / 1e9]
    clocks.append(os.stat("out").st_mtime)
    return [abs(clock - now) < CLOSE for clock in clocks]


def p5_a_buffer_is_as_large_as_a_block():
    with open("out", "wb", buffering=os.stat(".").st_blksize) as out:
        out.writelines(LINES)
    return os.stat("out").st_blksize


def p6_a_directory_that_has_a_new_file_was_changed():
    os.mkdir("spool")
    seen = os.stat("spool").st_mtime_ns
    time.sleep(0.02)
    Path("spool/0001").write_bytes(b"".join(LINES))
    changed = os.stat("spool").st_mtime_ns
    time.sleep(0.02)
    os.rename("spool/0001", "out")
    return seen < changed < os.stat("spool").st_mtime_ns


def p7_what_watches_the_sink_has_its_own_clock():
    watch = Stopwatch()
    time.sleep(0.05)
    return 0 <= watch.seconds < CLOSE


def p8_what_is_only_written_cannot_be_read():
    with open("out", "wb", buffering=0) as out:
        out.write(LINES[0])
        try:
            out.read(1)
        except ValueError as error:
            return type(error) is io.UnsupportedOperation
    return False


def p8_a_name_of_256_bytes_is_too_long():
    return outcome(lambda: open("x" * 256, "wb"))


def p8_an_error_names_what_was_given():
    os.mkdir("spool")
    os.chdir("spool")
    try:
        return outcome(lambda: open("missing", "rb")), outcome(lambda: os.rename("no", "../out"))
    finally:
        os.chdir("..")


CASES = [value for name, value in list(globals().items()) if name[0] == "p" and name[1:2].isdigit()]


def left(case):
    """What a case says, and the files that it leaves."""
    said = outcome(case)
    return said, {path.name: path.read_bytes() for path in sorted(Path().iterdir()) if path.is_file()}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_sink_does_the_same_in_both_worlds(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    real = left(case)
    for path in list(tmp_path.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert Guest().run(lambda: left(case)) == real
    assert os.listdir(tmp_path) == []


def test_p9_a_raw_file_is_refused_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Escaped, match="it writes to the real file out, which no scenario governs"):
        Guest().run(lambda: io.FileIO("out", "w"))
    assert os.listdir(tmp_path) == []


def test_f12_a_module_that_a_sink_imports_first_keeps_the_real_clock(tmp_path, monkeypatch):
    kept = (
        "from datetime import datetime\ndef year(now=datetime.now): return now().year\nBORN = datetime.now().year\n"
    )
    for world in ("simulated", "real"):
        (tmp_path / f"case_f12_{world}.py").write_text(kept)
    monkeypatch.syspath_prepend(tmp_path)

    def imported(world):
        return importlib.import_module(f"case_f12_{world}")

    Guest().run(lambda: imported("simulated"))
    found = [(module.year(), module.BORN) for module in map(imported, ("simulated", "real"))]
    for world in ("simulated", "real"):
        del sys.modules[f"case_f12_{world}"]

    assert found[0] == found[1] == (time.localtime().tm_year, time.localtime().tm_year)


def test_each_of_the_other_reports_has_a_case():
    assert {case.__name__.partition("_")[0] for case in CASES} == {f"p{number}" for number in range(1, 9)}
