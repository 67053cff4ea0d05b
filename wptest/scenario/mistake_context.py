"""What stands around a mistake of shape."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.project.model import Project
from engine.text.source_text import KeyPath
from wptest.shapes.extension import NO_EXTENSIONS, Extensions


@dataclass(frozen=True, slots=True)
class MistakeContext:
    """A whole scenario as it is written, its project if that can be read, and the extensions that it sees."""

    value: Any
    project: Callable[[], Project | None] = lambda: None
    extensions: Extensions = field(default_factory=lambda: NO_EXTENSIONS)

    def sinks(self) -> Collection[str]:
        """The names of the project's sinks."""
        project = self.project()
        return () if project is None else [name for sink in project.sinks for name in (sink.id, sink.name)]

    def servers(self) -> Mapping[str, str]:
        """The engines of the project's servers, by their names; empty where none is written."""
        written = self.at(("project", "servers"))
        if isinstance(written, dict):
            return {
                name: str(each.get("engine", "")) if isinstance(each, dict) else ""
                for name, each in written.items()
            }
        project = self.project()
        return {} if project is None else {server.name: server.engine for server in project.servers}

    def at(self, path: KeyPath) -> Any:
        """What is written at a place; None where nothing is."""
        value = self.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value
