"""What editors offer to type: whole steps, stages and expectations, for the schema's `defaultSnippets`."""

from __future__ import annotations

from typing import Any

from wptest.words.step import VERBS
from wptest.words.verb import Chapter

Offer = dict[str, Any]


def _snippet(label: str, description: str, body: Any) -> Offer:
    return {"label": label, "description": description, "body": body}


def of_steps(chapter: Chapter) -> list[Offer]:
    """What the verbs offer in a chapter."""
    offered = [each for verb in VERBS.values() for each in verb.snippets if each.chapter == chapter]
    return [_snippet(each.label, each.description, each.body) for each in offered]


GIVEN: tuple[Offer, ...] = (
    _snippet("input", "Lines to read, and how fast", {"source": {"lines": "${1:500}", "rate": "${2:100/s}"}}),
    _snippet("outage", "A sink that goes down", {"phases": {"${1:access_log}": ["up 2s", "down 2s"]}}),
    _snippet(
        "rescue file",
        "A rescue file that is there at the start",
        {"files": {"data/rescue/${1:access_log}-2025-10-04_01:59:24.dat": {"lines": "${2:100}"}}},
    ),
    _snippet("small disk", "A directory with little room", {"disk": {"${1:data/rescue}": {"size": "${2:256KiB}"}}}),
)

THEN: tuple[Offer, ...] = (
    _snippet(
        "all came back",
        "Every line is in its sink, no rescue file is left",
        {
            "exit": {"${1:wprescue}": 0},
            "rescue": {"dat": 0, "lock": 0},
            "sinks": {"${2:access_log}": {"lines": "${3:500}"}},
            "replay": {"duplicates": 0, "lost": 0},
        },
    ),
    _snippet("nothing lost", "The ledger has no lost and no double line", {"ledger": {"lost": 0, "duplicates": 0}}),
    _snippet("it happened", "What must have happened", {"must_happen": ["${1:rescue.created}"]}),
)
