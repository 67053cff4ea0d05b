"""What foreign code finds when it works with files: the same as on a real disk, call by call."""

from __future__ import annotations

import errno
import fcntl
import io
import logging.handlers
import os
import shutil
import stat
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.storage.disk_port import read_all
from tests.integration.foreign_guest import Guest, outcome


def text_modes():
    Path("t").write_text("one\ntwo\n", encoding="utf-8")
    with open("t", "r+", encoding="utf-8") as file:
        first = file.readline()
        file.seek(0, 2)
        file.write("three\n")
    with open("t", "a", encoding="utf-8") as file:
        place = file.tell()
    return first, place, Path("t").read_text(), open("t", "rb").read(), list(open("t"))


def binary_modes():
    with open("b", "wb") as file:
        file.write(b"abcdef")
        file.seek(2)
        file.write(b"XY")
    with open("b", "r+b") as file:
        file.truncate(5)
        file.seek(10)
        file.write(b"!")
    with open("b", "ab", buffering=0) as file:
        file.write(b"?")
    with open("b", "rb") as file:
        return file.read(3), file.tell(), file.read(), file.read()


def descriptors():
    fd = os.open("f", os.O_RDWR | os.O_CREAT)
    said = [os.write(fd, b"hello"), os.lseek(fd, 1, os.SEEK_SET), os.read(fd, 2), os.pread(fd, 9, 0)]
    said += [os.pwrite(fd, b"J", 0), os.fstat(fd).st_size, os.ftruncate(fd, 3)]
    twin = os.dup(fd)
    said += [os.lseek(twin, 0, os.SEEK_CUR), os.fsync(fd), os.fdatasync(fd)]
    os.close(fd)
    with os.fdopen(twin, "rb") as file:
        file.seek(0)
        return said, file.read()


def names():
    os.makedirs("d/e/f")
    Path("d/one").touch()
    Path("d/e/two").write_bytes(b"22")
    os.replace("d/one", "d/e/one")
    os.symlink("e/two", "d/link")
    os.link("d/e/two", "d/hard")
    walked = [(top, sorted(dirs), sorted(files)) for top, dirs, files in os.walk("d")]
    globbed = sorted(str(path) for path in Path().rglob("*"))
    entries = sorted((each.name, each.path, each.is_dir(), each.is_symlink()) for each in os.scandir("d"))
    return walked, globbed, entries, sorted(os.listdir("d")), os.path.exists("d/link"), os.path.getsize("d/hard")


def trees():
    os.makedirs("from/deep")
    Path("from/deep/file").write_bytes(b"x" * 10_000)
    shutil.copytree("from", "to")
    shutil.copy2("to/deep/file", "copy")
    shutil.move("copy", "moved")
    shutil.rmtree("from")
    return sorted(map(str, Path().rglob("*"))), Path("moved").stat().st_size, Path("from").exists()


def temporary():
    with tempfile.NamedTemporaryFile(dir=".", delete=False) as file:
        file.write(b"x")
    os.replace(file.name, "kept")
    with tempfile.TemporaryDirectory() as directory:
        inside = Path(directory, "x")
        inside.write_text("y")
        read = inside.read_text()
    return read, Path(directory).exists(), os.listdir()


