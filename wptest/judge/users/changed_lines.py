"""Lines that nobody sent because a python sink has changed those that somebody did."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from engine.project.model import Project

_LOOKED_AT = 10  # lines that were invented
_LOST = 2_000
_SHORTEST = 4  # characters: shorter lines are in others by chance


def changed_by_sink(project: Project, target: str, invented: Iterable[bytes], lost: Iterable[bytes]) -> str:
    """What to do where each line that was invented has a lost one in it; empty where that isn't so."""
    sinks = [sink for sink in project.sinks if sink.path == target and sink.foreign is not None]
    sent = [line for line in islice(lost, _LOST) if len(line) >= _SHORTEST]
    found = list(islice(invented, _LOOKED_AT))
    if not sinks or sinks[0].foreign is None or not all(any(line in each for line in sent) for each in found):
        return ""
    if sinks[0].foreign.stored is not None:
        return "each has a line in it that was sent: 'stored' gives lines as they were sent"
    if sinks[0].foreign.original is not None:
        return "each has a line in it that was sent: 'original' should give that line, and doesn't"
    return (
        "each has a line in it that was sent: a sink that changes its lines has a static method 'original', "
        "which gives back the line as it was sent: @staticmethod, and below it def original(stored: bytes) -> bytes"
    )
