"""What real programs can't keep to of moments and speeds is said, and leaves expectations unverified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.machine import Machine
from engine.machine.machine import Options
from engine.storage.disk_port import read_all, write_all
from wptest.judge.written_down.checkpoints import read_checkpoint
from wptest.scenario.load import load_file
from wptest.subject.coarseness import arrivals, doubts, wording
from wptest.subject.dialect import WP_MOTOR, WPTEST
from wptest.subject.own_phases import in_its_phases
from wptest.subject.projects.in_their_layout import is_written_out
from wptest.subject.projects.project_files import without_outages, write_project
from wptest.subject.work_disk import WorkDisk

SOURCES = (
    "[[sources]]\nkey = 'one'\ntype = 'file'\npath = 'data/a.dat'\n"
    "[[sources]]\nkey = 'two'\ntype = 'file'\npath = 'data/b.dat'\n"
)


def variant_of(directory: Path, *, sink: str = "{}", source: str = "{lines: 9}", command: str = "wparse batch"):
    path = directory / "s.wptest.yaml"
    path.write_text(
        f"scenario: s\nproject: {{sinks: {{a: {sink}}}}}\ngiven: {{source: {source}}}\nwhen: [{{run: {command}}}]\n"
    )
    return load_file(path)[0].variants[0]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, []),
        ({"source": "{lines: 9, rate: 5000/s}"}, []),
        ({"source": "{lines: 9, rate: 200/s}"}, ["200 lines a second are read at once"]),
        ({"sink": "{type: test_rescue}"}, ["a is 'up 2s, down 2s' here, once"]),
        ({"sink": "{type: test_rescue, phases: up 1h}"}, []),
        (
            {"sink": "{type: test_rescue, phases: [up 1s, down 5s]}", "command": "wprescue work"},
            ["up for ever, not 'up 1s, down 5s'"],
        ),
        ({"sink": "{type: test_rescue, phases: [up 2s, down 2s]}", "command": "wprescue work"}, []),
        ({"command": "wproj rescue unlock"}, ["there is no 'wproj rescue unlock'"]),
    ],
)
def test_a_slow_rate_and_an_outage_are_told(tmp_path, more, told):
    found = list(doubts(variant_of(tmp_path, **more), WP_MOTOR))
    assert len(found) == len(told)
    for text, doubt in zip(told, found, strict=True):
        assert text in doubt


def test_a_variant_has_the_phases_that_its_sinks_have_there(tmp_path):
    variant = variant_of(tmp_path, sink="{type: test_rescue, phases: [up 1s, down 5s]}")
    (sink,) = in_its_phases(variant, WP_MOTOR).project.business_sinks
    assert sink.phases == WP_MOTOR.phases
    assert in_its_phases(variant, WPTEST) is variant


@pytest.mark.parametrize(
    ("more", "step", "written"),
    [
        ({}, "", True),
        ({"topology/notes.txt": ""}, "", False),
        ({}, ", {write: {conf/wparse.toml: {text: ''}}}", False),
        ({"conf/wpsrc.toml": SOURCES}, "", False),
    ],
)
def test_a_directory_in_the_seeds_layout_is_written_out_if_all_it_says_can_be(tmp_path, more, step, written):
    files = {
        "conf/wparse.toml": "",
        "conf/wpsrc.toml": SOURCES.partition("[[sources]]\nkey = 'two'")[0],
        "sink/business.d/a.toml": "[sink_group]\nrule = '/*'\n[[sink_group.sinks]]\nname = 'a'\ntype = 'file'\n",
    }
    for path, text in (files | more).items():
        (tmp_path / "p" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / path).write_text(text)
    path = tmp_path / "s.wptest.yaml"
    path.write_text(f"scenario: s\nproject: p\nwhen: [{{run: wprescue work}}{step}]\n")
    variant = load_file(path)[0].variants[0]
    assert is_written_out(variant, WP_MOTOR) is written
    assert not is_written_out(variant, WPTEST)


def test_our_own_programs_keep_to_both(tmp_path):
    variant = variant_of(tmp_path, sink="{type: test_rescue}", source="{lines: 9, rate: 200/s}")
    assert not list(doubts(variant, WPTEST))
    assert not arrivals(WPTEST)
    assert "1,024" in arrivals(WP_MOTOR)


def test_sinks_stay_up_from_the_closing_phase_on(tmp_path):
    variant = variant_of(tmp_path, sink="{type: test_rescue}")
    write_project(tmp_path / "root", variant.project, "motor")
    connectors = tmp_path / "root/connectors/sink.d/sinks.toml"
    assert 'type = "test_rescue"' in connectors.read_text()
    without_outages(tmp_path / "root")
    assert "test_rescue" not in connectors.read_text()
    assert connectors.read_text().count('type = "file"') == 2


def machine_on(disk):
    behaviour = replace(REFERENCE, checkpoint_place="work_directory")
    return Machine(disk, Options(start=0, behaviour=behaviour))


class TestCheckpoint:
    def test_is_read_where_the_programs_have_it_with_paths_as_scenarios_have_them(self, tmp_path):
        machine = machine_on(WorkDisk(tmp_path, WP_MOTOR, "data/rescue"))
        assert read_checkpoint(machine, "data/rescue") == {}
        write_all(machine.disk, "rescue/recover.lock", f'{{"{tmp_path}/data/rescue/b/a-1.dat": 7}}'.encode())
        ((path, done),) = read_checkpoint(machine, "data/rescue").items()
        assert (path, done.lines) == ("data/rescue/b/a-1.dat", 7)

    def test_that_programs_pass_by_is_none(self, tmp_path):
        machine = machine_on(WorkDisk(tmp_path, WP_MOTOR, "data/rescue"))
        write_all(machine.disk, "data/rescue/recover.lock", b"{")
        assert read_checkpoint(machine, "data/rescue") == {}
        assert machine.disk.stat("data/rescue/recover.lock").size == 1

    def test_of_our_own_programs_is_in_the_rescue_root(self, tmp_path):
        disk = WorkDisk(tmp_path, WPTEST, "data/rescue")
        write_all(disk, "data/rescue/recover.lock", b"{}")
        assert read_all(disk, "data/rescue/recover.lock") == b"{}"


def test_other_programs_have_words_of_their_own_for_what_they_log():
    assert "wp-motor log in words of their own" in wording(WP_MOTOR)
    assert not wording(WPTEST)
