"""What there is to say besides how a variant ran: warnings and notes, and mistakes that many files share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.text.diagnostic import file_name
from wptest.text.scenario_source import InvalidScenario

if TYPE_CHECKING:  # who collects needs no scenario yet
    from wptest.scenario.load import LoadedVariant


def remarks(variant: LoadedVariant, cwd: Path) -> tuple[str, ...]:
    """Each as plain text; equal ones are the same remark, so that nobody has to read one twice."""
    return tuple(warning.render(cwd) for warning in variant.warnings)


def own_and_shared(error: InvalidScenario, file: Path, cwd: Path) -> tuple[str, tuple[str, ...]]:
    """The mistakes in the file itself, as text, and those in other files, one by one.

    The text names the other files. Equal ones are the same mistake, whichever file's scenarios met it.
    """
    shared = [each for each in error.diagnostics if not _is_same(each.path, file)]
    if not shared:
        return error.render(cwd), ()
    places = dict.fromkeys(file_name(each.path, cwd) for each in shared)
    note = f"what is wrong in {', '.join(places)} is told apart"
    own = [each for each in error.diagnostics if _is_same(each.path, file)]
    text = f"{InvalidScenario(own).render(cwd)}; {note}" if own else f"{file_name(file, cwd)}: {note}"
    return text, tuple(each.render(cwd) for each in shared)


def invalid_headline(error: InvalidScenario, cwd: Path) -> str:
    """One line for a file with mistakes: the first of them and its place."""
    first = error.diagnostics[0]
    name = file_name(first.path.relative_to(cwd) if first.path.is_relative_to(cwd) else first.path)
    place = f"{name}:{first.line}:{first.column}" if first.line else name
    more = f" (and {len(error.diagnostics) - 1} more)" if len(error.diagnostics) > 1 else ""
    return f"{place}: {first.message}{more}"


def _is_same(path: Path, file: Path) -> bool:
    return path == file or path.absolute() == file.absolute()
