"""Making Python's own functions obey the scenario, for foreign code only, while a run has such code.

`os.rename`, `open`, `time.sleep` and their like are replaced in place by functions that look who calls: foreign
code gets the simulated answer, everybody else (the engine, pytest, other threads) the real function. freezegun
freezes the dates. What still gets past all this is caught by an audit hook, and refused.
"""

from __future__ import annotations

import _thread
import builtins
import fcntl
import glob
import io
import logging
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NoReturn

from engine.foreign.foreign_files import ForeignFiles, foreign_files
from engine.foreign.frozen_clock import EPOCH, Clock, entered
from engine.foreign.functions import lock_functions, os_functions, time_functions
from engine.foreign.functions.known_functions import refused
from engine.foreign.late_imports import made_in_real_time
from engine.kernel.foreign_calls import end_all

# The import machinery and we ourselves go on with the real functions that they have taken hold of.
_LEFT_ALONE = ("posix", "_io", "importlib", "_frozen_importlib", "pyfakefs", "freezegun", "engine.storage")
_LEFT_REAL = [
    "engine",
    "wptest",
    "pytest",
    "_pytest",
    "pluggy",
    "xdist",
    "execnet",
    "hypothesis",
    "pydantic",
    "yaml",
]
_REFUSED = {
    "sqlite3.connect": "it opens a database past sqlite3.connect",
    "subprocess.Popen": "it starts a process",
    "os.system": "it starts a process",
    "os.exec": "it starts a process",
    "os.fork": "it starts a process",
    "os.posix_spawn": "it starts a process",
    "os.rename": "it renames a real file",
    "os.remove": "it removes a real file",
    "os.rmdir": "it removes a real directory",
    "os.mkdir": "it makes a real directory",
    "os.truncate": "it cuts a real file",
    "os.chmod": "it changes a real file",
    "os.link": "it links a real file",
    "os.symlink": "it links a real file",
    "os.setxattr": "it changes a real file",
}
_WATCHED = frozenset({"open", "mmap.__new__", *_REFUSED})
_SCHEMA = "__get_pydantic_core_schema__"
_FUNCTIONS = (BuiltinFunctionType, FunctionType)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


_audited: list[bool] = []  # an audit hook stays for good, so there is one at most


@contextmanager
def hooked(seed: int = 0) -> Iterator[Clock]:
    """Make Python's functions obey, and leave everything as it was afterwards.

    It can be entered again inside, which costs nothing: who has many runs may enter it around all of them.
    """
    with ExitStack() as undo:
        undo.callback(random.setstate, random.getstate())
        random.seed(f"wptest/{seed}/foreign")
        if not entered:
            entered.append(_frozen(undo))
            undo.callback(entered.clear)
            _set(undo, sys, "dont_write_bytecode", value=True)  # an import by foreign code shall write nothing
            for shortcut in ("_USE_CP_SENDFILE", "_HAS_FCOPYFILE"):  # `shutil` copies the same way on every machine
                _set(undo, shutil, shortcut, value=False)
            _set_user(undo)
            _replace_all(undo)
            _audit()
        undo.callback(end_all)  # what still runs must not meet the real functions
        yield entered[0]


def _frozen(undo: ExitStack) -> Clock:
    from freezegun import api, freeze_time  # noqa: PLC0415 - for those who need it

    # Everywhere else the zone is the machine's business; here it would make two machines differ.
    before = os.environ.get("TZ")
    undo.callback(_set_zone, before)
    _set_zone("UTC")
    # Foreign code runs in a thread, and freezegun would give real time to whatever `threading` calls.
    _set(undo, api, "call_stack_inspection_limit", value=0)
    shown = Clock(freeze_time(EPOCH, ignore=_LEFT_REAL, real_asyncio=True))
    for fake, real in ((api.FakeDatetime, api.real_datetime), (api.FakeDate, api.real_date)):
        # To pydantic, a model that is made meanwhile has the real ones, too.
        undo.callback(delattr, fake, _SCHEMA)
        setattr(fake, _SCHEMA, staticmethod(lambda _source, handler, real=real: handler.generate_schema(real)))
    _set(undo, logging, "_startTime", value=logging._startTime)  # type: ignore[attr-defined] # noqa: SLF001
    undo.enter_context(shown.in_place())
    # freezegun's monotonic time is its date, which may jump.
    _set(undo, api, "_get_fake_monotonic", value=lambda: shown.monotonic / 1_000_000_000)
    _set(undo, api, "_get_fake_monotonic_ns", value=lambda: shown.monotonic)
    undo.enter_context(made_in_real_time(shown))
    return shown


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


def _set_user(undo: ExitStack) -> None:
    from pyfakefs import helpers  # noqa: PLC0415 - for those who need it

    from engine.foreign.fake_disk import OWNER  # noqa: PLC0415

    undo.callback(helpers.set_uid, helpers.get_uid())
    helpers.set_uid(OWNER)


