"""What somebody meant who wrote a value in another way than the language does: guesses that can be read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.text.mistake import Mistake
from engine.units import parse_count, parse_duration, parse_phases, parse_rate, parse_size
from wptest.text.wording import every

_NUMBER = r"\d+(?:\.\d+)?"
_GROUPED = re.compile(r"\d{1,3}(?:([,_'. \u2009])\d{3})(?:\1\d{3})*")
_TIME_WORDS = {
    "d": "d day days",
    "h": "h hr hrs hour hours",
    "m": "m min mins minute minutes",
    "s": "s sec secs second seconds",
    "ms": "ms msec msecs millis millisecond milliseconds",
    "us": "us usec µs μs microsecond microseconds",
    "ns": "ns nsec nanosecond nanoseconds",
}
_MONTHS = 12
_UNIT_OF = {word: unit for unit, words in _TIME_WORDS.items() for word in words.split()}
_ORDINALS = {"second": 2, "other": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}
_SIGNS = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "=": "==", "===": "==", "!": "!="}
_WORDS = {
    "at least": ">=", "minimum": ">=", "min": ">=", "more than": ">", "greater than": ">", "over": ">",
    "above": ">", "at most": "<=", "maximum": "<=", "max": "<=", "less than": "<", "under": "<", "below": "<",
    "up to": "<=",
    "exactly": "==", "equals": "==", "equal to": "==", "is": "==", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=",
    "eq": "==", "ne": "!=",
}  # fmt: skip


def write(guess: str | None) -> str | None:
    """A guess as a help line says it."""
    if guess is None:
        return None
    return f"write {guess}" if guess[:1].isalnum() or guess.startswith("-") else f'write "{guess}"'


def guess_duration(text: str) -> str | None:
    """`5 seconds`, `1:30`, `2 min 5 sec`, `1.5hours`."""
    return _first(_durations(text.strip().lower()), parse_duration)


def _durations(text: str) -> Iterator[str]:
    parts = re.findall(rf"({_NUMBER})\s*([a-zµμ]+)", text)
    if parts and not re.sub(rf"{_NUMBER}\s*[a-zµμ]+|and|[\s,]", "", text):
        yield "".join(f"{number}{_UNIT_OF.get(word, '?')}" for number, word in parts)
    if clock := re.fullmatch(r"(?:(\d+):)?(\d+):(\d+)", text):
        yield "".join(f"{int(part)}{unit}" for part, unit in zip(clock.groups(), "hms", strict=True) if part)
    if comma := re.fullmatch(r"(\d+),(\d+)\s*([a-z]+)", text):
        yield f"{comma[1]}.{comma[2]}{_UNIT_OF.get(comma[3], '?')}"


def guess_count(text: str) -> str | None:
    """`10,000`, `10_000`, `500 lines`, `2 million`, `5 thousand`."""
    return _first(_counts(text.strip()), parse_count)


def _counts(text: str) -> Iterator[str]:
    bare = re.sub(r"\s*(?:lines?|rows?|events?|records?|messages?|times|files?|x)$", "", text.lower())
    yield from (text.removesuffix(bare), bare) if bare != text.lower() else ()
    yield _ungrouped(bare)
    if match := re.fullmatch(rf"({_NUMBER})\s*(thousand|million|mio|billion|k|m|g|t|b)\b\.?", bare):
        yield match[1] + {"t": "k", "m": "M", "b": "G", "k": "k", "g": "G"}[match[2][0]]


def _ungrouped(text: str) -> str:
    match = _GROUPED.fullmatch(text)
    return re.sub(r"\D", "", text) if match and match[1] != "." else text


def guess_size(text: str) -> str | None:
    """`64mb`, `64M`, `10 kilobytes`, `1,024`, `64Mi`."""
    return _first(_sizes(text.strip()), parse_size)


def _sizes(text: str) -> Iterator[str]:
    yield _ungrouped(text)
    if match := re.fullmatch(rf"({_NUMBER})\s*([kmgt])i?b?(?:ytes?)?", text, re.IGNORECASE):
        prefix = match[2].upper()
        binary = "i" in text[len(match[1]) :].lower()
        yield f"{match[1]}{prefix}iB" if binary or prefix != "K" else f"{match[1]}kB"
    if match := re.fullmatch(rf"({_NUMBER})\s*(kilo|mega|giga|tera)bytes?", text, re.IGNORECASE):
        yield match[1] + {"k": "kB", "m": "MB", "g": "GB", "t": "TB"}[match[2][0].lower()]
    if match := re.fullmatch(rf"({_NUMBER})\s*bytes?", text, re.IGNORECASE):
        yield match[1]


def guess_rate(text: str) -> str | None:
    """`100/sec`, `100 per second`, `100 lines/s`, `100rps`, `10 a minute`."""
    match = re.fullmatch(
        r"(.+?)\s*(?:lines?|events?|messages?|records?)?\s*(?:/|per|a|each)\s*(?:1\s*)?([a-z]+)",
        text.strip().lower(),
    )
    if match is None and (short := re.fullmatch(r"(.+?)\s*(?:rps|qps|eps|tps|lps|hz)", text.strip().lower())):
        return _first(iter((f"{_ungrouped(short[1])}/s",)), parse_rate)
    unit = _UNIT_OF.get(match[2], "") if match else ""
    return _first(iter((f"{_ungrouped(match[1])}/{unit}",)), parse_rate) if match and unit else None


def guess_phases(text: str) -> str | None:
    """`up 2s down 2s`, `on 2s, off 2s`, `up: 2s, down: 2s`, `2s up, 2s down`, `up 2 seconds`."""
    state = {"up": "up", "on": "up", "ok": "up", "down": "down", "off": "down", "fail": "down"}
    length = r"(?:\d+(?:\.\d+)?\s*[a-zµ]+\s*)+?"
    words = "|".join(state)
    found = re.findall(rf"\b({words})\b\s*[:=]?\s*({length})(?=[,;/\s\]]|$)", text.strip().lower())
    if not found:
        turned = re.findall(rf"({length})\s*\b({words})\b", text.strip().lower())
        found = [(word, time) for time, word in turned]
    if len(found) <= text.strip().strip(",").count(","):
        return None  # a part that isn't understood would be left out
    lengths = [
        time.strip() if reads(parse_duration, time.strip()) else guess_duration(time) or "?" for _, time in found
    ]
    phases = ", ".join(f"{state[word]} {time}" for (word, _), time in zip(found, lengths, strict=True))
    return _first(iter((phases,)), parse_phases)


def guess_comparison(text: str) -> str | None:
    """`=> 5`, `≥ 5`, `at least 5`, `5+`, `>= 90 lines`, `10,000`."""
    return _first(
        _comparisons(text.strip()), lambda written: parse_count(re.sub(r"^(?:not|[=!<>]+)\s*", "", written))
    )


def _comparisons(text: str) -> Iterator[str]:
    known = sorted((*_SIGNS, *_WORDS, ">=", "<=", "==", "!=", "not", ">", "<"), key=len, reverse=True)
    signs = "|".join(map(re.escape, known))
    match = re.fullmatch(rf"({signs})?\s*(.*?)\s*(\+?)", text.lower())
    if match is None:
        return
    sign = ">=" if match[3] else match[1] or ""
    sign = _SIGNS.get(sign) or _WORDS.get(sign) or sign
    number = match[2] if reads(parse_count, match[2]) else guess_count(match[2])
    if number and (number, sign) != (text, ""):
        yield f"{sign} {number}".strip() if sign != "==" else number


def guess_time(text: str) -> str | None:
    """`2025/10/04 01:59:20`, `2025-10-04`, `2025-10-04 01:59`."""
    match = re.fullmatch(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?", text.strip()
    )
    if match is None:
        return _guess_late_year(text.strip())
    year, month, day, *time = (int(part or 0) for part in match.groups())
    return _time(year, month, day, time)


def _guess_late_year(text: str) -> str | None:
    """`31.12.2030 23:59`, `12/31/2030`: with the year last, where the rest can be read in one way only."""
    match = re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?", text)
    if match is None:
        return None
    one, other, year, *time = (int(part or 0) for part in match.groups() if part not in tuple("-/."))
    if match[2] == "." or one > _MONTHS or one == other:
        return _time(year, other, one, time)
    return _time(year, one, other, time) if other > _MONTHS else None


def _time(year: int, month: int, day: int, time: Sequence[int]) -> str | None:
    """A time as the language has it; None where there is no such day."""
    hour, minute, second = (*time, 0, 0, 0)[:3]
    try:
        return f"{dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return None


def guess_share(text: str) -> str | None:
    """`70%`, `0,7`, `7/10`: a share from 0 to 1."""
    if match := re.match(rf"\s*({_NUMBER})\s*%", text):
        return f"{float(match[1]) / 100:.6g}"
    if match := re.fullmatch(r"\s*(\d+)\s*/\s*([1-9]\d*)\s*", text):
        return f"{int(match[1]) / int(match[2]):.4g}"
    plain = re.sub(r"\s*(?:\+-|\+/-|±).*", "", text).strip().replace(",", ".")
    return plain if re.fullmatch(r"0?\.\d+|[01](?:\.0+)?", plain) else None


def guess_path(text: str) -> str | None:
    """A path as Windows writes it, and as YAML reads it in double quotes, where some letters are escapes."""
    for character, letter in zip("\a\b\t\n\v\f\r\x1b", "abtnvfre", strict=True):
        text = text.replace(character, f"/{letter}")
    path = re.sub(r"^[A-Za-z]:[\\/]|[\x00-\x1f\x7f]", "", text).replace("\\", "/")
    return path if path.strip("/ ") and not path.startswith(("~", "/")) else None


def _first(guesses: Iterator[str], parse: Callable[[str], object]) -> str | None:
    return next((guess for guess in guesses if reads(parse, guess)), None)


def reads(parse: Callable[[str], object], text: str) -> bool:
    """Whether a text can be read by `parse`."""
    try:
        parse(text)
    except Mistake:
        return False
    return True


def guess_often(text: str) -> str | None:
    """`every 3`, `every third`, `each 3rd`, `1/3`, `every 3th`, `every`."""
    words = text.strip().lower()
    if words in ("every", "each", "all", "every 1st", "100%", "yes", "true"):
        return "all"
    number = re.fullmatch(r"(?:1\s*/|1 in |every|each)?\s*(\d{1,18})(?:st|nd|rd|th)?(?: (?:line|one))?", words)
    named = re.fullmatch(rf"(?:every|each) ({'|'.join(_ORDINALS)})(?: (?:line|one))?", words)
    nth = int(number[1]) if number else _ORDINALS[named[1]] if named else 0
    if not nth:
        return None
    return every(nth)


GUESSES: Mapping[str, Callable[[str], str | None]] = {
    "duration": guess_duration,
    "number": guess_count,
    "size": guess_size,
    "rate": guess_rate,
    "phases": guess_phases,
    "comparison": guess_comparison,
    "time": guess_time,
    "share": guess_share,
    "often": guess_often,
    "path": guess_path,
}
