"""Where lines can come from, and to which sinks; expectations of those to which none can ever come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.project.model import INFRA_GROUPS, MONITOR, SinkConf
from engine.project.routing import group_of, lets_through
from engine.rescue.name import LOCK, parse_name
from engine.text.source_text import KeyPath
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.expect import Expected
from wptest.words.setting.given_file import GivenFile


@dataclass(frozen=True)
class Inflow:
    """The lines of one variant: the input's, by rule, and those of files that it writes itself."""

    survey: Survey

    @cached_property
    def own_input(self) -> tuple[GivenFile, ...]:
        """What the scenario writes to the inputs itself."""
        inputs = self.survey.project.inputs
        return tuple(file for _, path, file in self.survey.written if path in inputs)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules of the lines that `wparse` reads, but for those that the scenario writes itself."""
        outset, project = self.survey.scenario.given.outset, self.survey.project
        if "wparse" not in self.survey.programs or not project.source.enabled:
            return ()
        if not outset.lines and "wpgen" not in self.survey.programs:
            return ()
        return tuple(outset.shares or dict.fromkeys(sample.rule for sample in project.samples))

    @cached_property
    def groups(self) -> frozenset[str]:
        """The names of the groups that these lines go to."""
        return frozenset(map(self._destination, self.rules))

    def reaches(self, sink: SinkConf) -> bool:
        """Whether a line can come to the sink, by any way."""
        own_lines = self.own_input and "wparse" in self.survey.programs
        if own_lines or sink.group == MONITOR or self.survey.has_own_code:
            return True
        if sink.group in self.groups and (sink.passing is None or self._passes(sink)):
            return True
        return any(self._is_for(path, sink) for _, path, _ in self.survey.written)

    def _is_for(self, path: str, sink: SinkConf) -> bool:
        """Whether a file is a target of the sink, or a rescue file of it."""
        if path == sink.path:
            return True
        project = self.survey.project
        name = parse_name(path.removesuffix(LOCK), project.rescue_root)
        return name is not None and (name.sink == sink.id or project.sink_of_rescue_file(name.sink) == sink)

    def _passes(self, sink: SinkConf) -> bool:
        """Whether the sink's filter lets a line through of those that its group gets."""
        assert sink.passing is not None, "a sink without a filter gets everything"
        rules = {rule for rule in self.rules if self._destination(rule) == sink.group}
        texts = [sample.text for sample in self.survey.project.samples if sample.rule in rules]
        return lets_through(sink.passing, texts) if texts else sink.passing.share > 0

    def _destination(self, rule: str) -> str:
        if rule in INFRA_GROUPS:
            return rule
        group = group_of(rule, self.survey.project.groups)
        return group.name if group is not None else "default"


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
    group = next(each for each in inflow.survey.project.groups if sink in each.sinks)
    takes = f"takes {' and '.join(group.takes)}" if group.takes else "has no rules"
    lines = f"the input has lines of {', '.join(inflow.rules)}, and the group '{group.name}' {takes}"
    return lines if sink.passing is None else f"{lines}, of which its filter lets none through"
