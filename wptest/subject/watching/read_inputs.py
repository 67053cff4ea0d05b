"""All inputs of a project of real programs, and how much of each was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.kernel.trace import FieldValue
from engine.machine import Machine
from engine.project.model import Project
from wptest.judge.written_down.positions import read_position
from wptest.subject.watching.read_input import ReadInput

_READER = "wparse"


class ReadInputs:
    """Tells the trace what was read, as the engine's own sources tell it.

    Args:
        machine: whose trace it is.
        root: the work root.
    """

    def __init__(self, machine: Machine, root: Path, project: Project) -> None:
        self._machine = machine
        self._root = root
        self._project = project
        self._inputs: dict[str, ReadInput] = {}
        self.follow(project)
        machine.disk.before_cut.listen(self._about_to_cut)

    @property
    def all_read(self) -> bool:
        """Whether the last line of every input has been seen."""
        return all(self._inputs[source.path].is_read for source in self._project.sources)

    def follow(self, project: Project) -> None:
        """From now on the inputs of this project are read as well."""
        self._project = project
        for path in project.inputs:
            if path not in self._inputs:
                self._inputs[path] = ReadInput(self._root, path, self._tell)

    def begin(self) -> None:
        """A `wparse` is started."""
        source = self._project.source
        kept = read_position(self._machine.disk) if source.keeps_position else None
        for path, each in self._inputs.items():
            each.begin(kept if path == source.path else None)

    def seen(self, lines: Iterable[bytes], *, is_fresh: bool) -> None:
        """See `ReadInput.seen`."""
        for each in self._inputs.values():
            each.seen(lines, is_fresh=is_fresh)

    def told(self, kind: str, path: str, fields: Mapping[str, FieldValue]) -> bool:
        """What `wparse` logs of how it reads; False where it is nothing of that."""
        match kind:
            case "monitor.stat" if (claimed := self._inputs.get(str(fields["target"]))) is not None:
                claimed.claimed(int(fields["total"] or 0))
                return False  # it is a figure as well
            case "source.gone_on":
                any(each.go_on(path, int(fields["lines"] or 0)) for each in self._inputs.values())
                return True
            case "source.reopened":
                if path in self._inputs:
                    self._inputs[path].reopened(str(fields["why"]))
                return True
            case _:
                return False

    def end(self, *, is_whole: bool) -> None:
        """The `wparse` ends by itself; `is_whole` says that it must have read everything."""
        for source in self._project.sources:
            each = self._inputs[source.path]
            if is_whole:
                each.claim_all()
            self._machine.emit(_READER, "source.ended", path=source.path, lines=each.total)

    def close(self) -> None:
        """Let go of the files."""
        for each in self._inputs.values():
            each.close()

    def _tell(self, kind: str, fields: Mapping[str, FieldValue]) -> None:
        self._machine.emit(_READER, kind, **fields)

    def _about_to_cut(self, number: int | None) -> None:
        for each in self._inputs.values():
            each.about_to_cut(number)
