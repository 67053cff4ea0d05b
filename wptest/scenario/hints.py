"""What would put a mistake of shape right, where its surroundings say more than the model knows.

The model says what is wrong with one value. Here is also known where it stands, what stands around it, which sinks
the project has and which extensions there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from errno import errorcode
from typing import Any

from engine.programs.program_specs import PROGRAMS
from engine.servers.server_words import is_embedded
from engine.sinks.kinds import BY_NAME
from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from engine.units import parse_duration
from wptest.scenario.misfits import SHARES, STEPS, hint_for_kind, hint_for_value
from wptest.scenario.mistake_context import MistakeContext
from wptest.scenario.places import examples_at, is_key_below, where_it_belongs
from wptest.scenario.shadows import beside, looks_like_sink
from wptest.shapes.events import EVENTS
from wptest.text.codes import Code
from wptest.text.slips import brief
from wptest.text.slips_block import SECTIONS
from wptest.text.synonyms import meanings_of, meant
from wptest.text.wording import did_you_mean, flow
from wptest.words.expectation import OfPrograms
from wptest.words.registry import words_in
from wptest.words.step import TRIGGER_KEYS

_WORDS_OF_PROGRAMS = words_in("wptest.words.expectations", OfPrograms)  # type: ignore[type-abstract]
_OF_PROGRAMS = [f"'{key}'" for key in _WORDS_OF_PROGRAMS]
_OF_SERVERS = frozenset({"sqlite", "database", "mysql", "mariadb", "postgres", "postgresql", "innodb"})
_UNREAD = "it may be in the file with your own that can't be read"
_OWN = {
    "fault": "fault: {{{}: ...}} in a step",
    "check": "then: {{{}: ...}}",
    "sink": "project: {{sinks: {{NAME: {{{}: ...}}}}}}",
}
# What people ask of a step by a word for the effect.
_EFFECTS = {
    "readonly": ("data/out_dat", "[write, open]", "EROFS"),
    "read_only": ("data/out_dat", "[write, open]", "EROFS"),
    "disk_full": ("data/rescue", "write", "ENOSPC"),
    "full_disk": ("data/rescue", "write", "ENOSPC"),
    "io_error": ("data/out_dat", "write", "EIO"),
    "permission_denied": ("data/out_dat", "open", "EACCES"),
}
_INVARIANTS = (
    "no_loss", "no_duplicate", "no_duplicates", "no_invention", "conservation", "checkpoint_behind_delivery",
    "integrity", "order", "rescue_removed_after_delivery", "rescue_name", "no_starvation", "recovery_idempotent",
    "nothing_stuck", "no_alteration", "no_ghost_row", "unknown_resolved",
)  # fmt: skip
_CHANCE = ("probability", "chance", "rate", "percent", "percentage", "p", "random")


def hint(mistake: Mistake, path: KeyPath, around: MistakeContext) -> str | None:
    """One thing to do about a mistake at `path`; None where nothing better is known than what it says itself."""
    if mistake.code is Code.UNKNOWN_KEY:
        return _of_key(mistake, path, around)
    given = around.at(path)
    if mistake.code is Code.COMMAND and isinstance(given, str) and given in around.servers():
        return _of_server(given, around.servers()[given])
    if mistake.code is Code.MISSING_KEY:
        return _of_missing_in_own(path, given, around)
    if mistake.code is Code.UNKNOWN_WORD and path[-1:] == ("type",):
        return _of_type(str(given), path, around)
    own = around.extensions.by_kind["fault"].get(given) if isinstance(given, str) else None
    if mistake.wanted == "a mapping" and path[-1:] == ("fault",) and own is not None:
        return f"write fault: {{{given}: {flow(own.example)}}}"
    if mistake.code is Code.UNKNOWN_WORD and path[-1:] == ("errno",) and given in errorcode.values():
        return "operations fail with one of these only"
    if mistake.code is Code.UNKNOWN_WORD and path[-3:-2] == ("metrics",) and not mistake.help_:
        return f"write sink_stat: {{{path[-1]}: ...}}, or pick_stat: {{{path[-1]}: ...}}"
    keys = list(beside(path, around.at(path[:-1]))) if mistake.wanted == "a mapping" else []
    if keys and not isinstance(given, dict | list):
        return _with_those_beside(given, keys, path, around)
    if mistake.code is Code.CHOICE:
        return _of_trigger(path, around)
    if mistake.wanted:
        return hint_for_kind(mistake.wanted, given, path, around.value)
    if mistake.problem.endswith("has no value"):
        return _of_nothing(path, around)
    if path and path[-1] in SHARES and isinstance(given, int | float):
        return f"a share of {given:g} % is {given / 100:g}" if 2 <= given <= 100 else None
    if mistake.code not in (Code.WRONG_VALUE, Code.WRONG_TYPE):
        return None
    return hint_for_value(given, path, around.value, mistake.expected or "")


def _of_server(name: str, engine: str) -> str:
    """A command that is the name of a database server."""
    if is_embedded(engine):
        return f"'{name}' is a database that is a part of its clients: there is nothing to start"
    steps = f"kill: {name} ends it, restart: {name} starts it"
    return f"'{name}' is a database server, which runs from the beginning: {steps}"


def _with_those_beside(given: Any, keys: list[str], path: KeyPath, around: MistakeContext) -> str:
    """A value beside whose key those stand that belong below it: `fault: data/**` and `fail: write`."""
    example = next((each for each in examples_at(path) if isinstance(each, dict)), {})
    mapping = around.at(path[:-1])
    first = next((name for name in example if name not in keys), None)
    inside = ({first: given} if first is not None else {}) | {name: mapping[name] for name in keys}
    return f"write {path[-1]}: {brief(flow(inside))}"


def _of_trigger(path: KeyPath, around: MistakeContext) -> str | None:
    """A step with a trigger and no verb."""
    step = around.at(path)
    is_step = len(path) == 2 and path[0] in STEPS and isinstance(step, dict)
    if not is_step or not step or not set(step) <= set(TRIGGER_KEYS):
        return None
    after = around.at((path[0], int(path[1]) + 1))
    if isinstance(after, dict) and after and not set(after) & set(TRIGGER_KEYS):
        key = next(iter(after))
        return f"if '{key}' is what happens then, write it in the same step: take away the dash before '{key}'"
    return "write what happens then in the same step, below it and without a dash, like kill: wparse"


def _of_key(mistake: Mistake, path: KeyPath, around: MistakeContext) -> str | None:
    """About a key that the mapping at `path[:-1]` doesn't have."""
    key, parent = str(path[-1]), path[:-1]
    known, given = mistake.known, around.at(path)
    return (
        _of_own(key, parent, around)
        or _misspelt(key, given, known)
        or _of_name(key, parent, around)
        or (None if key in known else _elsewhere(key, parent, known, around))
    )


