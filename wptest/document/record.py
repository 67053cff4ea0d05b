"""What every part of the document is: frozen, plain, and of characters that any reader of JSON takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Record:
    """A part of the document; its fields are texts, numbers, mappings and tuples of these, and other records."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            sound = sound_text(value)
            if sound is not value:
                object.__setattr__(self, each.name, sound)


def sound_text(value: Any) -> Any:
    r"""The value itself, or one whose halves of surrogate pairs are written out: `\udc80`.

    They come from names of files that are no UTF-8, and from escapes in YAML. They are no text in UTF-8, and many
    readers of JSON refuse them.
    """
    match value:
        case str():
            if value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value):
                return value
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case tuple() | list():
            sound = [sound_text(each) for each in value]
            same = all(one is other for one, other in zip(value, sound, strict=True))
            return value if same else type(value)(sound)
        case Mapping():
            told = {sound_text(key): sound_text(part) for key, part in value.items()}
            return value if told == value else told
        case _:
            return value
