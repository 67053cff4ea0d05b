"""Warnings of many variants, each said once: in the same words wherever it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.text.diagnostic import Diagnostic, sorted_unique
from wptest.text.codes import Code

# What may well be so in one variant, for others to be compared with.
_OF_ALL_VARIANTS = frozenset({Code.NEVER_DOWN, Code.NOTHING_TO_REPLAY})

# A warning's code and place, and which of those of its variant that are there it is.
_Place = tuple[object, int, int, int]
Warnings = Sequence[Diagnostic]


def said_once(variants: Sequence[tuple[str, Warnings]]) -> list[Warnings]:
    """The warnings of each variant, by its id, in the words of the first variant that has them.

    One that is not in all variants, or not in the same words, names that first one.
    """
    if not any(warnings for _, warnings in variants):
        return [warnings for _, warnings in variants]
    placed = [dict(_placed(warnings)) for _, warnings in variants]
    having = Counter(place for each in placed for place in each)
    first: dict[_Place, tuple[str, Diagnostic]] = {}
    differing: set[_Place] = set()
    for (variant, _), each in zip(variants, placed, strict=True):
        for place, warning in each.items():
            if first.setdefault(place, (variant, warning))[1].message != warning.message:
                differing.add(place)
    said = {
        place: in_variant(warning, variant) if place in differing or having[place] < len(variants) else warning
        for place, (variant, warning) in first.items()
        if having[place] == len(variants) or warning.code not in _OF_ALL_VARIANTS
    }
    return [tuple(said[place] for place in each if place in said) for each in placed]


def _placed(warnings: Warnings) -> Iterator[tuple[_Place, Diagnostic]]:
    there: Counter[tuple[object, int, int]] = Counter()
    for warning in sorted_unique(warnings):
        place = (warning.code, warning.line, warning.column)
        yield (*place, there[place]), warning
        there[place] += 1


def in_variant(problem: Diagnostic, variant: str) -> Diagnostic:
    """What is so in that variant, and maybe in others, but not in all."""
    where = f"in the variant {variant}"
    return replace(problem, help=f"{problem.help} ({where})" if problem.help else where)
