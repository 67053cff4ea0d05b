"""What an answer means for the rows that it is about: by the server's code, and safe where that isn't listed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.behaviour import Behaviour
from engine.databases.known_codes import KNOWN_CODES, CodeFamily, KnownCode, Meaning

# A code that isn't listed says nothing of whether the rows are there. So they come again, and maybe a second time:
# that loses none. Taken as refused it would put good lines aside, taken as delivered it would lose bad ones.
UNLISTED = KnownCode("*", Meaning.UNKNOWN, "a code that isn't listed", "nobody")


@lru_cache(maxsize=1_000)  # each item of a bulk answer has one
def known_code(family: CodeFamily, code: str, text: str = "") -> KnownCode:
    """What is known of a code; of an item of a bulk answer it is the status, a blank, and the type of the error."""
    fitting = [each for each in KNOWN_CODES[family] if _fits(each, code) and each.said in text]
    return max(fitting, key=lambda each: len(each.code), default=UNLISTED)


# What sinks take an answer for that take it for something else, by the choice of behaviour.
_OTHERWISE: Mapping[tuple[str, str], tuple[Meaning, Meaning]] = {
    ("refused_rows", "sent_again"): (Meaning.REFUSED, Meaning.AGAIN),
    ("too_large", "sent_again"): (Meaning.TOO_LARGE, Meaning.AGAIN),
    ("key_there", "sent_again"): (Meaning.KEY_THERE, Meaning.AGAIN),
    ("key_there", "taken_as_delivered"): (Meaning.KEY_THERE, Meaning.DELIVERED),
    ("no_answer", "taken_as_failed"): (Meaning.UNKNOWN, Meaning.AGAIN),
    ("no_answer", "taken_as_delivered"): (Meaning.UNKNOWN, Meaning.DELIVERED),
}


def taken_otherwise(behaviour: Behaviour) -> Mapping[Meaning, Meaning]:
    """The meanings that a sink takes for others."""
    return {
        meaning: other
        for (choice, value), (meaning, other) in _OTHERWISE.items()
        if getattr(behaviour, choice) == value
    }


def _fits(known: KnownCode, code: str) -> bool:
    return code.startswith(known.code[:-1]) if known.code.endswith("*") else code == known.code
