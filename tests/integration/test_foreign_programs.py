"""Random programs of file calls find in a simulated sink what they find in a real directory, call by call."""

from __future__ import annotations

import os

import pytest

from engine.foreign.hooks import hooked
from tests.integration.foreign_guest import Guest
from tests.integration.foreign_programs import Call, program, run

# What such programs have found among 200,000.
FOUND = {
    "writing nothing moves no place in a file that is appended to": [
        Call("open", (0, "a", os.O_CREAT | os.O_RDWR | os.O_APPEND)),
        Call("by_descriptor", ("ftruncate", 0, 1)),
        Call("by_descriptor", ("writev", 0, [b"", b""])),
        Call("by_descriptor", ("read", 0, 1)),
    ],
    "nor in one without a buffer": [
        Call("open_object", (0, "a", "ab", 0)),
        Call("by_object", ("seek", 0, 5)),
        Call("by_object", ("write", 0, b"")),
        Call("by_object", ("truncate", 0)),
    ],
    "what can't be copied leaves its file's place": [
        Call("whole", ("a", b"CCC")),
        Call("open", (0, "a", os.O_RDONLY)),
        Call("open", (1, "b", os.O_RDONLY | os.O_CREAT)),
        Call("between", ("copy_file_range", 0, 1, 3)),
        Call("by_descriptor", ("read", 0, 3)),
    ],
    "a file is no directory although its name is one's by now": [
        Call("open", (0, "d", os.O_WRONLY | os.O_CREAT)),
        Call("open", (1, "b", os.O_WRONLY | os.O_CREAT)),
        Call("by_path", ("remove", "d")),
        Call("by_path", ("mkdir", "d")),
        Call("between", ("copy_file_range", 0, 1, 5)),
    ],
    "a file is there when the directory of its second name has gone": [
        Call("by_path", ("mkdir", "d")),
        Call("open", (0, "d", os.O_RDONLY)),
        Call("whole", ("a", b"A")),
        Call("by_path", ("link", "a", "d/b")),
        Call("by_shutil", ("rmtree", "d")),
        Call("by_path", ("lstat", "a")),
        Call("by_path", ("stat", "a")),
        Call("by_path", ("symlink", "a", "l")),
        Call("by_path", ("stat", "l")),
    ],
}


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 20_100), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_a_program_of_file_calls_finds_the_same_on_a_real_disk(seeds, tmp_path, monkeypatch):
    with hooked():
        for seed in seeds:
            calls = program(seed)
            (place := tmp_path / str(seed)).mkdir()
            monkeypatch.chdir(place)
            found = Guest().run(lambda: run(calls))  # noqa: B023 - it is called here
            real = run(calls)
            assert list(zip(calls, found, strict=False)) == list(zip(calls, real, strict=False)), seed
            assert found[len(calls) :] == real[len(calls) :], seed
            os.chdir(tmp_path)


@pytest.mark.parametrize("name", FOUND)
def test_what_such_a_program_has_found_is_the_same_now(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with hooked():
        assert Guest().run(lambda: run(FOUND[name])) == run(FOUND[name])
