"""The layer rules of ARCHITECTURE.md, read off the imports and calls in the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
WPTEST = sorted((ROOT / "wptest").rglob("*.py"))
FORBIDDEN_MODULES = {"time", "random", "os", "threading", "socket", "select", "subprocess", "tempfile", "shutil"}
# Project directories and profiles are read before a run; else only storage and foreign look at the real disk.
MAY_READ = {"directories/project_tree.py", "behaviour/choice.py", "behaviour/profile.py"}

# From low to high: a module imports its own layer and the ones before it.
WPTEST_LAYERS = [
    {"text", "recordings", "document", "pool"},
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


# What is written for others is made from the document; of ourselves it knows words, and how causes are grouped.
FORMATS = sorted((ROOT / "wptest/report/formats").rglob("*.py"))
FORMATS_MAY_USE = (
    "wptest.document",
    "wptest.report.formats",
    "wptest.report.causes",
    "wptest.text.wording",
    "engine.text",
)
DOCUMENT_MAY_USE = ("wptest.document",)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return frozenset(found)


def importing(paths: Iterable[Path], is_wrong: Callable[[Path, str], bool]) -> list[str]:
    """Each import of these files that is wrong, as `FILE imports NAME`."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in sorted(imports_of(path))
        if is_wrong(path, name)
    ]


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def rank(part: str, layers: list[set[str]]) -> int:
    return next(number for number, layer in enumerate(layers) if part in layer)


def upwards(package: str, layers: list[set[str]]) -> Callable[[Path, str], bool]:
    """Whether a file of a package imports a part of it that is in a layer above its own; what people import may."""

    def is_wrong(path: Path, name: str) -> bool:
        if not name.startswith(f"{package}.") or part_of(path) == "__init__":
            return False
        return rank(name.split(".")[1], layers) > rank(part_of(path), layers)

    return is_wrong


def is_within(name: str, parts: Iterable[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def is_part(name: str, *packages: str) -> bool:
    return name.startswith(tuple(f"{package}." for package in packages))


def top(name: str) -> str:
    return name.partition(".")[0]


def test_the_engine_imports_neither_wptest_nor_pytest_nor_upwards() -> None:
    others = {"wptest", "pytest", "_pytest", "yaml", "pydantic"}
    assert importing(ENGINE, lambda _, name: top(name) in others) == []
    assert importing(ENGINE, upwards("engine", LAYERS)) == []


def test_wptest_imports_nothing_upwards() -> None:
    assert importing(WPTEST, upwards("wptest", WPTEST_LAYERS)) == []


def test_the_judge_uses_nothing_of_what_it_judges() -> None:
    assert importing(JUDGES, lambda _, name: is_part(name, "engine") and not is_within(name, JUDGE_MAY_USE)) == []


def test_formats_of_others_are_made_from_the_document_and_nothing_else() -> None:
    ours = ("engine", "wptest")
    assert importing(FORMATS, lambda _, name: is_part(name, *ours) and not is_within(name, FORMATS_MAY_USE)) == []


def test_the_document_is_data_and_knows_nothing_of_runs() -> None:
    of_it = sorted((ROOT / "wptest/document").rglob("*.py"))
    assert (
        importing(of_it, lambda _, name: top(name) == "wptest" and not is_within(name, ["wptest.document"])) == []
    )


def looks_outside(node: ast.AST) -> bool:
    """Whether this is a call that asks the real clock, the real disk, or the hash seed of a process."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in {"open", "hash"}
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    is_clock = called in {"now", "today", "utcnow"} and "datetime" in ast.unparse(node.func)
    return is_clock or called in {"read_bytes", "read_text", "write_text", "write_bytes", "iterdir", "unlink"}


def test_the_engine_touches_clock_disk_and_chance_in_kernel_and_storage_only() -> None:
    pure = [
        path
        for path in ENGINE
        if part_of(path) not in {"kernel", "storage", "foreign"}
        and str(path.relative_to(ROOT / "engine")) not in MAY_READ
    ]
    assert importing(pure, lambda _, name: top(name) in FORBIDDEN_MODULES) == []
    calls = ((path, node) for path in pure for node in ast.walk(tree_of(path)) if looks_outside(node))
    assert [f"{path.relative_to(ROOT)}: {ast.unparse(node)}" for path, node in calls] == []


def test_the_kernel_needs_the_standard_library_only() -> None:
    known = sys.stdlib_module_names
    kernel = sorted((ROOT / "engine/kernel").glob("*.py"))
    assert (
        importing(kernel, lambda _, name: top(name) not in known and not is_within(name, ["engine.kernel"])) == []
    )


def test_nothing_imports_pytest_internals() -> None:
    assert importing([*ENGINE, *WPTEST], lambda _, name: top(name) == "_pytest") == []


def test_temporary_directories_are_made_where_a_guard_takes_them_away() -> None:
    made = ("mkdtemp", "mkstemp", "TemporaryDirectory", "NamedTemporaryFile")
    makers = {path.relative_to(ROOT) for path in WPTEST if any(each in path.read_text() for each in made)}
    for_users = {path for path in makers if path.parts[1] != "pages"}
    assert for_users == {Path("wptest/subject/scratch.py")}
