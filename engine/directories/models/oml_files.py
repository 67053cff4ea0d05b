"""The heads of the OML files below `[models] oml`: what a model is called, and whose records it takes."""

from __future__ import annotations

import re

from engine.directories.project_tree import ProjectFiles
from engine.project.wpl import OmlModel
from engine.text.problems import Problems, ProjectError

_SUFFIX = ".oml"
_HEAD = re.compile(r"\s*name\s*:\s*(?P<name>[0-9A-Za-z_/]+)\s+(?P<rest>.*?)(?=---)", re.DOTALL)
_RULES = re.compile(r"\brule\s*:(?P<rules>(?:\s+(?!enable\b)[0-9A-Za-z_/*]+|(?<=:)[0-9A-Za-z_/*]+)*)")
_DISABLED = re.compile(r"\benable\s*:\s*false\b")
_COMMENT = re.compile(r"^\s*//[^\n]*$", re.MULTILINE)


def load_models(files: ProjectFiles, directory: str, problems: Problems) -> tuple[OmlModel, ...]:
    """All models that are switched on, files by path."""
    found: list[OmlModel] = []
    try:
        for path in files.below(directory, lambda name: name.endswith(_SUFFIX)):
            head = _HEAD.match(_COMMENT.sub("", files.read(path).decode(errors="replace")))
            if head is None:
                problems.add(path, "no head: nobody could ask for this model", _EXAMPLE, severity="warning")
            elif not _DISABLED.search(head["rest"]):
                rules = _RULES.search(head["rest"])
                found.append(OmlModel(head["name"], tuple(rules["rules"].split()) if rules else ()))
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(found)


_EXAMPLE = "name : web, rule : /web/*, and --- on a line of its own"
