"""Scenario files: read from the disk, decoded, and what is raised where one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from engine.text.diagnostic import Diagnostic, sorted_unique
from engine.text.mistake import reason_of
from engine.text.source_text import SourceText
from wptest.text.codes import Code
from wptest.text.wording import so_many

MAX_SCENARIO_BYTES = 10_000_000

# The breaks that YAML counts lines by: str.splitlines() knows more, and would count differently.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class InvalidScenario(Exception):
    """A scenario file with mistakes: all of them in `diagnostics`, in the order of the file, none twice."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_unique(diagnostics)
        super().__init__(self.diagnostics)

    @property
    def mistakes(self) -> int:
        """How many of them are no mere warnings."""
        return sum(each.severity == "error" for each in self.diagnostics)

    def render(self, relative_to: Path | None = None) -> str:
        """Show every mistake, an empty line between them, and their number at the end."""
        total = f"{so_many(self.mistakes, 'mistake')} found"
        return "\n\n".join([*(each.render(relative_to) for each in self.diagnostics), total])

    def __str__(self) -> str:
        return self.render()


def scenario_text(path: Path, text: str) -> SourceText:
    """The text of a scenario file, its lines counted as YAML counts them."""
    return SourceText(path, text, _LINE_BREAK)


def read_scenario(path: Path) -> SourceText:
    """Read a scenario file.

    Raises:
        InvalidScenario: when the file can't be read, is too large, is not UTF-8 text or is empty.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_SCENARIO_BYTES else b""
    except OSError as error:
        raise _whole_file(path, f"the file can't be read: {reason_of(error)}", Code.UNREADABLE) from None
    if size > MAX_SCENARIO_BYTES:
        message = f"the file has {size:,} bytes, more than the {MAX_SCENARIO_BYTES:,} that a scenario file may have"
        raise _whole_file(path, message, Code.TOO_LARGE)
    return decoded_scenario(path, data)


def decoded_scenario(path: Path, data: bytes) -> SourceText:
    """Decode a scenario file's bytes; `path` is only where the mistakes are said to be.

    Raises:
        InvalidScenario: when the bytes are not UTF-8 text or hold nothing but white space.
    """
    zero = data.find(b"\0")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        zero = error.start if zero < 0 else min(zero, error.start)
    if zero >= 0:
        message = f"the file is not UTF-8 text: its byte {zero + 1:,} is 0x{data[zero]:02x}"
        raise _whole_file(path, message, Code.BINARY)
    if not text.strip():
        help_ = "a scenario needs at least 'scenario', 'project' and 'when'"
        raise _whole_file(path, "the file is empty", Code.EMPTY, help_)
    return scenario_text(path, text)


def _whole_file(path: Path, message: str, code: Code, help_: str | None = None) -> InvalidScenario:
    return InvalidScenario([Diagnostic.of_file(path, message, help_, code=code)])
