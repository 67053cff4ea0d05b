"""What can't be shown on the machine's own file system is known before the run, with its place and the reason."""

from __future__ import annotations

import errno
import os

import pytest

from engine.storage import errors
from engine.text.source_text import SourceText
from wptest.run.running import run_on_real_disk
from wptest.scenario.load import load_text
from wptest.subject import on_real_disk
from wptest.subject.on_real_disk import disk_obstacles, name_clashes
from wptest.words.obstacle import Beyond

SCENARIO = """\
scenario: s
project: {sinks: {a: {file: A.dat}, b: {file: a.dat}, c: {file: CAF\u00c9.dat}}}
given:
  files: {data/rescue/a.txt: {text: x}, data/in_dat/Gen.dat: {text: x}}
when:
  - write: {"data/out_dat/CAFE\u0301.dat": {text: x}}
  - run: wparse batch
  - power_loss: true
  - chmod: {data: "0500"}
cleanup:
  - chmod: {data: "0700"}
"""


@pytest.fixture
def variant(tmp_path):
    (loaded,) = load_text(SourceText(tmp_path / "s.wptest.yaml", SCENARIO))
    return loaded.variants[0]


def told(obstacles):
    return [(obstacle.kind, obstacle.path, obstacle.what) for obstacle in obstacles]


@pytest.mark.parametrize(
    ("habits", "clashes"),
    [
        ((False, False), []),
        ((True, False), [("project",), ("given", "files")]),
        ((False, True), [("when", 0)]),
        ((True, True), [("project",), ("given", "files"), ("when", 0)]),
    ],
    ids=["as Linux does", "case", "accents", "as macOS does"],
)
def test_names_that_are_one_to_the_file_system(variant, monkeypatch, habits, clashes):
    monkeypatch.setattr(on_real_disk, "_habits", lambda: habits)

    found = list(name_clashes(variant))

    assert [obstacle.path for obstacle in found] == clashes
    assert {obstacle.kind for obstacle in found} <= {Beyond.MACHINE}
    if habits[0]:
        assert found[0].what == "data/out_dat/A.dat and data/out_dat/a.dat are the same name on this machine's disk"


@pytest.mark.parametrize("is_root", [True, False])
def test_a_power_loss_and_modes_for_root(variant, monkeypatch, is_root):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000)

    bits = "permission bits don't bind root, who runs this"
    assert told(disk_obstacles(variant)) == [
        (Beyond.POWER, ("when", 2), "the power of a real disk can't be cut"),
        *([(Beyond.MACHINE, ("when", 3), bits), (Beyond.MACHINE, ("cleanup", 0), bits)] if is_root else []),
    ]


def test_nothing_is_done_then(variant):
    result = run_on_real_disk(variant)

    assert result.outcome.value == "unverified"
    assert result.events == ()
    first = result.findings[0]
    assert (first.code, first.name) == ("WPT-R066", "when.2")
    assert first.message == "a real disk can't do this: the power of a real disk can't be cut"


def test_what_the_file_system_does_is_tried_and_found_out_of(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    on_real_disk._habits.cache_clear()

    assert on_real_disk._habits() in ((False, False), (True, False), (True, True))
    assert list(tmp_path.iterdir()) == []


def test_errors_have_the_texts_of_linux(monkeypatch):
    texts = {number: str(errors.failure(number).strerror) for number in errors._TEXTS}
    if os.uname().sysname == "Linux" and os.strerror(errno.EIO) == "Input/output error":
        assert texts == {number: os.strerror(number) for number in texts}

    monkeypatch.setattr(os, "strerror", lambda _number: "of another machine")
    found, own = OSError(errno.EXDEV, "of another machine", "x"), OSError(errno.EXDEV, "said so")
    errors.name(found)
    errors.name(own)
    assert (found.strerror, own.strerror) == ("Invalid cross-device link", "said so")
    assert errors.failure(errno.ENOENT, "x").filename == "x"
    assert errors.failure(9999).strerror == "of another machine"
