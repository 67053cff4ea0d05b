"""Patterns of paths, files and sinks that nothing in the scenario can ever match."""

from __future__ import annotations

from collections.abc import Collection

from engine.text.source_text import KeyPath
from wptest.scenario.proof.reach import Reach
from wptest.scenario.scene import Scene
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.expect import Expected
from wptest.words.step import Step

# What the programs do to directories; all else they do to files.
_WHICH = {
    "replayed file": "can be replayed",
    "checkpoint entry": "a checkpoint can have",
    "read file": "can be read",
}
_TO_DIRECTORIES = frozenset({"mkdir", "list", "sync_dir"})


def check_step(scene: Scene, reach: Reach, path: KeyPath, step: Step) -> None:
    """Check the files that a step's fault or trigger is about."""
    for found in (step.verb.operations, step.trigger.operations if step.trigger is not None else None):
        if found is not None:
            _check_operations(scene, reach, (*path, *found.place), found.pattern, found.kinds)


def check_expected(scene: Scene, reach: Reach, path: KeyPath, expected: Expected) -> None:
    """Check the patterns of files and sinks in expectations."""
    for word in expected.words:
        for sought in word.patterns():
            place, pattern = (*path, word.place, *sought.place), sought.pattern
            if sought.kind == "sink":
                _check_target(scene, place, pattern)
            elif sought.kind == "read file" and any(map(pattern.matches, reach.survey.project.inputs)):
                continue
            elif sought.kind in _WHICH:
                at_key = not isinstance(place[-1], int)
                _check_replayable(scene, reach, place, pattern, _WHICH[sought.kind], at_key=at_key)


def _check_operations(scene: Scene, reach: Reach, path: KeyPath, pattern: str, operations: Collection[str]) -> None:
    """A mistake where none of the operations is ever done to a path that the pattern matches."""
    if not reach.is_known:
        return
    to_files = [each for each in operations if each not in _TO_DIRECTORIES]
    to_directories = [each for each in operations if each in _TO_DIRECTORIES]
    if (to_files and reach.has_file(pattern)) or (to_directories and reach.has_directory(pattern)):
        return
    if to_files and reach.has_directory(pattern):
        named = " and ".join(f"'{'write' if each == 'append' else each}'" for each in to_files)
        message = f"'{pattern}' is a directory, and {named} {'is' if len(to_files) == 1 else 'are'} about files"
        help_ = f"for the files in it write {pattern.rstrip('/')}/**"
        scene.problem(path, message, Code.UNREACHED, help_=help_)
        return
    what, known = ("path", reach.files) if to_files else ("directory", reach.directories)
    message = f"'{pattern}' matches no {what} that this scenario's programs use"
    expected = f"the whole of a {what} like {known[0]}"
    scene.problem(path, message, Code.UNREACHED, expected=expected, help_=_meant(reach, pattern, known))


def _meant(reach: Reach, pattern: str, known: tuple[str, ...]) -> str | None:
    if pattern.startswith(f"{reach.survey.project.log_dir}/"):
        return "log files are out of reach of faults"
    anywhere = f"**/{pattern}"
    if reach.has_file(anywhere):
        return (
            f"'*' stays within one directory: write {anywhere}" if pattern.startswith("*") else f"write {anywhere}"
        )
    near = did_you_mean(pattern, known)
    return near or ("log files are out of reach of faults" if pattern.endswith(".log") else None)


def _check_replayable(
    scene: Scene, reach: Reach, path: KeyPath, pattern: Glob, what: str, *, at_key: bool = False
) -> None:
    if reach.has_replayable(pattern):
        return
    bare = pattern.pattern.strip("* ")
    wider = next(
        (each for each in (f"*{bare}", f"*{bare}.dat", f"*{bare}*") if reach.has_replayable(Glob(each))), None
    )
    help_ = f"a pattern is for the whole path: write '{wider}'" if wider is not None else None
    help_ = help_ or did_you_mean(pattern.pattern, reach.replayable)
    message = f"no file that {what} matches '{pattern}'"
    expected = f"a pattern of a path like {reach.replayable[0]}"
    scene.problem(path, message, Code.UNREACHED, expected=expected, help_=help_, at_key=at_key)


def _check_target(scene: Scene, path: KeyPath, pattern: Glob) -> None:
    assert scene.project is not None, "there are patterns to check only where the project is known"
    known = [sink.id for sink in scene.project.sinks]
    if not any(map(pattern.matches, known)):
        help_ = did_you_mean(pattern.pattern, known)
        expected = f"one of: {', '.join(known)}"
        message = f"no sink's name matches '{pattern}'"
        scene.problem(path, message, Code.UNREACHED, expected=expected, help_=help_, at_key=True)
