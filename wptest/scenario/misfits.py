"""A value of one kind where another one is wanted: how to write what was probably meant."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from engine.programs.program_specs import PROGRAMS
from engine.rows.row_table import FROM_EVENT_ID, FROM_PLACE, WHOLE_LINE
from engine.text.source_text import KeyPath
from engine.units import WANTED_DURATION, WANTED_PHASES, WANTED_RATE
from wptest.scenario.places import is_key_below
from wptest.shapes.events import EVENTS
from wptest.shapes.values import parse_clock_time
from wptest.text.guesses import guess_duration, guess_phases, guess_share, guess_time, reads, write
from wptest.text.slips import brief
from wptest.text.wording import flow
from wptest.words.setting.part import DEFAULT_CLOCK

STEPS = ("when", "meanwhile", "cleanup")
# A number within bounds, or about so many.
_VAGUE = re.compile(r"\d\s*(?:and|to|,|-|\.\.+)\s*[<>=]*\s*\d|between|[~≈]|about|approx")
_NO_LIMIT = ("none", "no", "null", "off", "false", "never", "unlimited", "infinite", "infinity", "inf", "max")
# What a column is made of, and the name and the type of one.
_PARTS_OF_LINES = {
    FROM_EVENT_ID: ("id", "uint64"), WHOLE_LINE: ("line", "text(400)"), FROM_PLACE: ("place", "text(100)")
}  # fmt: skip
SHARES = ("ratio", "tol", "min", "max", "sum_tol", "others_max")


def hint_for_kind(wanted: str, given: Any, path: KeyPath, scenario: Any) -> str | None:
    """One thing to do about the value at `path`, where one of the kind `wanted` should stand."""
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    match wanted:
        case "text":
            return _for_text(given, key, path)
        case "a list":
            return _for_list(given)
        case "a mapping":
            return _for_mapping(given, key, path, scenario)
        case "a number" | "a whole number" if isinstance(given, str):
            return _for_share(given, key) if key in SHARES else _for_number(given, path)
        case "true or false" if isinstance(given, str) and given.lower() in ("yes", "on", "no", "off"):
            return f"write {'true' if given.lower() in ('yes', 'on') else 'false'}"
    return None


def hint_for_value(given: Any, path: KeyPath, scenario: Any, expected: str) -> str | None:
    """One thing to do about a value of the right kind, or nearly so, that can't be read."""
    if isinstance(given, str) and given in _PARTS_OF_LINES and "sinks" in path:
        name, type_ = _PARTS_OF_LINES[given]
        column = f"{name}: {{type: {type_}, from: {given}, required: true}}"
        return f"a key is a column: write {name}, and row: {{columns: {{{column}, ...}}}}"
    if isinstance(given, str) and (mended := _without_foreign_signs(given)) is not None:
        return mended
    return _of_unit(given, path, expected) or _of_number(given, path, scenario, expected) or _of_step(given, path)


def _of_unit(given: Any, path: KeyPath, expected: str) -> str | None:
    """A number without its unit, no limit in a word, phases in a mapping."""
    match path[-1] if path else "", given:
        case _, bool():
            return None
        case _, int() | float() if expected == WANTED_RATE:
            return f"write {given}/s for so many a second"
        case _, int() | float() if expected == WANTED_DURATION and given >= 0:
            return f"write {given}s for seconds, {given}ms for milliseconds"
        case "speed_limit", str() if given.lower() in _NO_LIMIT:
            return "write 0, which is no limit"
        case "limit", str() if given.lower() in _NO_LIMIT:
            return "leave the key out"
        case _, dict() if expected == WANTED_PHASES:
            return _phases_of([given])
        case _, [dict(), *_] if expected == WANTED_PHASES:
            return _phases_of(given)
    return None


def _phases_of(given: list[Any]) -> str | None:
    """`{up: 1s, down: 500ms}` as phases are written."""
    pairs = [pair for each in given if isinstance(each, dict) for pair in each.items()]
    phases = guess_phases(", ".join(f"{state} {length}" for state, length in pairs))
    return f"write [{phases}]" if phases else None


