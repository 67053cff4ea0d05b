"""What is told of a user's own sink that is wrong, or that can't do something: where, and how."""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import currentframe, isasyncgen, isawaitable, isgenerator, unwrap
from sysconfig import get_path
from traceback import walk_tb
from typing import Any

from engine.foreign.sink_failed import Failed, SinkFailed, answer_of, shown, shown_type
from engine.project.model import ForeignConf

_ROOT = __file__.rpartition("/engine/")[0]
_OURS = (f"{_ROOT}/engine/", f"{_ROOT}/wptest/", "<frozen ")
_INSTALLED = tuple(f"{get_path(name)}/" for name in ("stdlib", "purelib", "platlib"))
_NO_LINES = (bytes, bytearray, str, Mapping)


@dataclass(frozen=True, slots=True)
class SinkMistake:
    """The sink is broken: where, and how."""

    place: str
    what: str


class BrokenSinkError(Exception):
    """A mistake that shows when the run is judged, so there is no program that it could end."""

    def __init__(self, path: str, mistake: SinkMistake) -> None:
        super().__init__(f"the sink of {path} is broken at {mistake.place}: {mistake.what}")
        self.path = path
        self.mistake = mistake


class UnreadableTargetError(Exception):
    """What a sink has stored can't be read back just now."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"what the sink has stored can't be read back: {reason}")


def failure_of(error: BaseException, path: str, otherwise: str, lines: int = 0) -> Failed | SinkMistake:
    """What an exception of the sink's code says: that it can't, or that it is broken.

    `path` is its target; `otherwise` is the place of a mistake that has none of its own; so many `lines` were to be
    written.
    """
    found = mistake_of(error, otherwise)
    try:
        if isinstance(error, SinkFailed):
            outcome, unsaid = answer_of(error, lines)
            return Failed(error.error_class, text_of_error(error), outcome, unsaid)
        if isinstance(error, OSError):
            reason = error.strerror if isinstance(error.strerror, str) else text_of_error(error)
            return Failed("sink", f"{reason} ({path})", unsaid=range(lines))
    except Exception as another:  # noqa: BLE001 - an exception's attributes are its author's code, too
        return SinkMistake(found.place, mistake_of(another, otherwise).what)
    return found


def mistake_of(error: BaseException, otherwise: str) -> SinkMistake:
    """The mistake that an exception is: with the innermost place in its author's code, if it has one."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    file = otherwise.rpartition(":")[0]
    theirs = [each for each in places if is_own(each[0]) or each[0] == file]
    text = text_of_error(error)
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return SinkMistake(":".join(map(str, theirs[-1])) if theirs else otherwise, what)


def is_own(file: str) -> bool:
    """Whether a file is somebody's own code: neither ours nor installed."""
    return not file.startswith((*_OURS, *_INSTALLED))


def own_place() -> str:
    """Where somebody's own code is at work just now, as `file:line`; empty where none is."""
    frame = currentframe()
    while frame is not None and not is_own(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""


def text_of_error(error: BaseException) -> str:
    """An exception's text on one line; what its author makes of it may fail as well."""
    try:
        return " ".join(str(error).split())
    except BaseException as another:  # noqa: BLE001 - theirs may be any
        return f"its text can't be had, that raises {type(another).__name__}"


def where_defined(conf: ForeignConf, code: object = None) -> str:
    """Where a sink, or one function of it, is defined."""
    if callable(code):
        code = unwrap(code)
    if (found := getattr(code, "__code__", None)) is not None:
        return f"{found.co_filename}:{found.co_firstlineno}"
    made_by: Any = conf.make.func if isinstance(conf.make, partial) else conf.make
    return conf.place or f"{made_by.__module__}.{getattr(made_by, '__qualname__', made_by)}"


def checked_object(made: Any) -> Any:
    """What a sink's class has made.

    Raises:
        TypeError: it is no sink.
    """
    if not callable(getattr(made, "write", None)):
        what = "None" if made is None else f"{shown_type(made)}, which has no method 'write'"
        raise TypeError(f"what is made for the sink is {what}: expected an object with write(lines)")
    return made


def checked_call(result: object, method: str) -> None:
    """What a method has returned: it is done, and not only begun.

    Raises:
        TypeError: nobody goes on with it.
    """
    if isinstance(result, Coroutine | Generator):
        result.close()
    if isawaitable(result) or isgenerator(result) or isasyncgen(result):
        how = "yields, so calling it does nothing" if "generator" in type(result).__name__ else "is async"
        raise TypeError(f"'{method}' {how}: expected a plain method, which is done when it comes back")


def checked_lines(given: object) -> list[bytes]:
    """What `stored` has given.

    Raises:
        TypeError: it isn't lines.
        ValueError: one of them is none.
    """
    if isinstance(given, _NO_LINES) or not isinstance(given, Iterable):
        raise TypeError(f"'stored' gave {shown(given)}: expected the lines, list[bytes]")
    lines = []
    for number, line in enumerate(given, 1):
        if not isinstance(line, bytes | bytearray | memoryview):
            raise TypeError(f"line {number} that 'stored' gave is {shown(line)}: expected bytes")
        lines.append(bytes(line))
        if b"\n" in lines[-1]:
            raise ValueError(f"line {number} that 'stored' gave has a line end in it: expected each line without")
    return lines
