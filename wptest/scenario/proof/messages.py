"""What the programs log, and patterns of messages that none of it can match: a `never` of such proves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import yaml

from engine.programs.program_specs import PROGRAMS
from engine.project.model import LogLevel, Project
from engine.text.mistake import nearest
from engine.text.source_text import KeyPath
from wptest.scenario.proof.overlap import NUMBER, Parts, overlap, text_parts
from wptest.scenario.scene import Scene
from wptest.shapes.wildcards import Glob
from wptest.text.codes import Code
from wptest.text.wording import words_beside
from wptest.words.expect import Expected
from wptest.words.step import Step

_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warn", "error")
# What stands before a message in a log file: `2025-10-04 01:59:20.000 [WARN] [data] `.
_HEAD = re.compile(r"\[(?:DEBUG|INFO|WARN|ERROR)\]|\[(?:ctrl|data|recover|rescue|source|stat)\] ")
_ALIKE = 6  # so many characters at the start of two messages are no chance
_WHOLE = "a pattern is for the whole message, without date, level and target"


@cache
def logged_messages() -> Mapping[LogLevel, Sequence[str]]:
    """Every message, by its level; `messages.toml` says how they are written."""
    return words_beside(__file__, "messages.toml")


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
            "{target}": [sink.path for sink in self.project.sinks if sink.path is not None],
        }
        for level in _LEVELS[_LEVELS.index(self.project.log_level) :]:
            for text in logged_messages()[level]:
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
