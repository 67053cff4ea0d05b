"""Calls of users' own functions: what goes wrong in them, in few words and with their places."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile, takewhile
from pathlib import Path

import engine
import wptest
from engine.foreign.sink_mistakes import BrokenSinkError, UnreadableTargetError
from engine.kernel import FROM_OUTSIDE
from wptest.extend.meant_names import meant_name
from wptest.shapes.declare import Unverified
from wptest.shapes.extension import Call, Extension
from wptest.words.finding import Outcome

_OURS = tuple(str(Path(package.__path__[0])) + "/" for package in (wptest, engine))


class UserCodeError(Exception):
    """What a function raised: how bad it is, one line of words, and the function's own frames."""

    def __init__(self, outcome: Outcome, message: str, evidence: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.evidence = evidence


@contextmanager
def user_code(call: Call) -> Iterator[Extension]:
    """Run what a user wrote, the function that is called.

    Raises:
        UserCodeError: it raised anything. Ctrl-C and the end of time or memory go through, and that a sink can't
            say what it has stored.
    """
    extension = call.extension
    assert extension is not None, "a scenario whose extensions can't be read is not run"
    try:
        yield extension
    except (*FROM_OUTSIDE, MemoryError, BrokenSinkError, UnreadableTargetError, UserCodeError):
        raise
    except Unverified as error:
        first, rest = _lines(str(error) or f"{extension.name} can't tell")
        raise UserCodeError(Outcome.UNVERIFIED, first, rest) from None
    except BaseException as error:  # noqa: BLE001 - theirs may be any, pytest.skip() included
        raise _trouble(error, extension) from None


def _trouble(error: BaseException, extension: Extension) -> UserCodeError:
    def is_ours(frame: traceback.FrameSummary) -> bool:
        return frame.filename != str(extension.path) and frame.filename.startswith(_OURS)

    # From the author's function to where it called one of ours.
    below = dropwhile(is_ours, traceback.extract_tb(error.__traceback__))
    frames = list(takewhile(lambda frame: not is_ours(frame), below))
    shown = tuple(f"{frame.filename}:{frame.lineno}: {frame.line}" for frame in frames)
    first, rest = _lines(str(error))
    if isinstance(error, AssertionError) and extension.kind == "check":
        # pytest explains the asserts of a conftest.py, plain Python doesn't: the statement is the same for both.
        explained = not first or first.startswith("assert ")
        statement = (frames[-1].line if frames else "") or "an assertion doesn't hold"
        evidence = (first, *rest) if first and explained else rest
        return UserCodeError(Outcome.FAILED, statement if explained else first, (*evidence, *shown))
    own = [frame for frame in frames if frame.filename == str(extension.path)] or frames
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""
    what = f"{type(error).__name__}: {first}" if first else type(error).__name__
    meant = meant_name(error)
    evidence = (*rest, *shown, *((meant,) if meant else ()))
    return UserCodeError(Outcome.FAILED, f"{extension.name} raised {what}{where}", evidence)


def _lines(text: str) -> tuple[str, tuple[str, ...]]:
    first, *rest = text.splitlines() or [""]
    return first, tuple(rest)
