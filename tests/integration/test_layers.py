"""The layer rules of ARCHITECTURE.md, read off the imports and calls in the source."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
WPTEST = sorted((ROOT / "wptest").rglob("*.py"))
FORBIDDEN_MODULES = {"time", "random", "os", "threading", "socket", "select", "subprocess", "tempfile", "shutil"}
# Project directories and profiles are read before a run; else only storage and foreign look at the real disk.
MAY_READ = {"directories/project_tree.py", "behaviour/choice.py", "behaviour/profile.py"}

# From low to high: a module imports its own layer and the ones before it.
WPTEST_LAYERS = [
    {"text", "recordings"},
    {"expressions"},
    {"reuse"},
    {"shapes"},
    {"words"},
    {"extend"},
    {"scenario"},
    {"judge"},
    {"subject"},
    {"servers"},
    {"run"},
    {"kept"},
    {"explore"},
    {"report"},
    {"play"},
    {"agreement"},
    {"collect"},
    {"pages"},
    {"console"},
    {"commands"},
    {"__main__", "cli", "pytest_plugin"},
]
LAYERS = [
    {"text"},
    {"units"},
    {"rows"},
    {"behaviour"},
    {"project"},
    {"verdict"},
    {"kernel"},
    {"storage"},
    {"machine"},
    {"foreign"},
    {"databases"},
    {"servers"},
    {"sinks"},
    {"directories"},
    {"rescue"},
    {"pipeline"},
    {"programs"},
]

# The judge reads for itself what it judges: of the engine it takes what a run is made of, and what a project says.
# Code that routes, filters, shares out or replays may be wrong, and then whoever judges by it is wrong alike.
JUDGES = sorted(path for part in ("judge", "words/expectations") for path in (ROOT / "wptest" / part).rglob("*.py"))
JUDGE_MAY_USE = (
    "engine.kernel", "engine.machine", "engine.storage", "engine.project.model",
    "engine.project.database_conf", "engine.text", "engine.units",
    "engine.foreign.stored", "engine.servers.on_machine", "engine.foreign.sink_mistakes", "engine.verdict",
)  # fmt: skip


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def rank(part: str, layers: list[set[str]] = LAYERS) -> int:
    return next(number for number, layer in enumerate(layers) if part in layer)


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_imports_neither_wptest_nor_pytest_nor_upwards(path: Path) -> None:
    for name in imports_of(path):
        assert name.partition(".")[0] not in {"wptest", "pytest", "_pytest", "yaml", "pydantic"}
        if name.startswith("engine.") and part_of(path) != "__init__":
            assert rank(name.split(".")[1]) <= rank(part_of(path)), f"{path} imports {name}"


@pytest.mark.parametrize("path", WPTEST, ids=lambda path: str(path.relative_to(ROOT)))
def test_wptest_imports_nothing_upwards(path: Path) -> None:
    if part_of(path) == "__init__":  # what people import, lazily
        return
    for name in imports_of(path):
        if name.startswith("wptest."):
            assert rank(name.split(".")[1], WPTEST_LAYERS) <= rank(part_of(path), WPTEST_LAYERS), f"{path}: {name}"


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.name)
def test_the_judge_uses_nothing_of_what_it_judges(path: Path) -> None:
    for name in imports_of(path):
        if name.startswith("engine."):
            assert any(name == part or name.startswith(f"{part}.") for part in JUDGE_MAY_USE), name


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_touches_clock_disk_and_chance_in_kernel_and_storage_only(path: Path) -> None:
    if part_of(path) in {"kernel", "storage", "foreign"} or str(path.relative_to(ROOT / "engine")) in MAY_READ:
        return
    assert not {name.partition(".")[0] for name in imports_of(path)} & FORBIDDEN_MODULES
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            assert not (isinstance(node.func, ast.Name) and node.func.id in {"open", "hash"}), ast.unparse(node)
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            is_clock = called in {"now", "today", "utcnow"} and "datetime" in ast.unparse(node.func)
            is_disk = called in {"read_bytes", "read_text", "write_text", "write_bytes", "iterdir", "unlink"}
            assert not is_clock, ast.unparse(node)
            assert not is_disk, ast.unparse(node)


@pytest.mark.parametrize("path", sorted((ROOT / "engine/kernel").glob("*.py")), ids=lambda path: path.name)
def test_the_kernel_needs_the_standard_library_only(path: Path) -> None:
    for name in imports_of(path):
        assert name.partition(".")[0] in sys.stdlib_module_names or name.startswith("engine.kernel")


@pytest.mark.parametrize("path", [*ENGINE, *WPTEST], ids=lambda path: path.name)
def test_nothing_imports_pytest_internals(path: Path) -> None:
    assert not {name for name in imports_of(path) if name.partition(".")[0] == "_pytest"}


def test_temporary_directories_are_made_where_a_guard_takes_them_away() -> None:
    made = ("mkdtemp", "mkstemp", "TemporaryDirectory", "NamedTemporaryFile")
    makers = {path.relative_to(ROOT) for path in WPTEST if any(each in path.read_text() for each in made)}
    for_users = {path for path in makers if path.parts[1] != "pages"}
    assert for_users == {Path("wptest/subject/scratch.py")}
