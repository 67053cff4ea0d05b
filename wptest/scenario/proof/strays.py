"""Files that look like rescue files of the scenario and are none: recovery never takes them."""

from __future__ import annotations

import re

from engine.project.model import Project
from engine.rescue.checkpoint import CHECKPOINT_NAME as CHECKPOINT
from engine.rescue.name import LOCK, RELEASED, parse_name
from engine.rescue.resuming.intents import INTENT_NAME
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.expect import Check
from wptest.words.expectations.allowances import Allowances
from wptest.words.expectations.exit_codes import ExitCodes
from wptest.words.expectations.must_happen import MustHappen

_DATED = re.compile(r".+-\d{4}-\d{1,2}-\d{1,2}[_T ]\d{1,2}[:.-]\d\d[:.-]\d\d.*")
_LIKE = "SINK-2025-10-04_01:59:24.dat"
_MOST = 5
_LEFT = ("rescued", "stranded")  # places that a recovery leaves lines in
_SPOKEN = ("message", "printed line")


def check_strays(scene: Scene, survey: Survey) -> bool:
    """Warn of every such file that the scenario writes and says nothing more of; whether there is one."""
    warned = False
    for path, file, _ in survey.written:
        found = _stray(file, survey.project)
        if found is not None and not _is_meant(scene, file):
            message, help_ = found
            scene.warn(path, message, Code.STRAY, help_=help_, at_key=True)
            warned = True
    return warned


def _stray(path: str, project: Project) -> tuple[str, str] | None:
    """What is odd about a file's path, and what to do; None where nothing is."""
    root, released, name = project.rescue_root, path.removesuffix(LOCK), path.rpartition("/")[2]
    if not path.startswith(f"{root}/"):
        if parse_name(released) is None:
            return None
        message = f"'{path}' is no rescue file: those are in {root}"
        return message, f"write {root}/{name}, or let the project's rescue_root say where they are"
    if name.startswith((CHECKPOINT, INTENT_NAME)) or not (released.endswith(RELEASED) or _DATED.fullmatch(name)):
        return None
    named = parse_name(released, root)
    if named is None:
        return f"'{name}' is not the name of a rescue file, and recovery passes over it", f"a name is like {_LIKE}"
    if project.sink_of_rescue_file(named.sink) is not None:
        return None
    known = [sink.id for sink in project.sinks]
    message = f"there is no sink '{named.sink}', and recovery passes over its rescue file"
    help_ = did_you_mean(named.sink, known) or f"the sinks are {', '.join(known[:_MOST])}"
    return message, help_


def _is_meant(scene: Scene, path: str) -> bool:
    """Whether an expectation says that such a file stays, or has its name."""
    then = scene.scenario.then
    allowed = then.get(Allowances)
    may_stay = allowed is not None and allowed.stuck is not None
    if may_stay or "recovery.file_skipped" in (then.get(MustHappen) or ()):
        return True
    checks = [then, *(step.verb.check for step in scene.scenario.when if step.verb.check is not None)]
    return any(_leaves_some(check) or _speaks_of(check, path) for check in checks)


def _leaves_some(check: Check) -> bool:
    """Whether a check is for what a recovery leaves: its exit code, files, or lines that wait."""
    code = (check.get(ExitCodes) or {}).get("wprescue")
    if code is not None and not code.holds(0):
        return True
    amounts = [amount for word in check.words for amount in word.amounts()]
    return any(place in _LEFT and not expected.holds(0) for place, expected in amounts)


def _speaks_of(check: Check, path: str) -> bool:
    """Whether a pattern of messages or lines has the name of the file, or of its sink."""
    name = path.rpartition("/")[2]
    named = parse_name(path.removesuffix(LOCK))
    words = [name, *([named.sink] if named is not None else [])]
    said = [sought for word in check.words for sought in word.patterns() if sought.kind in _SPOKEN]
    return any(word in sought.pattern.pattern for word in words for sought in said)
