"""What editors offer to type: whole steps, stages and expectations, for the schema's `defaultSnippets`."""

from __future__ import annotations

from typing import Any

from wptest.words.setting.given import PARTS
from wptest.words.step import VERBS
from wptest.words.verb import Chapter, Snippet

Offer = dict[str, Any]


def _offers(*snippets: Snippet) -> list[Offer]:
    return [{"label": each.label, "description": each.description, "body": each.body} for each in snippets]


def of_steps(chapter: Chapter) -> list[Offer]:
    """What the verbs offer in a chapter."""
    return _offers(*(each for verb in VERBS.values() for each in verb.snippets if each.chapter == chapter))


GIVEN = _offers(*(each for part in PARTS.values() for each in part.snippets))

THEN = _offers(
    Snippet(
        "all came back",
        "Every line is in its sink, no rescue file is left",
        {
            "exit": {"${1:wprescue}": 0},
            "rescue": {"dat": 0, "lock": 0},
            "sinks": {"${2:access_log}": {"lines": "${3:500}"}},
            "replay": {"duplicates": 0, "lost": 0},
        },
    ),
    Snippet("nothing lost", "The ledger has no lost and no double line", {"ledger": {"lost": 0, "duplicates": 0}}),
    Snippet("it happened", "What must have happened", {"must_happen": ["${1:rescue.created}"]}),
)
