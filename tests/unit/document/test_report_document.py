"""The document is written from its types, read back into them, and is what its schema says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from documents import full, variant

from wptest.document.document_json import NoReportError, document_text, read_document, report_of_data
from wptest.document.report_document import ReportDocument
from wptest.pages.report_schema import REPORT_SCHEMA_FILE, report_schema, report_schema_text

jsonschema = pytest.importorskip("jsonschema")


def test_what_is_written_is_read_back(tmp_path):
    (tmp_path / "r.json").write_text(document_text(full()), encoding="ascii")
    assert read_document(tmp_path / "r.json") == full()


def test_the_schema_is_the_one_that_is_shipped_and_fits_what_is_written():
    assert REPORT_SCHEMA_FILE.read_text(encoding="utf-8") == report_schema_text()
    validator = jsonschema.Draft202012Validator(report_schema())
    validator.check_schema(report_schema())
    for document in (full(), ReportDocument()):
        validator.validate(json.loads(document_text(document)))


@pytest.mark.parametrize("change", [{"outcome": "fine"}, {"seed": "0"}, {"duration_seconds": None}, {"tags": "a"}])
def test_the_schema_and_the_reader_refuse_the_same(change):
    data = json.loads(document_text(full()))
    data["results"][0] |= change
    assert not jsonschema.Draft202012Validator(report_schema()).is_valid(data)
    if change != {"seed": "0"}:  # which can be read all the same
        with pytest.raises(NoReportError, match=rf"results\[0\]\.{next(iter(change))}"):
            report_of_data(data, "r.json")


def test_every_key_says_what_it_means_or_is_told_with_another():
    """A unit in each name that has one, and a sentence for what its name doesn't say."""
    for name, part in report_schema()["$defs"].items():
        numbers = [key for key, value in part["properties"].items() if value.get("type") == "number"]
        assert all(key.endswith("_seconds") for key in numbers), name
        assert part["description"].endswith("."), name


def test_halves_of_surrogate_pairs_are_written_out():
    broken = variant("a", why="caf\udce9", tags=("\ud800",), behaviour={"\udcff": "x"}, lanes={"a": ["\udc80", 1]})
    told = json.loads(document_text(ReportDocument(results=(broken,))))["results"][0]
    assert told["why"] == "caf\\udce9"
    assert told["tags"] == ["\\ud800"]
    assert told["behaviour"] == {"\\udcff": "x"}
    assert told["lanes"] == {"a": ["\\udc80", 1]}


def test_a_document_of_another_version_is_refused(tmp_path):
    data = json.loads(document_text(full()))
    data["format"]["version"] = 2
    with pytest.raises(NoReportError, match=r"r\.json is a report of version 2, and this wptest reads version 1"):
        report_of_data(data, "r.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("[" * 200_000, "no JSON"),
        ("[]", "is no report"),
        ('{"wptest": "0.1.0", "results": []}', "of wptest 0.1.0 or older"),
        ('{"format": {"name": "wptest-report", "version": 1}, "results": 3}', "results: Input should be a valid"),
    ],
)
def test_what_is_no_report_is_told(tmp_path, text, message):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(NoReportError, match=message):
        read_document(tmp_path / "r.json")


def test_keys_that_a_newer_wptest_has_added_are_passed_over():
    data = json.loads(document_text(full())) | {"later": 1}
    assert report_of_data(data, "r.json") == full()


def test_records_are_frozen_and_equal_by_value():
    assert replace(variant("a")) == variant("a")
