"""A traceback that pytest can show, of an interrupt that came anywhere.

In Python 3.11 and 3.12 the jump back to the beginning of a loop may belong to no line. An exception is raised
there by a signal only, and pytest, which counts on a line in each frame, would fail with a traceback of its own.
"""

from __future__ import annotations

from types import TracebackType


def drop_frames_without_line(error: BaseException) -> None:
    """Leave out the frames that are at no line, of an exception and of those that it came of."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        each.__traceback__ = _with_lines(each.__traceback__)
        each = each.__cause__ or each.__context__


def _with_lines(traceback: TracebackType | None) -> TracebackType | None:
    """The same traceback, changed in place: those who have its first frame see the others."""
    frames = []
    while traceback is not None:
        # What typeshed has for it leaves None out.
        line: int | None = traceback.tb_lineno
        if line is not None:
            frames.append(traceback)
        traceback = traceback.tb_next
    for this, following in zip(frames, [*frames[1:], None], strict=True):
        this.tb_next = following
    return frames[0] if frames else None
