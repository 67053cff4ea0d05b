"""What has held after a recovery, remembered by what it looked at: one that sees the same does the same.

A run follows from what it sees. So it asks the same first question as one before, and as long as the answers are
the same, the same ones after it. Whatever it never asks for may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wptest.explore.crashes.crash_state import Key
from wptest.explore.crashes.read_set import Answer, Question


@dataclass(slots=True)
class _Asked:
    """A question, and what comes by its answer: the next one, or None where nothing more is asked and all holds."""

    question: Question
    next: dict[Answer, _Asked | None] = field(default_factory=dict)


class Recollection:
    """Runs in which everything has held."""

    def __init__(self) -> None:
        self._first: dict[Key, _Asked | None] = {}

    def knows(self, key: Key, ask: Callable[[Question], Answer]) -> bool:
        """Whether one that saw the same has held; `key` is the same where all that isn't asked for is."""
        if key not in self._first:
            return False
        asked = self._first[key]
        while asked is not None:
            answer = ask(asked.question)
            if answer not in asked.next:
                return False
            asked = asked.next[answer]
        return True

    def keep(self, key: Key, asked: Sequence[tuple[Question, Answer]]) -> None:
        """One has held that began so, and has asked this."""
        nexts, entry = self._first, key
        for question, answer in asked:
            known = nexts.get(entry)
            if (
                known is None or known.question != question
            ):  # whoever judges it may know more, and ask for other things
                known = nexts[entry] = _Asked(question)
            nexts, entry = known.next, answer
        nexts[entry] = None
