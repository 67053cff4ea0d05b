"""What a project's files turned out to need, and what a copy of them has to have otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from engine.text.source_text import Span


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A path in a file that a program would follow out of a copy: what to write there, as TOML text."""

    file: str
    span: Span
    path: str


@dataclass(frozen=True, slots=True)
class Origin:
    """How a project's files were read.

    Attributes:
        variables: the names that they ask for and that somebody may set.
        mapped: which of the given paths were needed.
        rewrites: what a copy has to have otherwise.
        brought: directories outside of the project that belong to it, and where they stand in a copy.
        fixed: why a copy can't be made of them.
        asked: the paths below the root that it was made of, or would be, if something were there.
    """

    variables: tuple[str, ...] = ()
    mapped: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    brought: tuple[tuple[str, str], ...] = ()
    fixed: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


NOWHERE = Origin()
