"""Profiles: sets of choices in data files; and the words that name a behaviour on a command line.

It reads what the package brings, before a run starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from engine.behaviour import REFERENCE, Behaviour
from engine.behaviour.choice import all_choices
from engine.text.mistake import Mistake, suggest
from engine.text.problems import Problems
from engine.text.toml_document import TomlDocument, parse_toml

_SUFFIX = ".toml"
_KEYS = ("title", "part", "choices")


@dataclass(frozen=True, slots=True)
class BehaviourProfile:
    """A set of choices: what real versions, or documents, have in common.

    Attributes:
        part: the only part of the programs that it is about; empty if it is about all of them.
    """

    name: str
    title: str
    behaviour: Behaviour
    part: str = ""

    def over(self, changes: Mapping[str, str]) -> dict[str, str]:
        """Its choices, and those that were made before it, as far as it isn't about these."""
        others = {name: value for name, value in changes.items() if self.part and not self._decides(name)}
        return others | self.behaviour.changes()

    def _decides(self, choice: str) -> bool:
        return all_choices()[choice].part == self.part


@cache
def profile_names() -> tuple[str, ...]:
    """The profiles that the package brings, the reference first."""
    directory = files("engine.behaviour").joinpath("profiles")
    names = [entry.name.removesuffix(_SUFFIX) for entry in directory.iterdir() if entry.name.endswith(_SUFFIX)]
    return tuple(sorted(names, key=lambda name: (name != "reference", name)))


@cache
def load_profile(name: str) -> BehaviourProfile:
    """A profile that the package brings.

    Raises:
        Mistake: there is none of that name.
        ProjectError: its file has mistakes.
    """
    if name not in profile_names():
        raise _unknown("profile", name, profile_names())
    file = files("engine.behaviour").joinpath("profiles", name + _SUFFIX)
    return parse_profile(name, name + _SUFFIX, file.read_bytes())


def parse_profile(name: str, path: str, data: bytes) -> BehaviourProfile:
    """Read a profile's bytes; `path` is only what mistakes call it.

    Raises:
        ProjectError: with every mistake: a key, a choice or a value that there isn't.
    """
    document = parse_toml(path, data)
    problems = Problems()
    for key in document.values:
        if key not in _KEYS:
            help_ = suggest(key, _KEYS, or_all=True)
            problems.note(document.diagnostic_at((key,), f"unknown key '{key}'", help_=help_, at_key=True))
    choices = document.values.get("choices", {})
    if not isinstance(choices, dict):
        problems.note(document.diagnostic_at(("choices",), "expected a table of choices"))
        choices = {}
    for choice, value in choices.items():
        _check(document, choice, value, problems)
    title, part = (str(document.values.get(key, "")) for key in ("title", "part"))
    _check_part(document, part, choices, problems)
    problems.raise_if_any()
    return BehaviourProfile(name, title, replace(REFERENCE, **choices), part)


def behaviour_of(words: Iterable[str]) -> Behaviour:
    """The behaviour that words name: profiles and `choice=value`, a later one over those before it.

    A profile takes the place of all that come before it, or of what they say of the one part that it is about.

    Raises:
        Mistake: one of them names nothing.
    """
    changes: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            changes |= _override(name, value)
        else:
            changes = load_profile(word).over(changes)
    return replace(REFERENCE, **changes)  # type: ignore[arg-type]  # checked: mypy sees texts, not their values


def _override(name: str, value: str) -> Mapping[str, str]:
    choice = all_choices().get(name)
    if choice is None:
        raise _unknown("choice", name, all_choices())
    if value not in choice.values:
        raise _unknown(f"value of {name}", value, choice.values)
    return {name: value}


def _check(document: TomlDocument, name: str, value: object, problems: Problems) -> None:
    choice = all_choices().get(name)
    if choice is None:
        message, help_ = f"unknown choice '{name}'", suggest(name, all_choices(), or_all=True)
        problems.note(document.diagnostic_at(("choices", name), message, help_=help_, at_key=True))
    elif value not in choice.values:
        message, help_ = f"{name} can't be '{value}'", suggest(str(value), choice.values, or_all=True)
        problems.note(document.diagnostic_at(("choices", name), message, help_=help_))


def _check_part(document: TomlDocument, part: str, choices: Iterable[str], problems: Problems) -> None:
    """Look whether there is such a part, and whether it has all of the choices."""
    if not part:
        return
    parts = {each.name: each.part for each in all_choices().values()}
    if part not in parts.values():
        message, help_ = f"unknown part '{part}'", suggest(part, dict.fromkeys(parts.values()), or_all=True)
        problems.note(document.diagnostic_at(("part",), message, help_=help_))
        return
    for choice in choices:
        if parts.get(choice, part) != part:
            message = f"'{choice}' is of the part '{parts[choice]}', and this profile is about '{part}'"
            problems.note(document.diagnostic_at(("choices", choice), message, at_key=True))


def _unknown(what: str, word: str, known: Iterable[str]) -> Mistake:
    return Mistake(f"unknown {what} '{word}': {suggest(word, known, or_all=True)}")
