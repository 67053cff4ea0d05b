"""`${NAME}` and `${NAME:default}` in the files of a project, filled in as WarpParse does it.

WarpParse replaces them in the text of a file, before that is read as TOML: so they may stand in a text, or be a
number. A name ends at the first `:`, a default at the first `}`. What is set counts even if it is empty. The
project's own `.warp_parse/sec_key.toml` has the first word (its key `token` is `SEC_TOKEN`), the environment the
second. Where WarpParse leaves a variable as it stands, because it is set nowhere, we tell of a mistake.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.directories.project_tree import ProjectFiles
from engine.directories.surroundings import SECRETS, VARIABLE_NAME
from engine.text.filled_text import Filled, Piece
from engine.text.problems import ProblemKind, Problems, ProjectError
from engine.text.source_text import SourceText
from engine.text.toml_document import as_written, parse_toml
from engine.text.toml_places import STRING

SECRET = "SEC_"  # noqa: S105 - how the names of those variables begin
_VARIABLE = re.compile(r"\$\{([^}\n]*)\}")
_UNCLOSED = re.compile(r"\$\{[^}\n\"']*")
_STRING_OR_COMMENT = re.compile(rf"{STRING.pattern}|#[^\n]*")
_QUOTE = frozenset("\"'")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass
class Variables:
    """What the variables of a project stand for.

    Attributes:
        problems: where to note what is wrong with them.
        given: the environment, by name.
        secrets: what the project's own file of secrets says, by name; it wins.
        asked: the names that the files ask the environment for.
    """

    problems: Problems
    given: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)

    def fill(self, source: SourceText) -> Filled:
        """The text of a file with its variables filled in, but for those in comments; what is wrong is noted."""
        return _Filling(self, source).filled() if "${" in source.text else as_written(source)

    def look_up(self, name: str) -> str | None:
        """What a variable stands for; None where nobody says it."""
        if name in self.secrets:
            return self.secrets[name]
        self.asked[name] = None
        return self.given.get(name)


class _Filling:
    """Fills in the variables of one text."""

    def __init__(self, variables: Variables, source: SourceText) -> None:
        self._variables = variables
        self._source = source
        self._text = source.text

    def filled(self) -> Filled:
        # Quotes and `#` of a variable are its own.
        plain = _VARIABLE.sub(lambda match: "v" * len(match[0]), self._text)
        unclosed = _outside_comments(plain, _UNCLOSED.finditer(plain))
        for match in unclosed:
            self._wrong(match, f"'{match[0]}' is not closed with '}}'")
        found = _outside_comments(plain, _VARIABLE.finditer(self._text))
        values = [(match, self._value(match)) for match in found]
        known = [(match, value) for match, value in values if value is not None]
        lacking = bool(unclosed) or len(known) < len(values)
        parts: list[str] = []
        pieces: list[Piece] = []
        at = length = 0
        for match, value in known:
            start = length + match.start() - at
            length = start + len(value)
            parts += [self._text[at : match.start()], value]
            pieces.append(Piece(start, length, *match.span()))
            at = match.end()
        return Filled(self._source, "".join([*parts, self._text[at:]]), tuple(pieces), lacking)

    def _value(self, match: re.Match[str]) -> str | None:
        """What to put in the place of a variable; None where it makes no sense, or nobody says it."""
        name, colon, default = match[1].partition(":")
        if "${" in match[1]:
            message = f"'{match[0]}' ends at its first '}}': no variable can stand in a default"
            self._wrong(match, message, "write the default itself")
            return None
        if not _QUOTE.isdisjoint(name):
            start = re.split(r"[\"']", match[0], maxsplit=1)[0]
            self._wrong(match, f"'{start}' is not closed with '}}' before its text ends", f"write {start}}}")
            return None
        if not VARIABLE_NAME.fullmatch(name):
            meant = f"${{{name.strip()}{colon}{default}}}"
            help_ = f"write {meant}" if VARIABLE_NAME.fullmatch(name.strip()) else "letters, digits and _ . - only"
            self._wrong(match, f"'{name}' is no name of a variable", help_)
            return None
        if default.startswith("-"):
            message = f"the default of '{name}' is '{default}': it is shells that write ':-'"
            self._note(match, message, f"write ${{{name}:{default[1:]}}}", severity="warning")
        value = self._variables.look_up(name)
        if value is None and not colon:
            self._wrong(match, f"the variable '{name}' has no value, and no default", about=name)
        elif value is not None and ("${" in value or _CONTROL.search(value)):
            what = "another variable" if "${" in value else "a line break or another control character"
            self._wrong(match, f"the value of '{name}' has {what} in it")
            return None
        return default if value is None and colon else value

    def _wrong(self, match: re.Match[str], message: str, help_text: str | None = None, about: str = "") -> None:
        self._note(match, message, help_text, code=ProblemKind.VARIABLE, about=about)

    def _note(self, match: re.Match[str], message: str, help_text: str | None, **more: Any) -> None:
        problem = self._source.diagnostic(self._source.span(*match.span()), message, help_=help_text)
        self._variables.problems.note(replace(problem, **more))


def _outside_comments(plain: str, found: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Those of the matches that don't stand in a comment of a text whose variables are plain characters."""
    comments = [each.span() for each in _STRING_OR_COMMENT.finditer(plain) if each[0].startswith("#")]
    starts = [start for start, _ in comments]

    def is_comment(at: int) -> bool:
        number = bisect_right(starts, at)
        return bool(number) and at < comments[number - 1][1]

    return [match for match in found if not is_comment(match.start())]


def read_secrets(files: ProjectFiles, problems: Problems) -> dict[str, str]:
    """The variables of the project's own file of secrets, by name; none where it has no such file.

    WarpParse looks into the home directory of whoever starts it where a project has none. We don't: that would be
    another result on every machine.
    """
    if not files.exists(SECRETS):
        return {}
    try:
        document = parse_toml(SECRETS, files.read(SECRETS))
    except ProjectError as error:
        problems.note(*(replace(each, source_line="") for each in error.problems))  # they are secrets
        return {}
    found = {}
    for key, value in document.values.items():
        text = _plain(value)
        if text is None:
            message = f"'{key}' is neither text nor a number, so no variable can be it"
            problem = document.diagnostic_at((key,), message, at_key=True)
            problems.note(replace(problem, source_line="", severity="warning"))
        else:
            found[f"{SECRET}{key.upper()}"] = text
    return found


def _plain(value: object) -> str | None:
    """A value as text, as WarpParse writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None
