"""The Python code that may have extensions: `conftest.py` files, each imported once, and entry points."""

from __future__ import annotations

import hashlib
import importlib
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from engine.kernel import TookTooLong, at_most
from engine.text.diagnostic import Diagnostic
from engine.units import format_duration
from wptest.extend.code_place import CodePlace
from wptest.extend.meant_names import meant_name
from wptest.text.codes import Code

_T = TypeVar("_T")

GROUP = "wptest"
CONFTEST = "conftest.py"

_ROOTS = ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", ".git")


class NotImportedError(Exception):
    """The code can't be imported; `problem` is the mistake, at its line."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(problem)
        self.problem = problem


class Patience:
    """How long an import may take, in nanoseconds of real time; 0 is no limit."""

    limit = 0


class Others:
    """Who else imports `conftest.py` files: pytest does, and takes some of them out of `sys.modules` again."""

    modules: Callable[[], Iterable[Any]] = staticmethod(lambda: ())


def conftests(directory: Path) -> list[Path]:
    """The `conftest.py` of a directory and those above it, up to its project's root, the outermost first.

    Only those that speak of wptest: others have no extensions, and may need what only their tests have.
    """
    found = (above / CONFTEST for above in _up_to_root(directory))
    return [path for path in found if _speaks_of_us(path)][::-1]


def imported(path: Path) -> ModuleType:
    """The module of a `conftest.py`: the one that is there already, or newly imported.

    It stays in `sys.modules`, where runs look for functions of files and time that modules have names for.

    Raises:
        NotImportedError: its code doesn't run.
    """
    for module in (*sys.modules.values(), *Others.modules()):
        if isinstance(module, ModuleType) and getattr(module, "__file__", None) == str(path):
            return sys.modules.setdefault(_own_name(path), module)
    return _patiently(partial(_import, path), f"{path.name} can't be imported", CodePlace(path, 0))


def load_entry_point(point: EntryPoint) -> Any:
    """The module or object that an entry point names.

    Raises:
        NotImportedError: it can't be had.
    """
    owner = f" of {point.dist.name}" if point.dist is not None else ""
    message = f"the entry point '{point.name} = {point.value}'{owner} can't be imported"
    return _patiently(point.load, message, entry_point_place(point))


def entry_point_place(point: EntryPoint) -> CodePlace:
    """The file that says an entry point."""
    files = (point.dist.files if point.dist is not None else None) or ()
    listed = next((file for file in files if file.name == "entry_points.txt"), None)
    return CodePlace(Path(str(listed.locate())) if listed is not None else Path("entry_points.txt"), 0)


def installed() -> list[EntryPoint]:
    """The entry points of group `wptest`, in the order of their names."""
    return sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))


def _patiently(load: Callable[[], _T], message: str, place: CodePlace) -> _T:
    try:
        with at_most(Patience.limit):
            return load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - it may exit or skip as well as fail
        raise NotImportedError(_cant_import(message, error, place)) from None


def _up_to_root(directory: Path) -> list[Path]:
    inside = [directory, *directory.parents]
    for index, above in enumerate(inside):
        if any((above / name).exists() for name in _ROOTS):
            return inside[: index + 1]
    return [directory]


def _speaks_of_us(path: Path) -> bool:
    try:
        return b"wptest" in path.read_bytes()
    except OSError:
        return False


def _import(path: Path) -> ModuleType:
    """Import as pytest does: a package's by its name, any other by itself, with its own directory on the path."""
    base = path.parent
    while (base / "__init__.py").is_file():
        base = base.parent
    if str(base) not in sys.path:
        sys.path.insert(0, str(base))
    if base != path.parent:
        return importlib.import_module(".".join(path.relative_to(base).with_suffix("").parts))
    name = _own_name(path)
    spec = spec_from_file_location(name, path)
    assert spec is not None, "a path that ends in .py always has a loader"
    assert spec.loader is not None, "as above"
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _own_name(path: Path) -> str:
    return f"wptest_conftest_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"


def _cant_import(message: str, error: BaseException, file: CodePlace) -> Diagnostic:
    place = file
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        place = CodePlace(Path(error.filename), error.lineno, error.offset or 1, 1)
        reason = f"SyntaxError: {error.msg}"
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file.path)]
        if frames and frames[-1].lineno:
            place = CodePlace(file.path, frames[-1].lineno)
        reason = _reason(error)
    why = f"it is imported because it has the word {GROUP} in it" if file.path.name == CONFTEST else None
    help_ = meant_name(error) or why
    return place.diagnostic(f"{message}: {reason}", Code.IMPORT, help_=help_)


def _reason(error: BaseException) -> str:
    if isinstance(error, TookTooLong):
        return f"it takes more than {format_duration(error.limit)} of real time"
    return f"{type(error).__name__}: {error}".splitlines()[0]
