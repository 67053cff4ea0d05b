"""Outages that come too late or never, and recoveries that find nothing: what a scenario sets up for nothing."""

from __future__ import annotations

from engine.project.model import Project, SinkConf
from engine.text.source_text import KeyPath
from engine.units import SECOND, format_duration
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scenario import Scenario
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.setting.inline import InlineProject
from wptest.words.setting.parts.sink_phases import SinkPhases


def outages(project: Project) -> list[SinkConf]:
    """The sinks that go up and down in phases."""
    return [sink for sink in project.sinks if sink.goes_down]


def input_time(scenario: Scenario, project: Project) -> int | None:
    """How long reading the input takes in nanoseconds; None where there is none or its length isn't known."""
    count = scenario.given.outset.lines
    is_read = count and project.source.rate and project.source.enabled
    return int(count / project.source.rate * SECOND) if count and is_read else None


def check_outages(scene: Scene, survey: Survey) -> None:
    """Warn of phases in which a sink can't fail while there is something to write."""
    duration = input_time(survey.scenario, survey.project) if not survey.has_trouble else None
    for sink in survey.sinks:
        down = _first_down(sink) if sink.goes_down else 0
        if down is None:
            message, help_ = f"{sink.id} is never down", "give it a phase like 'down 2s'"
            scene.warn(place_of(scene.scenario, sink), message, Code.NEVER_DOWN, help_=help_, at_key=True)
        elif down and duration is not None and down >= duration:
            end = format_duration(duration)
            message = f"{sink.id} is first down after {format_duration(down)}, and the input is read by {end}"
            help_ = "nothing will be rescued: make the input longer, or the outage earlier"
            scene.warn(place_of(scene.scenario, sink), message, Code.NEVER_DOWN, help_=help_, at_key=True)


def check_recoveries(scene: Scene, survey: Survey) -> None:
    """Warn of a recovery that can't find a file."""
    if "wprescue" not in survey.programs or survey.has_trouble or survey.has_own_code:
        return
    if any(sink.goes_down for sink in survey.sinks):
        return
    for path, step in survey.steps:
        command = step.verb.command
        if command is not None and command.program == "wprescue":
            message = "wprescue has nothing to replay: no sink can fail, and no rescue file is there"
            help_ = f"{_failing(survey)}, or give a file: given: {{files: {{{survey.project.rescue_root}/...}}}}"
            scene.warn((*path, step.verb.key), message, Code.NOTHING_TO_REPLAY, help_=help_)
            return


def _failing(survey: Survey) -> str:
    """How a sink of the project may come to fail."""
    for server in survey.project.servers:
        return f"let requests fail (fail_requests: {{server: {server.name}, at: answer_lost}})"
    return "let a sink fail ({type: test_rescue})"


def _first_down(sink: SinkConf) -> int | None:
    """After how many nanoseconds a sink is down for the first time; None for never."""
    up = 0
    for phase in sink.phases or sink.kind.default_phases:
        if not phase.up:
            return up
        up += phase.duration
    return None


def place_of(scenario: Scenario, sink: SinkConf) -> KeyPath:
    """Where a sink's phases are said, or else the sink, or the project."""
    if sink.id in (scenario.given.get(SinkPhases) or ()):
        return ("given", "phases", sink.id)
    if not isinstance(scenario.project, InlineProject):
        return ("project",)
    if scenario.project.sinks is not None:
        return ("project", "sinks", sink.name, "phases")
    return ("project", "groups", sink.group, "sinks", sink.name, "phases")
