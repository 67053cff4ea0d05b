"""The paths that a scenario's programs can use: those that its text has, and those that rescue files may have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

from engine.pipeline.input_names import INPUT_NAMES_PATH
from engine.pipeline.kept_position import POSITION_PATH
from engine.rescue.checkpoint import CHECKPOINT_NAME as CHECKPOINT
from engine.rescue.name import GUARD, LOCK, RELEASED, parse_name
from engine.rescue.quarantine import SUFFIX, quarantine_path
from engine.rescue.resuming.intents import intent_path
from engine.storage.glob import path_pattern
from wptest.scenario.proof.overlap import (
    LIKE_A_TIME,
    NUMBER,
    TIMES,
    Parts,
    literal,
    overlap,
    path_parts,
    text_parts,
)
from wptest.scenario.proof.survey import Survey
from wptest.shapes.wildcards import Glob

_SOME_TIME = "2025-10-04_01:59:24"
_SUFFIXES = (RELEASED, RELEASED + LOCK, SUFFIX)  # of a rescue file, and of what is put aside of it


@dataclass(frozen=True)
class Reach:
    """What paths there can be in one variant's runs."""

    survey: Survey

    @cached_property
    def is_known(self) -> bool:
        """Whether all paths can be known: python sinks open any file, and `wproj init` writes a whole project."""
        return ("wproj", "init") not in self.survey.commands and not self.survey.has_own_sinks

    @cached_property
    def _written(self) -> tuple[str, ...]:
        """The files that the scenario itself puts there."""
        paths = dict.fromkeys(path for _, path, _ in self.survey.written)
        scenario = self.survey.scenario
        for _, step in scenario.all_steps:
            paths |= dict.fromkeys(step.verb.makes)
        return tuple(paths)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that the programs can use, of rescue files one for each sink."""
        root, paths = self.survey.project.rescue_root, list(self._written)
        paths += [sink.path for sink in self.survey.sinks if sink.path and sink.database is None]
        paths += [path for sink in self.survey.sinks if sink.database is not None for path in sink.database.files]
        paths += [*self.survey.project.inputs, f"{root}/{GUARD}"]
        paths += [f"{root}/{CHECKPOINT}{suffix}" for suffix in ("", ".tmp", ".bad", ".bad.kept")]
        targets = [sink.path for sink in self.survey.sinks if sink.path]
        paths += [intent_path(root, path) + suffix for path in targets for suffix in ("", ".tmp", ".bad")]
        paths += [path.removesuffix(LOCK) for path in self._written]
        if self.survey.project.source.keeps_position:
            paths += [POSITION_PATH, f"{POSITION_PATH}.tmp"]
        if any(sink.wants_places for sink in self.survey.sinks):
            paths += [INPUT_NAMES_PATH, f"{INPUT_NAMES_PATH}.tmp"]
        rescued = [f"{root}/{sink.id}-{_SOME_TIME}.dat" for sink in self.survey.sinks]
        paths += [*rescued, *(path + LOCK for path in rescued), *map(quarantine_path, [*self._written, *rescued])]
        return tuple(dict.fromkeys(paths))

    @cached_property
    def directories(self) -> tuple[str, ...]:
        """The directories that these files are in, and those above."""
        found: dict[str, None] = {self.survey.project.rescue_root: None}
        for path in self.files:
            while path := path.rpartition("/")[0]:
                found[path] = None
        return tuple(found)

    @cached_property
    def replayable(self) -> tuple[str, ...]:
        """The rescue files that can be replayed, and be in a checkpoint; of those to come one for each sink."""
        root = self.survey.project.rescue_root
        released = [path.removesuffix(LOCK) for path in self._written]
        named = [(path, parse_name(path, root)) for path in released if path.startswith(f"{root}/")]
        known = [
            path for path, name in named if name is not None and self.survey.project.sink_of_rescue_file(name.sink)
        ]
        return (*known, *(f"{root}/{sink.id}-{_SOME_TIME}.dat" for sink in self.survey.sinks))

    def has_file(self, pattern: str) -> bool:
        """Whether a file can have a path that this path pattern matches."""
        fits = path_pattern(pattern).fullmatch
        if any(map(fits, self.files)):
            return True
        return any(self._is_rescue_file(parts, _SUFFIXES) for parts in path_parts(pattern))

    def has_directory(self, pattern: str) -> bool:
        """Whether a directory can have a path that this path pattern matches."""
        return any(map(path_pattern(pattern).fullmatch, self.directories))

    def has_replayable(self, pattern: Glob) -> bool:
        """Whether a rescue file that can be replayed can have a path that the pattern matches."""
        if any(map(pattern.matches, self.replayable)):
            return True
        return self._is_rescue_file(text_parts(pattern.pattern), (RELEASED,))

    def _is_rescue_file(self, pattern: Parts, suffixes: tuple[str, ...]) -> bool:
        root = self.survey.project.rescue_root
        return any(_has_time(pattern, f"{root}/{sink.id}-", suffixes) for sink in self.survey.sinks)


@lru_cache(maxsize=512)
def _has_time(pattern: Parts, head: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a pattern can match the head with any time and one of the suffixes behind it."""
    before = literal(head)
    ends = [(*number, *literal(suffix)) for suffix in suffixes for number in ((), (*literal("-"), *NUMBER))]
    near = [end for end in ends if overlap(pattern, (*before, *LIKE_A_TIME, *end))]
    return any(overlap(pattern, (*before, *time, *end)) for time, end in product(TIMES, near))
