"""A project that a scenario writes out is the same project when programs read it from its directory."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from engine.directories.load_project import load_project
from engine.directories.surroundings import ALONE
from engine.project.model import Project, Sample
from wptest.scenario.directory import Directory
from wptest.scenario.load import load_file
from wptest.scenario.root import Root
from wptest.subject.projects.line_kinds import has_samples_alone
from wptest.subject.projects.motor_layout import motor_files, rules_of
from wptest.subject.projects.project_copy import copy_project
from wptest.subject.projects.project_files import pace, write_project

SCENARIO = """\
scenario: rich
project:
  speed_limit: 700
  robust: strict
  log_level: warn
  rescue_root: data/put aside
  groups:
    web:
      rule: [/nginx*, /api]
      sinks:
        access-log.1: {type: test_rescue, phases: [up 1s, down 250ms], expect: {ratio: 0.75, tol: 0.05}}
        copy: {file: more/copy.dat, expect: {min: 0.1, max: 0.9}}
    all:
      rule: "*"
      sinks: {rest: {type: test_rescue}}
  expect: {basis: total_input, min_samples: 100, mode: error, sum_tol: 0.1, others_max: 0.2}
given:
  source: {lines: 400, rules: {/nginx: 3, /postfix: 1}}
  phases: {rest: [down 1m30s, up 2s]}
when:
  - run: wparse batch
