"""Formats of others keep their rules, and the text of a scenario is nothing but text in them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from documents import LOST, PLACE, UNPROVED, failed, full, variant

from wptest.document.document_json import document_text, report_of_data
from wptest.document.report_document import ReportDocument, ReportedSummary
from wptest.document.reported_exploration import ReportedBreach, ReportedExploration
from wptest.document.reported_finding import ReportedFinding
from wptest.document.reported_place import ReportedFile, ReportedMistake, ReportedPlace
from wptest.report.formats.github_annotations import github_annotations, stop_commands
from wptest.report.formats.gitlab import code_quality
from wptest.report.formats.issues import issues_of
from wptest.report.formats.junit import junit
from wptest.report.formats.markdown import STEP_SUMMARY_BYTES, markdown
from wptest.report.formats.sarif import sarif

HOSTILE = (
    "<script>alert(1)</script> <!-- ]]> & \" ' `code` ``` *b* _i_ [l](javascript:x) ![i](http://x) | | \\| ~~s~~ "
    "%0A::error::x %25 \n::set-output name=a::b\r\n##[add-mask]y\x1b[31m\x00\x07\x85\u2028\u202e\ud800 \ufffe "
    "www.x.y @someone #1 $x$ &#42; </details></table> ,file=z:1 ]"
)
LONG = "x" * 300_000
MARKUP = re.compile(r"<(?!/?(details|summary)>)|(?<!\\)`")


def hostile(text: str = HOSTILE) -> ReportDocument:
    """A document whose every text is hostile."""
    place = ReportedPlace(text, 3, 2, 4, text)
    finding = ReportedFinding("failed", "WPT-R001", text, "expectation", text, (text, text), text, place=place)
    unproved = replace(finding, outcome="unverified")
    explored = ReportedExploration("crash", text, 1, 1, 1, breaches=(ReportedBreach(text, (finding,)),), text=text)
    told = failed("s", finding, title=text, tags=(text,), why=text, text=text, scenario=text, variant=text, id=text)
    return ReportDocument(
        summary=ReportedSummary(failed=2, passed=1, invalid=1),
        results=(
            replace(told, file=text, replay=replace(told.replay, command=text, id=text), profiles=(text,)),
            replace(told, outcome="unverified", findings=(unproved,), explorations=(explored,)),
            variant("skipped", outcome="skipped", reason=text),
            variant("explored", explorations=(replace(explored, not_done="", broken=0),)),
        ),
        invalid=(ReportedFile(text, (ReportedMistake("error", "WPT-E001", text, place, text, text),), text, text),),
        warnings=(ReportedMistake("warning", "WPT-W001", text, place, text, text),),
        codes={"WPT-R001": text},
        sources={text: text},
    )


BOTH = pytest.mark.parametrize("text", [HOSTILE, LONG], ids=["hostile", "long"])


class TestJson:
    @BOTH
    def test_it_is_ascii_and_is_read_back(self, text):
        written = document_text(hostile(text))
        assert written.isascii()
        assert report_of_data(json.loads(written), "r.json") == hostile(text)


class TestJUnit:
    @BOTH
    def test_text_is_text(self, text):
        written = junit(hostile(text))
        root = ET.fromstring(written.encode())
        tags = {each.tag for each in root.iter()}
        assert tags <= {
            *("testsuites", "testsuite", "testcase", "properties", "property"),
            *("failure", "error", "skipped", "system-out"),
        }
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff\ufffe]", written)
        assert len(written) < 2_500_000

    def test_attributes_are_those_that_are_read_and_counts_are_right(self):
        root = ET.fromstring(junit(full()).encode())
        cases = list(root.iter("testcase"))
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "2", "1")
        assert root.get("skipped") == "0"
        assert [(each.get("classname"), each.get("name"), each.get("file")) for each in cases] == [
            ("s", "passes", "s.wptest.yaml"),
            ("s", "fails", "s.wptest.yaml"),
            ("s", "proves-nothing", "s.wptest.yaml"),
            ("t", "invalid", "t.wptest.yaml"),
        ]
        assert all(re.fullmatch(r"\d+\.\d{3}", str(each.get("time"))) for each in [*root, *cases])
        assert {str(each.get("timestamp")) for each in root} == {"2026-11-30T22:00:00"}

    def test_what_is_unverified_is_told_apart(self):
        kinds = [each.get("type") for each in ET.fromstring(junit(full()).encode()).iter("failure")]
        assert kinds == ["failed", "unverified"]

    def test_properties_have_seed_id_codes_and_tags(self):
        passes, fails, *_ = ET.fromstring(junit(full()).encode()).iter("testcase")
        properties = {each.get("name"): each.get("value") for each in fails.iter("property")}
        assert properties["wptest_seed"] == "0"
        assert properties["wptest_codes"] == "WPT-R001"
        assert properties["wptest_replay_id"] == "0badcafe"
        tags = {each.get("name"): each.get("value") for each in passes.iter("property")}["wptest_tags"]
        assert tags == "kill"

    def test_what_is_expected_to_fail_is_skipped_with_its_reason(self):
        told = failed("s", outcome="xfailed", reason="issue 12", why="x")
        (case,) = ET.fromstring(junit(ReportDocument(results=(told,))).encode()).iter("skipped")
        assert (case.get("type"), case.get("message")) == ("xfailed", "x")


def commands_in(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What the runner makes of lines, by the rules of its `ActionCommand`."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if "##[" in line and not line.lstrip().startswith("::"):
            found.append(("legacy", {}, line))
        if not line.lstrip().startswith("::"):
            continue
        head, _, data = line.lstrip()[2:].partition("::")
        name, _, said = head.partition(" ")
        properties = dict(each.split("=", 1) for each in said.split(",") if "=" in each)
        found.append((name, {key: _unescaped(value) for key, value in properties.items()}, _unescaped(data)))
    return found


def _unescaped(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


class TestAnnotations:
    @BOTH
    def test_each_is_one_line_that_says_what_it_should(self, text):
        written = github_annotations(hostile(text))
        assert {name for name, _, _ in commands_in(written)} == {"error", "warning"}
        assert len(written.splitlines()) == len(written.split("\n")) - 1 == len(commands_in(written))
        for _, properties, _ in commands_in(written):
            assert set(properties) <= {"file", "line", "col", "endColumn", "title"}
            assert {"file", "line", "title"} <= set(properties)
        assert len(max(written.splitlines(), key=len)) < 20_000

    def test_a_failure_has_its_place_its_evidence_and_its_command(self):
        (name, properties, message), *_ = commands_in(github_annotations(ReportDocument(results=(failed("s"),))))
        place = {"file": "s.wptest.yaml", "line": "7", "col": "11", "endColumn": "14"}
        assert (name, properties) == ("error", place | {"title": "WPT-R001 no_loss: s"})
        again = "to see it again: wptest run s.wptest.yaml::s --seed 0"
        assert message.split("\n") == ["3 lines are nowhere", "line 7", "line 9", "help: look", again]

    def test_what_has_no_place_is_shown_where_its_scenario_begins(self):
        told = failed("s", replace(LOST, place=None), file="a/s.wptest.yaml")
        ((_, properties, _),) = commands_in(github_annotations(ReportDocument(results=(told,)), "sub"))
        assert (properties["file"], properties["line"]) == ("sub/a/s.wptest.yaml", "2")
        assert "col" not in properties

    def test_of_more_than_a_step_may_have_each_cause_is_shown_and_the_rest_is_counted(self):
        many = [failed(f"s{number}", replace(LOST, code="WPT-R022")) for number in range(30)]
        lines = commands_in(github_annotations(ReportDocument(results=(*many, failed("last")))))
        assert len(lines) == 10
        assert {properties["title"].split()[0] for _, properties, _ in lines[:2]} == {"WPT-R022", "WPT-R001"}
        assert lines[-1][2] == "and 22 more: the summary has them all"

    def test_what_is_unverified_and_warnings_are_warnings(self):
        told = failed("s", UNPROVED, outcome="unverified")
        warning = ReportedMistake("warning", "WPT-W051", "not modelled", PLACE)
        note = replace(warning, severity="note")
        lines = commands_in(github_annotations(ReportDocument(results=(told,), warnings=(warning, note))))
        assert [name for name, _, _ in lines] == ["warning", "warning"]

    def test_passes_say_nothing(self):
        assert github_annotations(ReportDocument(results=(variant("a"), failed("b", outcome="xfailed")))) == ""

    def test_commands_are_stopped_by_what_nobody_can_guess(self):
        (stop, resume), (other, _) = stop_commands(), stop_commands()
        assert stop != other
        assert resume == f"::{stop.removeprefix('::stop-commands::')}::"
        assert len(resume) > 32


class TestMarkdown:
    @BOTH
    def test_text_is_text(self, text):
        written = markdown(hostile(text))
        outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", written, flags=re.DOTALL | re.MULTILINE)
        assert not MARKUP.search(outside), MARKUP.search(outside)
        assert not re.search(r"[\]\[*_~@]|::|##\[|www\.|http:", outside)
        rows = [line for line in outside.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in rows} == {4}
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", written)
        assert "```text" in written

    def test_a_fence_is_longer_than_any_in_its_text(self):
        told = failed("s", text="a\n`````\n</details>\n::error::x")
        fences = re.findall(r"^`+", markdown(ReportDocument(results=(told,))), re.MULTILINE)
        assert fences == ["`" * 6, "`" * 5, "`" * 6]

    @pytest.mark.slow
    def test_it_never_has_more_than_a_step_may_have(self):
        causes = [replace(LOST, code="", name=f"cause {number}") for number in range(800)]
        many = [failed(f"s{number}", cause, text="y\n" * 900) for number, cause in enumerate(causes)]
        written = markdown(ReportDocument(results=tuple(many)))
        assert 100_000 < len(written.encode()) <= STEP_SUMMARY_BYTES
        few = markdown(ReportDocument(results=tuple(many)), 5_000)
        assert len(few.encode()) <= 5_000
        assert re.search(r"And \d+ more causes, for which there is no room here\.\n$", few)

    def test_it_has_counts_causes_and_commands(self):
        written = markdown(full())
        assert written.startswith("### wptest: 1 invalid, 1 failed, 1 unverified, 1 passed\n")
        assert "#### failed&#91;WPT&#45;R001&#93;&#58; no&#95;loss (1 variant)" in written
        assert "| wptest run s&#46;wptest&#46;yaml" in written
        assert (
            "<details><summary>fails</summary>\n\n```text\noutage failed\nall of it\n```\n\n</details>" in written
        )


class TestCodeQuality:
    @BOTH
    def test_every_entry_has_what_is_required(self, text):
        entries = json.loads(code_quality(hostile(text), "sub"))
        for each in entries:
            assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert each["location"]["lines"]["begin"] >= 1
            assert "\n" not in each["description"]
            assert len(each["description"]) < 10_000
        assert len({each["fingerprint"] for each in entries}) == len(entries)

    def test_a_fingerprint_stays_when_lines_move_and_paths_are_those_of_the_repository(self):
        moved = failed("s", replace(LOST, place=replace(PLACE, file="./s.wptest.yaml", line=99)))
        (one,), (other,) = (
            json.loads(code_quality(ReportDocument(results=(told,)))) for told in (failed("s"), moved)
        )
        assert one["fingerprint"] == other["fingerprint"]
        assert (one["location"]["path"], one["severity"]) == ("s.wptest.yaml", "critical")
        (again,) = json.loads(code_quality(ReportDocument(results=(failed("t"),))))
        assert again["fingerprint"] != one["fingerprint"]


class TestSarif:
    @BOTH
    def test_it_keeps_the_rules_of_the_format(self, text):
        data = json.loads(sarif(hostile(text)))
        assert (data["version"], list(data)) == ("2.1.0", ["$schema", "version", "runs"])
        (run,) = data["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("error", "warning", "note")
            assert result["message"]["text"]
            (location,) = result["locations"]
            place = location["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["artifactLocation"]["uri"])
            region = place["region"]
            assert region["startLine"] >= 1
            assert region.get("endColumn", 2) > region.get("startColumn", 1) >= 1

    def test_columns_count_characters(self):
        (run,) = json.loads(sarif(ReportDocument(results=(failed("s"),))))["runs"]
        assert run["columnKind"] == "unicodeCodePoints"
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": 7, "startColumn": 11, "endColumn": 14}


def test_the_worst_comes_first_and_what_an_exploration_broke_once():
    breach = ReportedBreach("killed", (LOST,))
    explored = ReportedExploration("crash", "", 2, 2, 2, breaches=(breach, breach))
    told = variant("e", outcome="failed", explorations=(explored,))
    issues = issues_of(ReportDocument(results=(failed("s", UNPROVED, outcome="unverified"), told)))
    assert [(each.weight, each.variant) for each in issues] == [
        ("failed", "s.wptest.yaml::e"),
        ("unverified", "s.wptest.yaml::s"),
    ]
