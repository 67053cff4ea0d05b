"""Which variants are meant, by their tags and by words in their names; read off outlines, so nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wptest.expressions.matrix import VariantOutline
from wptest.play.name_expression import NameExpression
from wptest.reuse.outline import Outline

_TAG = re.compile(r"\s*(?P<without>!|not(?!\S))?\s*(?P<tag>.*?)\s*", re.DOTALL)


class TagError(ValueError):
    """What stands behind `--tag` is none; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class TagChoice:
    """Some of these tags, or none of those: `a,!b` is for scenarios with `a`, and for all without `b`."""

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> TagChoice:
        """Read tags with commas between; `!b` and `not b` are for what has no `b`.

        Raises:
            TagError: a tag is missing.
        """
        wanted: list[str] = []
        unwanted: list[str] = []
        for part in text.split(","):
            match = _TAG.fullmatch(part)
            assert match is not None, "it matches everything"
            if not match["tag"]:
                raise TagError(f"a tag is missing in {text!r}: expected tags like slow, slow,kill or !slow")
            (unwanted if match["without"] else wanted).append(match["tag"])
        return cls(text, tuple(wanted), tuple(unwanted))

    def fits(self, tags: Iterable[str]) -> bool:
        """Whether a scenario with these tags is meant."""
        there = set(tags)
        return any(tag in there for tag in self.wanted) or any(tag not in there for tag in self.unwanted)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A variant that may be meant; without one, a scenario that has no matrix."""

    path: Path
    outline: Outline
    variant: VariantOutline | None = None

    @property
    def variant_id(self) -> str:
        """The variant's id; empty without a matrix."""
        return self.variant.id if self.variant is not None else ""

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return "::".join(filter(None, (self.outline.id, self.variant_id)))

    @property
    def names(self) -> tuple[str, ...]:
        """All that `-k` knows it by: the same as with pytest, where directories and files have names, too."""
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return *path.parts, self.outline.id, self.variant_id, *self.outline.tags, *value_words(self.variant_id)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for: every one of the choices of tags, and the words; nothing of it is all there is."""

    tags: tuple[TagChoice, ...] = ()
    words: NameExpression | None = None

    def __bool__(self) -> bool:
        return bool(self.tags or self.words)

    def __str__(self) -> str:
        """As the options say it."""
        parts = [f"--tag {choice.text!r}" for choice in self.tags]
        return " ".join([*parts, f"-k {self.words.text!r}"] if self.words is not None else parts)

    def wants(self, candidate: Candidate) -> bool:
        """Whether this variant is meant."""
        if not all(choice.fits(candidate.outline.tags) for choice in self.tags):
            return False
        return self.words is None or self.words.matches(candidate.names)


EVERYTHING = Selection()


def value_words(variant: str) -> tuple[str, ...]:
    """The values in a variant's id as words that pytest's `-k` can read, which knows no `=`: `stop-KILL`."""
    return tuple(variant.replace("=", "-").split(",")) if variant else ()
