"""No scenario makes an internal error: directories in files' places, unreadable ones, extreme names and clocks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wptest.run.running import run_variant
from wptest.scenario.load import load_text
from wptest.text.scenario_source import InvalidScenario, scenario_text

RESCUE = "data/rescue"
PLACES = st.sampled_from([
    "data", "data/in_dat", "data/in_dat/gen.dat", "data/out_dat", "data/out_dat/a.dat", "data/out_dat/monitor.dat",
    RESCUE, f"{RESCUE}/recover.lock", f"{RESCUE}/recover.lock.tmp", f"{RESCUE}/recover.lock.bad",
    f"{RESCUE}/.wprescue",
    f"{RESCUE}/a-2025-10-04_01:59:24.dat", f"{RESCUE}/a-2025-10-04_01:59:24.dat.lock", f"{RESCUE}/g",
    f"{RESCUE}/a-2025-10-04_01:59:24.quarantine", f"{RESCUE}/a-2025-10-04_01:59:20.dat.lock", f"{RESCUE}/g/a.dat",
    "data/logs", "data/logs/wparse.log", "logs", "x",
])  # fmt: skip
NAMES = st.sampled_from(["", "", "", "/x", "/x/y", f"/{'n' * 255}", f"/{'n' * 256}", "/."])
PATHS = st.builds(str.__add__, PLACES, NAMES)
CONTENTS = st.sampled_from([
    {"lines": 3}, {"text": ""}, {"text": "one\ntwo"}, {"bytes": "one\n\xff\ntwo\n"}, {"bytes": "\0" * 9},
    {"text": "{}"}, {"text": "[]"}, {"text": '{"a": 1}'}, {"text": "[" * 5000},
    {"text": '{"line": 1, "latin1": "\u20ac"}\n'},
])  # fmt: skip
COMMANDS = st.sampled_from([
    "wparse batch", "wprescue work", "wprescue batch", "wpgen sample -n 5", "wproj check", "wproj init",
    "wproj stat file", "wproj validate sink-file", "wproj data clean", "wproj rescue stat", "wproj rescue unlock",
])  # fmt: skip
CLOCKS = st.sampled_from(["1970-01-01 00:00:00", "9999-12-31 23:59:59.999999999", "9999-12-31 23:59:58"])
ERRORS = st.sampled_from(["open", "list", "stat", "read", "write", "rename", "remove", "mkdir", "fsync"])
STEPS = st.one_of(
    st.builds(lambda command: {"run": command}, COMMANDS),
    st.builds(lambda command: {"run": command}, COMMANDS),
    st.builds(lambda path: {"remove": path}, PATHS),
    st.builds(lambda path, content: {"write": {path: content}}, PATHS, CONTENTS),
    st.builds(lambda path, mode: {"chmod": {path: mode}}, PATHS, st.sampled_from(["0000", "0300", "0500"])),
    st.builds(lambda path, size: {"truncate": {path: size}}, PATHS, st.sampled_from([0, 5])),
    st.builds(lambda path, kind: {"fault": {"on": path, "fail": kind, "errno": "EIO"}}, PATHS, ERRORS),
    st.builds(lambda step: {"clock": {"step": step}}, st.sampled_from(["-40000d", "100000d", "-1h"])),
    st.builds(lambda left: {"power_loss": {"unsynced": left}}, st.sampled_from(["some", "lost"])),
    st.just({"check": {"rescue": {"dat": 0}, "ledger": {"lost": 0}, "validate": "pass"}}),
    st.just({"wait": "2s"}),
)
SINKS = st.sampled_from([{}, {"type": "test_rescue", "phases": ["up 100ms", "down 1s"]}, {"type": "blackhole"}])
THEN = st.sampled_from(
    [{}, {"sinks": {"a": {"lines": 3}}}, {"allow": {"lost": "in_memory"}}, {"ledger": {"lost": 0}}]
)


@st.composite
def scenarios(draw):
    project = {"sinks": {"a": draw(SINKS)}}
    if draw(st.booleans()):
        project = {"groups": {"g": {"rule": "*", **project}}}
    setting = {"files": draw(st.dictionaries(PATHS, CONTENTS, max_size=3))}
    if draw(st.booleans()):
        setting["clock"] = draw(CLOCKS)
    if draw(st.booleans()):
        setting["source"] = {"lines": 30, "rate": "20/s"}
    daemon = draw(st.sampled_from([[], [{"start": "wparse daemon"}], [{"start": "wprescue daemon"}]]))
    alive = daemon[0]["start"].split()[0] if daemon else ""
    steps = [
        step
        for step in draw(st.lists(STEPS, min_size=1, max_size=6))
        if not step.get("run", "").startswith(alive or "-")
    ]
    return {
        "scenario": "s",
        "project": project,
        "given": setting,
        "when": [*daemon, *steps, {"wait": "1s"}],
        "then": draw(THEN),
    }


@settings(max_examples=60, deadline=None)
@given(scenario=scenarios())
def test_a_scenario_comes_to_an_outcome_or_is_a_mistake_whatever_is_in_its_way(scenario):
    text = scenario_text(Path("s.wptest.yaml"), yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False))
    try:
        variants = [variant for loaded in load_text(text) for variant in loaded.variants]
    except InvalidScenario:
        return
    for variant in variants:
        assert run_variant(variant).outcome.value in ("passed", "failed", "unverified", "unclean")


DAT = f"{RESCUE}/a-2025-10-04_01:59:24.dat"
DOWN = {"type": "test_rescue", "phases": ["up 1s", "down 1s"]}
WORK = [{"run": "wprescue work"}]
LINES = {"lines": 300, "rate": "100/s"}
ONE = {DAT: {"text": "one\n"}}


@pytest.mark.parametrize(
    ("sink", "setting", "steps"),
    [
        (DOWN, {"clock": "9999-12-31 23:59:58", "source": LINES}, [{"run": "wparse batch"}, *WORK]),
        (DOWN, {"source": LINES}, [{"clock": {"step": "-40000d"}}, {"run": "wparse batch"}]),
        ({}, {"files": {f"{RESCUE}/recover.lock/x": {"text": ""}, **ONE}}, WORK),
        ({}, {"files": {f"{RESCUE}/recover.lock.bad/x": {"text": ""}, **ONE}}, WORK),
        ({}, {"files": {f"{DAT}/x": {"text": ""}}}, WORK),
        ({}, {"files": {"data/out_dat/a.dat/x": {"text": ""}, **ONE}}, WORK),
        ({}, {"files": {"data/in_dat/gen.dat/x": {"text": ""}}}, [{"run": "wparse batch"}]),
        ({}, {"files": {RESCUE: {"text": ""}}}, WORK),
        ({}, {"files": ONE}, [{"chmod": {DAT: "0000"}}, *WORK]),
        ({}, {"files": ONE}, [{"chmod": {RESCUE: "0000"}}, *WORK]),
        ({}, {"files": {DAT.replace("dat", "quarantine"): {"text": "[" * 5000}, **ONE}}, WORK),
        ({}, {"files": {f"{RESCUE}/recover.lock": {"text": "[" * 5000}, **ONE}}, WORK),
        ({}, {"files": {f"{DAT}.lock": {"bytes": "\0"}}}, [{"run": "wproj rescue unlock"}, *WORK]),
    ],
)  # fmt: skip
def test_what_was_one_is_none_any_more(sink, setting, steps):
    scenario = {"scenario": "s", "project": {"sinks": {"a": sink}}, "given": setting, "when": steps}
    text = scenario_text(Path("s.wptest.yaml"), yaml.safe_dump(scenario))
    ((variant,),) = (loaded.variants for loaded in load_text(text))

    assert run_variant(variant).outcome.value in ("passed", "failed", "unverified")
