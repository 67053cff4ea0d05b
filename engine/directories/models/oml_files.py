"""The heads of the OML files below `[models] oml`: what a model is called, and whose records it takes."""

from __future__ import annotations

import re
from pathlib import Path

from engine.directories.odd.odd_models import Odd, odd_model
from engine.directories.odd.odd_texts import odd_text
from engine.directories.project_tree import ProjectFiles
from engine.project.refused import RefusedPart
from engine.project.wpl import OmlModel
from engine.text.problems import Problems, ProjectError
from engine.text.source_text import SourceText

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
            data = files.read(path)
            text = _COMMENT.sub("", data.decode(errors="replace"))
            _tell_odd(path, data, text, problems)
            head = _HEAD.match(text)
            if head is not None and not _DISABLED.search(head["rest"]):
                rules = _RULES.search(head["rest"])
                found.append(OmlModel(head["name"], tuple(rules["rules"].split()) if rules else ()))
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(found)


def _tell_odd(path: str, data: bytes, text: str, problems: Problems) -> None:
    """Say why real versions refuse a project with such a file."""
    odd = odd_text(data)
    part, found = RefusedPart.TEXTS, None if odd is None else Odd(odd, 0)
    if found is None:
        part, found = RefusedPart.MODELS, odd_model(text)
    if found is not None:
        source = SourceText(Path(path), text)
        message = f"{found.message}: WarpParse refuses it"
        span = source.span(found.at, found.at)
        problems.note(source.diagnostic(span, message, part, help_=_EXAMPLE, severity="warning"))


_EXAMPLE = "name : web, rule : /web/*, and --- on a line of its own"
