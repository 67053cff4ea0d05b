"""Random mutants: what kills them is told, and nothing of them stays; how they are drawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from mutants import stages, trial  # noqa: E402 - it is no part of what is installed
from mutants.equivalent import LIST, Equivalents  # noqa: E402
from mutants.mutant import Mutant  # noqa: E402
from mutants.reach import Look, NotSoundError, Reach  # noqa: E402
from mutants.stages import Elsewhere, Reaching, Traces, Whole  # noqa: E402
from mutants.statements import lines_with  # noqa: E402
from wptest.subject.scratch import scratch  # noqa: E402

BEFORE = "N = 1\n"
FIRST = ("-c", "from engine.part import N; assert N in (1, 3, 5)")
SECOND = ("-c", "from engine.part import N; assert N in (1, 5), 'second'")
WAITING = "from engine.part import N\nif N == 5:\n    import time; time.sleep(1_000)"
LOOK = Look("look", ("wptest", "run"))
QUICK, SLOW = "scenarios/quick.wptest.yaml", "scenarios/slow.wptest.yaml"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for package in ("engine", "wptest", ".git"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "engine/part.py").write_text(BEFORE, encoding="utf-8")
    monkeypatch.setattr(trial, "STAGES", {"first": Whole(FIRST), "second": Whole(SECOND)})
    return tmp_path


def mutant(text: str) -> Mutant:
    return Mutant("engine/part.py", 1, "how", text, f"diff of {text}")


def at(line: int) -> Mutant:
    return Mutant("engine/part.py", line, "how", "", "")


def verdicts(tree: Path, *texts: str, workers: int = 1) -> dict[str, str]:
    with scratch() as place:
        tried = trial.Trial(tree, place, ["first", "second"], workers)
        found = {each.mutant.text: each.stage for each in tried.verdicts([*map(mutant, texts)])}
    assert not place.directory.exists()
    assert (tree / "engine/part.py").read_text(encoding="utf-8") == BEFORE
    return found


def wait_for_workers() -> None:
    """Until they have seen how their processes ended."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.startswith("ThreadPoolExecutor"):
            thread.join()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_stage_that_fails_has_killed_it(tree: Path, workers: int) -> None:
    # All of them have the same size, and are written within a moment: old bytecode would hide them.
    texts = {"N = 2\n": "first", "N = 3\n": "second", "N = 5\n": "", "N = \n": "first"}

    assert verdicts(tree, *texts, workers=workers) == texts


