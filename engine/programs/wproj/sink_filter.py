"""Which sinks a command is about: `--group`, `--sink` and `--path-like`, each of them a part of a name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.programs.command import Command
from engine.project.model import GroupConf, Project, SinkConf
from engine.rescue.name import logged_path


def chosen_sinks(project: Project, command: Command) -> Iterator[tuple[GroupConf, SinkConf]]:
    """The sinks that a command line names, with their groups; all of them where it names none."""
    groups, sinks = _parts(command, "groups"), _parts(command, "sinks")
    path = str(command.options.get("path_like", ""))
    for group in project.groups:
        for sink in group.sinks:
            fits = _fits(group.name, groups) and _fits(sink.name, sinks)
            if fits and path in logged_path(sink.path or ""):
                yield group, sink


def _parts(command: Command, option: str) -> list[str]:
    return str(command.options.get(option, "")).splitlines()


def _fits(name: str, parts: list[str]) -> bool:
    return not parts or any(part in name for part in parts)
