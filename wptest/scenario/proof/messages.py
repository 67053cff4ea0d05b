"""What the programs log, and patterns of messages that none of it can match: a `never` of such proves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from engine.programs.command import PROGRAMS
from engine.project.model import LogLevel, Project
from engine.text.mistake import nearest
from engine.text.source_text import KeyPath
from wptest.scenario.proof.overlap import NUMBER, Parts, overlap, text_parts
from wptest.scenario.scene import Scene
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.words.expect import Expected
from wptest.words.step import Step

# Every message, by its level, `*` for what differs; `{root}` is the rescue root, the others are names and numbers.
MESSAGES: Mapping[LogLevel, tuple[str, ...]] = {
    "error": (
        "{group}  sink error: *",
        "{sink} can't be closed: *",
        "{sink} can't be flushed: *",
        "{sink} is broken at *: *",
        "./{root}/* can't be unlocked: *",
        "./{root}/* is left for another run: *",
        "./{root}/* stays locked: *",
        "another recovery works on {root}",
        "can't open *: *",
        "can't read *: *",
        "checkpoint {root}/* can't be read: *; going on without",
        "it runs already",
        "line {number} of {root}/* is not text: quarantined",
        "no sink agent for *, skipped: ./{root}/*",
        "rescue of {sink}: *",
        "sink {sink} can't be built: *",
        "sink error and end: *",
        "sink error and interrupt: *",
        "the project has no sample lines to generate input from",
        "unknown robust mode *: going on with *",
        "unlock rescue file on stop failed: * (*)",
        "unreadable rescue file name, skipped: ./{root}/*",
        "validate failed",
        "{program}: * (*)",
        "{root} can't be scanned: *",
        "{root}/*: *",
    ),
    "warn": (
        "{sink} reconnect fail! *",
        "checkpoint not saved: *",
        "no source is enabled: nothing is read",
        "cut {number} bytes of a torn line off ./{root}/*",
        "option * has no effect",
        "reconnect success ,send {sink} to fix_sink_q",
        "sink error and tolerant: *",
        "sink error: *",
        "skipped {number} blank lines of {root}/*",
        "warn_sink! reconnect {sink}",
    ),
    "info": (
        "crate out file use async mode ./{root}/*",
        "enter draining state",
        "generated {number} lines into *",
        "interval stat: *",
        "recover begin",
        "recover begin! file : ./{root}/*.dat",
        "recover end",
        "recover end! clean file : ./{root}/*.dat",
        "recover file: ./{root}/*.dat",
        "recover interrupt",
        "sum stat: *",
        "unlocked ./{root}/*.dat",
    ),
    "debug": (
        "{number} lines of {root}/* are in the target already",
        "sink error and ignore: *",
        "{root}/* can't be looked at: *",
    ),
}

_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warn", "error")
# What stands before a message in a log file: `2025-10-04 01:59:20.000 [WARN] [data] `.
_HEAD = re.compile(r"\[(?:DEBUG|INFO|WARN|ERROR)\]|\[(?:ctrl|data|recover|rescue|source|stat)\] ")
_ALIKE = 6  # so many characters at the start of two messages are no chance
_WHOLE = "a pattern is for the whole message, without date, level and target"


@dataclass(frozen=True)
class Messages:
    """The messages that a project's programs can log, at its level and above."""

    project: Project

    @property
    def texts(self) -> Iterator[str]:
        """All messages, with `*` for what differs and `{number}` for numbers."""
        names: dict[str, list[str]] = {
            "{sink}": [sink.id for sink in self.project.sinks],
            "{group}": [group.name for group in self.project.groups],
            "{program}": list(PROGRAMS),
        }
        for level in _LEVELS[_LEVELS.index(self.project.log_level) :]:
            for text in MESSAGES[level]:
                rooted = text.replace("{root}", self.project.rescue_root)
                key = next((key for key in names if key in text), None)
                yield from (rooted.replace(key, name) for name in names[key]) if key is not None else [rooted]

    def can_match(self, pattern: str) -> bool:
        """Whether the pattern can match a message as a whole."""
        if _HEAD.search(pattern) or pattern[0].isspace() or pattern[-1].isspace():
            return False
        if pattern.startswith("*") and pattern.endswith("*"):
            return True  # what a system calls an error can have any words
        parts = text_parts(pattern)
        return any(overlap(parts, _parts(text)) for text in self.texts)

    def instead(self, pattern: str) -> str:
        """What may be meant, or what patterns are for."""
        bare = pattern.strip("* ")
        if _HEAD.search(pattern) or not bare:
            return _WHOLE
        texts = [text.replace("{number}", "*") for text in self.texts]
        longer = sorted((text for text in texts if bare in text), key=len)
        alike = max(texts, key=lambda text: _shared(text, bare))
        near = longer[0] if longer else alike if _shared(alike, bare) >= _ALIKE else nearest(pattern, texts)
        return f"did you mean '{near}'?" if near else _WHOLE


def _shared(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (this, that) in pairs if this != that), min(len(one), len(other)))


@lru_cache(maxsize=1024)
def _parts(text: str) -> Parts:
    before, number, behind = text.partition("{number}")
    return (*text_parts(before), *NUMBER, *text_parts(behind)) if number else text_parts(before)


def check_trigger(scene: Scene, messages: Messages, path: KeyPath, step: Step) -> None:
    """Warn of a step that waits for a message that never comes."""
    trigger = step.trigger
    if trigger is not None and trigger.message is not None:
        process, pattern = trigger.message
        _check(scene, messages, (*path, trigger.below, trigger.key, process), pattern, process)


def check_messages(scene: Scene, messages: Messages, path: KeyPath, expected: Expected) -> None:
    """Warn of expected messages that no program logs, and more so of those that must not come."""
    for word in expected.words:
        for sought in word.patterns():
            if sought.kind == "message":
                place = _written(scene, (*path, word.place), sought.place)
                _check(scene, messages, place, sought.pattern, sought.process, proves_nothing=sought.absent)


def _written(scene: Scene, path: KeyPath, place: KeyPath) -> KeyPath:
    """Where a pattern is written: one in a list of them stands there, or in a list below `in_order`."""
    in_list = len(place) == 2
    is_plain = isinstance(scene.document.node_at((*path, place[0])), yaml.SequenceNode)
    return (*path, place[0], "in_order", place[1]) if in_list and not is_plain else (*path, *place)


def _check(
    scene: Scene, messages: Messages, path: KeyPath, pattern: Glob, process: str, *, proves_nothing: bool = False
) -> None:
    if messages.can_match(pattern.pattern):
        return
    level = messages.project.log_level
    message = f"no message that {process} logs at level {level} matches '{pattern}'"
    help_ = messages.instead(pattern.pattern)
    scene.warn(path, message, Code.NEVER_SAID, help_=help_, proves_nothing=proves_nothing)