def test_what_is_known_of_a_mutant_is_not_tried_again_on_the_same_tree(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {"N = 2\n": "first", "N = 3\n": "second", "N = 5\n": ""}
    assert verdicts(tree, *texts) == texts
    third = Whole(("-c", "raise SystemExit('tried again')"))
    monkeypatch.setattr(trial, "STAGES", {"first": third, "second": third})
    (kept,) = (tree / ".mutants").iterdir()
    kept.write_bytes(kept.read_bytes() + b'{"mutant": "half')  # it was killed while it wrote

    assert verdicts(tree, *texts) == texts
    (tree / "engine/other.py").touch()
    with pytest.raises(NotSoundError, match="tried again"):
        verdicts(tree, *texts)


def test_a_stage_that_is_a_part_of_another_is_tried_only_where_that_notices_something(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(trial.STAGES, "first", Whole(("-c", "raise SystemExit('it would kill each')")))  # type: ignore[arg-type]
    monkeypatch.setattr(trial, "PART_OF", {"first": "second"})
    monkeypatch.setattr(trial.Trial, "_limit", lambda *_: 30.0)

    assert verdicts(tree, "N = 3\n", "N = 5\n") == {"N = 3\n": "first", "N = 5\n": ""}


def test_what_was_interrupted_is_not_known(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trial.STAGES, "second", Whole(("-c", WAITING)))  # type: ignore[arg-type]
    with scratch() as place:
        running = trial.Trial(tree, place, ["first", "second"], 1).verdicts([mutant("N = 2\n"), mutant("N = 5\n")])
        next(running)
        running.close()
    wait_for_workers()
    monkeypatch.setitem(trial.STAGES, "second", Whole(SECOND))  # type: ignore[arg-type]

    assert verdicts(tree, "N = 5\n") == {"N = 5\n": ""}


@pytest.mark.slow
def test_one_that_never_ends_is_killed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_AT_LEAST", 0.5)
    monkeypatch.setattr(trial, "PATIENCE", 0)

    assert verdicts(tree, "while True: pass\n") == {"while True: pass\n": "first"}


def test_a_stage_that_fails_by_itself_proves_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Whole(("-c", "raise SystemExit('no such thing')"))
    monkeypatch.setitem(trial.STAGES, "second", failing)  # type: ignore[arg-type]

    with pytest.raises(NotSoundError, match="second fails without any mutant:\nno such thing"):
        verdicts(tree, "N = 5\n")


def test_who_is_interrupted_leaves_no_process_and_no_file(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = "import os; open(os.environ['SAID'], 'w').write(str(os.getpid()))"
    last = f"from engine.part import N\nif N == 5:\n    {say}\n    import time; time.sleep(1_000)"
    said = tmp_path_factory.mktemp("said") / "pid.txt"
    os.mkfifo(said)
    monkeypatch.setenv("SAID", str(said))
    monkeypatch.setitem(trial.STAGES, "second", Whole(("-c", last)))  # type: ignore[arg-type]
    with scratch() as place:
        running = trial.Trial(tree, place, ["first", "second"], 1).verdicts([mutant("N = 2\n"), mutant("N = 5\n")])
        next(running)
        pid = int(said.read_text(encoding="ascii"))  # it is in its second stage now
        os.kill(pid, 0)
        running.close()

    assert not place.directory.exists()
    wait_for_workers()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_same_seed_draws_the_same_and_no_mutant_is_what_people_read() -> None:
    drawing = pytest.importorskip("mutants.drawing", reason="needs the group `mutants`", exc_type=ImportError)

    drawn = drawing.draw(ROOT, ["machine"], 1, 5)

    assert drawn == drawing.draw(ROOT, ["machine"], 1, 5) != drawing.draw(ROOT, ["machine"], 2, 5)
    assert len({each.diff for each in drawn}) == 5
    changed = [line for each in drawn for line in each.diff.splitlines()[2:] if line.startswith("-")]
    assert len(changed) >= 5
    assert not any(
        ".log." in line or ".emit(" in line or line.strip("- ").startswith("assert ") for line in changed
    )


def test_what_is_only_asserted_is_left_as_it_is(tmp_path: Path) -> None:
    drawing = pytest.importorskip("mutants.drawing", reason="needs the group `mutants`", exc_type=ImportError)
    (tmp_path / "engine" / "asserting").mkdir(parents=True)
    (tmp_path / "engine" / "working").mkdir()
    asserted = "if soundness.checked and N > 1:\n    assert N < 3, 'few'\n    look()\n"

    for name, more in (("asserting", ""), ("working", "if N > 1:\n    look()\n")):
        (tmp_path / "engine" / name / "part.py").write_text(asserted + more, encoding="utf-8")

    assert drawing.draw(tmp_path, ["asserting"], 1, 5) == []
    assert {each.line for each in drawing.draw(tmp_path, ["working"], 1, 20)} == {4, 5}


def test_what_only_types_say_is_left_as_it_is(tmp_path: Path) -> None:
    drawing = pytest.importorskip("mutants.drawing", reason="needs the group `mutants`", exc_type=ImportError)
    (tmp_path / "engine" / "promised").mkdir(parents=True)
    promised = "class Promised(Protocol[T]):\n    def look(self, *, far: bool = False) -> int: ...\n"
    text = f"{promised}class Kept:\n    def look(self, *, far: bool = False) -> int:\n        return 1\n"
    (tmp_path / "engine" / "promised" / "part.py").write_text(text, encoding="utf-8")

    assert {each.line for each in drawing.draw(tmp_path, ["promised"], 1, 20)} == {4, 5}


def test_those_that_change_nothing_are_known_by_what_they_change_and_not_by_their_line() -> None:
    entry = ["[[mutants]]", 'path = "engine/part.py"', 'how = "how"', 'before = "N = 1"', 'why = "nobody reads it"']
    known = Equivalents("\n".join(entry).encode())

    def changed(line: int, how: str, old: str) -> Mutant:
        diff = f"--- engine/part.py\n+++ engine/part.py\n@@ -{line} +{line} @@\n before\n-    {old}\n+    N = 2"
        return Mutant("engine/part.py", line, how, "N = 2\n", diff)

    assert known.why(changed(1, "how", "N = 1")) == known.why(changed(7, "how", "N = 1")) == "nobody reads it"
    assert known.why(changed(1, "otherwise", "N = 1")) == known.why(changed(1, "how", "N = 3")) == ""
    this_one, another = (
        Equivalents("\n".join([*entry, f'after = "{after}"']).encode()) for after in ("N = 2", "N = 3")
    )
    assert this_one.why(changed(1, "how", "N = 1")) == "nobody reads it"
    assert another.why(changed(1, "how", "N = 1")) == ""


def test_what_is_said_to_change_nothing_is_there() -> None:
    assert list(Equivalents(LIST.read_bytes()).gone(ROOT)) == []


def test_a_test_reaches_what_it_executes(tmp_path: Path) -> None:
    pytest.importorskip("coverage", reason="needs the group `mutants`")
    path = "tests/unit/engine/test_rescue_names.py"
    told = tmp_path / "told.jsonl"

    words = ("-m", "mutants.looking", str(told), "1", "", path, "--", *stages._PYTEST)
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)

    seen = json.loads(told.read_text(encoding="utf-8"))
    assert (seen["file"], seen["code"]) == (path, 0)
    assert seen["reached"]["engine/rescue/name.py"]
    assert not seen["reached"].get("engine/pipeline/source.py")


def test_of_an_exploration_only_what_it_executes_itself_counts(tmp_path: Path) -> None:
    pytest.importorskip("coverage", reason="needs the group `mutants`")
    path, told = "scenarios/databases/log-store.wptest.yaml", tmp_path / "told.jsonl"
    look = stages._EXPLORED

    words = ("-m", "mutants.looking", str(told), "1", look.within, path, "--", *look.command)
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True)

    seen = json.loads(told.read_text(encoding="utf-8"))
    assert seen["code"] == 0
    assert seen["reached"]["engine/pipeline/source.py"]
    assert not seen["reached"].get("engine/directories/sinks.py")  # it was loaded before


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (1, None),  # what an import executes
        (3, None),
        (4, None),
        (6, range(6, 8)),  # a head without its block
        (7, range(6, 8)),
        (8, range(8, 11)),
        (9, range(8, 11)),
        (12, range(12, 13)),
        (13, range(13, 14)),
        (15, range(15, 17)),
        (17, range(17, 19)),
        (20, range(20, 21)),
    ],
)
def test_the_lines_of_a_statement_are_its_own(line: int, lines: range | None) -> None:
    text = """N = 1
class C:
    M = 2
    def f(self, a=1,
          b=2):
        if (a
                and b):
            call(
                a,
            )
        try:
            call()
        except ValueError:
            pass
        match a:
            # what stands between belongs to nobody
            case {"a": 1,
                  "b": 2}:
                pass
        def inner(c=3): return lambda: 4
"""
    assert lines_with(text, line) == lines


