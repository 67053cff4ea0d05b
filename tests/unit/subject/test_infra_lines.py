"""Lines that real programs put aside are read as they were sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.storage.disk_port import read_all
from wptest.scenario.load import load_file
from wptest.subject.dialect import SEED, WP_MOTOR
from wptest.subject.watching.infra_lines import readers_of_targets
from wptest.subject.work_disk import WorkDisk

MISS = """\
src_key: input  | data:
wp_event_id=3 a line that no rule takes
[2026-11-30 03:37:20.941 UTC] target wpl: /nginx/line (depth: 58)
Error: [500] data error <<
  -> Details: Parsing Error: ContextError

"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "s.wptest.yaml").write_text("scenario: s\nproject: {sinks: {a: {}}}\nwhen: [{run: wparse batch}]\n")
    return load_file(tmp_path / "s.wptest.yaml")[0].variants[0].project


@pytest.mark.parametrize(
    ("name", "written", "sent"),
    [
        ("default", "1796 a line that no group takes input data/in_dat/gen.dat\n", "a line that no group takes\n"),
        ("default", "no record\ntorn", "no record\ntorn"),
        ("miss", MISS + MISS, 2 * "wp_event_id=3 a line that no rule takes\n"),
        ("error", "1 a b c\n", "1 a b c\n"),
    ],
)
def test_what_programs_add_is_taken_off(tmp_path, project, name, written, sent):
    disk = WorkDisk(tmp_path / "root", WP_MOTOR, "data/rescue", readers_of_targets(WP_MOTOR, project))
    path = f"data/out_dat/{name}.dat"
    (tmp_path / "root/data/out_dat").mkdir(parents=True)
    (tmp_path / "root" / path).write_text(written)
    assert read_all(disk, path) == sent.encode()
    assert disk.stat(path).size == len(sent.encode())


def test_other_dialects_add_nothing(project):
    assert not readers_of_targets(SEED, project)
    assert not readers_of_targets(replace(WP_MOTOR, layout=None), project)


TEXT = "src_key: file_1  | data:\n{line}\n[2026-11-30 12:59:33.396 UTC] target wpl:  (depth: 0)\nError: [500]\n\n"


@pytest.mark.parametrize(
    ("record_format", "written", "escaped"),
    [
        ("json", '{{"raw":"{text}"}}\n', '\\"'),
        ("kv", 'raw: "{text}"\n', '\\"'),
        ("proto-text", '{{ raw: "{text}" }}\n', '\\"'),
        ("csv", '"{text}"\n', '""'),
        ("raw", "{text}\n", '"'),
    ],
)
def test_a_miss_record_has_its_line_in_every_format(project, record_format, written, escaped):
    line = 'wp_event_id=1 a "b", c: d'
    text = TEXT.format(line=line.replace('"', escaped))
    record = written.format(text=text.replace("\n", "\\n") if record_format == "json" else text).encode()
    groups = tuple(
        replace(group, sinks=tuple(replace(sink, record_format=record_format) for sink in group.sinks))
        for group in project.groups
    )
    read = readers_of_targets(WP_MOTOR, replace(project, groups=groups))["data/out_dat/miss.dat"]
    assert read((record * 2).split(b"\n")) == [line.encode()] * 2


def test_what_is_no_miss_record_is_left_as_it_is(project):
    groups = tuple(
        replace(group, sinks=tuple(replace(sink, record_format="json") for sink in group.sinks))
        for group in project.groups
    )
    read = readers_of_targets(WP_MOTOR, replace(project, groups=groups))["data/out_dat/miss.dat"]
    lines = [b'{"raw": 3}', b"[1]", b'{"torn', b"\xff"]
    assert read(lines) == lines
