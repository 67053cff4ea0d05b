"""What the pages of errors and failures show, from the files of `examples/`: an example of each code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.behaviour import REFERENCE, Behaviour
from engine.units import parse_duration
from wptest.run.bounds import TIMEOUT
from wptest.text.codes import Code
from wptest.words.failures import Failure

_DIRECTORY = Path(__file__).with_name("examples")


@dataclass(frozen=True, slots=True)
class MistakeExample:
    """A mistake: its common causes, how to mend it, and a file that has it (None for no file at all).

    `files` are what else is there; `encoding` is how the text becomes bytes.
    """

    cause: str
    mend: str
    text: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class FailureExample:
    """A failure: its common causes, what to look at next, and a scenario that fails so.

    `behaviour` breaks the programs where right ones don't fail so; `most_steps` bounds the run, and `timeout` its
    real time in nanoseconds; `extensions` is a conftest.py beside the scenario; `is_real` says that it is run
    against real processes.
    """

    cause: str
    look: str
    text: str
    behaviour: Behaviour = REFERENCE
    most_steps: int | None = None
    extensions: str = ""
    is_real: bool = False
    timeout: int = TIMEOUT


def introduction(name: str) -> str:
    """What a page says before its examples."""
    return (_DIRECTORY / name).read_text(encoding="utf-8")


@cache
def mistake_examples() -> Mapping[Code, MistakeExample]:
    """For each code of a mistake, in the order of the file."""
    codes = {code.value: code for code in Code}
    return {codes[code]: MistakeExample(**said) for code, said in _read("errors.yaml").items()}


@cache
def failure_examples() -> Mapping[Failure, FailureExample]:
    """For each code of a failure, in the order of the file."""
    codes = {code.value: code for code in Failure}
    return {codes[code]: _failure(said) for code, said in _read("failures.yaml").items()}


def _failure(said: dict[str, Any]) -> FailureExample:
    if "behaviour" in said:
        said["behaviour"] = Behaviour(**said["behaviour"])
    if "timeout" in said:
        said["timeout"] = parse_duration(said["timeout"])
    return FailureExample(**said)


def _read(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((_DIRECTORY / name).read_text(encoding="utf-8"))
    return found
