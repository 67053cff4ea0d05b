"""Durations, sizes, counts and rates as people write them (`250ms`, `64MiB`, `10k`, `2k/s`).

Everything comes out as a plain number in one unit: nanoseconds, bytes, pieces, lines per second. How people
write them is the design's section 6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.text.mistake import Mistake

NANOSECOND = 1
MICROSECOND = 1_000 * NANOSECOND
MILLISECOND = 1_000 * MICROSECOND
SECOND = 1_000 * MILLISECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Values beyond these are typing mistakes, and would only turn into slow runs or huge files.
LONGEST_DURATION = 100_000 * DAY
LARGEST_NUMBER = 10**15

WANTED_DURATION = "a duration like 250ms or 2s"
WANTED_SIZE = "a size like 256KiB or 64MiB"
WANTED_COUNT = "a whole number like 500, 10k or 1e6"
WANTED_RATE = "a rate like 100/s, 2k/s or 10/m"
WANTED_PHASES = "phases like 'up 2s, down 2s'"
_SMALLEST = {WANTED_DURATION: " of nanoseconds", WANTED_PHASES: " of nanoseconds", WANTED_SIZE: " of bytes"}

_NUMBER = r"\d{1,18}(?:\.\d{1,18})?"
_UNITS = {
    "d": DAY,
    "h": HOUR,
    "m": MINUTE,
    "s": SECOND,
    "ms": MILLISECOND,
    "us": MICROSECOND,
    "ns": NANOSECOND,
}
_DURATION = re.compile(r"\s*".join(rf"(?:({_NUMBER})\s*{unit})?" for unit in _UNITS), re.ASCII)
_SIZE = re.compile(rf"({_NUMBER})\s*(B|[kKMGT]B|[KMGT]iB)?", re.ASCII)
_COUNT = re.compile(rf"({_NUMBER})(?:[eE]\+?(\d{{1,2}})|([kKMG]))?", re.ASCII)
_SIGNED = re.compile(r"-\s*[\d.]")
_MULTIPLE = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of `test_rescue` health: up or down for `duration` nanoseconds."""

    up: bool
    duration: int


def parse_duration(text: str) -> int:
    """Nanoseconds in a duration: `250ms`, `1.5s`, `1m30s`, `3d16h`; units largest first, each at most once.

    Raises:
        Mistake: for anything else, a number without a unit, and a negative duration.
    """
    text = _checked(text, "a duration", WANTED_DURATION)
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        bare = re.fullmatch(_NUMBER, text, re.ASCII)
        raise Mistake(f"{text!r} has no unit" if bare else f"{text!r} is not a duration", WANTED_DURATION)
    parts = zip(match.groups(), _UNITS.values(), strict=True)
    return _whole(
        sum(Fraction(number) * unit for number, unit in parts if number), text, LONGEST_DURATION, WANTED_DURATION
    )


def parse_size(text: int | str) -> int:
    """Bytes in a size: `512`, `10kB` (10,000), `256KiB` (262,144), `64MiB`.

    Raises:
        Mistake: for anything else, and a negative size.
    """
    text = _checked(text, "a size", WANTED_SIZE)
    match = _SIZE.fullmatch(text)
    if match is None:
        raise Mistake(f"{text!r} is not a size", WANTED_SIZE)
    number, unit = match.group(1), (match.group(2) or "B").upper()
    prefix = unit[0] if len(unit) > 1 else ""
    scale = 1024 ** " KMGT".index(prefix) if unit.endswith("IB") else _MULTIPLE[prefix]
    return _whole(Fraction(number) * scale, text, LARGEST_NUMBER, WANTED_SIZE)


def parse_count(text: float | str) -> int:
    """A number of pieces: `500`, `10k`, `1e6`, `10M`; fractions only where the result is whole (`1.5k`).

    Raises:
        Mistake: for anything else, and a negative count.
    """
    text = _checked(text, "a count", WANTED_COUNT)
    if (amount := _amount(text)) is None:
        raise Mistake(f"{text!r} is not a whole number", WANTED_COUNT)
    return _whole(amount, text, LARGEST_NUMBER, WANTED_COUNT)


