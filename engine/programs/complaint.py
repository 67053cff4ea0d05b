"""What a real program says on standard error about a project with mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.directories.project_tree import ProjectFiles
from engine.directories.surroundings import SECRETS
from engine.text.display import with_carets
from engine.text.problems import Problem, ProjectError


def complaint(root: Path, given: str, problem: Problem) -> list[str]:
    """The place and what is wrong there, the line with carets, and a way out.

    `given` is the work root as somebody wrote it, so that they can find the file.
    """
    path = Path(given, problem.path)
    if not problem.length:
        return [str(replace(problem, path=str(path)))]
    warning = "warning: " if problem.severity == "warning" else ""
    place = f"{path}:{problem.line}:{problem.column}: {warning}{problem.message}"
    marked = [f"    {text}".rstrip() for text in with_carets(_line(root, problem), problem.column, problem.length)]
    help_ = "programs of wptest work below their work root only" if problem.kind == "unmapped" else problem.help
    return [place, *marked, *([f"    {help_}"] if help_ else [])]


def _line(root: Path, problem: Problem) -> str:
    if problem.path == SECRETS:
        return ""
    try:
        text = ProjectFiles(root).read(problem.path).decode(errors="replace")
    except ProjectError:
        return ""
    lines = text.split("\n")
    return lines[problem.line - 1].rstrip("\r") if problem.line <= len(lines) else ""
