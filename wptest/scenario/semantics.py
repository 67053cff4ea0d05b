"""What a scenario's names mean: sinks, rules, environment variables, and settings that have no effect."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from engine.project.impossible import TOO_MUCH_IN_ONE, TOO_MUCH_TOGETHER, impossible_in, impossible_together
from engine.project.model import GroupConf, SinkConf
from engine.sinks.kinds import SINK_KINDS
from engine.text.source_text import KeyPath
from wptest.scenario.empty_expectations import empty_places
from wptest.scenario.file_places import check_file_places
from wptest.scenario.proof.provable import check_proof
from wptest.scenario.scene import Scene
from wptest.scenario.timeline import check_timeline
from wptest.shapes.project_names import is_of_project
from wptest.text.codes import Code
from wptest.words.expect import Expected
from wptest.words.expectation import Expectation, Misuse
from wptest.words.setting.inline import TOLERANCE_OF_NOTHING, InlineProject, InlineSink
from wptest.words.setting.part import GivenPart
from wptest.words.setting.parts.sink_phases import no_phases
from wptest.words.step import Step

# Where projects have their files, in either layout.
_OF_PROJECTS = ("conf/", "connectors/", "models/", "sink/", "topology/")


def check_meaning(scene: Scene) -> None:
    """Add to the scene every mistake that only shows once the whole scenario and its project are known."""
    _check_words(scene, [(("given", part.key), part) for part in scene.scenario.given.parts])
    _check_files_of_project(scene)
    if isinstance(scene.scenario.project, InlineProject):
        _check_inline(scene, scene.scenario.project)
    for path, step in scene.scenario.steps_at_work:
        _check_step(scene, path, step)
    _check_expected(scene, ("then",), scene.scenario.then)
    _check_databases(scene)
    check_file_places(scene)
    check_timeline(scene)
    check_proof(scene)


def _check_databases(scene: Scene) -> None:
    project = scene.scenario.project
    inline = project if isinstance(project, InlineProject) else None
    has_any = inline is not None and (
        inline.servers or any(_is_of_database(sink) for *_, sink in inline.placed_sinks)
    )
    if not has_any and not any(step.is_of_requests for _, step in scene.scenario.all_steps):
        return
    from wptest.scenario.databases.database_checks import check_databases  # noqa: PLC0415 - see above
    from wptest.scenario.databases.request_checks import check_requests  # noqa: PLC0415

    if inline is not None:
        check_databases(scene, inline)
    check_requests(scene)


def _is_of_database(sink: InlineSink) -> bool:
    return bool(sink.of_databases or SINK_KINDS[sink.type].engines)


def _check_step(scene: Scene, path: KeyPath, step: Step) -> None:
    if step.trigger is not None and step.trigger.sink is not None:
        scene.sink((*path, step.trigger.below, step.trigger.key), step.trigger.sink, at_key=False)
    check, where = step.verb.check, (*path, step.verb.key)
    if check is not None and not check.words:
        help_ = "say what must hold at this moment, or take the step out"
        scene.problem(where, "this check has nothing to check", Code.NO_EFFECT, help_=help_)
    if check is not None:
        _check_expected(scene, where, check)
    for place, name in step.verb.sinks:
        scene.sink((*path, *place), name, at_key=False)


def _check_inline(scene: Scene, project: InlineProject) -> None:
    _check_inline_sinks(scene, ("project", "sinks"), project.sinks or {})
    for name, group in (project.groups or {}).items():
        _check_inline_sinks(scene, ("project", "groups", name, "sinks"), group.sinks)
    business = [group for group in scene.project.groups if not group.infra] if scene.project is not None else []
    for conf in business:
        where: KeyPath = ("project", "sinks") if project.sinks is not None else ("project", "groups", conf.name)
        if (too_much := impossible_in(conf)) is not None:
            scene.problem(where, too_much, Code.WRONG_VALUE, help_=TOO_MUCH_IN_ONE, at_key=True)
    if (too_much := impossible_together(business, partial(_place_of_share, scene, project))) is not None:
        scene.problem(("project",), too_much, Code.WRONG_VALUE, help_=TOO_MUCH_TOGETHER, at_key=True)


def _check_files_of_project(scene: Scene) -> None:
    """A project that is written out has no files: what a step does to one changes nothing."""
    steps = list(scene.scenario.all_steps)
    if not scene.is_inline or any(step.verb.command and step.verb.command.mode == "init" for _, step in steps):
        return
    found: list[tuple[KeyPath, str]] = [
        (("given", "files", path), path) for path in scene.scenario.given.outset.files
    ]
    found += [((*at, *place), path) for at, step in steps for place, path in step.verb.touches]
    for where, path in found:
        if path.startswith(_OF_PROJECTS) and is_of_project(path):
            message = f"'{path}' changes nothing: this project is written out, and has no files"
            help_ = "let 'project' name a directory: its programs read such files whenever they start"
            scene.problem(where, message, Code.NO_EFFECT, help_=help_, at_key=where[-1] == path)


def _place_of_share(scene: Scene, project: InlineProject, group: GroupConf, sink: SinkConf) -> str:
    where: KeyPath = ("project",) if project.sinks is not None else ("project", "groups", group.name)
    key = "ratio" if sink.expect is not None and sink.expect.ratio is not None else "min"
    return f"line {scene.place((*where, 'sinks', sink.name, 'expect', key)).line}"


def _check_inline_sinks(scene: Scene, path: KeyPath, sinks: dict[str, InlineSink]) -> None:
    for name, sink in sinks.items():
        if name not in scene.untyped:
            _check_parameters(scene, (*path, name), name, sink)
        for where, referred in (found for call in sink.calls for found in call.references("sink")):
            scene.sink((*path, name, *where), referred, at_key=False)
        if sink.expect is not None and sink.expect.tol is not None and sink.expect.ratio is None:
            message, help_ = TOLERANCE_OF_NOTHING
            scene.problem((*path, name, "expect", "tol"), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_parameters(scene: Scene, path: KeyPath, name: str, sink: InlineSink) -> None:
    """A sink has only the parameters that its kind has."""
    kind = SINK_KINDS[sink.type]
    if sink.phases is not None and not kind.has_phases:
        _tell(scene, path, no_phases(("phases",), name, sink.kind))
    for parameter in sink.settings:
        owners = [each.name for each in SINK_KINDS.values() if parameter in [own.name for own in each.parameters]]
        if kind.name not in owners:
            message = f"the sink '{name}' is of type {sink.kind}, and has no {parameter}"
            help_ = f"only {' and '.join(owners)} sinks have it"
            scene.problem((*path, parameter), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_expected(scene: Scene, path: KeyPath, expected: Expected) -> None:
    words: list[tuple[KeyPath, Expectation[Any]]] = [((*path, word.place), word) for word in expected.words]
    _check_words(scene, words)
    for here, word in words:
        for place in empty_places(word):
            where, help_ = (*here, *place), "say what must hold, or take it out"
            if not any(left_out[: len(where)] == where for left_out in scene.pruned):  # what was there is wrong
                scene.problem(where, "nothing is expected here", Code.NO_EFFECT, help_=help_)


def _check_words(scene: Scene, words: Iterable[tuple[KeyPath, Expectation[Any] | GivenPart[Any]]]) -> None:
    """The sinks that words name are there, and all of the words make sense."""
    for here, word in words:
        for named in word.names():
            if named.what == "sink":
                scene.sink((*here, *named.place), named.name, at_key=named.at_key)
        for misuse in word.misuses(scene):
            _tell(scene, here, misuse)


def _tell(scene: Scene, here: KeyPath, misuse: Misuse) -> None:
    place, help_ = (*here, *misuse.place), misuse.help
    scene.problem(place, misuse.message, misuse.code, misuse.expected, help_, at_key=misuse.at_key)