def _of_number(given: Any, path: KeyPath, scenario: Any, expected: str) -> str | None:
    """A value that should be a number, or a comparison with one."""
    match path[-1] if path else "", given:
        case _, str() if path[-2:-1] == ("exit",):
            return {"success": "write 0", "ok": "write 0"}.get(given) or 'for any other than 0, write "not 0"'
        case _, int() if path[-2:-1] == ("exit",) and -65 < given < 0:
            return f"a killed program has 128 plus the signal's number: write {128 - given}"
        case "lines", "all" | "every" | "everything" if (lines := _lines_of(scenario)) is not None:
            return f"write {lines}: so many the source has"
        case "lines", str() if given.endswith("%"):
            return _in_lines(given, scenario)
        case _, str() if "comparison" in expected and _VAGUE.search(given):
            return "a number is exact, or has one bound like '>= 90'; a share may be off: 'ratio' with 'tol'"
        case "speed_limit", str() if given.endswith("/s"):
            return f"write {given.removesuffix('/s')}: it is lines per second as it is"
        case "clock", int() if 0 < given < 10**10:
            return f"write {dt.datetime.fromtimestamp(given, dt.UTC):%Y-%m-%d %H:%M:%S}"
    return None


def _of_step(given: Any, path: KeyPath) -> str | None:
    """The value of a verb or a trigger."""
    match path[-1] if path else "", given:
        case "wait", int() | float():
            return f"write wait: {given:g}s"
        case "wait", str() if given in PROGRAMS:
            return f"write wait: {{exit: {given}}}"
        case "wait", str() if given in EVENTS:
            return f"write wait: {{event: {given}}}"
        case "wait" | "at" | "after" | "limit" | "for", str():
            return write(guess_duration(given))
        case "run" | "start" as key, [str(), *_]:
            return f"write {key}: {brief(' '.join(map(str, given)))}"
        case "on", [str(), *_]:
            return "write one pattern for all of them, or make a step of each"
        case "step", int() | float():
            return f"write step: {given:g}s"
        case _, int() if path[-2:-1] == ("chmod",) and re.fullmatch("[0-7]{3}", str(given)):
            return f"write '{given:04d}'"
    return None


def _without_foreign_signs(given: str) -> str | None:
    """`$LIMIT`, `100;`, `100 // lines`, `(a, b)`."""
    if given.startswith("(") or (given.endswith(")") and "(" not in given):
        return "a list is written between [ and ], not between ( and )"
    if variable := re.fullmatch(r"\s*\$\{?([A-Za-z_]\w*)\}?\s*", given):
        return f"write ${{{{ env.{variable[1]} }}}} for the environment variable"
    if bare := re.fullmatch(r"(.*\w)\s*(?:;|(//).*)", given):
        return f"write {bare[1]}{' # ...: a comment begins with #' if bare[2] else ''}"
    return None


def _in_lines(given: str, scenario: Any) -> str:
    """`40%` where a number of lines is wanted."""
    share, lines = guess_share(given), _lines_of(scenario)
    known = f": of {lines} that is {round(float(share) * lines)}" if share and lines is not None else ""
    return f"write how many lines{known}"


def _lines_of(scenario: Any) -> int | None:
    """How many lines the source of a scenario has, if it says so in a number."""
    for key in ("given", "source", "lines"):
        scenario = scenario.get(key) if isinstance(scenario, dict) else None
    return scenario if isinstance(scenario, int) else None


def _for_text(given: Any, key: str, path: KeyPath) -> str | None:
    match given:
        case [str(only)]:
            return f"write it without brackets: {key}: {brief(only)}"
        case [str(), *_] if path[:1] and path[0] in STEPS:
            return "make a step of each"
        case {**inside} if len(inside) == 1:
            name, more = next(iter(inside.items()))
            if name in ("path", "file", "name", "program", "process") and isinstance(more, str):
                return f"write {key}: {brief(more)}"
            if name not in (*PROGRAMS, *EVENTS):
                return None
            when = f", and {flow(more)[1:-1]} beside it" if isinstance(more, dict) and len(more) == 1 else ""
            return f"write {key}: {brief(str(name))}{when}"
        case bool() | int() | float():
            return f"put it in quotes: '{flow(given)}'"
        case _:
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
        case _:
            return None


