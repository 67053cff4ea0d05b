"""Whose a line is, by WPL files, OML models and samples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project_tree import TODAY, problems_of, shown, write

from engine.directories.load_project import load_project
from engine.directories.models.wpl_files import read_wpl
from engine.directories.models.wpl_rows import WplError, read_row
from engine.pipeline.filters import Filters
from engine.pipeline.router import Router
from engine.project.model import Project
from engine.project.routing import TakenLine, rule_of_line, taken_line
from engine.project.wpl import WplRule
from wptest.console.drafting.covered_sinks import covered_sinks
from wptest.judge.projects.routes import Routes
from wptest.scenario.load import load_file
from wptest.subject.projects.motor_layout import motor_files

GROUP = "topology/sinks/business.d/benchmark.toml"
MORE = "topology/sinks/business.d/more.toml"
WEB = {
    "models/wpl/benchmark/sample.dat": None,
    "models/wpl/example/sample.dat": None,
    "models/wpl/web/parse.wpl": "package /web {\n  rule r { (chars:tag,symbol(web),chars:what,chars:how) }\n}\n",
    "models/wpl/web/sample.dat": "web line ok\n",
    "models/wpl/app/parse.wpl": "package /app { rule r { (chars:tag,symbol(app),chars:what) } }",
    "models/wpl/app/sample.dat": "app line\n",
}
WEB_OML = "name : web\nrule : /web/*\n---\n* : auto = take() ;\n"


def group(name: str, head: str) -> str:
    return f"[sink_group]\nname = '{name}'\n{head}\n[[sink_group.sinks]]\nconnect = 'file_raw_sink'\n"


def load(tmp_path: Path, tree: dict[str, str | bytes | None]) -> Project:
    return load_project(write(tmp_path / "project", {**TODAY, **WEB, **tree}))


def destination(project: Project, line: str | bytes) -> str:
    """The group of a line, on which the programs and the judge agree."""
    data = line.encode() if isinstance(line, str) else line
    found = Router(project).destination(data).name
    [[judged, _], *_] = Routes(project).owed([data])
    assert judged.group == found
    return found


def warnings(project: Project) -> list[str]:
    return [warning.message for warning in project.warnings]


def test_a_rule_is_called_by_the_package_that_stands_in_its_file(tmp_path):
    tree = {
        "models/wpl/web/parse.wpl": "package /sys {\n rule b_1 { (symbol(web),chars,chars) }\n}",
        GROUP: group("a", "rule = '/sys/*'"),
    }
    project = load(tmp_path, tree)

    assert [rule.key for rule in project.wpl] == ["/app/r", "/sys/b_1"]
    assert [sample.rule for sample in project.samples] == ["/app/r", "/sys/b_1"]
    assert destination(project, "wp_event_id=1 web line ok") == "a"
    assert destination(project, b"wp_event_id=\xff web line xx") == "a"  # whatever stands in front of it


@pytest.mark.parametrize(
    ("rule", "taken"),
    [("/web*", True), ("/web/*", True), ("/web/r", True), ("*", True), ("/web", False), ("version:1", False)],
)
def test_a_wildcard_is_one_over_whole_names_of_rules(tmp_path, rule, taken):
    project = load(tmp_path, {GROUP: group("a", f"rule = '{rule}'")})

    assert destination(project, "wp_event_id=1 web line ok") == ("a" if taken else "default")
    assert any(f"'{rule}' matches no rule" in message for message in warnings(project)) is not taken


@pytest.mark.parametrize("oml", ["web", "w*", "*"])
def test_a_model_brings_the_lines_of_the_rules_that_it_takes(tmp_path, oml):
    project = load(tmp_path, {GROUP: group("a", f"oml = ['{oml}']"), "models/oml/deep/web.oml": WEB_OML})

    assert destination(project, "wp_event_id=1 web line ok") == "a"
    assert destination(project, "wp_event_id=1 app line") == "default"
    assert warnings(project) == []


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (None, "no OML model is called 'web': it takes no line"),
        (
            WEB_OML.replace("/web/*", "web/*"),
            "the rules of OML model 'web' (web/*) match no rule of the WPL files: it takes no line",
        ),
        (WEB_OML.replace("---", "enable : false\n---"), "no OML model is called 'web': it takes no line"),
    ],
)  # fmt: skip
def test_a_model_that_takes_nothing_is_told(tmp_path, model, told):
    project = load(tmp_path, {GROUP: group("a", "oml = ['web']"), "models/oml/web.oml": model})

    assert told in warnings(project)
    assert destination(project, "wp_event_id=1 web line ok") == "default"


@pytest.mark.parametrize(("rule", "winner"), [("/web/*", "b"), ("/w", "a"), ("*", "a")])
def test_rules_and_models_compete_by_the_length_of_their_wildcards(tmp_path, rule, winner):
    tree = {"models/oml/web.oml": WEB_OML, GROUP: group("a", "oml = 'web'"), MORE: group("b", f"rule = '{rule}'")}
    assert destination(load(tmp_path, tree), "wp_event_id=1 web line ok") == winner


def test_a_group_may_take_rules_and_models(tmp_path):
    tree = {"models/oml/web.oml": WEB_OML, GROUP: group("a", "rule = '/app/*'\noml = 'web'")}
    project = load(tmp_path, tree)
    assert {destination(project, line) for line in ("wp_event_id=1 web line ok", "wp_event_id=1 app line")} == {"a"}


def test_the_later_of_two_groups_of_one_name_gets_the_lines_of_both(tmp_path):
    project = load(
        tmp_path, {GROUP: group("a", "rule = '/web/*'"), MORE: group("a", "rule = '/app/*'\nparallel = 2")}
    )

    first, last = [each for each in project.groups if not each.infra]
    assert (first.is_superseded, first.rules, [sink.id for sink in first.sinks]) == (True, (), ["a/[0]#1"])
    assert (last.parallel, last.rules, [sink.id for sink in last.sinks]) == (2, ("/web/*", "/app/*"), ["a/[0]"])
    assert (
        destination(project, "wp_event_id=1 web line ok") == destination(project, "wp_event_id=1 app line") == "a"
    )
    assert warnings(project) == [
        "sink group 'a' is defined twice: these sinks get all lines, those before ([0]) none"
    ]


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("web line ok", "miss"),  # the sample as it is lacks a field of its rule
        ("wp_event_id=1 web line ok", "a"),
        ("wp_event_id=2 web page there", "a"),
        ("x web page there", "a"),
        ("web page", "miss"),
        ("wp_event_id=3 app page", "default"),
        ("nobody", "miss"),
    ],
)
def test_a_line_that_is_no_sample_is_of_the_rule_that_it_looks_like(tmp_path, line, where):
    assert destination(load(tmp_path, {GROUP: group("a", "rule = '/web/*'")}), line) == where


def test_a_project_without_business_groups_has_its_lines_in_default(tmp_path):
    project = load(tmp_path, {GROUP: None})

    assert destination(project, "wp_event_id=1 web line ok") == "default"
    assert warnings(project) == ["no business group: all lines that a rule takes go to 'default'"]


def test_a_sample_that_no_rule_takes_goes_to_miss(tmp_path):
    project = load(
        tmp_path, {GROUP: group("a", "rule = '/web/*'"), "models/wpl/other/sample.dat": "one two\nx app y\n"}
    )

    assert [sample.rule for sample in project.samples] == ["/app/r", "miss", "/app/r", "/web/r"]
    assert warnings(project) == ["no rule of the WPL files takes such lines: 1 of its lines go to 'miss'"]


def test_a_rule_without_a_sample_has_no_line_made_up_beside_samples_of_others(tmp_path):
    tree = {"models/wpl/web/sample.dat": None, GROUP: group("a", "rule = '/web/*'")}
    project = load(tmp_path, tree)

    assert [sample.rule for sample in project.samples] == ["/app/r"]
    assert warnings(project) == ["no sample is of a rule that group 'a' takes: wpgen makes no line for it"]


def test_a_rule_has_a_line_made_up_where_there_are_no_samples(tmp_path):
    nothing = {"models/wpl/web/sample.dat": None, "models/wpl/app/sample.dat": None}
    project = load(tmp_path, {**nothing, GROUP: group("a", "rule = '/web/*'")})

    assert [sample.rule for sample in project.samples] == ["/web/r"]
    assert destination(project, project.samples[0].text) == "a"


def test_what_stands_in_comments_is_no_rule(tmp_path):
    text = (
        "// package /x { rule y { (chars) } }\npackage /web {\n  /* rule old {\n  */\n"
        '  #[tag(a: "b")]\n  rule r { (symbol(web),chars,chars) }\n}\n'
    )
    project = load(tmp_path, {"models/wpl/web/parse.wpl": text, GROUP: group("a", "rule = '*'")})
    assert [rule.key for rule in project.wpl] == ["/app/r", "/web/r"]


@pytest.mark.parametrize(
    ("row", "takes", "leaves"),
    [
        ("(digit:id,ip,chars)\\,", ["1,10.0.0.1,x y", "1,10.0.0.1"], ["x,10.0.0.1,y", "1", "1 10.0.0.1 x"]),
        ('(ip:a,2*_,time<[,]>,http/request",digit)', ['1.2.3.4 - - [06/Aug/2019] "GET /" 200'], ["1.2.3.4 - x"]),
        ("(chars:a\\|\\!,float:f)", ["a b|!1.5"], ["a b|1.5", "a b|!x"]),
        ("(symbol(x),chars:rest\\0)", ["x and all that", "  x y"], ["y and all that"]),
        ("(_:pri<<,>>,3*_),(symbol(late),_)", ["any late one"], ["any other one"]),
        ("(time:t,symbol(s))", ["2025-10-04 01:59:20 s", "Jul 22 09:58:26 s"], ["2025-10-04 s x"]),
    ],
)  # fmt: skip
def test_a_row_of_fields_is_read_as_what_its_lines_look_like(row, takes, leaves):
    pattern = read_row(row).pattern
    assert pattern is not None
    assert [text for text in (*takes, *leaves) if re.fullmatch(pattern, text)] == takes


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("1 web a b", TakenLine("/r", "")),
        ("1 web", TakenLine("/r", "")),  # text may be missing at the end
        ("1", None),
        ("1 web a b c", TakenLine("/r", "c")),
        ("1 web a b cd", TakenLine("/r", "cd")),  # two of twelve, three of thirteen: more than a fifth
        ("1 web a b cde", None),
        (
            "wp_event_id=1 1 web a b cd",
            TakenLine("/r", "cd"),
        ),  # without its event id, which is no field of the rule
        ("wp_event_id=1 1 web a b cde", None),
    ],
)
def test_a_fifth_of_a_line_may_be_left_of_it(line, taken):
    row = read_row("(digit:n,symbol(web),chars:what,chars:how)")
    assert taken_line(line, [WplRule("/r", row.pattern)]) == taken


def test_a_rule_that_takes_all_of_a_line_goes_before_one_that_leaves_something():
    rows = ["(chars:n,symbol(web))", "(chars:n,symbol(web),chars:how)"]
    rules = [WplRule(f"/{place}", read_row(row).pattern) for place, row in enumerate(rows)]
    assert taken_line("1234567890 web a", rules) == TakenLine("/1", "")


def test_it_is_known_whether_a_rule_has_a_hex_field():
    assert [read_row(row).has_hex for row in ("(chars,hex:h)", "(json|take(a)|(ip)), (hex)", "(chars)")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "row", ["(json|take(a)|(ip)), (chars)", "| decode/hex | (json(_@*))", "some_of(symbol(x))"]
)
def test_a_row_that_tells_nothing_has_no_pattern(row):
    assert read_row(row).pattern is None


class TestBrokenWpl:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "pakage /x { rule r {(chars)} }",
            "package /x {",
            "package /x { }",
            "package /x { rule",
            "package /x { rule r",
            "package /x { rule rul le",
            "package /x { rule { (chars) } }",
            "package /x { rules r { (chars) } }",
            "package /x { rule r { (,) } }",
            "package /x { rule r { (chars",
            "package /x { rule r { (chars)",
            "package /x { rule r { (chars) }",
            "package /x { rule r { (kv(",
            'package /x { rule r { (chars"',
            "package /x { rule r { (chars\\",
            "package /x { rule r { (regex_match('( )) } }",
            "package /x { rule a { (chars) } rule r { (chars } }",
        ],
    )
    def test_nothing_can_be_made_of_it(self, text):
        with pytest.raises(WplError):
            read_wpl(text)

    @pytest.mark.parametrize(
        "row",
        [
            "(99999999999*chars)",
            f"({'9' * 5000}*chars)",
            "(301*_)",
            "(150*_,151*_)",
            "(0*chars)",
        ],
    )
    def test_a_row_that_repeats_too_much_tells_nothing(self, row):
        [(_, read)] = read_wpl(f"package /x {{ rule r {{ {row} }} }}")
        assert (read.pattern, read.whole) == (None, False)

    @pytest.mark.parametrize("pattern", ["^((", "[)(]", "a, (b"])
    def test_brackets_in_a_text_are_none(self, pattern):
        [(_, read)] = read_wpl(f"package /x {{ rule r {{ (chars:m\\0 | regex_match('{pattern}')) }} }}")
        assert read == read_row("(chars:m\\0 | regex_match('('))")

    def test_it_is_left_out_with_its_place(self, tmp_path):
        text = "// (all)\npackage /web {\n  rule r { (chars:a,symbol(b) }\n}\n"
        project = load(tmp_path, {"models/wpl/web/parse.wpl": text, GROUP: group("a", "rule = '*'")})

        assert [rule.key for rule in project.wpl] == ["/app/r"]
        assert destination(project, "wp_event_id=1 web line ok") == "miss"
        [broken] = [warning for warning in project.warnings if warning.path.suffix == ".wpl"]
        assert (broken.line, broken.column, broken.source_line) == (3, 12, "  rule r { (chars:a,symbol(b) }")
        assert broken.message == (
            "a bracket that is never closed: WarpParse leaves out a file of which it can make nothing"
        )

    @pytest.mark.parametrize("broken", ["pakage /web { rule r {(chars)} }", "", b"package /web { \xff"])
    def test_all_lines_are_of_no_rule_where_no_file_can_be_read(self, tmp_path, broken):
        files = {f"models/wpl/{name}/parse.wpl": broken for name in ("web", "app")}
        project = load(tmp_path, {**files, GROUP: group("a", "rule = '*'")})

        assert [sample.rule for sample in project.samples] == ["miss", "miss"]
        assert {destination(project, line) for line in ("web line ok", "app line", "x")} == {"miss"}
        assert len([warning for warning in project.warnings if warning.path.suffix == ".wpl"]) == 2

    def test_a_line_that_is_made_up_is_of_no_rule_where_no_file_can_be_read(self, tmp_path):
        nothing = {"models/wpl/web/sample.dat": None, "models/wpl/app/sample.dat": None}
        files = {f"models/wpl/{name}/parse.wpl": "" for name in ("web", "app")}
        [sample] = load(tmp_path, {**nothing, **files, GROUP: group("a", "rule = '*'")}).samples
        assert sample.rule == "miss"

    def test_what_is_no_text_is_told_with_its_place(self, tmp_path):
        broken = "package /web {\n  // é".encode() + b"\xff\n}"
        project = load(tmp_path, {"models/wpl/web/parse.wpl": broken, GROUP: group("a", "rule = '*'")})

        [told] = [warning for warning in project.warnings if warning.path.suffix == ".wpl"]
        assert (told.line, told.column) == (2, 7)
        assert told.message.startswith("byte 0xff is not UTF-8: ")


class TestConditions:
    """What a filter lets through, on which the programs and the judge agree."""

    LINES = tuple(f"wp_event_id={number} web line {how}" for number, how in enumerate(["ok", "bad", "bad1"], 1))
    MODEL = {"models/oml/web.oml": WEB_OML}  # noqa: RUF012 - read only

    def sinks(self, tmp_path: Path, condition: str, head: str, more: str = "") -> Project:
        text = group("a", head) + f"filter = './conf/only.conf'\n{more}\n"
        return load(tmp_path, {GROUP: text, "conf/only.conf": condition, **self.MODEL})

    def passed(self, project: Project) -> list[str]:
        lines = [line.encode() for line in self.LINES]
        [[sink, judged], *_] = Routes(project).owed(lines)
        assert list(judged) == list(Filters(project).passed(sink, lines))
        return [line.decode().rpartition(" ")[2] for line in judged]

    @pytest.mark.parametrize(
        ("condition", "more", "passed"),
        [
            ("$how == chars(bad)\n", "", ["bad"]),
            ("$how != chars(bad)", "", ["ok", "bad1"]),
            ("$how == chars(bad)", "filter_expect = false", ["ok", "bad1"]),
            ("$what == chars(bad)", "", []),
        ],
    )
    def test_a_field_is_compared_with_a_text(self, tmp_path, condition, more, passed):
        project = self.sinks(tmp_path, condition, "rule = '/web/*'", more)
        assert self.passed(project) == passed
        [covered] = [each for each in covered_sinks(project, ("count",)) if each.sink.group == "a"]
        assert covered.topics == (("count",) if "ok" in passed else ()), "of the sample, that ends with ok"

    @pytest.mark.parametrize(
        ("condition", "head"),
        [
            ("$how == chars(bad) && $what == chars(x)", "rule = '/web/*'"),
            ("$other == chars(bad)", "rule = '/web/*'"),
            ("$how == chars(bad)", "rule = '*'"),
            ("$how == chars(bad)", "oml = 'web'"),
        ],
    )
    def test_what_cannot_be_told_lets_all_pass(self, tmp_path, condition, head):
        assert self.passed(self.sinks(tmp_path, condition, head)) == ["ok", "bad", "bad1"]

    def test_only_text_that_stands_in_the_line_is_a_field_to_compare(self):
        row = '(chars:a,chars:b",2*chars:c,chars:d|take(x),chars:e<[,]>,digit:f,chars:g-h,chars:i,chars:i)'
        assert list(re.compile(read_row(row).pattern or "").groupindex) == ["a"]


class TestRefusedAsWarpParseDoes:
    def test_a_sink_with_a_type_in_todays_layout(self, tmp_path):
        text = group("a", "rule = '*'").replace("connect = 'file_raw_sink'", "type = 'file'")
        message = "sink '[0]' has a 'type': WarpParse takes connectors alone, by 'connect'"
        known = "known here: file_raw_sink, file_rescue_sink, kafka_sink"
        assert shown(problems_of(tmp_path, {**TODAY, GROUP: text})) == [f"{GROUP} 5:1+4 {message} ({known})"]

    def test_defaults_without_expectations(self, tmp_path):
        file = "topology/sinks/defaults.toml"
        message = "[defaults] has no 'expect': WarpParse refuses the file (add [defaults.expect])"
        assert shown(problems_of(tmp_path, {**TODAY, file: "[defaults]\n"})) == [f"{file} 1:2+8 {message}"]

    def test_a_source_with_a_type_in_todays_layout(self, tmp_path):
        file = "topology/sources/wpsrc.toml"
        message = "the source has a 'type': WarpParse takes connectors alone, by 'connect'"
        text = "[[sources]]\nkey = 'a'\ntype = 'file'\npath = 'x'\n"
        assert shown(problems_of(tmp_path, {**TODAY, file: text})) == [
            f"{file} 3:1+4 {message} (did you mean 'file_src'?)"
        ]


def test_of_a_sample_that_needs_an_event_id_lines_without_one_are_no_rules(tmp_path):
    project = load(tmp_path, {GROUP: group("a", "rule = '*'")})
    given = [b"web line ok", b"wp_event_id=1 web line ok", b"app line", b"web line ok"]
    owed = {sink.group: list(lines) for sink, lines in Routes(project).owed(given)}
    routed = Router(project).split(given)
    assert owed == routed == {"miss": [given[0], given[2], given[3]], "a": [given[1]]}


def test_tags_are_those_of_all_groups_of_the_group_and_of_the_sink_the_nearest_last(tmp_path):
    tree = {
        "topology/sinks/defaults.toml": "[defaults]\ntags = ['env:test', 'all : y']\n[defaults.expect]\n",
        GROUP: group("a", "rule = '*'\ntags = ['env=a', 'flag']") + "tags = ['b:c:d']\n",
        "topology/sources/wpsrc.toml": "[[sources]]\nkey = 'one'\nconnect = 'file_src'\ntags = ['z:1', 'a:2']\n",
    }
    project = load(tmp_path, tree)
    assert project.business_sinks[0].tags == (("all", "y"), ("b", "c:d"), ("env", "a"), ("flag", "true"))
    assert project.source.tags == (("a", "2"), ("z", "1"))


@pytest.mark.parametrize(
    ("sought", "taken"),
    [
        ("GET .a 200|POST", [True, True, False]),
        ("^(wp_event_id=[0-9]+ )?GET /a 200$", [True, False, False]),
        (r"/a \(x\)|200$", [True, False, False]),
        ("(a+)+", [True, True, True]),  # is not read
        ("(", [True, True, True]),
        ("[", [True, True, True]),
    ],
)
def test_what_a_rule_seeks_in_the_whole_line_tells_its_lines(sought: str, taken: list[bool]) -> None:
    pattern = read_row(f"(chars:msg\\0 | regex_match('{sought}'))").pattern
    rules = [WplRule("/r", pattern)]
    lines = ["wp_event_id=1 GET /a 200", "wp_event_id=2 POST /miss", "wp_event_id=3 GET /miss 201"]
    assert [rule_of_line(line, rules) is not None for line in lines] == taken


def test_rules_that_are_written_out_take_the_same_lines_when_they_are_read(tmp_path: Path) -> None:
    groups = "{web: {rule: /a, sinks: {w: {}}}, more: {rule: /b, sinks: {m: {}}}}"
    given = "{source: {lines: 8, rules: {/a: 3, /b: 2, miss: 1}}}"
    text = f"scenario: s\nproject: {{groups: {groups}}}\ngiven: {given}\nwhen: [{{run: wparse batch}}]\n"
    (tmp_path / "s.wptest.yaml").write_text(text)
    project = load_file(tmp_path / "s.wptest.yaml")[0].variants[0].project
    written = [text for path, text in motor_files(project) if path.endswith(".wpl")]
    rules = [rule for text in written for rule, _ in read_wpl(text)]
    taken = {sample: rule_of_line(f"wp_event_id=1 {sample.text}", rules) for sample in project.samples}
    assert {rule for rule in taken.values() if rule} == {"/a/line", "/b/line"}
    assert all((rule or "miss") in (sample.rule, f"{sample.rule}/line") for sample, rule in taken.items())
