"""Sinks that keep their lines in SQLite: a real database behind a simulated name."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from python_sinks import RESCUED, SOME, scenario, with_sink

from wptest.explore.explorations import NotDone, explorations
from wptest.report.exploration_text import exploration_text
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.subject import scratch
from wptest.words.explore import CrashExplore, ErrorExplore, Explore, SwarmExplore

HERE = Path(__file__).parent
PYTHONPATH = os.pathsep.join(map(str, (HERE, HERE.parents[1])))
TARGET = "data/out_dat/a.dat"
ONCE = "{sinks: {a: {lines: 300}}, ledger: {lost: 0, duplicates: 0}}"
LIVE = """
  - start: wparse daemon
  - wait: idle
  - kill: wparse
  - run: wprescue work
"""


class Database:
    """As people write it."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists log(line blob)")

    def write(self, lines):
        self.db.executemany("insert into log values (?)", [(line,) for line in lines])
        self.db.commit()


def stored(path):
    return [line for (line,) in sqlite3.connect(path).execute("select line from log order by rowid")]


class Slow(Database):
    """Takes its time before it commits."""

    def write(self, lines):
        with self.db:
            self.db.executemany("insert into log values (?)", [(line,) for line in lines])
            time.sleep(0.5)


class Written(Database):
    """Written ahead."""

    def __init__(self, path):
        super().__init__(path)
        assert self.db.execute("pragma journal_mode = wal").fetchone() == ("wal",)


class Automatic(Database):
    """Each line is a transaction of its own."""

    def __init__(self, path):
        super().__init__(path)
        self.db.isolation_level = None


class Anew(Database):
    """A connection for each batch."""

    def __init__(self, path):
        super().__init__(path)
        self.db.close()
        self.path = path

    def write(self, lines):
        self.db = sqlite3.connect(self.path)
        super().write(lines)
        self.db.close()


def is_common(path):
    """Whether it is the directory for all databases of this process, which is empty between two runs."""
    return path in [common.directory for common in scratch._common]


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run a scenario whose sink `a` is the given class: what the run says, and what files it left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def run(make=Database, when=LIVE, given=SOME, then="{}", prepare=None, read=stored):  # noqa: PLR0917
        variant = with_sink(scenario(tmp_path / "s.wptest.yaml", when, given, then), make, stored=read)
        try:
            return run_variant(variant, None, prepare)
        finally:
            left = [path for path in tmp_path.rglob("*") if path.name != "s.wptest.yaml"]
            assert all(map(is_common, left)), "nothing is left of the database"

    return run


def told(result):
    return [(finding.name, finding.message) for finding in result.findings]


@pytest.mark.parametrize("make", [Database, Slow, Written, Automatic, Anew])
def test_every_line_is_in_the_database_once(play, make):
    result = play(make, then=ONCE)

    assert told(result) == []


@pytest.mark.parametrize("make", [Database, Written, Automatic, Anew])
@pytest.mark.parametrize("operation", ["statement", "commit"])
@pytest.mark.parametrize("nth", [2, 17])
def test_a_kill_at_any_moment_loses_and_doubles_nothing_that_was_committed(play, make, operation, nth):
    if make is Automatic and operation == "commit":
        pytest.skip("its statements commit themselves")
    when = f"""
  - start: wprescue work
  - upon: {{operation: {operation}, on: {TARGET}, nth: {nth}}}
    kill: wprescue
  - run: wprescue work
"""
    result = play(make, when, RESCUED, ONCE)

    assert told(result) == []
    assert any(event.kind == "program.killed" for event in result.events)


def test_what_was_not_committed_is_gone_after_a_kill_and_its_locks_are(play):
    counts = []

    class Counting(Slow):
        def __init__(self, path):
            super().__init__(path)
            counts.append(len(stored(path)))

    when = """
  - start: wprescue work
  - at: 2250ms
    kill: wprescue
  - run: wprescue work
"""
    result = play(Counting, when, RESCUED, ONCE)

    assert told(result) == []
    assert counts == [0, 40], "the fifth batch was in a transaction"


def test_other_programs_wait_for_a_lock_in_virtual_time(play):
    waited = []

    class Patient(Database):
        def write(self, lines):
            began = time.monotonic()
            self.db.execute("begin immediate")
            waited.append(time.monotonic() - began)
            if len(waited) == 1:
                time.sleep(3)
            super().write(lines)

    when = "  - start: wparse daemon\n  - run: wprescue work\n  - wait: idle"
    given = f"{{source: {{lines: 100, rate: 100/s}}, files: {RESCUED.removeprefix('{files: ')}"

    result = play(Patient, when, given, "{sinks: {a: {lines: 400}}}")

    assert told(result) == []
    assert 2 < max(waited) < 3.1


