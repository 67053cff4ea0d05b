"""Expectations of sinks to which no line can ever come."""

from __future__ import annotations

from engine.project.model import SinkConf
from wptest.scenario.proof.inflow import Inflow
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.text.document import KeyPath
from wptest.words.expect import Check, SinkResult


def check_sinks(scene: Scene, inflow: Inflow, path: KeyPath, check: Check) -> None:
    """Check that what is expected of a sink can come, or that nothing is expected of it."""
    for name, result in check.sinks.items():
        if not _is_of_nothing(result):
            check_sink(scene, inflow, (*path, "sinks", name), name, at_key=True)


def check_sink(scene: Scene, inflow: Inflow, path: KeyPath, name: str, *, at_key: bool) -> None:
    """A mistake where no line can come to the sink of that name."""
    sink = inflow.survey.sink(name)
    if sink is None or inflow.reaches(sink):
        return
    message = f"no line can come to '{name}': {_why(inflow, sink)}"
    help_ = "let lines come to it" + (", or expect none: 'lines: 0'" if at_key else "")
    scene.problem(path, message, Code.NOTHING_COMES, help_=help_, at_key=at_key)


def _is_of_nothing(result: SinkResult) -> bool:
    """Whether an expectation says that the sink gets nothing, which can be so."""
    if result.lines is not None:
        return result.lines.holds(0)
    if result.ratio is not None:
        return result.ratio <= (result.tol or 0)
    if result.content is not None and result.content.exact is not None:
        return not result.content.exact
    return result.marked == ()


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
