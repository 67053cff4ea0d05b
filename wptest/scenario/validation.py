"""Checks values against the scenario model, and says what is wrong in the language's own words and places."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from engine.project.model import Project
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake, one_of
from engine.text.source_text import KeyPath
from wptest.expressions.matrix import value_text
from wptest.scenario.mistake_context import MistakeContext
from wptest.scenario.places import examples_at
from wptest.scenario.scenario import Scenario
from wptest.shapes.extension import NO_EXTENSIONS, Extensions
from wptest.shapes.values import value_in_words
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean, flow
from wptest.text.yaml_document import YamlDocument
from wptest.words.setting.parts.outer_paths import in_the_run

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_TYPES: dict[str, type] = {"a list": list, "a mapping": dict, "text": str}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
# Stands for a step that is wrong, so that the steps after it keep their numbers.
_NO_STEP = {"heal": True}
_PLACEHOLDERS: dict[str, Any] = {"scenario": "x", "project": {"sinks": {"x": {}}}, "when": [_NO_STEP]}


@dataclass(frozen=True, slots=True)
class Validated:
    """A scenario and what was wrong with it.

    With mistakes, `scenario` is what is left without the wrong parts, so that what its names mean can still be
    checked; `pruned` are the places of those parts. It is None where nothing is left.
    """

    scenario: Scenario | None
    problems: list[Diagnostic]
    pruned: tuple[KeyPath, ...] = ()


def validate_scenario(
    document: YamlDocument,
    value: Any,
    silent: Collection[KeyPath] = (),
    extensions: Extensions = NO_EXTENSIONS,
    project: Callable[[], Project | None] = lambda: None,
) -> Validated:
    """Check a document's value; mistakes at the places in `silent`, or below them, are not told.

    `project` gives the project, if anybody should ask and it can be read.
    """
    problems: list[Diagnostic] = []
    pruned: list[KeyPath] = []
    # Each round takes the wrong parts out. Taking one out can leave a mapping without a key that it must have,
    # and the next round then takes out that mapping; only the first round's mistakes are the file's.
    for attempt in range(12):
        try:
            return Validated(Scenario.model_validate(value, context=extensions), problems, tuple(pruned))
        except ValidationError as error:
            found = list(_found(error, value))
        if not attempt:
            told = _worth_telling([each for each in found if not _is_silent(each.path, silent)], value)
            problems = [_diagnostic(document, value, each, extensions, project) for each in told]
            value = copy.deepcopy(value)
        if not isinstance(value, dict):
            break
        for each in found:
            _prune(value, each.path)
        pruned += [each.path for each in found]
    return Validated(None, problems, tuple(pruned))


@dataclass(frozen=True, slots=True)
class _Found:
    path: KeyPath
    at_key: bool
    mistake: Mistake


def _found(error: ValidationError, value: Any) -> Iterator[_Found]:
    for each in error.errors(include_url=False):
        if each["type"] == "too_short" and len(each["input"]) >= each["ctx"]["min_length"]:
            # It is only too short because wrong items, which are told for themselves, don't count.
            continue
        path, at_key = _locate(value, each["loc"])
        yield _Found(path, at_key or each["type"] == "mistake", _mistake(each, path))


def _worth_telling(found: list[_Found], value: Any) -> list[_Found]:
    """The mistakes without those that only follow from others of them."""
    if len(found) < 2:
        return found
    from wptest.scenario.shadows import shadows  # noqa: PLC0415 - of no use to files without mistakes

    shadowed = shadows([(each.path, each.mistake) for each in found], value)
    return [each for index, each in enumerate(found) if index not in shadowed]


def _locate(value: Any, loc: tuple[int | str, ...]) -> tuple[KeyPath, bool]:
    """The path of keys and indexes in a location; it also names union tags and the like, which are left out."""
    path: list[str | int] = []
    for part in loc:
        inside = part in value if isinstance(value, dict) else False
        if isinstance(value, list) and isinstance(part, int):
            inside = part < len(value)
        if inside:
            path.append(part)
            value = value[part]
    return tuple(path), "[key]" in loc[-1:]


def _mistake(error: Any, path: KeyPath) -> Mistake:
    kind, context = error["type"], error.get("ctx", {})
    own = context.get("error")
    if isinstance(own, Mistake):
        own.code = own.code or Code.WRONG_VALUE
        return own
    got = value_in_words(error["input"])
    if kind in _WANTED:
        wanted = _WANTED[kind]
        problem = f"{got} can't stand here" if error["input"] is not None else "there is no value here"
        return Mistake(problem, _like(wanted, path), code=Code.WRONG_TYPE, wanted=wanted)
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"])
        if not known:
            return Mistake(f"{got} can't stand here", context["expected"].lower(), code=Code.WRONG_TYPE)
        if isinstance(error["input"], list | dict):
            return Mistake(f"{got} can't stand here", one_of(known), code=Code.WRONG_TYPE, wanted="text")
        word = value_text(error["input"])
        help_ = did_you_mean(word, known)
        return Mistake(f"unknown word '{word}'", one_of(known), help_=help_, code=Code.UNKNOWN_WORD)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return Mistake(f"{got} is out of bounds", f"{words} {context[name]:g}")
    if kind == "too_short":
        wanted = "a mapping" if isinstance(error["input"], dict) else "a list"
        return Mistake(f"this is {got} with nothing in it", _like(wanted, path))
    if kind == "too_long":
        return Mistake(f"{got} of {context['actual_length']} can't stand here", f"at most {context['max_length']}")
    return Mistake(error["msg"][:1].lower() + error["msg"][1:])


def _like(wanted: str, path: KeyPath) -> str:
    """What was wanted, with an example of it where the model has one."""
    kind = _TYPES.get(wanted)
    like = (each for each in examples_at(path) if each and kind is not None and isinstance(each, kind))
    example = next(like, None)
    return f"{wanted} like {flow(example)}" if example else wanted


def _diagnostic(
    document: YamlDocument,
    value: Any,
    found: _Found,
    extensions: Extensions,
    project: Callable[[], Project | None],
) -> Diagnostic:
    from wptest.scenario.hints import hint  # noqa: PLC0415 - of no use to files without mistakes

    mistake = found.mistake
    mistake.help_ = hint(mistake, found.path, MistakeContext(value, project, extensions)) or mistake.help_
    node = document.node_at(found.path)
    if isinstance(node, yaml.ScalarNode) and "${{" in node.value and not found.at_key:
        _tell_expression(mistake, node.value, _at(value, found.path))
    if isinstance(node, yaml.ScalarNode) and not node.value and node.style in ("|", ">"):
        written = document.source.line(node.start_mark.line + 1)[node.start_mark.column :].rstrip()
        mistake.help_ = f'write "{written}": without quotes it begins a text that stands on the lines below'
    span = document.key_span_of(found.path) if found.at_key else document.span_of(found.path)
    if mistake.item is not None and not mistake.help_:  # which is about the whole list
        span = document.span_of((*found.path, mistake.item))
    if mistake.within is not None:
        span = document.span_inside(found.path, str(_at(value, found.path)), *mistake.within)
    if mistake.code is Code.OUTSIDE:
        path = in_the_run(str(found.path[-1] if found.at_key else _at(value, found.path)), value)
        mistake.help_ = mistake.help_ if path is None else f"in the run it is {path}, as 'given: paths:' says"
    return document.source.telling(span, mistake, Code.WRONG_VALUE)


def _tell_expression(mistake: Mistake, written: str, given: Any) -> None:
    """Say of a wrong value that an expression gave it, and which one."""
    named = re.search("'([^']+)'", mistake.problem)
    if named is not None and named[1] in str(given):
        mistake.problem = f"{mistake.problem}, and {written} gives it"
    whole = re.fullmatch(r"\s*\$\{\{\s*(.+?)\s*\}\}\s*", written)
    if isinstance(given, float) and whole is not None:
        mistake.help_ = mistake.help_ or f"write ${{{{ round({whole[1]}) }}}}, or another number"


def _is_silent(path: KeyPath, silent: Collection[KeyPath]) -> bool:
    return any(path[: len(quiet)] == quiet for quiet in silent)


def _at(value: Any, path: KeyPath) -> Any:
    for part in path:
        value = value[part]
    return value


def _prune(value: dict[str, Any], path: KeyPath) -> None:
    if not path:
        for key, placeholder in _PLACEHOLDERS.items():
            value.setdefault(key, copy.deepcopy(placeholder))
        return
    try:
        parent = _at(value, path[:-1])
    except (KeyError, IndexError, TypeError):
        return
    last = path[-1]
    if isinstance(parent, dict):
        parent.pop(str(last), None)
    elif path[:-1] in (("when",), ("meanwhile",), ("cleanup",)) and isinstance(last, int):
        parent[last] = dict(_NO_STEP)
    else:
        # Other lists have no numbers that anything refers to, but half a list would be checked as a whole one.
        _prune(value, path[:-1])