def test_who_waits_in_vain_gets_the_error_of_sqlite(play):
    said = []

    class Impatient:
        def __init__(self, path):
            self.first, self.second = sqlite3.connect(path), sqlite3.connect(path, timeout=2)
            self.first.execute("create table log(line)")

        def write(self, lines):
            self.first.execute("insert into log values (1)")
            began = time.monotonic()
            try:
                self.second.execute("insert into log values (2)")
            except sqlite3.OperationalError as error:
                said.append((str(error), round(time.monotonic() - began, 3)))

    play(Impatient, "  - run: wparse batch", "{source: {lines: 1}}", read=lambda _path: [])

    assert said == [("database is locked", 2.0)]


def test_whoever_judges_sees_what_is_committed_and_disturbs_nobody(play):
    class Exclusive(Database):
        def write(self, lines):
            self.db.execute("begin exclusive")
            self.db.executemany("insert into log values (?)", [(line,) for line in lines])
            time.sleep(0.05)
            self.db.commit()

    check = "  - check: {ledger: {lost: 0, duplicates: 0}}"
    when = f"  - start: wparse daemon\n  - at: 1020ms\n{check[3:]}\n  - wait: idle"

    result = play(Exclusive, when.replace("at: 1020ms\n", "at: 1020ms\n   "), then=ONCE)

    assert told(result) == []


REFUSED = {
    "outside": ("sqlite3.connect('/var/lib/none.db')", "opens the database /var/lib/none.db, which is outside"),
    "outside, as a URI": ("sqlite3.connect('file:///var/none.db', uri=True)", "opens the database /var/none.db"),
    "attached": ("self.db.execute(\"attach 'data/b.db' as b\")", "attaches the database data/b.db"),
    "attached by a value": ("self.db.execute('attach ? as b', ['b.db'])", "attaches the database of an expression"),
    "vacuumed into": ("self.db.execute(\"vacuum into 'b.db'\")", "attaches the database b.db"),
    "shared": ("sqlite3.connect('file:a.db?cache=shared', uri=True)", "shares SQLite's cache"),
    "shared memory": ("sqlite3.connect('file::memory:?cache=shared', uri=True)", "leave cache=shared out"),
    "another vfs": ("sqlite3.connect('file:a.db?vfs=unix-none', uri=True)", "by the vfs unix-none"),
    "no journal": ("self.db.execute('pragma journal_mode = off')", "sets journal_mode off"),
    "a journal in memory": ("self.db.execute('PRAGMA main.journal_mode=MEMORY')", "sets journal_mode MEMORY"),
    "by its class": ("sqlite3.Connection('a.db')", "opens a database past sqlite3.connect"),
    "an extension": ("self.db.enable_load_extension(True)", "loads extensions into SQLite"),
    "outside, written": (
        "sqlite3.connect(OUTSIDE).execute('delete from t')",
        "writes to a database that is outside",
    ),
}