def _for_mapping(given: Any, key: str, path: KeyPath, scenario: Any) -> str | None:
    match given:
        case 0 | "none" | "empty" if key == "checkpoint":
            return "write checkpoint: {}, which says that no entry is left"
        case [str(), *_] if all("=" in str(each) for each in given):
            return f"write {', '.join(str(each).replace('=', ': ', 1) for each in given)}"
        case [dict(), *_]:
            return "take the dashes, or the brackets, away: it has names, and no order"
        case [str(one), str(other)] if key == "signal":
            return f"write signal: {{{one}: {other}}}"
        case [str(), *_]:
            return f"write {{{', '.join(f'{name}: ...' for name in given[:3] if isinstance(name, str))}}}"
        case str() if len(path) == 2 and path[0] in STEPS:
            return _for_step(given, path, scenario)
        case str() if path[-2:-1] == ("files",) or path[-2:-1] == ("write",):
            return f"write {{text: {brief(flow(given))}}}"
        case str() if key == "signal" and len(given.split()) == 2:
            return f"write signal: {{{': '.join(given.split())}}}"
        case str() if key in ("upon", "wait") and given in EVENTS:
            return f"write {key}: {{event: {given}}}"
        case str() if key == "clock" and path[0] in STEPS:
            return _for_clock(given, scenario)
        case str() if key == "upon" and re.fullmatch(r"[\d.]+\s*[a-z]+", given):
            return f"write at: {given}, so long after the start, or after: {given}, so long after the step before"
        case str() if pair := re.fullmatch(r"([\w./-]+)\s*[:=]\s*(\S.*)", given):
            return f"write {key}: {{{pair[1]}: {brief(pair[2])}}}"
    return None


def _for_step(given: str, path: KeyPath, scenario: Any) -> str | None:
    """`wait idle`, `wait:idle`, `kill wparse`, `wparse daemon`, `heal`."""
    word, rest = (*re.split(r"\s*[\s:=]\s*", given.strip(), maxsplit=1), "")[:2]
    if word in PROGRAMS:
        return f"write run: {brief(given)}, or start: {brief(given)}"
    if isinstance(steps := scenario.get("steps"), dict) and given in steps:
        return f"write use: {given}"
    return f"write {word}: {brief(rest) or 'true'}" if is_key_below(word, path) else None


def _for_clock(given: str, scenario: Any) -> str | None:
    """A time, or how far the clock jumps, for what happens to the clock."""
    if re.fullmatch(r"-?\d[\w.]*", given):
        return f"write clock: {{step: {given}}}"
    if not reads(parse_clock_time, given) and guess_time(given) is None:
        return None
    setting = scenario.get("given")
    start = setting.get("clock") if isinstance(setting, dict) else None
    start = start or f"{dt.datetime.fromtimestamp(DEFAULT_CLOCK // 10**9, dt.UTC):%Y-%m-%d %H:%M:%S}"
    return f"a step says how far it jumps: write clock: {{step: -1h}}; where it starts is given: {{clock: {start}}}"


def _for_number(given: str, path: KeyPath) -> str | None:
    if path[-2:-1] == ("rules",) and (share := re.fullmatch(r"\s*([\d.]+)\s*%\s*", given)):
        return f"write {share[1]}: what counts is how they stand to each other"
    return f"write it without quotes: {given}" if re.fullmatch(r"-?\d+(?:\.\d+)?", given) else None


def _for_share(given: str, key: str) -> str | None:
    """`70%`, `70% +- 2%`, `"0.7"`."""
    share = guess_share(given)
    if share is None:
        return None
    off = re.search(r"(?:\+-|\+/-|±)\s*(\d+(?:\.\d+)?)\s*%?", given)
    if off:
        is_share = "%" not in given
        return f"write {key}: {share}, tol: {off[1] if is_share else guess_share(f'{off[1]}%')}"
    more = ", and 'tol' beside it for how far off is still right" if key == "ratio" else ""
    return f"write {key}: {share}{more}"
