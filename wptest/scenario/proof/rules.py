"""Rules whose lines no group takes, and patterns of lines that the scenario never writes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.pipeline.router import text_of
from engine.project.model import INFRA_GROUPS, MISS
from engine.project.routing import group_of
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath
from wptest.scenario.proof.inflow import Inflow
from wptest.scenario.scene import Scene
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.setting.given_file import GivenFile
from wptest.words.setting.parts.input_lines import InputLines

_SHOWN = 40  # characters of a line


def check_rules(scene: Scene) -> bool:
    """A rule of the input is one that a group takes, that a sample has, or an infra group; whether one is not."""
    source, project = scene.scenario.given.get(InputLines), scene.project
    if source is None or project is None or not (source.rules or source.patterns):
        return False
    wrong = False
    inline = scene.is_inline
    sampled = () if inline else tuple(dict.fromkeys(sample.rule for sample in project.samples))
    taken = tuple(rule for group in project.groups for rule in group.rules) if inline else ()
    for key, rules in (("rules", source.rules), ("patterns", source.patterns)):
        for rule in rules:
            if rule not in sampled and rule not in INFRA_GROUPS and group_of(rule, project.groups) is None:
                _untaken(scene, ("given", "source", key, rule), rule, (*sampled, *taken))
                wrong = True
    return wrong


def _untaken(scene: Scene, path: KeyPath, rule: str, known: tuple[str, ...]) -> None:
    assert scene.project is not None, "rules are looked at where the project is known"
    message = f"no group takes the rule '{rule}': its lines would go to the group 'default'"
    help_ = did_you_mean(rule, known)
    if not rule.startswith("/") and group_of(f"/{rule}", scene.project.groups) is not None:
        help_ = f"did you mean '/{rule}'? A rule begins with '/'"
    bare = [each for each in known if not each.startswith(("/", "*")) and Glob(f"/{each}").matches(rule)]
    if bare:
        help_ = f"'{bare[0]}' lacks its slash: write /{bare[0]} as the rule of the group{_on_line(scene, bare[0])}"
    expected = one_of(known) if known else None
    help_ = help_ or f"if no group shall take them, write {path[2]}: {{default: ...}}"
    scene.problem(path, message, Code.UNTAKEN_RULE, expected=expected, help_=help_, at_key=True)


def _on_line(scene: Scene, rule: str) -> str:
    """Which group of the scenario has the rule, and where that is written."""
    assert scene.project is not None, "rules are looked at where the project is known"
    group = next(each for each in scene.project.groups if rule in each.rules)
    line = scene.place(("project", "groups", group.name, "rule")).line
    return f" '{group.name}' on line {line}"


def check_patterns_of_lines(scene: Scene, inflow: Inflow) -> None:
    """A pattern of the input's lines is for those that the scenario writes itself: there must be such lines."""
    source = scene.scenario.given.get(InputLines)
    for rule, pattern in (source.patterns if source is not None else {}).items():
        path: KeyPath = ("given", "source", "patterns", rule)
        place = inflow.survey.project.source.path
        if inflow.survey.has_own_code:
            continue
        if not inflow.own_input:
            message = "patterns are for lines that the scenario writes itself, and it writes none"
            help_ = f"write them: given: {{files: {{{place}: {{text: ...}}}}}}"
            scene.problem(path, message, Code.UNREACHED, help_=help_)
        elif not any(pattern.matches(line) for file in inflow.own_input for line in _lines(place, file)):
            message = f"no line of {place} matches '{pattern}'"
            help_ = _wider(pattern, [line for file in inflow.own_input for line in _lines(place, file)])
            scene.problem(path, message, Code.UNREACHED, help_=help_)


def check_own_lines(scene: Scene, inflow: Inflow) -> None:
    """Lines that the scenario writes itself have a rule if a pattern gives them one: else they go to `miss`."""
    project = inflow.survey.project
    if project.patterns or "wparse" not in inflow.survey.programs or not scene.is_inline:
        return
    missed = {name for sink in project.sinks if sink.group == MISS for name in (sink.id, sink.name)}
    checks = (step.verb.check for _, step in inflow.survey.steps)
    expected = [scene.scenario.then, *(check for check in checks if check is not None)]
    if any(named.name in missed for check in expected for word in check.words for named in word.names()):
        return
    known = {sample.text for sample in project.samples}
    for place, path, file in inflow.survey.written:
        lines = [line for line in _lines(path, file) if line.strip() and line not in known]
        if path in project.inputs and lines:
            rule = project.samples[0].rule
            message = f"no rule is known of {_quoted(lines[0])} and what is like it: such lines go to miss"
            help_ = f'given: {{source: {{patterns: {{{rule}: "*"}}}}}}'
            scene.warn(place, message, Code.NO_RULE, help_=help_, at_key=True)
            return


def _quoted(line: str) -> str:
    return f"'{line if len(line) <= _SHOWN else line[: _SHOWN - 3] + '...'}'"


def check_equal_lines(scene: Scene, inflow: Inflow) -> None:
    """Lines of the input are equal only where they are made up."""
    source = scene.scenario.given.get(InputLines)
    if source is None or source.equal is None or source.count is not None or "wpgen" in inflow.survey.programs:
        return
    message = "these would be made-up lines of the input, and there are none"
    help_ = "say how many: lines: 100"
    scene.problem(("given", "source", "equal"), message, Code.UNREACHED, help_=help_)


def _wider(pattern: Glob, lines: list[str]) -> str:
    wide = Glob(f"*{pattern.pattern.strip('*')}*")
    if any(map(wide.matches, lines)):
        return f"a pattern is for the whole line: write '{wide}'"
    return "its first line is: " + (lines[0] if lines else "nothing")


def _lines(path: str, file: GivenFile) -> Iterator[str]:
    """The lines of a written file, as patterns see them."""
    if file.lines is not None:
        yield f"{file.marked or 'line'} of {path.rpartition('/')[2]}"
    else:
        data = (file.text or "").encode() if file.raw is None else file.raw.encode("latin-1")
        for line in data.splitlines():
            yield text_of(line).decode(errors="replace")
