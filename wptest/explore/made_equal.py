"""A scenario whose made-up lines are equal, as heartbeats are, wherever there are enough of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.scenario.load import LoadedVariant
from wptest.scenario.project import altered
from wptest.text.wording import every
from wptest.words.setting.given import Given
from wptest.words.setting.given_file import GivenFile
from wptest.words.setting.parts.files_at_start import FilesAtStart
from wptest.words.setting.parts.input_lines import InputLines

_TWO = 2  # a line alone is equal to none


def with_equal_lines(variant: LoadedVariant, nth: int) -> PlainData:
    """What of the variant's `given` is another with each `nth` line equal to others; nothing where none can be."""
    plain, given, changed = variant.value.get("given") or {}, variant.scenario.given, {}
    equal = {"equal": every(nth)}
    if _takes_equal_lines(variant, nth):
        changed["source"] = plain.get("source", {}) | equal
    if files := {path for path, file in (given.get(FilesAtStart) or {}).items() if _can_be_equal(file, nth)}:
        written = plain["files"].items()
        changed["files"] = {path: file | equal if path in files else file for path, file in written}
    return changed


def loaded_with(variant: LoadedVariant, given: PlainData, **others: Any) -> LoadedVariant:
    """The variant with other parts of `given` for the same project, and other parts of its own, all checked.

    That is ten times faster than to load it, as it skips what can't be wrong.
    """
    stage = variant.scenario.given
    if given:
        stage = Given.model_validate((variant.value.get("given") or {}) | given)
    scenario = variant.scenario.model_copy(update={"given": stage, **others})
    return replace(variant, scenario=scenario, project=altered(variant.project, stage))


def _takes_equal_lines(variant: LoadedVariant, nth: int) -> bool:
    """Whether the scenario has an input made up, of enough lines, and hasn't said which are equal."""
    source = variant.scenario.given.get(InputLines)
    if source is not None and source.equal is not None:
        return False
    commands = [step.verb.command for _, step in variant.scenario.all_steps]
    if source is None or source.count is None:
        return any(command is not None and command.program == "wpgen" for command in commands)
    return source.count >= _TWO * nth


def _can_be_equal(file: GivenFile, nth: int) -> bool:
    return file.lines is not None and file.equal is None and file.lines >= _TWO * nth
