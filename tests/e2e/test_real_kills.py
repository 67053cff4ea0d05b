"""`kill -9` of real programs at random moments: what is on disk survives, once, and the rest can be read again.

A killed `wparse` may lose lines that it had in memory only. Its input is still there, so they are the first of
its lines that are in no other file; with those given to it again, no line is missing in the end.
"""

from __future__ import annotations

import time
from contextlib import suppress
from random import Random

import pytest
from commands import TIMEOUT
from real_programs import TARGET, lines_of, make_project, rescue_files, run, started, wait_for

INPUT = "data/in_dat/gen.dat"
PHASES = "up 100ms, down 100ms"
RATE = 6000


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def killed(project, moment, *words, after_work=False):
    """Start a program and kill it `moment` seconds after it has begun; False when it had ended by then.

    With `after_work` it has begun when more lines are on disk, else when it is there at all.
    """
    before = progress(project)
    with started(project, *words, WPTEST_RESCUE_PHASES=PHASES) as program:
        pid_file = project / f".run/{words[0]}.pid"
        wait_for(lambda: pid_file.exists() and pid_file.read_text() == f"{program.pid}\n")
        if after_work:
            wait_for(lambda: progress(project) != before)
        time.sleep(moment)
        program.kill()
        return program.wait(TIMEOUT) == -9


def progress(project):
    """What grows with every line that a program brings somewhere."""
    sizes = {}
    for place in (project / TARGET, *rescue_files(project)):
        with suppress(FileNotFoundError):  # its name may be changing right now
            sizes[place.name] = place.stat().st_size
    return sizes


def on_disk(project):
    """Every whole line that is in the target or in a rescue file, locked ones included."""
    places = [project / TARGET, *rescue_files(project)]
    return [line for place in places if place.exists() for line in place.read_bytes().split(b"\n")[:-1]]


def kills_of_wparse(project, count, kills, seed, *, after_work=False):
    """Work off an input in spite of kills; how many of them hit a program that had read something."""
    chance, done, hits = Random(seed), 0, 0
    run(project, "wpgen", "sample", "-n", str(count))
    issued = lines_of(project, INPUT)
    for _ in range(kills):
        write(project / INPUT, issued[done:])
        assert killed(project, chance.uniform(0, 0.5), "wparse", "daemon", after_work=after_work)
        there = on_disk(project)
        assert run(project, "wproj", "rescue", "unlock").returncode == 0
        assert run(project, "wprescue", "work").returncode == 0
        assert sorted(lines_of(project)) == sorted(there)
        assert sorted(there) == sorted(issued[: len(there)])  # no gap before the last line that is on disk
        hits += len(there) > done
        done = len(there)
    write(project / INPUT, issued[done:])
    assert run(project, "wparse", "batch", WPTEST_RESCUE_PHASES=PHASES).returncode == 0
    assert run(project, "wprescue", "work").returncode == 0
    assert sorted(lines_of(project)) == sorted(issued)
    return hits


def kills_of_wprescue(project, files, kills, seed, *, after_work=False):
    """Replay rescue files in spite of kills; how many of them hit a replay that had delivered something."""
    chance, hits = Random(seed), 0
    expected = []
    for number, lines in enumerate(files):
        write(project / f"data/rescue/a-2025-10-04_01:00:{number:02d}.dat", lines)
        expected = lines + expected  # the newest goes first
    for _ in range(kills):
        before = len(lines_of(project))
        assert killed(project, chance.uniform(0, 0.4), "wprescue", "daemon", after_work=after_work)
        assert lines_of(project) == expected[: len(lines_of(project))]
        hits += len(lines_of(project)) > before
    assert run(project, "wprescue", "work").returncode == 0
    assert lines_of(project) == expected
    assert not rescue_files(project)
    return hits


def rescued(files, count):
    return [[b"file %d line %d of %d" % (file, line, count) for line in range(count)] for file in range(files)]


def test_a_killed_wparse_loses_nothing_that_is_on_disk(tmp_path):
    assert kills_of_wparse(make_project(tmp_path, RATE), count=8000, kills=2, seed=1, after_work=True) == 2


def test_a_killed_wprescue_goes_on_where_it_was(tmp_path):
    assert kills_of_wprescue(make_project(tmp_path, RATE), rescued(2, 2000), kills=2, seed=1, after_work=True) == 2


@pytest.mark.slow
def test_50_kills_of_wparse_over_100_000_lines(tmp_path):
    assert kills_of_wparse(make_project(tmp_path, RATE), count=100_000, kills=50, seed=2) > 40


@pytest.mark.slow
def test_50_kills_of_wprescue_over_100_000_lines(tmp_path):
    assert kills_of_wprescue(make_project(tmp_path, RATE), rescued(5, 20_000), kills=50, seed=2) > 40