def _replace_all(undo: ExitStack) -> None:
    """Replace the functions where they live, and wherever `from os import rename` has put them."""
    replaced: dict[Any, Any] = {}
    for module, name, simulated in _replacements():
        real = getattr(module, name, None)
        if real is not None:
            _set(undo, module, name, value=replaced.setdefault(real, _seen_by(real, simulated)))
    modules: dict[str, Any] = dict(sys.modules)  # what stands there need not be a module
    for module_name, module in modules.items():
        if isinstance(module, ModuleType) and not module_name.startswith(_LEFT_ALONE):
            for name, value in list(vars(module).items()):
                if type(value) in _FUNCTIONS and value in replaced:
                    _set(undo, module, name, value=replaced[value])
    globber = getattr(glob, "_StringGlobber", None)  # since Python 3.13 it keeps some for pathlib
    for name, value in list(vars(globber).items() if globber is not None else ()):
        if isinstance(value, staticmethod) and value.__func__ in replaced:
            undo.callback(setattr, globber, name, value)
            setattr(globber, name, staticmethod(replaced[value.__func__]))
    closer = getattr(tempfile, "_TemporaryFileCloser", None)  # it keeps one as a default
    for value in list(vars(closer).values() if closer is not None else ()):
        if type(value) in _FUNCTIONS and any(each in replaced for each in value.__defaults__ or ()):
            undo.callback(setattr, value, "__defaults__", value.__defaults__)
            value.__defaults__ = tuple(replaced.get(each, each) for each in value.__defaults__)


def _replacements() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    for module in (os, fcntl, time, signal):
        for name in refused(module.__name__):
            yield module, name, os_functions.refused_function(f"{module.__name__}.{name}")
    for name, simulated in os_functions.simulated_functions().items():
        yield os, name, simulated
    for name in ("start_new_thread", "start_joinable_thread"):
        yield _thread, name, _refuse_thread
    yield builtins, "open", os_functions.open_anywhere
    yield io, "open", os_functions.open_anywhere
    yield io, "open_code", os_functions.open_code
    for name, simulated in time_functions.OF_TIME.items():
        yield time, name, simulated
    yield from time_functions.THAT_WAIT
    yield fcntl, "flock", lock_functions.flock
    yield fcntl, "lockf", lock_functions.lockf
    yield fcntl, "fcntl", lock_functions.control
    yield fcntl, "ioctl", lock_functions.device_control
    yield tempfile, "_get_candidate_names", os_functions.temporary_names
    with suppress(ImportError):  # some Pythons are built without it
        import sqlite3  # noqa: PLC0415 - as above

        from engine.foreign import sqlite_connections  # noqa: PLC0415 - as above

        yield sqlite3, "connect", sqlite_connections.connect


def _seen_by(real: Callable[..., Any], simulated: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def function(*args: Any, **kwargs: Any) -> Any:
        files = foreign_files()
        return real(*args, **kwargs) if files is None else simulated(files, real, *args, **kwargs)

    return function


def _set(undo: ExitStack, module: Any, name: str, *, value: object) -> None:
    """Set an attribute, if there is one, and have it set back."""
    if hasattr(module, name):
        undo.callback(setattr, module, name, getattr(module, name))
        setattr(module, name, value)


def _refuse_thread(files: ForeignFiles, _real: object, *_args: Any, **_kwargs: Any) -> NoReturn:
    raise files.escape("it starts a thread, and threads run in no order that a scenario could repeat")


def _past_open(files: ForeignFiles, path: object, _mode: object, flags: object, *_: object) -> str | None:
    """What is wrong with opening a real file; what we open ourselves is never one of the run."""
    if not isinstance(path, str | bytes) or path == os.devnull:
        return None
    if isinstance(flags, int) and flags & _WRITING:
        return f"it writes to the real file {path!s}"
    place = files.locate(path) if path else None
    if place is not None and place.inside and not files.only_real(place):
        return f"it opens {place.shown} by something else than open() or os.open()"
    return None


def _audit() -> None:
    if not _audited:
        _audited.append(True)
        sys.addaudithook(_see)


def _see(event: str, args: tuple[Any, ...]) -> None:
    if event not in _WATCHED:  # nearly all of them, for good: so this comes first
        return
    files = foreign_files()
    if files is None:
        return
    what = _REFUSED.get(event)
    if event == "open":
        what = _past_open(files, *args)
    elif event == "sqlite3.connect" and files.connecting:
        what = None
    elif event == "mmap.__new__" and files.has(args[0]):
        what = "it maps a file of the run into memory"
    if what is not None:
        raise files.escape(f"{what}, which no scenario governs")