"""


def project_of(directory: Path):
    path = directory / "rich.wptest.yaml"
    path.write_text(SCENARIO)
    return load_file(path)[0].variants[0].project


def test_it_is_read_as_it_was_written_out(tmp_path):
    project = project_of(tmp_path)
    write_project(tmp_path / "root", project, "seed")
    read = load_project(tmp_path / "root")
    assert replace(read, name=project.name, source=project.source) == project
    assert read.source.path == project.source.path


def test_its_speed_can_be_set_again_and_again(tmp_path):
    write_project(tmp_path, project_of(tmp_path), "seed")
    for limit in (250, 0, 9000):
        pace(tmp_path, limit)
        assert load_project(tmp_path).speed_limit == limit


def test_a_directory_is_copied_with_its_connectors_and_without_its_data(tmp_path):
    above, source, root = tmp_path / "all", tmp_path / "all/one", tmp_path / "root"
    (above / "connectors/sink.d").mkdir(parents=True)
    (above / "connectors/sink.d/c.toml").write_text("[[connectors]]\nid = 'c'\ntype = 'file'\n")
    write_project(source, project_of(tmp_path), "seed")
    project = load_project(source)
    for path in ("data/out_dat/more/copy.dat", "data/put aside/rest-2025-10-04_01:59:24.dat", "logs/wparse.log"):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text("of an earlier run\n")
    copy_project(Directory(source, ALONE, Root(above, "")), root, project)
    assert replace(load_project(root), name=project.name) == project
    assert (root / "connectors/sink.d/c.toml").is_file()
    assert not [path for path in root.rglob("*") if path.is_file() and path.read_text() == "of an earlier run\n"]


def project_with(*samples: Sample) -> Project:
    return Project(name="p", groups=(), samples=samples)


def real_project(directory: Path, source: str, groups: str) -> dict[str, str]:
    """The files of a project that real programs read, by path."""
    path = directory / "real.wptest.yaml"
    path.write_text(
        f"scenario: real\nproject:\n  groups:\n{groups}"
        f"given:\n  source: {{{source}}}\nwhen:\n  - run: wparse batch\n"
    )
    write_project(directory / "root", load_file(path)[0].variants[0].project, "motor")
    files = (each for each in (directory / "root").rglob("*") if each.is_file())
    return {str(each.relative_to(directory / "root")): each.read_text() for each in files}


class TestForRealPrograms:
    def test_a_rule_takes_whole_lines_of_its_own_and_a_model_keeps_nothing_else(self, tmp_path):
        groups = (
            "    web: {rule: /nginx*, sinks: {web: {}}}\n    all: {rule: '*', sinks: {rest: {type: test_rescue}}}\n"
        )
        files = real_project(tmp_path, "lines: 4, rules: {/nginx: 3, /app/login: 1}", groups)
        assert "package /nginx {" in files["models/wpl/000/parse.wpl"]
        assert "rule login { (chars:msg\\0 | regex_match(" in files["models/wpl/001/parse.wpl"]
        pattern = re.search(r"regex_match\('(.*)'\)", files["models/wpl/001/parse.wpl"])
        assert pattern is not None
        text = files["models/wpl/001/sample.dat"].rstrip("\n")
        for line in (text, f"wp_event_id=17 {text}"):
            assert re.fullmatch(pattern[1], line)
        assert not re.fullmatch(pattern[1], files["models/wpl/000/sample.dat"].rstrip("\n"))

    @pytest.mark.parametrize(
        ("pattern", "takes"),
        [
            ("*", ""),
            ("a*", " | regex_match('^a')"),
            ("*a.b*", r" | regex_match('a\.b')"),
            ("?x*y", " | regex_match('^.x.*y$')"),
        ],
    )
    def test_a_rule_asks_for_no_more_than_its_pattern_says(self, pattern, takes):
        """Real parsers make a regular expression anew for each line, and take long for some."""
        project = replace(project_with(), patterns=(("/web", pattern),))
        assert f"rule line {{ (chars:msg\\0{takes}) }}" in dict(motor_files(project))["models/wpl/000/parse.wpl"]

    def test_where_all_lines_are_of_samples_a_rule_tells_them_from_those_of_others(self):
        one, two = Sample("/one", "a.b"), Sample("/two", "a.b c")
        takes = {name: rule.takes for name, rule in rules_of(project_with(one, two), of_samples=True).items()}
        assert takes == {"/one": r"^(wp_event_id=[0-9]+ )?a\.b$", "/two": r"a\.b c"}
        assert rules_of(project_with(one), of_samples=True)["/one"].takes == r"a\.b"
        assert rules_of(project_with(one))["/one"].takes == r"^(wp_event_id=[0-9]+ )?a\.b$"

    @pytest.mark.parametrize(
        ("more", "alone"),
        [
            ("", True),
            ("  - append: {data/in_dat/gen.dat: {text: x}}\n", False),
            ("  - rename: {data/x.dat: data/in_dat/gen.dat}\n", False),
            ("  - write: {data/x.dat: {text: x}}\n", True),
        ],
    )
    def test_lines_are_of_samples_where_nothing_else_is_written_into_the_input(self, tmp_path, more, alone):
        path = tmp_path / "s.wptest.yaml"
        path.write_text(
            "scenario: s\nproject: {sinks: {a: {}}}\ngiven: {source: {lines: 4}}\n"
            f"when:\n  - run: wparse batch\n{more}"
        )
        assert has_samples_alone(load_file(path)[0].variants[0]) is alone

    def test_a_model_belongs_to_one_group_and_to_no_entry_without_a_rule(self, tmp_path):
        groups = (
            "    web: {rule: /nginx*, sinks: {web: {}}}\n    all: {rule: '*', sinks: {rest: {type: test_rescue}}}\n"
        )
        files = real_project(tmp_path, "lines: 4, rules: {/nginx: 1, /app: 1}", groups)
        assert files["models/oml/line_0.oml"].startswith("name : line_0\nrule : /nginx*\n---\n")
        assert files["models/oml/line_1.oml"].startswith("name : line_1\nrule : /*\n---\n")
        web, rest = (tomllib.loads(files[f"topology/sinks/business.d/00{n}.toml"])["sink_group"] for n in (0, 1))
        assert (web["rule"], web["oml"], web["sinks"][0]["connect"]) == (["/nginx*"], ["line_0"], "lines_sink")
        assert (rest["rule"], rest["oml"], rest["sinks"][0]["connect"]) == (["*"], ["line_1"], "flaky_sink")

    def test_a_rule_that_a_group_names_by_its_package_alone_is_named_by_its_path_as_well(self, tmp_path):
        groups = "    web: {rule: /nginx, sinks: {web: {}}}\n"
        files = real_project(tmp_path, "lines: 4, rules: {/nginx: 1}", groups)
        group = tomllib.loads(files["topology/sinks/business.d/000.toml"])["sink_group"]
        assert group["rule"] == ["/nginx", "/nginx/line"]

    def test_it_is_one_that_their_check_takes_and_its_source_is_called_as_on_the_engine(self, tmp_path):
        files = real_project(tmp_path, "lines: 4", '    web: {rule: "*", sinks: {web: {}}}\n')
        (source,) = tomllib.loads(files["topology/sources/wpsrc.toml"])["sources"]
        (connector,) = tomllib.loads(files["connectors/source.d/input.toml"])["connectors"]
        assert (source["key"], source["connect"], connector["id"]) == ("file_1", "input_src", "input_src")
        ends = tomllib.loads(files["connectors/sink.d/sinks.toml"])["connectors"]
        assert all(each["id"].endswith("_sink") for each in ends)

    def test_patterns_of_lines_are_rules(self, tmp_path):
        groups = "    web: {rule: /ssh, sinks: {web: {}}}\n"
        files = real_project(
            tmp_path,
            'patterns: {/ssh: "*sshd[?]*"}}\n  files: {data/in_dat/gen.dat: {text: "sshd[1]"}',
            groups,
        )
        assert "'sshd\\[.\\]'" in files["models/wpl/001/parse.wpl"]

    def test_a_sink_that_never_goes_down_is_a_file(self, tmp_path):
        groups = (
            "    web: {rule: /a, sinks: {web: {type: test_rescue, phases: up 1h}, down: {type: test_rescue}}}\n"
        )
        files = real_project(tmp_path, "lines: 4, rules: {/a: 1}", groups)
        sinks = tomllib.loads(files["topology/sinks/business.d/000.toml"])["sink_group"]["sinks"]
        assert [sink["connect"] for sink in sinks] == ["lines_sink", "flaky_sink"]

    def test_shares_of_a_models_lines_name_the_model(self, tmp_path):
        groups = "    web: {rule: /a, sinks: {web: {expect: {ratio: 1}}}, expect: {basis: model}}\n"
        files = real_project(tmp_path, "lines: 4, rules: {/a: 1}", groups)
        group = tomllib.loads(files["topology/sinks/business.d/000.toml"])["sink_group"]
        assert group["expect"]["basis"] == "mdl:web"

    def test_there_are_the_infra_groups_that_warpparse_has(self, tmp_path):
        files = real_project(tmp_path, "lines: 4, rules: {/a: 1}", "    web: {rule: /a, sinks: {web: {}}}\n")
        infra = sorted(path.rpartition("/")[2] for path in files if "/infra.d/" in path)
        assert infra == ["default.toml", "error.toml", "miss.toml", "monitor.toml", "residue.toml"]
