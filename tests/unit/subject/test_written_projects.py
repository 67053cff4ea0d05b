"""A project that a scenario writes out is the same project when programs read it from its directory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.directories.load_project import load_project
from engine.directories.surroundings import ALONE
from wptest.scenario.directory import Directory
from wptest.scenario.load import load_file
from wptest.scenario.root import Root
from wptest.subject.project_copy import copy_project
from wptest.subject.project_files import pace, write_project

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
    write_project(tmp_path / "root", project)
    read = load_project(tmp_path / "root")
    assert replace(read, name=project.name, source=project.source) == project
    assert read.source.path == project.source.path


def test_its_speed_can_be_set_again_and_again(tmp_path):
    write_project(tmp_path, project_of(tmp_path))
    for limit in (250, 0, 9000):
        pace(tmp_path, limit)
        assert load_project(tmp_path).speed_limit == limit


def test_a_directory_is_copied_with_its_connectors_and_without_its_data(tmp_path):
    above, source, root = tmp_path / "all", tmp_path / "all/one", tmp_path / "root"
    (above / "connectors/sink.d").mkdir(parents=True)
    (above / "connectors/sink.d/c.toml").write_text("[[connectors]]\nid = 'c'\ntype = 'file'\n")
    write_project(source, project_of(tmp_path))
    project = load_project(source)
    for path in ("data/out_dat/more/copy.dat", "data/put aside/rest-2025-10-04_01:59:24.dat", "logs/wparse.log"):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text("of an earlier run\n")
    copy_project(Directory(source, ALONE, Root(above, "")), root, project)
    assert replace(load_project(root), name=project.name) == project
    assert (root / "connectors/sink.d/c.toml").is_file()
    assert not [path for path in root.rglob("*") if path.is_file() and path.read_text() == "of an earlier run\n"]
