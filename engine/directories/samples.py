"""`models/wpl/<package>/sample.dat`: the lines that `wpgen sample` repeats, and the rule that parses each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.directories.project_tree import ProjectFiles
from engine.project.model import GroupConf, Sample
from engine.project.routing import group_of
from engine.project.sharing import complete
from engine.text.problems import Problems, ProjectError
from engine.text.source_text import SourceText, Span
from engine.text.toml_document import not_utf8

SAMPLE_FILE = "sample.dat"


def completed(
    samples: tuple[Sample, ...], models: str, groups: Sequence[GroupConf], problems: Problems
) -> tuple[Sample, ...]:
    """The samples with lines that are made up, and a warning, for groups that none of them belongs to."""
    samples, invented = complete(samples, groups)
    for sample in invented:
        message = f"no sample line is known to be of a rule like '{sample.rule}': a made-up one stands for them"
        group = group_of(sample.rule, groups)
        help_text = f"group '{group.name}' would get no line" if group is not None else None
        problems.add(models, message, help_text, severity="warning")
    return samples


def load_samples(
    files: ProjectFiles, models: str, groups: Sequence[GroupConf], problems: Problems
) -> tuple[Sample, ...]:
    """All sample lines: packages by name, then lines in the file's order; blank lines are left out.

    A sample of package `p` is taken to be parsed by rule `/p`, or by one in `/p/` where a group takes only those.
    """
    samples: list[Sample] = []
    try:
        for directory in files.directories(models):
            path = f"{directory}/{SAMPLE_FILE}"
            if files.exists(path):
                rule = _rule(f"/{directory.rsplit('/', 1)[-1]}", groups)
                samples += [Sample(rule, line) for line in _lines(path, files.read(path))]
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(samples)


def _rule(package: str, groups: Sequence[GroupConf]) -> str:
    inner = f"{package}/"
    return inner if group_of(package, groups) is None and group_of(inner, groups) is not None else package


def _lines(path: str, data: bytes) -> list[str]:
    lines: list[str] = []
    # Only "\n" ends a line: what str.splitlines() takes for a line end may well stand inside a log line.
    for number, raw in enumerate(data.split(b"\n"), start=1):
        try:
            line = raw.removesuffix(b"\r").decode()
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode()) + 1
            source = SourceText(Path(path), data.decode(errors="replace"))
            raise ProjectError([not_utf8(source, Span(number, column, 1), raw[error.start])]) from None
        if line.strip():
            lines.append(line)
    return lines