def _misspelt(key: str, given: Any, known: Collection[str]) -> str | None:
    """A key that is one of the known ones but for a sign, or none at all: a blank, a dash, a bracket."""
    if given is None and key.endswith(")"):
        return "a list is written between [ and ], not between ( and )"
    pair = re.fullmatch(r"([\w.-]+)\s*[:=]\s*(\S.*)", key, re.DOTALL)
    if given is None and pair and pair[1] in known:
        return f"write {pair[1]}: {brief(pair[2])}"
    bare = key.lstrip("-+*? ")
    if bare != key and bare in known:
        return f"write {bare}" if key[0] != "-" else f"write '- {bare}: ...': a blank comes behind the dash"
    return None


def _of_name(key: str, parent: KeyPath, around: MistakeContext) -> str | None:
    """A name that stands where a key should: of a program, an event, a sink."""
    expects = parent == ("then",) or parent[2:] == ("check",)
    is_step = len(parent) == 2 and parent[0] in STEPS
    given = around.at((*parent, key))
    if key in PROGRAMS and (expects or is_step):
        command = f"{key} {given if isinstance(given, str) else '...'}"
        there = f"it is a program: put it below {', '.join(_OF_PROGRAMS[:-1])} or {_OF_PROGRAMS[-1]}"
        return there if expects else f"write run: {command}, or start: {command}"
    if key in _INVARIANTS and expects and isinstance(given, bool | int):
        return "it is an invariant: every run checks it, so take it out"
    if parent[-1:] == ("wait",) and list(around.at(parent)) == [key] and (key == "idle" or _is_duration(given)):
        return f"write wait: {key if key == 'idle' else given}"
    if is_step and key == "when" and isinstance(given, str):
        return f"did you mean '{'at' if _is_duration(given) else 'upon'}'?"
    if is_step and key in ("restart", "reload", "bounce"):
        return f"make two steps of it: kill: {given}, and start: {given} ..."
    if key in EVENTS and (expects or is_step):
        return f"it is an event: write {f'must_happen: [{key}]' if expects else f'upon: {{event: {key}}}'}"
    if (expects or parent == ("given",)) and key in around.sinks():
        return (
            "it is a sink: put it below 'sinks:'"
            if expects
            else "it is a sink: put it below 'phases:' or 'filters:'"
        )
    if (parent == ("project",) or parent[:-1] == ("project", "groups")) and looks_like_sink(given):
        return _below_sinks(parent, around)
    if key in _CHANCE and parent[-1:] == ("fault",):
        return "a fault comes by number, not by chance: 'nth' is the first operation, 'times' how many of them"
    if key in _EFFECTS and (is_step or parent[-1:] == ("fault",)):
        return f"write fault: {_effect(key, given)}"
    return None


def _is_duration(given: Any) -> bool:
    """Whether a value is a duration as a scenario writes it."""
    try:
        return isinstance(given, str) and parse_duration(given) >= 0
    except Mistake:
        return False


