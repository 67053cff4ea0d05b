"""Expectations of sinks to which no line can ever come."""

from __future__ import annotations

from engine.project.model import SinkConf
from engine.text.source_text import KeyPath
from wptest.scenario.proof.inflow import Inflow
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.expect import Expected


def check_expected_sinks(scene: Scene, inflow: Inflow, path: KeyPath, expected: Expected) -> None:
    """Check that what is expected of a sink can come, or that nothing is expected of it."""
    for word in expected.words:
        for named in word.names():
            if named.what == "sink" and named.gets_lines:
                place = (*path, word.place, *named.place)
                check_sink(scene, inflow, place, named.name, at_key=named.at_key)


def check_sink(scene: Scene, inflow: Inflow, path: KeyPath, name: str, *, at_key: bool) -> None:
    """A mistake where no line can come to the sink of that name."""
    sink = inflow.survey.sink(name)
    if sink is None or inflow.reaches(sink):
        return
    message = f"no line can come to '{name}': {_why(inflow, sink)}"
    help_ = "let lines come to it" + (", or expect none: 'lines: 0'" if at_key else "")
    scene.problem(path, message, Code.NOTHING_COMES, help_=help_, at_key=at_key)


def _why(inflow: Inflow, sink: SinkConf) -> str:
    no_file = "there is no rescue file of it"
    if "wparse" not in inflow.survey.programs:
        return f"no step runs wparse, and {no_file}"
    if not inflow.survey.project.source.enabled:
        return f"the project's source is not enabled, and {no_file}"
    if not inflow.rules:
        return f"there is no input, and {no_file}"
    group = next(each for each in inflow.survey.project.groups if each.name == sink.group)
    takes = f"takes {' and '.join(group.rules)}" if group.rules else "has no rules"
    lines = f"the input has lines of {', '.join(inflow.rules)}, and the group '{group.name}' {takes}"
    return lines if sink.passing is None else f"{lines}, of which its filter lets none through"