def locks():
    one, two = open("l", "wb"), open("l", "wb")
    fcntl.flock(one, fcntl.LOCK_EX)
    try:
        fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        taken = errno.errorcode[error.errno]
    fcntl.flock(one, fcntl.LOCK_UN)
    fcntl.flock(two.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    one.close()
    two.close()
    return taken


def working_directory():
    os.mkdir("w")
    os.chdir("w")
    Path("x").touch()
    try:
        return Path.cwd().name, os.path.abspath("x").endswith("/w/x"), os.listdir("."), Path("../w/x").exists()
    finally:
        os.chdir("..")


def open_file_locks():
    files = [open("l", "wb") for _ in range(3)]
    asked = [(0, "SH"), (1, "SH"), (2, "EX"), (0, "EX"), (1, "UN"), (0, "UN"), (2, "EX"), (0, "SH")]
    said = [
        outcome(partial(fcntl.flock, files[number], getattr(fcntl, f"LOCK_{operation}") | fcntl.LOCK_NB))
        for number, operation in asked
    ]
    for file in files:
        file.close()
    return said


def process_locks():
    with open("l", "w+b") as one, open("l", "w+b") as two:
        one.write(b"x" * 100)
        said = [fcntl.lockf(one, fcntl.LOCK_EX), fcntl.lockf(two, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)]
        said += [os.lockf(two.fileno(), os.F_TEST, 0), os.lockf(one.fileno(), os.F_TLOCK, 3)]
        said += [
            outcome(lambda: fcntl.lockf(one, 64)),
            outcome(lambda: fcntl.lockf(one, fcntl.LOCK_EX, 1, -200, 1)),
        ]
        with open("l", "rb") as reader:
            said += [outcome(lambda: fcntl.lockf(reader, fcntl.LOCK_EX)), fcntl.lockf(reader, fcntl.LOCK_SH)]
    return said


def parts_at_once():
    fd = os.open("v", os.O_RDWR | os.O_CREAT)
    first, second = bytearray(2), bytearray(9)
    said = [os.writev(fd, [b"ab", b"", memoryview(b"cdef")]), os.pwritev(fd, [b"X", b"Y"], 3), os.lseek(fd, 0, 0)]
    said += [os.readv(fd, [first, second]), bytes(first), bytes(second), os.preadv(fd, [first], 4), bytes(first)]
    os.close(fd)
    return said


def room_ahead():
    with open("r", "w+b") as file:
        file.write(b"abc")
        file.flush()
        fd = file.fileno()
        said = [os.posix_fallocate(fd, 1, 1), os.posix_fallocate(fd, 5, 5), os.posix_fadvise(fd, 0, 0, 0)]
        said += [outcome(lambda: os.posix_fallocate(fd, -1, 5)), outcome(lambda: os.posix_fallocate(fd, 0, 0))]
        return said, os.fstat(fd).st_size, os.pread(fd, 99, 0)


def copies_by_the_kernel():
    Path("from").write_bytes(b"0123456789")
    said = []
    with open("from", "rb") as one, open("to", "wb") as two:
        said += [
            os.copy_file_range(one.fileno(), two.fileno(), 4),
            os.copy_file_range(one.fileno(), two.fileno(), 9),
        ]
        said += [
            os.copy_file_range(one.fileno(), two.fileno(), 3, 1, 20),
            os.sendfile(two.fileno(), one.fileno(), 8, 5),
        ]
    return said, Path("to").read_bytes()


def added_at_the_end():
    fd = os.open("a", os.O_RDWR | os.O_CREAT | os.O_APPEND)
    said = [os.write(fd, b"abc"), os.pwrite(fd, b"XY", 0), os.pread(fd, 9, 0), os.lseek(fd, 0, os.SEEK_CUR)]
    os.close(fd)
    return said


def what_a_stat_tells():
    Path("s").write_bytes(b"x" * 5000)
    with open("s", "a+b") as file:
        found = os.fstat(file.fileno())
        flags = (
            fcntl.fcntl(file, fcntl.F_GETFL),
            fcntl.fcntl(file, fcntl.F_GETFD),
            os.get_inheritable(file.fileno()),
        )
    return type(found), found.st_blksize, found.st_blocks, found[6], len(tuple(found)), os.stat("s") == found, flags


def times_of_directories():
    os.makedirs("d/e")
    moved = []

    def looked(work, *paths):
        before = [(os.stat(path).st_mtime_ns, os.lstat(path).st_ctime_ns) for path in paths]
        time.sleep(0.02)
        work()
        after = [(os.stat(path).st_mtime_ns, os.lstat(path).st_ctime_ns) for path in paths if os.path.lexists(path)]
        moved.append([(old[0] < new[0], old[1] < new[1]) for old, new in zip(before, after, strict=False)])

    looked(lambda: open("d/file", "x").close(), "d", ".")
    looked(lambda: open("d/file", "a").close(), "d", "d/file")
    looked(lambda: os.rename("d/file", "d/e/file"), "d", "d/e")
    looked(lambda: os.link("d/e/file", "d/twin"), "d", "d/e", "d/e/file")
    looked(lambda: os.rename("d/twin", "d/other"), "d", "d/e/file")
    looked(lambda: os.unlink("d/other"), "d", "d/e", "d/e/file")
    looked(lambda: os.symlink("e", "d/link"), "d", "d/e")
    looked(lambda: os.mkdir("d/new"), "d")
    looked(lambda: os.rmdir("d/new"), "d", ".")
    looked(lambda: os.replace("d/e/file", "d/file"), "d", "d/e")
    looked(lambda: os.chmod("d/file", 0o600), "d", "d/file")
    return moved


def errors_name_what_was_given():
    os.mkdir("w")
    os.chdir("w")
    try:
        return [
            outcome(each)
            for each in (
                lambda: open("missing"),
                lambda: os.stat(Path("missing")),
                lambda: os.rename("../missing", "x"),
                lambda: os.open("no/such", os.O_RDONLY),
                lambda: os.listdir("../w/missing"),
                lambda: os.scandir("missing"),
                lambda: os.chdir("missing"),
            )
        ]
    finally:
        os.chdir("..")


def rotation():
    handler = logging.handlers.RotatingFileHandler("log", maxBytes=30, backupCount=2)
    for number in range(5):
        handler.emit(logging.LogRecord("n", 20, "p", 1, f"message number {number}", None, None))
    handler.close()
    return {path.name: path.read_text() for path in Path().iterdir()}


def deleted_but_open():
    file = open("gone", "w+b")
    os.unlink("gone")
    file.write(b"still here")
    file.flush()
    file.seek(0)
    said = file.read(), os.fstat(file.fileno()).st_size, os.path.exists("gone")
    file.close()
    return said


def modes():
    Path("m").touch(mode=0o600)
    before = stat.filemode(os.stat("m").st_mode)
    os.chmod("m", 0o640)
    with open("m") as file:
        os.fchmod(file.fileno(), 0o644)
    return before, stat.filemode(os.lstat("m").st_mode), os.access("m", os.R_OK), file.mode, file.name


WORKS = [
    text_modes, binary_modes, descriptors, names, trees, temporary, locks, working_directory, rotation,
    deleted_but_open, modes, open_file_locks, process_locks, parts_at_once, room_ahead, copies_by_the_kernel,
    added_at_the_end, what_a_stat_tells, times_of_directories, errors_name_what_was_given,
]  # fmt: skip
FAILURES = {
    "a missing file": lambda: open("missing"),
    "a missing directory": lambda: open("missing/x", "w"),
    "a directory": lambda: open(".", "w"),
    "a directory to read": lambda: open("."),
    "what is there already": lambda: (Path("x").touch(), open("x", "x")),
    "a mode that isn't one": lambda: open("x", "rw"),
    "no mode": lambda: open("x", "b"),
    "an encoding of bytes": lambda: open("x", "wb", encoding="utf-8"),
    "text without a buffer": lambda: open("x", "w", buffering=0),
    "reading what is written": lambda: open("x", "w").read(),
    "writing what is read": lambda: (Path("x").touch(), open("x").write("y")),
    "a closed file": lambda: (Path("x").touch(), (file := open("x")).close(), file.read()),
    "a closed descriptor": lambda: (fd := os.open("x", os.O_CREAT | os.O_RDWR), os.close(fd), os.read(fd, 1)),
    "removing a directory as a file": lambda: (os.mkdir("d"), os.remove("d")),
    "removing a full directory": lambda: (os.makedirs("d/e"), os.rmdir("d")),
    "a file as a directory": lambda: (Path("x").touch(), os.listdir("x")),
    "below a file": lambda: (Path("x").touch(), open("x/y", "w")),
    "renaming what is missing": lambda: os.rename("a", "b"),
    "making it twice": lambda: (os.mkdir("d"), os.mkdir("d")),
    "an empty name": lambda: open(""),
    "reading without a buffer what is written": lambda: open("x", "wb", buffering=0).read(1),
    "a name of 256 bytes": lambda: open("x" * 256, "w"),
    "a path of 5000 bytes": lambda: os.stat("/".join(["x" * 200] * 25)),
    "a negative sleep": lambda: __import__("time").sleep(-1),
}


@pytest.fixture
def guest():
    return Guest()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("work", [*WORKS, *FAILURES.values()], ids=[*(w.__name__ for w in WORKS), *FAILURES])
def test_foreign_code_finds_what_it_would_find_on_a_real_disk(work, guest, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if isinstance(expected := outcome(work), io.IOBase):
        pytest.fail("a case that leaves a file open says nothing")
    left = sorted(os.listdir(tmp_path))
    for name in left:
        path = tmp_path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert guest.run(lambda: outcome(work)) == expected
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "work",
    [
        lambda: (os.chmod("d", 0o555), open("d/new", "w")),
        lambda: (os.chmod("d/file", 0o444), open("d/file", "a")),
        lambda: (os.chmod("d/file", 0o200), open("d/file")),
        lambda: (os.chmod("d", 0o555), os.remove("d/file")),
        lambda: (os.chmod("d", 0o555), os.rename("d/file", "d/other")),
        lambda: (os.chmod("d", 0o555), os.mkdir("d/e")),
    ],
)
def test_permission_bits_bind_foreign_code_whoever_runs_it(work, guest):
    def prepared():
        os.mkdir("d")
        Path("d/file").touch()
        return outcome(work)

    assert guest.run(prepared)[:2] == ("PermissionError", "EACCES")


def test_its_files_are_the_programs_files(guest):
    guest.disk.mkdir("data")
    guest.run(lambda: Path("data/x").write_text("from foreign code"))

    assert read_all(guest.disk, "data/x") == b"from foreign code"
    assert guest.disk.list("") == ["data/x"]
    assert guest.disk.binds_modes
    assert guest.machine.behaviour is REFERENCE


def test_no_descriptor_is_one_that_a_kernel_gives(guest):
    def work():
        with open("x", "w+b") as file:
            return file.fileno()

    assert guest.run(work) > 1 << 20


def test_the_directory_for_temporary_files_may_be_below_the_usual_one(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(Path("/tmp", tmp_path.name)))

    assert Guest().run(lambda: Path(tempfile.mkdtemp()).is_dir())


def test_a_temporary_file_is_on_another_disk(guest):
    def work():
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"x")
        first = outcome(lambda: os.rename(file.name, "x"))[:2]
        shutil.move(file.name, "x")
        return first, Path("x").read_bytes()

    assert guest.run(work) == (("OSError", "EXDEV"), b"x")


def test_a_file_that_nobody_holds_any_more_is_flushed_by_python(guest):
    def work():
        open("x", "wb").write(b"let go")
        return Path("x").read_bytes()

    assert guest.run(work) == b"let go"


def test_a_module_that_is_imported_by_foreign_code_stays_itself(guest, tmp_path, monkeypatch):
    (tmp_path / "late_module.py").write_text("from os import rename, getcwd\nhere = getcwd()\n")
    monkeypatch.syspath_prepend(tmp_path)

    def work():
        import late_module

        return late_module.here

    assert guest.run(work) == "/project"
    import late_module

    assert late_module.getcwd() == os.getcwd()
    assert not (tmp_path / "__pycache__").exists()
