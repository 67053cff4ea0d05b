"""Random mutants: what kills them is told, and nothing of them stays; how they are drawn."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from mutants import trial  # noqa: E402 - it is no part of what is installed
from mutants.equivalent import LIST, Equivalents  # noqa: E402
from mutants.mutant import Mutant  # noqa: E402
from wptest.subject.scratch import scratch  # noqa: E402

BEFORE = "N = 1\n"
FIRST = ("-c", "from engine.part import N; assert N in (1, 3, 5)")
SECOND = ("-c", "from engine.part import N; assert N in (1, 5), 'second'")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for package in ("engine", "wptest", ".git"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "engine/part.py").write_text(BEFORE, encoding="utf-8")
    monkeypatch.setattr(trial, "STAGES", {"first": FIRST, "second": SECOND})
    return tmp_path


def mutant(text: str) -> Mutant:
    return Mutant("engine/part.py", 1, "how", text, f"diff of {text}")


def verdicts(tree: Path, *texts: str, workers: int = 1) -> dict[str, str]:
    with scratch() as place:
        tried = trial.Trial(tree, place, ["first", "second"])
        found = {each.mutant.text: each.stage for each in tried.verdicts([*map(mutant, texts)], workers)}
    assert not place.directory.exists()
    assert (tree / "engine/part.py").read_text(encoding="utf-8") == BEFORE
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_stage_that_fails_has_killed_it(tree: Path, workers: int) -> None:
    # All of them have the same size, and are written within a moment: old bytecode would hide them.
    texts = {"N = 2\n": "first", "N = 3\n": "second", "N = 5\n": "", "N = \n": "first"}

    assert verdicts(tree, *texts, workers=workers) == texts


def test_one_that_never_ends_is_killed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_AT_LEAST", 0.5)
    monkeypatch.setattr(trial, "_PATIENCE", 0)

    assert verdicts(tree, "while True: pass\n") == {"while True: pass\n": "first"}


def test_a_stage_that_fails_by_itself_proves_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trial.STAGES, "second", ("-c", "raise SystemExit('no such thing')"))  # type: ignore[arg-type]

    with pytest.raises(trial.NotSoundError, match="second fails without any mutant:\nno such thing"):
        verdicts(tree, "N = 5\n")


def test_who_is_interrupted_leaves_no_process_and_no_file(
    tree: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = "import os; open(os.environ['SAID'], 'w').write(str(os.getpid()))"
    last = f"from engine.part import N\nif N == 5:\n    {say}\n    import time; time.sleep(1_000)"
    said = tmp_path_factory.mktemp("said") / "pid.txt"
    os.mkfifo(said)
    monkeypatch.setenv("SAID", str(said))
    monkeypatch.setitem(trial.STAGES, "second", ("-c", last))  # type: ignore[arg-type]
    with scratch() as place:
        running = trial.Trial(tree, place, ["first", "second"]).verdicts([mutant("N = 2\n"), mutant("N = 5\n")], 1)
        next(running)
        pid = int(said.read_text(encoding="ascii"))  # it is in its second stage now
        os.kill(pid, 0)
        running.close()

    assert not place.directory.exists()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.startswith("ThreadPoolExecutor"):
            thread.join()  # which has seen how its process ended
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_same_seed_draws_the_same_and_no_mutant_is_what_people_read() -> None:
    drawing = pytest.importorskip("mutants.drawing", reason="needs the group `mutants`", exc_type=ImportError)

    drawn = drawing.draw(ROOT, ["machine"], 1, 5)

    assert drawn == drawing.draw(ROOT, ["machine"], 1, 5) != drawing.draw(ROOT, ["machine"], 2, 5)
    assert len({each.diff for each in drawn}) == 5
    changed = [line for each in drawn for line in each.diff.splitlines() if line.startswith("-  ")]
    assert len(changed) >= 5
    assert not any(
        ".log." in line or ".emit(" in line or line.strip("- ").startswith("assert ") for line in changed
    )


def test_those_that_change_nothing_are_known_by_what_they_change_and_not_by_their_line() -> None:
    entry = ["[[mutants]]", 'path = "engine/part.py"', 'how = "how"', 'before = "N = 1"', 'why = "nobody reads it"']
    known = Equivalents("\n".join(entry).encode())

    def changed(line: int, how: str, old: str) -> Mutant:
        diff = f"--- engine/part.py\n+++ engine/part.py\n@@ -{line} +{line} @@\n before\n-    {old}\n+    N = 2"
        return Mutant("engine/part.py", line, how, "N = 2\n", diff)

    assert known.why(changed(1, "how", "N = 1")) == known.why(changed(7, "how", "N = 1")) == "nobody reads it"
    assert known.why(changed(1, "otherwise", "N = 1")) == known.why(changed(1, "how", "N = 3")) == ""


def test_what_is_said_to_change_nothing_is_there() -> None:
    assert list(Equivalents(LIST.read_bytes()).gone(ROOT)) == []


def test_tests_that_import_a_module_are_near_it(tree: Path) -> None:
    tests = {
        "test_whole.py": "import engine.part\n",
        "test_named.py": "from engine.part import N\n",
        "test_of_package.py": "from engine import other, part\n",
        "test_other.py": "from engine.parts import M\nfrom engine import apart\n",
    }
    (tree / "tests").mkdir()
    for name, text in tests.items():
        (tree / "tests" / name).write_text(text, encoding="utf-8")

    near = ["tests/test_named.py", "tests/test_of_package.py", "tests/test_whole.py"]
    assert trial.tests_near(tree, "engine/part.py") == near
    assert trial.tests_near(tree, "engine/nothing.py") == []


def test_one_that_a_test_is_near_is_tried_on_it_alone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near = (
        "-c",
        "import sys; from engine.part import N; sys.exit(N == 7 and sys.argv[1:] == ['tests/test_part.py'])",
    )
    monkeypatch.setattr(trial, "STAGES", {trial.NEAR: near, "second": SECOND})
    (tree / "tests").mkdir()
    (tree / "tests/test_part.py").write_text("import engine.part\n", encoding="utf-8")
    (tree / "engine/other.py").touch()
    elsewhere = Mutant("engine/other.py", 1, "how", "raise SystemExit(7)\n", "diff")  # no test is near it

    with scratch() as place:
        tried = trial.Trial(tree, place, [trial.NEAR, "second"])
        stages = [each.stage for each in tried.verdicts([mutant("N = 7\n"), elsewhere], 1)]

    assert stages == [trial.NEAR, ""]
