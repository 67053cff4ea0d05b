"""No public name and no file name means two things in the tree: whoever searches for one finds one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for package in ("engine", "wptest") for path in (ROOT / package).rglob("*.py"))
COMMANDS = ROOT / "wptest/commands"

ENTRY_POINTS = {
    "command",  # of each module of wptest/commands: how cli.py finds it
    "main",  # what a package, a script or a program is started by
}


def public_names(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def test_a_public_name_is_defined_once() -> None:
    places = defaultdict(set)
    for path in MODULES:
        for name in public_names(path):
            if not name.startswith("_") and name not in ENTRY_POINTS:
                places[name].add(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_file_name_stands_once() -> None:
    """A command's file has the command's name, which may be that of what it is about."""
    places = defaultdict(set)
    for path in MODULES:
        if path.parent != COMMANDS and not path.stem.startswith("__"):
            places[path.stem].add(str(path.relative_to(ROOT)))
    assert {stem: found for stem, found in places.items() if len(found) > 1} == {}


def test_no_folder_has_more_than_twenty_modules_at_one_level() -> None:
    folders = defaultdict(int)
    for path in MODULES:
        folders[path.parent.relative_to(ROOT)] += 1
    assert {str(folder): count for folder, count in folders.items() if count > 20} == {}
