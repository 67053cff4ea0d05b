"""What a scenario file holds, read as lightly as possible: ids, titles, tags, variants and which are skipped.

Test collection reads every file this way, so nothing here may import the scenario model, which is slow to
import; only the few keys it needs are turned into values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText
from wptest.expressions.matrix import VariantOutline, expand_matrix
from wptest.reuse.conditions import Conditions
from wptest.reuse.defaults import with_defaults
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario, read_scenario
from wptest.text.wording import did_you_mean
from wptest.text.yaml_document import YamlDocument
from wptest.text.yaml_tree import build, compose

_ID_HELP = "scenario: The id, unique in its file: small letters, digits and `.` `_` `-`."
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHORT = 60
_WANTED = ("scenario", "title", "tags", "matrix", "skip", "xfail", "only_if")


@dataclass(frozen=True, slots=True)
class Outline:
    """A scenario's name tag. `line` is where it starts, from 1; `variants` is empty without a matrix.

    `skip` is why the scenario as a whole isn't run, `xfail` why it is expected to fail; both are empty otherwise.
    """

    id: str
    title: str
    tags: tuple[str, ...]
    line: int
    variants: tuple[VariantOutline, ...]
    skip: str = ""
    xfail: str = ""


def outline(path: Path, env: Mapping[str, str] | None = None) -> list[Outline]:
    """The scenarios of a file, in order; `env` is what `only_if` can see as `env.NAME`.

    Raises:
        InvalidScenario: when the file is no YAML, or an id, title, tag, matrix or condition in it is wrong.
            Mistakes elsewhere in the scenarios are found by `load_file`.
    """
    source = read_scenario(path)
    try:
        return _outlined(source, env)
    except InvalidScenario as error:
        from wptest.text.lookalikes import explained  # noqa: PLC0415 - of no use to files without mistakes

        raise explained(source, error, partial(_outlined, env=env)) from None


def _outlined(source: SourceText, env: Mapping[str, str] | None) -> list[Outline]:
    documents, problems = compose(source)
    documents, wrong = with_defaults(documents)
    problems += wrong
    outlines = []
    for document in documents:
        found, wrong = outline_document(document, env or {})
        problems += wrong
        outlines += [(document, found)] if found is not None else []
    problems += repeated_ids(outlines)
    if problems:
        raise InvalidScenario(problems)
    return [found for _, found in outlines]


def outline_document(document: YamlDocument, env: Mapping[str, str]) -> tuple[Outline | None, list[Diagnostic]]:
    """One document's outline and the mistakes in it; None where it has no usable id."""
    if not isinstance(document.root, yaml.MappingNode):
        message = "a scenario is a mapping, like 'scenario: my-scenario'"
        help_ = "it begins with a line like 'scenario: my-scenario'"
        if isinstance(document.root, yaml.SequenceNode) and not document.root.flow_style:
            help_ = "take the '- ' away, and put a line '---' between two scenarios"
        return None, [document.diagnostic_at((), message, Code.WRONG_TYPE, help_=help_)]
    values, problems = _wanted(document)
    name, title, tags = values.get("scenario"), values.get("title", ""), values.get("tags", [])
    if "scenario" not in values:
        problems.append(_missing_id(document))
    elif not isinstance(name, str) or not _ID.fullmatch(name):
        expected = "small letters, digits and . _ - only"
        problems.append(_wrong(document, "scenario", "a scenario's id", expected, _id_like(name)))
    if not isinstance(title, str):
        problems.append(_wrong(document, "title", "a title", "text; in quotes where it looks like a number"))
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        listed = f"write tags: [{tags}]" if isinstance(tags, str) else None
        problems.append(_wrong(document, "tags", "a list of tags", "tags like [recovery, lock]", listed))
    variants, wrong = expand_matrix(document, values["matrix"]) if "matrix" in values else ((), [])
    problems += wrong
    conditions = Conditions(document, env)
    skip, xfail = conditions.reason("skip", values), conditions.reason("xfail", values)
    readable = bool(variants) or "matrix" not in values
    skips = conditions.skips([row.values for row in variants] or [{}], values) if readable else [""]
    problems += conditions.problems
    if variants:
        variants = tuple(replace(row, skip=skip or why) for row, why in zip(variants, skips, strict=True))
    else:
        skip = skip or skips[0]
    if problems and not (isinstance(name, str) and _ID.fullmatch(name)):
        return None, problems
    tags = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    line = document.key_span_of(("scenario",)).line
    return Outline(str(name), str(title), tags, line, variants, skip, xfail), problems


def repeated_ids(outlines: list[tuple[YamlDocument, Outline]]) -> list[Diagnostic]:
    """A diagnostic for every scenario of a file whose id an earlier one of it has."""
    first: dict[str, Outline] = {}
    problems = []
    for document, found in outlines:
        earlier = first.setdefault(found.id, found)
        if earlier is not found:
            message = f"the id '{found.id}' is here twice: on line {earlier.line} and on line {found.line}"
            help_ = "give each scenario of a file an id of its own"
            problems.append(document.diagnostic_at(("scenario",), message, Code.DUPLICATE_ID, help_=help_))
    return problems


def _wanted(document: YamlDocument) -> tuple[dict[str, Any], list[Diagnostic]]:
    values: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for key, node in document.root.value:
        if isinstance(key, yaml.ScalarNode) and key.value in _WANTED:
            if key.value in values:
                # The full build words it best; a file with two equal keys is rare enough to build it twice.
                return values, build(document)[1]
            values[key.value], wrong = build(document, node)
            problems += wrong
    return values, problems


def _missing_id(document: YamlDocument) -> Diagnostic:
    keys = [str(key.value) for key, _ in document.root.value if isinstance(key, yaml.ScalarNode)]
    close = next((key for key in keys if did_you_mean(key, ("scenario",)) is not None), None)
    if close is not None:
        message, help_ = f"unknown key '{close}'", "did you mean 'scenario'?"
        return document.diagnostic_at((close,), message, Code.UNKNOWN_KEY, help_=help_, at_key=True)
    return document.diagnostic_at((), "the key 'scenario' is missing", Code.MISSING_KEY, help_=_ID_HELP)


def _wrong(document: YamlDocument, key: str, what: str, expected: str, help_: str | None = None) -> Diagnostic:
    message = f"the value of '{key}' is not {what}"
    return document.diagnostic_at((key,), message, Code.WRONG_VALUE, expected=expected, help_=help_)


def _id_like(value: Any) -> str | None:
    """How to write an id that is meant: a number in quotes, a title in small letters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return f"put it in quotes: scenario: '{value}'"
    plain = re.sub(r"[^a-z0-9._]+", "-", value.lower()).strip("-._")
    return f"write scenario: {plain}" if _ID.fullmatch(plain) and len(plain) <= _SHORT else None
