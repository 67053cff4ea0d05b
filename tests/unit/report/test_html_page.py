"""The report as a page: one file, in which nothing of a report is markup, and nothing asks the network."""

from __future__ import annotations

import json
import re
import string
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from wptest.document.report_document import ReportDocument, ReportedSummary
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_variant import ReportedVariant
from wptest.report.page import html_page as module
from wptest.report.page.html_page import LANGUAGES, embedded_json, html_page
from wptest.report.page.page_data import page_data

ASSETS = Path(module.__file__).with_name("assets")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\x1b[31m\x00&lt;${policy}"


def _variant(name: str, *findings: ReportedFinding, **more: object) -> ReportedVariant:
    outcome = findings[0].outcome if findings else "passed"
    said = {
        "id": f"s.wptest.yaml::{name}",
        "file": "s.wptest.yaml",
        "scenario": name,
        "variant": "",
        "outcome": outcome,
    }
    return ReportedVariant(**(said | {"findings": findings} | more))


def _finding(
    name: str = "no_loss", phase: str = "when", sink: str = "a", code: str = "WPT-R001"
) -> ReportedFinding:
    return ReportedFinding("failed", code, name, "invariant", "1 line is nowhere", phase=phase, sink=sink)


def _hostile() -> ReportDocument:
    found = ReportedFinding("failed", "WPT-R001", HOSTILE, "invariant", HOSTILE, (HOSTILE,), HOSTILE)
    result = _variant(HOSTILE, found, title=HOSTILE, why=HOSTILE, tags=(HOSTILE,), text=HOSTILE)
    return ReportDocument(results=(result,), sources={"s.wptest.yaml": HOSTILE * 1000})


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_who_runs_no_scripts_reads_nothing_that_has_an_effect() -> None:
    hostile = ReportDocument(results=(_variant("x\x1b[31m\u202e", _finding(), why="\x1b]0;y\x07"),))
    plain = html_page(hostile).partition("<noscript>")[2].partition("</noscript>")[0]
    assert plain.replace("\n", "").isprintable()
    assert "failed  x\\x1b[31m\\u202e  \\x1b]0;y\\x07" in plain


def test_what_pictures_have_in_common_is_in_the_page_once() -> None:
    lane = {"kind": "sink", "name": "only-here", "bars": [], "marks": [], "curves": {}}
    row = [[1, 2], "wparse", "told-once", "", " "]
    picture = {"lanes": [lane], "rows": [row, row], "reference": {"lanes": [lane], "rows": [row]}}
    data = page_data(ReportDocument(results=tuple(_variant(name, _finding(), lanes=picture) for name in "ab")))
    assert data["shared"] == {"lanes": [lane], "told": [row[1:]]}
    assert data["results"][1]["lanes"] == {"lanes": [0], "rows": [[[1, 2], 0], [[1, 2], 0]]} | (
        {"reference": {"lanes": [0], "rows": [[[1, 2], 0]]}}
    )


def test_no_text_of_a_report_is_markup_of_the_page() -> None:
    plain, hostile = _Page(html_page(ReportDocument())), _Page(html_page(_hostile()))

    assert hostile.tags == plain.tags


def test_the_page_has_what_the_document_says_with_signs_of_control_written_out() -> None:
    page = html_page(_hostile())

    embedded = re.search(r'<script type="application/json" id="report">(.*?)</script>', page, re.DOTALL)
    assert embedded is not None
    (result,) = json.loads(embedded[1])["results"]
    told = HOSTILE.replace("\x1b", "\\u001b").replace("\x00", "\\u0000")
    assert result["title"] == result["findings"][0]["message"] == told
    assert embedded[1].isascii()


def test_the_page_names_nothing_that_is_not_in_it_and_lets_nothing_in() -> None:
    page = html_page(_hostile())
    tags = _Page(page).tags

    (policy,) = (each["content"] for _, each in tags if each.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not [each for _, each in tags if {"src", "href", "style"} & each.keys()]
    assert not re.findall(r"url\((?!#)", page)
    assert {name for name, _ in tags if name == "link"} == set()


def test_no_script_makes_elements_of_text() -> None:
    for path in ASSETS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(", text
        ), path


def test_both_languages_have_the_same_texts_with_the_same_places_and_scripts_ask_for_no_other() -> None:
    texts = {each: tomllib.loads((ASSETS / f"texts.{each}.toml").read_text(encoding="utf-8")) for each in LANGUAGES}
    english, chinese = texts["en"], texts["zh"]

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert english.keys() == chinese.keys()
    assert {key: places(text) for key, text in english.items()} == {
        key: places(text) for key, text in chinese.items()
    }
    scripts = "".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js"))
    asked = set(re.findall(r'say\("([^"]+)"', scripts))
    assert asked <= english.keys()


def test_every_state_and_mark_that_lanes_have_is_in_words_and_has_a_look() -> None:
    drawn = "".join(path.read_text() for path in Path(module.__file__).parents[1].glob("picture/*_lanes.py"))
    english = tomllib.loads((ASSETS / "texts.en.toml").read_text(encoding="utf-8"))
    shapes = (ASSETS / "lanes.js").read_text(encoding="utf-8")

    for state in re.findall(r'turn\([^")]*"(\w+)"', drawn):
        assert f"state.{state}" in english, state
    marks = set(re.findall(r'LaneMark\(at, "(\w+)"', drawn))
    assert {"kill", "exit", "error", "trouble", "removed", "clock"} <= marks
    for mark in marks:
        assert f"mark.{mark}" in english, mark
        assert f"{mark}: " in shapes, mark


def test_what_has_one_cause_is_one_group_with_the_simplest_run_as_its_example() -> None:
    elsewhere = _finding(phase="closing")
    document = ReportDocument(
        results=(
            _variant("passes"),
            _variant("long", _finding(), _finding("order", code="WPT-R009"), lanes={"lanes": [], "rows": []}),
            _variant("short", _finding(), lanes={"lanes": [], "rows": []}),
            _variant("later", elsewhere),
        ),
        codes={"WPT-R001": "a line is nowhere"},
    )

    groups = page_data(document)["groups"]
    assert [(each["name"], each["phase"], each["members"]) for each in groups] == [
        ("no_loss", "when", [2, 1]),
        ("no_loss", "closing", [3]),
    ]
    assert groups[0]["meaning"] == "a line is nowhere"


def test_what_is_empty_and_what_nobody_looks_at_in_a_pass_takes_no_room() -> None:
    passes = tuple(
        _variant(f"passes-{number}", trace_hash="0" * 64, text="", tags=("kill",)) for number in range(5000)
    )

    assert len(html_page(ReportDocument(results=passes))) < 1_000_000


@pytest.mark.parametrize("text", ["<", "</script>", "<!--", "&", "\u2028", "'\"\\"])
def test_embedded_json_is_json_and_ends_no_script(text: str) -> None:
    told = embedded_json({text: [text]})

    assert json.loads(told) == {text: [text]}
    assert not set("<>&\u2028") & set(told)


@pytest.mark.parametrize(
    "turning", [chr(each) for each in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x1B, 0x9B, 0x200B)]
)
def test_what_turns_or_hides_a_text_is_written_out(turning: str) -> None:
    for before in ("", "\\", "\\\\", "\u202f"):
        [told] = json.loads(embedded_json([f"{before}{turning}cba"]))
        assert told == f"{before}\\u{ord(turning):04x}cba"


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"passed": 3}, "3 passed"),
        ({"passed": 3, "failed": 1, "invalid": 2}, "1 failed, 2 invalid"),
        ({"interrupted": True, "not_run": 5}, "interrupted, 5 not run, 0 passed"),
        ({"interrupted": True}, "interrupted, 0 passed"),
    ],
)
def test_the_title_says_how_it_ended(counts: dict[str, int], title: str) -> None:
    page = html_page(ReportDocument(summary=ReportedSummary(**counts)))

    assert f"<title>wptest: {title}</title>" in page


def test_a_group_says_how_many_other_messages_it_has_and_names_of_two_files_are_told_apart() -> None:
    other = replace(_finding(), message="2 lines nowhere")
    results = (
        replace(_variant("one", _finding()), file="a.wptest.yaml"),
        replace(_variant("one", other), file="b.wptest.yaml"),
        replace(_variant("two"), file="a.wptest.yaml"),
    )
    data = page_data(ReportDocument(results=results))

    assert [each["others"] for each in data["groups"]] == [1]
    assert [each.get("of_file") for each in data["results"]] == ["a.wptest.yaml", "b.wptest.yaml", None]