@pytest.mark.parametrize(("code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_shown_is_refused_by_name(play, code, said, tmp_path_factory):
    if "extension" in code and not hasattr(sqlite3.Connection, "enable_load_extension"):
        pytest.skip("this SQLite loads none")
    outside = str(tmp_path_factory.mktemp("elsewhere") / "t.db")
    with sqlite3.connect(outside) as db:
        db.execute("create table t(x)")
    db.close()

    class Reaching(Database):
        def write(self, lines):
            try:
                exec(code, {"sqlite3": sqlite3, "self": self, "OUTSIDE": outside})
            except Exception:
                pass

    result = play(Reaching, "  - run: wparse batch", "{source: {lines: 1}}")

    name, message = told(result)[0]
    assert name == "sink a"
    assert said in message, message


def test_what_works_works_as_ever(play, tmp_path_factory):
    outside = str(tmp_path_factory.mktemp("elsewhere") / "t.db")
    with sqlite3.connect(outside) as db:
        db.execute("create table t(x)")
        db.execute("insert into t values (5)")
    db.close()
    seen = {}

    class Own(sqlite3.Connection):
        def twice(self, number):
            return self.execute("select ? * 2", [number]).fetchone()[0]

    class Versatile(Database):
        def write(self, lines):
            super().write(lines)
            path, db = Path(TARGET), self.db
            seen["outside"] = sqlite3.connect(outside).execute("select x from t").fetchall()
            memory = sqlite3.connect(":memory:")
            db.backup(memory)
            seen["backup"] = memory.execute("select count(*) from log").fetchone()
            copy = sqlite3.connect("copy.db")
            db.backup(copy)
            seen["dump"] = [line.split()[0] for line in copy.iterdump()]
            db.execute("vacuum")
            read_only = sqlite3.connect(f"file:{TARGET}?mode=ro", uri=True)
            with pytest.raises(sqlite3.OperationalError, match="attempt to write a readonly database"):
                read_only.execute("delete from log")
            with pytest.raises(sqlite3.OperationalError, match="unable to open database file"):
                sqlite3.connect("file:none.db?mode=rw", uri=True)
            with pytest.raises(sqlite3.OperationalError, match="unable to open database file"):
                sqlite3.connect("no/such/directory.db")
            seen["own"] = sqlite3.connect(path, factory=Own).twice(21)
            seen["size"] = path.stat().st_size > 4000 and path.read_bytes()[:15] == b"SQLite format 3"
            for name, is_uri in (("file:named.db", False), ("na%6Ded.db", True)):
                sqlite3.connect(name, uri=is_uri).execute("create table t (x)")
                seen[name] = os.path.exists(name), os.path.exists("named.db")
            os.rename("copy.db", "moved.db")
            seen["moved"] = sqlite3.connect("moved.db").execute("select count(*) from log").fetchone()
            seen["again"] = sqlite3.connect("copy.db").execute("select count(*) from sqlite_master").fetchone()
            seen["columns"] = db.cursor().execute("select line as l from log").description[0][0]
            db.row_factory = sqlite3.Row
            seen["row"] = db.execute("select 7 as x").fetchone()["x"]
            db.executescript("create table more(x); insert into more values (1); drop table more")
            db.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else 0)
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                db.execute("delete from log")
            db.set_authorizer(None)
            db.rollback()

    result = play(Versatile, "  - run: wparse batch", "{source: {lines: 3}}", "{sinks: {a: {lines: 3}}}")

    assert told(result) == []
    assert seen == {
        "outside": [(5,)], "backup": (3,), "dump": ["BEGIN", "CREATE", *["INSERT"] * 3, "COMMIT;"], "own": 42,
        "size": True, "moved": (3,), "again": (0,), "columns": "l", "row": 7,
        "file:named.db": (True, False), "na%6Ded.db": (True, False),
    }  # fmt: skip


def test_a_plain_file_that_is_there_already_is_the_database(play):
    class Touching(Database):
        def __init__(self, path):
            Path(path).touch()
            super().__init__(path)

    assert told(play(Touching, then=ONCE)) == []


class Late(Database):
    """Makes its table when it is needed."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def write(self, lines):
        self.db.execute("create table if not exists log(line blob)")
        super().write(lines)


@pytest.mark.parametrize("make", [Database, Late])
@pytest.mark.parametrize("removed", ["run: wproj data clean", f"remove: {TARGET}"])
def test_a_database_that_is_removed_has_no_lines_and_begins_anew(play, make, removed):
    check = "check: {sinks: {a: {lines: 0}}}"
    when = f"  - run: wparse batch\n  - {removed}\n  - {check}\n  - run: wparse batch"

    result = play(make, when, "{source: {lines: 30}}", "{sinks: {a: {lines: 30}}, allow: {lost: 30}}")

    assert told(result) == []


def test_sql_sees_the_clock_and_the_chance_of_the_scenario(play):
    rows = []

    class Stamping(Database):
        def write(self, lines):
            super().write(lines)
            db = self.db
            db.execute(
                "create table if not exists t(x, at text default current_timestamp, day default (date('now')))"
            )
            db.execute("insert into t(x) values (random())")
            rows.append(db.execute("select x, at, day from t order by rowid desc").fetchone())
            times = "datetime(), time('now', '+1 hour'), strftime('%Y', 'now'), date('2001-02-03')"
            rows.append(db.execute(f"select {times}, date('now', 'localtime'), hex(randomblob(4))").fetchone())
            rows.append(
                db.execute("select julianday('now') - julianday('2025-10-04 01:59:20')").fetchone()[0] < 1e-5
            )

    for _ in range(2):
        assert told(play(Stamping, "  - run: wparse batch", "{source: {lines: 1}}")) == []

    assert rows[:3] == rows[3:]
    assert rows[0][1:] == ("2025-10-04 01:59:20", "2025-10-04")
    assert rows[1][:5] == ("2025-10-04 01:59:20", "02:59:20", "2025", "2001-02-03", "2025-10-04")
    assert rows[2]


UNGOVERNED = {
    "a fault": ("fault: {on: data/out_dat/a.dat, fail: write, errno: EIO, times: 1}", "the fault EIO can't reach"),
    "a slow disk": ("fault: {on: 'data/**', fail: fsync, slow: 2s}", "the fault slow can't reach"),
    "its journal": ("fault: {on: data/out_dat/a.dat-journal, fail: open, errno: EIO}", "the fault EIO can't reach"),
    "a full disk": ("disk: {data/out_dat: {size: 100}}", "takes no room in data/out_dat"),
    "permissions": ('chmod: {data/out_dat: "0500"}', "the mode of data/out_dat doesn't bind"),
    "power": ("power_loss: true", "the power of a fake disk can't be cut"),
}


@pytest.mark.parametrize(("step", "said"), UNGOVERNED.values(), ids=UNGOVERNED)
def test_what_does_not_reach_a_database_makes_the_run_unverified_by_name(play, step, said):
    when = f"  - start: wparse daemon\n  - at: 1s\n    {step}\n  - wait: idle" + (
        '\n  - chmod: {data/out_dat: "0700"}' if "chmod" in step else ""
    )

    result = play(when=when)

    assert result.outcome.value == "unverified"
    assert any(said in message for _, message in told(result)), told(result)
    assert "WPT-R062" not in {finding.code for finding in result.findings}


def test_a_size_that_is_given_does_not_reach_it_either(play):
    result = play(given="{source: {lines: 30}, disk: {data: {size: 1MB}}}")

    assert result.outcome.value == "unverified"
    assert ("given.disk", f"the database {TARGET} takes no room in data") in told(result)


def test_a_fault_on_other_files_is_no_matter(play):
    fault = "fault: {on: 'data/rescue/*', fail: fsync, errno: EIO, nth: 3, times: 1}"

    assert told(play(when=f"  - {fault}\n  - run: wprescue work", given=RESCUED, then=ONCE)) == []


def test_a_database_that_nobody_reads_back_is_a_mistake(play):
    result = play(read=None)

    name, message = told(result)[0]
    assert name == "sink a"
    what = "its target is a database, which nobody else can read: a static method 'stored(path)' gives its lines"
    assert message.endswith(f"Database: {what}")


def test_nothing_is_left_of_a_run_that_is_interrupted(play):
    class Interrupting(Database):
        def write(self, lines):
            super().write(lines)
            interrupt.append(True)

    interrupt = []

    def watch(world):
        def look(_event):
            if interrupt:
                raise KeyboardInterrupt

        world.machine.trace.listen("sink.delivered", look)

    with pytest.raises(KeyboardInterrupt):
        play(Interrupting, prepare=watch)


def test_what_can_not_be_explored_is_said(play, tmp_path):
    plain = scenario(
        tmp_path / "s.wptest.yaml",
        "  - run: wprescue work",
        "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 5}}}",
    )
    asked = Explore(crash=CrashExplore(), errors=ErrorExplore(errno=("EIO",)), swarm=SwarmExplore(seeds=3))
    explored = plain.scenario.model_copy(update={"explore": asked})
    variant = with_sink(replace(plain, scenario=explored), Database, stored=stored)

    crash, errors, swarm = explorations(variant, RunOptions(), most=6)

    assert isinstance(crash, NotDone)
    assert errors.breaches == swarm.breaches == []
    assert errors.operations > 10
    assert f"  not made to fail: what SQLite does by itself with {TARGET}" in exploration_text(errors)


def test_everybody_else_has_the_real_sqlite(play, tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "t.db"

    def watch(world):
        def look(_event):
            with sqlite3.connect(path) as db:
                db.execute("create table if not exists t(x)")
            db.close()

        world.machine.trace.listen("sink.delivered", look)

    assert told(play(prepare=watch)) == []
    assert path.read_bytes().startswith(b"SQLite format 3")


def hashes(directory):
    """Trace hashes of some runs with databases."""
    kill = f"""
  - start: wprescue work
  - upon: {{operation: commit, on: {TARGET}, nth: 5}}
    kill: wprescue
  - run: wprescue work
"""
    path = directory / "s.wptest.yaml"
    return [
        run_variant(with_sink(scenario(path, when, given, ONCE), make, stored=stored)).trace_hash
        for make in (Database, Slow, Written)
        for when, given in ((LIVE, SOME), (kill, RESCUED))
    ]


_HASHES = """
import json, sys
from pathlib import Path
from test_sqlite_sinks import hashes
print(json.dumps(hashes(Path(sys.argv[1]))))
"""


def test_same_hash_twice_and_in_another_process_at_another_place(tmp_path):
    here = hashes(tmp_path)
    assert hashes(tmp_path) == here
    assert len(set(here)) == len(here)

    (tmp_path / "elsewhere").mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path / "elsewhere"),
        "TZ": "Asia/Tokyo",
        "PYTHONPATH": PYTHONPATH,
    }
    command = [sys.executable, "-c", _HASHES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == here
    assert list((tmp_path / "elsewhere").iterdir()) == []
