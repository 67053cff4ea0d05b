"""From what a python sink has stored back to the lines that it was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.project.model import ForeignConf


def as_sent(conf: ForeignConf | None, stored: bytes) -> bytes:
    """What a target holds, its whole lines as they were sent; a torn end stays as it is."""
    if conf is None or conf.original is None:
        return stored
    return b"".join(line + b"\n" for line in sent_lines(conf, stored)) + stored[stored.rfind(b"\n") + 1 :]


def sent_lines(conf: ForeignConf | None, stored: bytes) -> list[bytes]:
    """The whole lines of what a target holds, as they were sent.

    A line that `original` can't read stays as it is: it is one that nobody sent.
    """
    lines = stored.split(b"\n")[:-1]
    original = None if conf is None else conf.original
    return lines if original is None else [_original(original, line) for line in lines]


def _original(original: Callable[[bytes], bytes], line: bytes) -> bytes:
    try:
        return original(line)
    except Exception:  # noqa: BLE001 - it may be any line, and the function anything
        return line


def found_in(lines: Sequence[bytes], there: list[bytes]) -> tuple[int, int]:
    """How many of `lines`, from the first on, stand in `there` in this order, and where the last of them ends.

    Others may stand between.
    """
    at = found = 0
    for line in lines:
        try:
            at = there.index(line, at) + 1
        except ValueError:
            break
        found += 1
    return found, at