@pytest.fixture
def looked(tree: Path) -> tuple[Reach, list[Sequence[str]]]:
    """A tree where `quick` and `slow` reach line 2, `slow` line 3, and `large` isn't meant; and each look at it."""
    (tree / "engine/part.py").write_text("def f():\n    a = 1\n    b = 2\n    c = 3\n", encoding="utf-8")
    (tree / "scenarios").mkdir()
    for name in ("quick", "slow", "large"):
        (tree / f"scenarios/{name}.wptest.yaml").write_text(f"scenario: {name}-one\n", encoding="utf-8")
    seen = {"quick": (0, 1.0, [2]), "slow": (0, 5.0, [2, 3]), "large": (4, 0.0, []), "broken": (1, 0.0, [2])}
    looks = list[Sequence[str]]()

    def run(words: Sequence[str]) -> str:
        looks.append([Path(word).name.partition(".")[0] for word in words if word.endswith(".yaml")])
        with Path(words[2]).open("w", encoding="utf-8") as told:
            for file in (word for word in words if word.endswith(".yaml")):
                code, seconds, lines = seen[Path(file).name.partition(".")[0]]
                reached = {"engine/part.py": lines}
                told.write(json.dumps({"file": file, "code": code, "seconds": seconds, "reached": reached}) + "\n")
        return ""

    return Reach(tree, run, 1), looks


