"""The shipped JSON Schema is what the model makes, and agrees with the loader about the shape of a scenario."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from broken_corpus import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from wptest.extend.discovery import find_extensions
from wptest.pages import snippets
from wptest.pages.generated import write_or_check
from wptest.pages.schema import SCHEMA_FILE, scenario_schema, schema_text
from wptest.shapes import values
from wptest.shapes.scenario_paths import RelativePath
from wptest.text.codes import Code
from wptest.text.scenario_source import decoded_scenario
from wptest.text.yaml_tree import build, compose

jsonschema = pytest.importorskip("jsonschema")

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios").rglob("*.wptest.yaml"))
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

# A schema sees the shape of one document: neither the text before it is YAML, nor what names mean, nor the disk.
BEYOND_SHAPE = {
    Code.UNREADABLE,
    Code.BINARY,
    Code.EMPTY,
    Code.TOO_LARGE,
    Code.SYNTAX,
    Code.LOOKALIKE,
    Code.DUPLICATE_KEY,
    Code.UNSUPPORTED_YAML,
    Code.KEY_NOT_TEXT,
    Code.MATRIX,
    Code.UNKNOWN_NAME,
    Code.EXPRESSION,
    Code.UNKNOWN_STEPS,
    Code.ARGUMENT,
    Code.RECURSION,
    Code.DUPLICATE_ID,
    Code.UNKNOWN_SINK,
    Code.UNKNOWN_PROCESS,
    Code.PROCESS_STATE,
    Code.TIME_ORDER,
    Code.PHASES,
    Code.NO_FILE,
    Code.NO_PROJECT,
    Code.PROJECT,
}
# Cases about meaning, or about an expression's value, whose code is about shape elsewhere.
MEANING = {
    "project: shares of one group that add up to more than all",
    "project: shares of groups that add up to more than all",
    "project: a delay of a sink that has none",
    "project: paths of a project that is written out",
    "project: sinks of one name",
    "matrix: a result of another kind",
    "matrix: a value that only one variant has",
    "reuse: a mistake inside of steps",
    "cleanup: shared steps with a check",
    "when: two formats of one output",
    "when: another directory to work in",
    "when: an error that the operation never gives",
    "when: an error that one of the operations never gives",
    "when: a torn open",
    "when: a fault that slows nothing down",
    # Which variables a project asks for, and how far a scenario may reach, is known from the disk.
    "given: an unknown variable",
    "given: equal lines, and too few of them",
    "given: equal lines, and too few in a file",
    "given: equal lines that nobody makes",
    "project: a directory above",
    # It may be in the defaults, which are another document.
    "top: no project",
}


def code_of(case):
    return Code(re.match(r"error\[(.*?)\]", case.shown)[1])


def mistakes_by_schema(text, validator=VALIDATOR):
    documents, _ = compose(decoded_scenario(Path("s.wptest.yaml"), text.encode()))
    return [error for document in documents for error in validator.iter_errors(build(document)[0])]


def properties(node, where=""):
    if isinstance(node, list):
        for item in node:
            yield from properties(item, where)
    if isinstance(node, dict):
        for key, part in node.items():
            if key == "properties":
                yield from ((f"{where}.{name}", name, property_) for name, property_ in part.items())
            if key not in ("examples", "defaultSnippets"):
                yield from properties(part, f"{where}.{key}")


def test_the_shipped_file_is_what_the_model_makes():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: make generated"
    assert write_or_check("", SCHEMA_FILE, schema_text, ["--check"]) == 0
    assert write_or_check("", SCHEMA_FILE, str, ["--check"]) == 1


def test_it_is_a_draft_07_schema_without_newer_words():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    words = set(re.findall(r'"(\$?\w+)":', SCHEMA_FILE.read_text(encoding="utf-8")))

    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert not words & {"$defs", "prefixItems", "unevaluatedProperties", "dependentRequired", "minContains"}


def test_every_key_that_is_no_program_or_figure_says_what_it_is():
    parts = [
        (name, part) for where, name, part in properties(SCHEMA) if not where.startswith(".properties.defaults.")
    ]
    mute = {name for name, part in parts if "markdownDescription" not in part}

    # Keys that are words of a list: the mapping that they stand in is described.
    assert mute <= {
        *("wparse", "wprescue", "wpgen", "wproj", "sink_stat", "pick_stat"),
        *("total", "success", "rescued", "dropped", "failures", "refused"),
        *("WPTEST_RESCUE_PHASES", "LINE_CNT", "STAT_SEC"),
        *("sink", "stg_ctrl", "logic", "data", "system", "business", "config"),
        *("network", "timeout", "permission", "resource"),
    }


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_shipped_scenario_is_valid(path):
    extensions = find_extensions(path.parent).extensions
    validator = jsonschema.Draft7Validator(scenario_schema(extensions)) if extensions else VALIDATOR

    assert [error.message for error in mistakes_by_schema(path.read_text(encoding="utf-8"), validator)] == []


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if code_of(case) not in BEYOND_SHAPE and name not in MEANING]
)
def test_a_mistake_of_shape_is_one_by_the_schema_too(name):
    assert mistakes_by_schema(CASES[name].text)


def test_defaults_and_the_scenarios_that_have_them_are_valid():
    text = (
        "defaults:\n  project: {sinks: {a: {}}}\n"
        "  steps: {stop: {with: {what: text}, do: [{kill: '${{ with.what }}'}]}}\n"
        "---\nscenario: s\nwhen: [{start: wparse daemon}, {at: 2s, use: {stop: {what: wparse}}}]\n"
        "skip: not now\nonly_if: {expression: env.CI != '', reason: CI only}\n"
    )

    assert [error.message for error in mistakes_by_schema(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "speed_limit: '${{ matrix.n }}'",
        "log_level: ${{ matrix.n }}",
        "robust: ${{ matrix.n }}",
        "rescue_root: data/${{ matrix.n }}",
        "strategy: {sink: '${{ matrix.n }}'}",
        "expect: ${{ matrix.n }}",
    ],
)
def test_every_value_may_be_an_expression(text):
    project = f"project:\n  sinks: {{a: {{phases: '${{{{ matrix.n }}}}'}}}}\n  {text}\n"

    assert not mistakes_by_schema(f"scenario: s\n{project}when: [{{heal: '${{{{ matrix.n }}}}'}}]\n")


def filled(body):
    """What editors type: each default, and of a choice like `${1|a,b|}` the first."""
    return json.loads(re.sub(r"\$\{\d+(?:\|([^,|]*)[^}]*|:([^}]*))\}", r"\1\2", json.dumps(body)))


@pytest.mark.parametrize("snippet", snippets.of_steps("when"), ids=lambda snippet: snippet["label"])
def test_a_step_that_editors_offer_is_valid(snippet, load):
    sinks = "{access_log: {type: test_rescue}, orders: {type: sql, server: db}}"
    servers = "{db: {engine: innodb}}"
    started = "{start: wparse daemon}, {start: wprescue daemon}"
    step = json.dumps(filled(snippet["body"])).replace('"100"', "100")
    text = (
        f"scenario: s\nproject: {{servers: {servers}, sinks: {sinks}}}\nwhen: [{started}, {step}]\n"
        "given: {source: {lines: 500}}\n"
    )

    assert not mistakes_by_schema(text)
    if snippet["label"] != "start":
        assert load(text)


@pytest.mark.parametrize(
    ("key", "snippet"),
    [("given", each) for each in snippets.GIVEN] + [("then", each) for each in snippets.THEN],
    ids=lambda part: part["label"] if isinstance(part, dict) else part,
)
def test_a_stage_or_an_expectation_that_editors_offer_is_valid(key, snippet, load):
    text = (
        "scenario: s\nproject: {sinks: {access_log: {type: test_rescue}}}\n"
        "when: [{run: wpgen sample}, {run: wparse batch}, {run: wprescue work}]\n"
        f"{key}: {json.dumps(filled(snippet['body']))}\n"
    )

    assert not mistakes_by_schema(text)
    assert load(text)


KINDS = {
    "duration": values.Duration,
    "size": values.Size,
    "count": values.Count,
    "positive": values.Positive,
    "rate": values.Rate,
    "comparison": values.Compared,
    "time": values.ClockTime,
    "path": RelativePath,
    "sink": values.SinkRef,
    "filter": values.Filter,
    "phases": values.Phases,
}
PIECES = [
    *("1", "0", "10", "1.5", "s", "ms", "m", "h", "d", " ", "k", "M", "/s", "/h", "B", "KiB", "e6", ","),
    *(">", "<=", "not ", "-", "+", "up ", "down ", "a", "..", "/", ".", "~", "2025-10-04", " 01:59:20", "Z"),
]


def reads(kind, text):
    try:
        TypeAdapter(KINDS[kind]).validate_python(text, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=5))
def test_what_the_loader_reads_is_valid_by_the_schema(kind, pieces):
    text = "".join(pieces)

    assert jsonschema.Draft7Validator(SCHEMA["definitions"][kind]).is_valid(text) or not reads(kind, text)
