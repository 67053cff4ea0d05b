"""What real versions write for a line that no rule takes: it and why, six or seven lines in all (D33)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.machine.records import source_of
from engine.project.model import Project
from engine.project.routing import is_begun
from engine.sinks.record_formats import RecordForm

_DETAILS = b"  -> Details: Parsing Error"


class MissRecords:
    """The records of lines of a project, in the form of their target if that has one."""

    def __init__(self, project: Project, form: RecordForm | None = None) -> None:
        self._form = form
        self._project = project
        self._rules = project.wpl

    def of(self, line: bytes) -> bytes:
        """The record of a line, but for its last line end; without details where a rule takes its beginning."""
        begun = is_begun(line.decode(errors="replace"), self._rules)
        why = (b"no rule takes it", b"Error: [500] data error", *(() if begun else (_DETAILS,)))
        source = source_of(line, self._project).key.encode()
        text = b"\n".join((b"src_key: %s  | data:" % source, line, *why, b"", b""))
        return text if self._form is None else self._form.written([("raw", text.decode(errors="replace"))]).encode()

    def whole(self, lines: Sequence[bytes], written: int) -> int:
        """How many of the lines have their whole record in so many lines that were written."""
        for taken, line in enumerate(lines):
            written -= self.of(line).count(b"\n") + 1
            if written < 0:
                return taken
        return len(lines)