def parse_rate(text: str) -> float:
    """Lines per second in a rate: `100/s`, `2k/s`, `10/m` (per minute), `5/h`.

    Raises:
        Mistake: for anything else, and a negative rate.
    """
    text = _checked(text, "a rate", WANTED_RATE)
    count, slash, unit = (part.strip() for part in text.partition("/"))
    amount = _amount(count) if slash and unit in ("s", "m", "h") else None
    if amount is None:
        raise Mistake(f"{text!r} is not a rate", WANTED_RATE)
    return float(amount * SECOND / _UNITS[unit])


def parse_phases(written: str | Sequence[str]) -> tuple[Phase, ...]:
    """The phases of a `test_rescue` sink: `up 2s, down 2s`, or a list of such parts.

    Raises:
        Mistake: for no phase at all, a part that isn't `up` or `down` with a duration, or one that lasts 0.
    """
    parts = written.split(",") if isinstance(written, str) else written
    if not any(part.strip() for part in parts):
        raise Mistake("there is no phase", WANTED_PHASES)
    phases = list[Phase]()
    for index, part in enumerate(parts):
        try:
            phases.append(_phase(part))
        except Mistake as mistake:
            mistake.item = index
            raise
    return tuple(phases)


def format_phases(phases: Sequence[Phase]) -> str:
    """Phases as `parse_phases` reads them back: `up 2s, down 2s`."""
    return ", ".join(f"{'up' if each.up else 'down'} {format_duration(each.duration)}" for each in phases)


def format_duration(nanoseconds: int) -> str:
    """The usual spelling, which `parse_duration` reads back: `3d16h`, `1m30s`, `1.5s`, `250ms`, `0s`."""
    if nanoseconds < 0:
        return f"-{format_duration(-nanoseconds)}"
    if 0 < nanoseconds < SECOND:
        unit = next(unit for unit in ("ms", "us", "ns") if nanoseconds >= _UNITS[unit])
        return _decimal(nanoseconds, unit)
    text, rest = "", nanoseconds
    for unit in ("d", "h", "m"):
        whole, rest = divmod(rest, _UNITS[unit])
        text += f"{whole}{unit}" if whole else ""
    return text + (_decimal(rest, "s") if rest or not text else "")


def _decimal(nanoseconds: int, unit: str) -> str:
    whole, rest = divmod(nanoseconds, _UNITS[unit])
    digits = len(str(_UNITS[unit])) - 1
    fraction = f".{rest:0{digits}d}".rstrip("0") if rest else ""
    return f"{whole}{fraction}{unit}"


def _phase(part: str) -> Phase:
    word, _, duration = part.strip().partition(" ")
    if word not in ("up", "down") or not duration.strip():
        raise Mistake(f"{part.strip()!r} is not a phase", WANTED_PHASES)
    length = parse_duration(duration)
    if not length:
        raise Mistake(f"the phase {part.strip()!r} never ends nor begins: it lasts 0", WANTED_PHASES)
    return Phase(word == "up", length)


def _amount(text: str) -> Fraction | None:
    """The number that a count is; None where it is none."""
    match = _COUNT.fullmatch(text)
    if match is None:
        return None
    number, exponent, letter = match.groups()
    scale: int = 10 ** int(exponent or 0) * _MULTIPLE[(letter or "").upper()]
    return Fraction(number) * scale


def _checked(value: float | str, what: str, expected: str) -> str:
    # YAML reads `1e6` as a float, and repr() of one as large as 1e16 has an exponent: `1e+16`.
    text = str(value).strip() if not isinstance(value, float) else f"{value!r}".removesuffix(".0")
    if _SIGNED.match(text):
        raise Mistake(f"{what} can't be negative: {text!r}", expected)
    return text


def _whole(exact: Fraction | int, text: str, largest: int, expected: str) -> int:
    if exact > largest:
        raise Mistake(f"{text!r} is too large", expected)
    if exact.denominator != 1:
        raise Mistake(f"{text!r} is not a whole number{_SMALLEST.get(expected, '')}", expected)
    return int(exact)
