"""Characters that look like those of YAML and of the language, and are others: their code points and names.

They come from word processors, wikis and input methods: full-width punctuation, typographic quotes and dashes,
blanks that don't break, characters that nobody sees, letters of other alphabets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_LIKE: Mapping[str, str] = {
    ":": "﹕︓꞉∶ː׃։",
    ",": "、﹐﹑︐︑،‚",
    "-": "‐‑‒–—―−﹘﹣⁃⸺",
    '"': "“”„‟«»″〝〞〟「」『』",
    "'": "‘’‛′´ʼ",
    "[": "【〔⟦",
    "]": "】〕⟧",
    "<": "〈《‹⟨",
    ">": "〉》›⟩",
    "/": "∕⁄",
    ".": "。․",
    "*": "∗⁎✱",
    "~": "∼〜˜",
    "|": "│∣",
    "%": "٪",
    # Letters of other alphabets that no reader can tell from the Latin ones.
    "a": "а", "c": "с", "d": "ԁ", "e": "е", "h": "һ", "i": "і", "j": "ј", "o": "оο", "p": "рρ", "s": "ѕ", "x": "х",
    "y": "у", "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "N": "Ν",
    "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "Υ", "Z": "Ζ",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff",
}  # fmt: skip
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

# What each of them is taken for; nothing, where nobody sees it.
MEANT: Mapping[str, str] = _FULL_WIDTH | {like: meant for meant, alike in _LIKE.items() for like in alike}

_ANY = re.compile(f"[{re.escape(''.join(MEANT))}]")
_NICKNAMES = {"\ufeff": "byte order mark", "\u00a0": "no-break blank", "\u3000": "full-width blank"}


def lookalikes(text: str) -> list[int]:
    """The offsets of such characters, in order."""
    return [match.start() for match in _ANY.finditer(text)] if not text.isascii() else []


def as_meant(text: str) -> str:
    """The text with what was probably meant in the place of each of them."""
    return _ANY.sub(lambda match: MEANT[match[0]], text)


def character_name(character: str) -> str:
    """Its code point and its name: `U+FF1A (fullwidth colon)`."""
    name = _NICKNAMES.get(character) or unicodedata.name(character, "without a name").lower()
    return f"U+{ord(character):04X} ({name})"
