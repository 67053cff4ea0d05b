"""The WPL files below `[models] wpl`, `parse*.wpl`: packages and their rules, without what the rules do."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from engine.directories.models.wpl_rows import Row, read_row
from engine.directories.project_tree import ProjectFiles
from engine.project.wpl import WplRule
from engine.text.problems import Problems, ProjectError

WPL_FILES = "parse*.wpl"
_PACKAGE = re.compile(r"\bpackage\s+(?P<name>[\w/.-]+)\s*\{")
_RULE = re.compile(r"(?<![\w/.-])rule\s+(?P<name>[\w/.-]+)\s*\{")
_REST = re.compile(r"\s*\}\s*(?:#\[.*)?$", re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?^[ \t]*\*/)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, the directory of its file, and whether its pattern says all of its lines."""

    directory: str
    rule: WplRule
    whole: bool


def load_rules(files: ProjectFiles, models: str, problems: Problems) -> tuple[PlacedRule, ...]:
    """The rules of all WPL files, as WarpParse tries them: files by path, then as they stand in them."""
    found: list[PlacedRule] = []
    try:
        for path in files.below(models, lambda name: fnmatchcase(name, WPL_FILES)):
            rules = list(_rules(files.read(path).decode(errors="replace")))
            if not rules:
                message = "no package with rules: WarpParse leaves out a file of which it can make nothing"
                problems.add(path, message, "package /name { rule r { ... } }", severity="warning")
            found += [PlacedRule(posixpath.dirname(path), rule, row.whole) for rule, row in rules]
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(found)


def _rules(text: str) -> Iterator[tuple[WplRule, Row]]:
    text = _COMMENT.sub("", text)
    package = _PACKAGE.search(text)
    if package is None:
        return
    heads = list(_RULE.finditer(text, package.end()))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : following.start() if following else text.rfind("}")]
        row = read_row(_REST.sub("", body).strip())
        yield WplRule(f"{package['name']}/{head['name']}", row.pattern), row
