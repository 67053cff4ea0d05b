"""`models/wpl/<package>/sample.dat`: the lines that `wpgen sample` repeats, and the rule that parses each."""

from __future__ import annotations

from engine.project.files import ProjectFiles
from engine.project.model import Sample
from engine.project.problems import Problems, ProjectError, Span

SAMPLE_FILE = "sample.dat"


def load_samples(files: ProjectFiles, models: str, problems: Problems) -> tuple[Sample, ...]:
    """All sample lines: packages by name, then lines in the file's order; blank lines are left out.

    A sample of package `p` is parsed by rule `/p`. A project without samples is fine: its input may come from
    elsewhere.
    """
    samples: list[Sample] = []
    try:
        for directory in files.directories(models):
            path = f"{directory}/{SAMPLE_FILE}"
            if files.exists(path):
                rule = f"/{directory.rsplit('/', 1)[-1]}"
                samples += [Sample(rule, line) for line in _lines(path, files.read(path))]
    except ProjectError as error:
        problems.extend(error)
    return tuple(samples)


def _lines(path: str, data: bytes) -> list[str]:
    lines: list[str] = []
    # Only "\n" ends a line: what str.splitlines() takes for a line end may well stand inside a log line.
    for number, raw in enumerate(data.split(b"\n"), start=1):
        try:
            line = raw.removesuffix(b"\r").decode()
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode()) + 1
            problems = Problems()
            problems.add(
                path,
                Span(number, column, 1),
                f"byte 0x{raw[error.start]:02x} is not UTF-8",
                "save the file as UTF-8",
            )
            problems.raise_if_any()
        if line.strip():
            lines.append(line)
    return lines