def _below_sinks(parent: KeyPath, around: MistakeContext) -> str:
    """Where the sinks go that stand beside the keys of a project or a group, or in place of 'sinks:'."""
    inside = around.at(parent)
    if "sinks" in inside:
        return "if it is a sink, put it below 'sinks:'"
    sinks = {
        name: given
        for name, given in inside.items()
        if not is_key_below(name, parent) and isinstance(given, dict) and looks_like_sink(given)
    }
    return f"if it is a sink, 'sinks:' is missing above it: write sinks: {brief(flow(sinks))}"


def _effect(key: str, given: Any) -> str:
    """The fault with that effect, on the directory that was given, if one was."""
    directory, operations, errno = _EFFECTS[key]
    on = given.rstrip("/*") if isinstance(given, str) and "/" in given else directory
    return f'{{on: "{on}/**", fail: {operations}, errno: {errno}}}'


def _elsewhere(key: str, parent: KeyPath, known: Collection[str], around: MistakeContext) -> str | None:
    """The key that is meant: by another word, by its place, or by its letters."""
    if (own := around.extensions.named(key)) is not None:
        return f"it is a {own.kind} of your own: write {_OWN[own.kind].format(key)}"
    if "phases" in known:
        sinks = around.extensions.by_kind["sink"].values()
        owner = next((each for each in sinks if key in [parameter.key for parameter in each.parameters]), None)
        if owner is not None:
            return f"it is a parameter of '{owner.name}': write {owner.name}: {{{key}: ...}}"
    if key in SECTIONS and is_key_below(key, ()):
        dash = ", without a dash" if parent and isinstance(parent[-1], int) else ""
        return f"'{key}' stands at the top level: begin it in column 1{dash}"
    if meant(key, known) is not None:
        return None
    if len(parent) > 2 and parent[0] in STEPS and parent[2] == "upon" and is_key_below(key, parent[:2]):
        inside = around.at(parent)
        rest = {name: each for name, each in inside.items() if name != key}
        return f"it belongs to the step, beside 'upon': write {flow({parent[2]: rest, key: inside[key]})}"
    for meaning in meanings_of(key):
        if meaning in parent:
            continue
        if (place := where_it_belongs(meaning, parent)) is not None and not where_it_belongs(key, parent):
            return f"did you mean '{meaning}'? {place}"
    return where_it_belongs(key, parent) or (
        None if around.extensions.whole or did_you_mean(key, known) else _UNREAD
    )


def _of_own(key: str, parent: KeyPath, around: MistakeContext) -> str | None:
    """About a key below an extension, which has the parameters of its function or class and no other."""
    if (own := around.extensions.named(parent[-1] if parent else "")) is None:
        return None
    if own.kind == "sink" and is_key_below(key, parent[:-1]):
        return f"write it beside '{own.name}', not below it"
    if own.kind == "sink" and not own.parameters:
        return f"'{own.name}' takes nothing but its path, which 'file' beside it gives: write {own.name}: {{}}"
    return None if own.parameters else f"'{own.name}' takes nothing: write {own.name}: {{}}"


def _of_missing_in_own(path: KeyPath, given: Any, around: MistakeContext) -> str | None:
    """How an extension is written with all that it must be given; None for a mapping of the language's own."""
    own = around.extensions.named(path[-1] if path else "")
    if own is None or not isinstance(given, dict):
        return None
    return f"write {own.name}: {flow(own.example | given)}"


def _of_type(word: str, path: KeyPath, around: MistakeContext) -> str | None:
    """A type of sinks that there is none of: somebody's own is a key, not a type."""
    if path[:1] != ("project",):
        return None
    own = around.extensions.by_kind["sink"]
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()
    close = plain if plain in own else next((name for name in own if plain in name or name in plain), None)
    if close is not None:
        given = {key: value for key, value in (around.at(path[:-1]) or {}).items() if key != "type"}
        keys = [parameter.key for parameter in own[close].parameters]
        inside = {key: given[key] for key in given if key in keys} or own[close].example
        return f"'{close}' is a sink of your own, and a key: write {{{close}: {flow(inside)}}}"
    if plain in _OF_SERVERS:
        return "write type: sql, and 'servers' with the engine; without a server it is SQLite"
    if plain in ("python", "own", "custom", "kafka", "http", "tcp"):
        return (
            "a sink of your own is a class with @wptest.sink in conftest.py: its name is written instead of 'type'"
        )
    return None if around.extensions.whole or did_you_mean(word, BY_NAME) else _UNREAD


def _of_nothing(path: KeyPath, around: MistakeContext) -> str | None:
    """A key without a value, and below it what should be indented."""
    if path[-1] in ("heal", "power_loss"):
        return f"write {path[-1]}: true"
    mapping = around.at(path[:-1])
    keys = list(mapping) if isinstance(mapping, dict) else []
    after = keys[keys.index(path[-1]) + 1 :] if path[-1] in keys else []
    if after and is_key_below(str(after[0]), path) and not is_key_below(str(after[0]), path[:-1]):
        return f"indent '{after[0]}' below it"
    return None
