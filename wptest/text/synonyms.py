"""What people write for the words of the language who know another tool, or just another word: `synonyms.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from wptest.text.wording import words_beside


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    """The words of the language that another one stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for word, others in words_beside(__file__, "synonyms.toml").items():
        for other in others.split():
            found[other] = (*found.get(other, ()), word)
    return found


def meanings_of(word: str) -> tuple[str, ...]:
    """What a word stands for, wherever that may be."""
    return _meanings().get(_plain(word), ())


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that another one stands for: the same in capitals, one or many of it, or a word for it."""
    plain = _plain(word)
    names = {name.casefold().replace("-", "_"): name for name in known}
    for same in (plain, f"{plain}s", plain.removesuffix("s")):
        if same in names:
            return names[same]
    stands = next((names[each.casefold()] for each in meanings_of(word) if each.casefold() in names), None)
    return stands or next((name for plainer, name in names.items() if plain.startswith(f"{plainer}_")), None)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
