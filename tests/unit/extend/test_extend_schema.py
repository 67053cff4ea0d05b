"""The JSON Schema of a directory with extensions."""

from __future__ import annotations

import pytest
from test_extend_language import CODE, HEAD

from wptest.extend.discovery import find_extensions
from wptest.pages.schema import SCHEMA_FILE, scenario_schema, schema_text
from wptest.text.scenario_source import decoded_scenario
from wptest.text.yaml_tree import build, compose

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    directory = tmp_path_factory.mktemp("extended")
    (directory / "conftest.py").write_text(CODE, encoding="utf-8")
    schema = scenario_schema(find_extensions(directory).extensions)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def is_valid(validator, text, tmp_path):
    (document,), _ = compose(decoded_scenario(tmp_path / "s.wptest.yaml", text.encode()))
    return validator.is_valid(build(document)[0])


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "  - fault: {bit_rot: {path: data/a, pause: 2s, how: zeros}}\n",
        HEAD + "  - fault: {on: data/*, fail: write, errno: EIO}\n",
        HEAD + "  - check: {sorted_lines: {sink: a}, rescue: {dat: 0}}\n",
        HEAD + "then: {same_lines: {sinks: [a, '${{ matrix.other }}']}, must_happen: rescue.created}\n",
        HEAD.replace("a: {}", "a: {shouting: {prefix: '>'}, file: a.dat}"),
    ],
)
def test_what_the_loader_takes_is_valid(validator, text, tmp_path):
    assert is_valid(validator, text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  - fault: {bit_rot: {}}\n",
        HEAD + "  - fault: {bit_rot: {path: ../a}}\n",
        HEAD + "  - fault: {bit_rot: {path: a, pause: 5}}\n",
        HEAD + "  - fault: {bit_rot: {path: a, how: twos}}\n",
        HEAD + "  - fault: {bit_rot: {path: a}, on: data/*}\n",
        HEAD + "  - fault: {bit_rot: {path: a}, outage: {program: wparse}}\n",
        HEAD + "  - fault: {bit_rto: {path: a}}\n",
        HEAD + "then: {sorted_lines: {sinks: a}}\n",
        HEAD + "then: {bit_rot: {path: a}}\n",
        HEAD.replace("a: {}", "a: {shouting: {prefix: 5}}"),
        HEAD.replace("a: {}", "a: {shouting: {}, type: file}"),
        HEAD.replace("a: {}", "a: {shouting: {}, whispering: {}}"),
    ],
)
def test_what_the_loader_refuses_is_not(validator, text, tmp_path):
    assert not is_valid(validator, text, tmp_path)


def test_without_extensions_it_is_the_shipped_file(tmp_path):
    assert schema_text(find_extensions(tmp_path).extensions) == SCHEMA_FILE.read_text(encoding="utf-8")


def test_a_key_says_what_its_docstring_says(tmp_path):
    code = '''import wptest

@wptest.check
def tidy(run: wptest.Run, sink: wptest.SinkName) -> None:
    """All is tidy.

    Args:
        sink: Where.
    """
'''
    (tmp_path / "conftest.py").write_text(code, encoding="utf-8")
    definitions = scenario_schema(find_extensions(tmp_path).extensions)["definitions"]

    for place in ("Check", "Then"):
        told = definitions[place]["properties"]["tidy"]["markdownDescription"]
        assert told == "All is tidy.\n\nFor example: `{sink: a}`"
    assert definitions["OwnCheck-tidy"]["properties"]["sink"]["description"] == "Where."
