"""Expectations that say nothing: they hold whatever happens, and look as if somebody had checked it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.text.source_text import KeyPath
from wptest.shapes.shape import Shape
from wptest.words.expectation import Expectation

# Nothing in a checkpoint says that there is nothing, and nothing that is allowed is what is allowed anyway.
_SAY_NONE = frozenset({"checkpoint", "allow"})


def empty_places(word: Expectation[Any]) -> Iterator[KeyPath]:
    """The places below an expectation where something should be said and nothing is."""
    expected = word.expected
    if word.key in _SAY_NONE:
        return
    if isinstance(expected, Mapping | tuple) and not expected:
        yield ()
    else:
        yield from _empty_below(expected)


def _empty_below(value: object) -> Iterator[KeyPath]:
    if isinstance(value, Shape):
        if not value.model_fields_set:
            yield ()
        inside = {name: getattr(value, name) for name in value.model_fields_set}
    else:
        inside = dict(value) if isinstance(value, Mapping) else {}
    for name, each in inside.items():
        if isinstance(each, Shape | Mapping):
            yield from ((name, *place) for place in _empty_below(each))