def test_only_scenarios_that_reach_the_line_are_tried_the_quickest_first(
    tree: Path, looked: tuple[Reach, list[Sequence[str]]]
) -> None:
    reach, _ = looked

    def words(line: int) -> Sequence[str] | None:
        command = Reaching(LOOK).command(at(line), tree, reach)
        return command and command.words

    assert words(2) == ("-m", "wptest", "run", "-x", QUICK, SLOW)
    assert words(3) == ("-m", "wptest", "run", "-x", SLOW)
    assert words(4) is None
    assert words(1) == words(2)  # where the import executes it, all of them
    traces = Traces((LOOK,)).command(at(3), tree, reach)
    assert traces is not None
    assert traces.words[-2:] == ("-k", "slow-one")


def test_a_stage_for_what_is_executed_nowhere_else_is_for_imports_too(
    tree: Path, looked: tuple[Reach, list[Sequence[str]]]
) -> None:
    reach, _ = looked
    stage = Elsewhere(Whole(FIRST), (LOOK,))

    assert [stage.command(at(line), tree, reach) is not None for line in (1, 2, 3, 4)] == [True, False, False, True]


def test_what_was_seen_is_kept_until_the_scenario_or_the_engine_changes(
    tree: Path, looked: tuple[Reach, list[Sequence[str]]]
) -> None:
    reach, looks = looked
    everything = ["large", "quick", "slow"]

    def look() -> list[str]:
        return [*Reach(tree, reach._run, 1).files(LOOK, at(2))]

    assert look() == look() == [QUICK, SLOW]
    assert looks == [everything]
    (tree / SLOW).write_text("scenario: slow-two\n", encoding="utf-8")
    assert look() == [QUICK, SLOW]
    assert looks == [everything, ["slow"]]
    (tree / "engine/other.py").write_text("O = 1\n", encoding="utf-8")
    assert look() == [QUICK, SLOW]
    assert looks == [everything, ["slow"], everything]
    assert len([*(tree / ".mutants").iterdir()]) == 1


def test_a_scenario_that_fails_by_itself_proves_nothing(
    tree: Path, looked: tuple[Reach, list[Sequence[str]]]
) -> None:
    reach, looks = looked
    (tree / "scenarios/broken.wptest.yaml").write_text("scenario: broken\n", encoding="utf-8")

    for _ in range(2):
        with pytest.raises(NotSoundError, match=r"broken\.wptest\.yaml fails without any mutant, as look"):
            reach.files(LOOK, at(2))
    assert [*map(len, looks)] == [4, 1]  # it may have been by chance, and is looked at again alone
    other = Look("other", (), must_pass=False)
    assert len(reach.files(other, at(2))) == 3
    tried = Reaching(other).command(at(2), tree, reach)
    assert tried is not None
    assert tried.words == ("-m", "-x", QUICK, SLOW)
