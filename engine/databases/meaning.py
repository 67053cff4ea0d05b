"""What an answer means for the rows that it is about: by the server's code, and safe where that isn't listed."""

from __future__ import annotations

from functools import lru_cache

from engine.databases.known_codes import KNOWN_CODES, CodeFamily, KnownCode, Meaning

# A code that isn't listed says nothing of whether the rows are there. So they come again, and maybe a second time:
# that loses none. Taken as refused it would put good lines aside, taken as delivered it would lose bad ones.
UNLISTED = KnownCode("*", Meaning.UNKNOWN, "a code that isn't listed", "nobody")


@lru_cache(maxsize=1_000)  # each item of a bulk answer has one
def known_code(family: CodeFamily, code: str, text: str = "") -> KnownCode:
    """What is known of a code; of an item of a bulk answer it is the status, a blank, and the type of the error."""
    fitting = [each for each in KNOWN_CODES[family] if _fits(each, code) and each.said in text]
    return max(fitting, key=lambda each: len(each.code), default=UNLISTED)


def _fits(known: KnownCode, code: str) -> bool:
    return code.startswith(known.code[:-1]) if known.code.endswith("*") else code == known.code
