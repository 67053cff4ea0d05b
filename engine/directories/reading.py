"""All that the modules of this package share while they read one project."""

from __future__ import annotations

from dataclasses import replace

from engine.directories.project_tree import ProjectFiles
from engine.directories.run_paths import Places
from engine.directories.surroundings import ProjectSurroundings
from engine.directories.table import Table
from engine.directories.variables import Variables, read_secrets
from engine.project.origin import Origin
from engine.project.refused import RefusedPart
from engine.text.problems import Problems, ProjectError
from engine.text.toml_document import parse_toml


class Reading:
    """One pass over a project's files.

    Attributes:
        files: its directory.
        problems: where everybody notes what is wrong.
        variables: what its variables stand for.
        places: where its paths lead.
        today: its layout is that of today's WarpParse, whose programs refuse more. Until that is known, it may be.
    """

    def __init__(self, files: ProjectFiles, surroundings: ProjectSurroundings) -> None:
        self.files = files
        self.files.require_root()
        self.problems = Problems()
        self.today = True  # until somebody knows better
        secrets = read_secrets(self.files, self.problems)
        self.variables = Variables(self.problems, dict(surroundings.variables), secrets)
        self.places = Places(self.files, dict(surroundings.paths))

    def open(self, path: str, part: RefusedPart) -> Table | None:
        """A file of a part of the project as a table; None where it can't be read, which is noted."""
        try:
            document = parse_toml(path, self.files.read(path), self.variables.fill)
        except ProjectError as error:
            of = part if self.today else None
            self.problems.note(*(replace(each, code=each.code or of) for each in error.problems))
            return None
        return Table(document, self.problems, self.places, part=part if self.today else None)

    @property
    def origin(self) -> Origin:
        """How the files were read, once that is done."""
        places = self.places
        rewrites = dict.fromkeys(places.rewrites)
        return Origin(
            variables=tuple(self.variables.asked),
            mapped=tuple(places.used),
            rewrites=tuple(rewrites),
            brought=tuple(places.brought.items()),
            fixed=tuple(dict.fromkeys(places.fixed)),
            asked=tuple(self.files.asked),
        )
