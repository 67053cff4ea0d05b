"""A value of one kind where another one is wanted: how to write what was probably meant."""

from __future__ import annotations

import re
from typing import Any

from engine.programs.command import PROGRAMS
from wptest.language.document import KeyPath
from wptest.language.flow import flow
from wptest.language.guesses import guess_share
from wptest.language.places import is_key_below
from wptest.language.slips import brief

STEPS = ("when", "meanwhile", "cleanup")
SHARES = ("ratio", "tol", "min", "max", "sum_tol", "others_max")


def of_kind(wanted: str, given: Any, path: KeyPath) -> str | None:
    """One thing to do about the value at `path`, where one of the kind `wanted` should stand."""
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    match wanted:
        case "text":
            return _for_text(given, key, path)
        case "a list":
            return _for_list(given)
        case "a mapping":
            return _for_mapping(given, key, path)
        case "a number" | "a whole number" if isinstance(given, str):
            return _for_share(given, key) if key in SHARES else _for_number(given)
        case "true or false" if isinstance(given, str) and given.lower() in ("yes", "on", "no", "off"):
            return f"write {'true' if given.lower() in ('yes', 'on') else 'false'}"
    return None


def _for_text(given: Any, key: str, path: KeyPath) -> str | None:
    match given:
        case [str(only)]:
            return f"write it without brackets: {key}: {brief(only)}"
        case [str(), *_] if path[:1] and path[0] in STEPS:
            return "make a step of each"
        case {**inside} if len(inside) == 1:
            return f"write {key}: {brief(str(next(iter(inside))))}"
        case bool() | int() | float():
            return f"put it in quotes: '{flow(given)}'"
    return None


def _for_list(given: Any) -> str | None:
    match given:
        case str():
            return f"write it in brackets: [{brief(flow(given))}]"
        case {**inside}:
            dashed = next((str(name) for name in inside if re.match(r"-\S", str(name))), None)
            if dashed is not None:
                return f"write '- {dashed[1:]}: ...': a blank comes behind the dash"
            return "begin each of its items with '- '"
    return None


def _for_mapping(given: Any, key: str, path: KeyPath) -> str | None:
    match given:
        case [dict(), *_]:
            return "take the dashes away: it has names, and no order"
        case [str(), *_]:
            return f"write {{{', '.join(f'{name}: ...' for name in given[:3] if isinstance(name, str))}}}"
        case str() if len(path) == 2 and path[0] in STEPS:
            return _for_step(given, path)
        case str() if key == "upon" and re.fullmatch(r"[\d.]+\s*[a-z]+", given):
            return f"write at: {given}, so long after the start, or after: {given}, so long after the step before"
        case str() if pair := re.fullmatch(r"([\w./-]+)\s*[:=]\s*(\S.*)", given):
            return f"write {key}: {{{pair[1]}: {brief(pair[2])}}}"
    return None


def _for_step(given: str, path: KeyPath) -> str | None:
    """`wait idle`, `wait:idle`, `kill wparse`, `wparse daemon`, `heal`."""
    word, rest = (*re.split(r"\s*[\s:=]\s*", given.strip(), maxsplit=1), "")[:2]
    if word in PROGRAMS:
        return f"write run: {brief(given)}, or start: {brief(given)}"
    return f"write {word}: {brief(rest) or 'true'}" if is_key_below(word, path) else None


def _for_number(given: str) -> str | None:
    return f"write it without quotes: {given}" if re.fullmatch(r"-?\d+(?:\.\d+)?", given) else None


def _for_share(given: str, key: str) -> str | None:
    """`70%`, `70% +- 2%`, `"0.7"`."""
    share = guess_share(given)
    if share is None:
        return None
    off = re.search(r"(?:\+-|\+/-|±)\s*(\d+(?:\.\d+)?)\s*%?", given)
    if off:
        return f"write {key}: {share}, tol: {guess_share(f'{off[1]}%')}"
    more = ": 'tol' beside it says how far off is still right" if key == "ratio" else ""
    return f"write {key}: {share}{more}"
