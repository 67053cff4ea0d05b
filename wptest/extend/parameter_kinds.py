"""The kinds of values that an extension's parameters can have: those of the language, by their annotations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from wptest.shapes import scenario_paths, values


@dataclass(frozen=True, slots=True)
class ValueKind:
    """How an author writes it, how people say it, a value as a scenario writes it, and what that is the name of."""

    spelled: str
    annotation: Any
    words: str
    example: Any
    refers: str = ""


VALUE_KINDS = (
    ValueKind("str", str, "a text", "some text"),
    ValueKind("int", int, "a whole number", 1),
    ValueKind("float", float, "a number", 0.5),
    ValueKind("bool", bool, "true or false", True),
    ValueKind("wptest.Duration", values.Duration, "a duration", "250ms"),
    ValueKind("wptest.Size", values.Size, "a size", "64KiB"),
    ValueKind("wptest.Count", values.Count, "a count", "10k"),
    ValueKind("wptest.Path", scenario_paths.RelativePath, "a path", "data/out_dat/a.dat"),
    ValueKind("wptest.Pattern", values.Pattern, "a pattern", "data/out_dat/*"),
    ValueKind("wptest.SinkName", values.SinkName, "a sink", "a", refers="sink"),
    ValueKind("wptest.ProcessName", values.ProcessName, "a program", "wparse", refers="process"),
)
POSSIBLE = (
    f"one of: {', '.join(kind.spelled for kind in VALUE_KINDS)}, Literal[...], list[...] of these, or ... | None"
)

_WORDS = (str, int, float, bool)


def kind_of(annotation: Any) -> ValueKind | None:
    """The kind that an annotation stands for; None where it is none that a scenario can write."""
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        # Nothing is written by leaving the key out, so there is one kind left to write.
        rest = [each for each in arguments if each is not NoneType]
        return kind_of(rest[0]) if len(rest) == 1 else None
    if get_origin(annotation) is list:
        item = kind_of(arguments[0]) if get_origin(arguments[0]) is not list else None
        words, example = (f"a list, each {item.words}", [item.example]) if item is not None else ("", [])
        return replace(item, annotation=annotation, words=words, example=example) if item is not None else None
    if get_origin(annotation) is Literal and all(type(word) in _WORDS for word in arguments):
        return ValueKind("Literal", annotation, f"one of {', '.join(map(str, arguments))}", arguments[0])
    return next((kind for kind in VALUE_KINDS if kind.annotation == annotation), None)
