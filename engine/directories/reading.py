"""All that the modules of this package share while they read one project."""

from __future__ import annotations

from engine.directories.project_tree import ProjectFiles
from engine.directories.run_paths import Places
from engine.directories.surroundings import ProjectSurroundings
from engine.directories.table import Table
from engine.directories.variables import Variables, read_secrets
from engine.project.origin import Origin
from engine.text.problems import Problems, ProjectError
from engine.text.toml_document import parse_toml


class Reading:
    """One pass over a project's files.

    Attributes:
        files: its directory.
        problems: where everybody notes what is wrong.
        variables: what its variables stand for.
        places: where its paths lead.
        today: its layout is that of today's WarpParse, whose programs refuse more.
    """

    def __init__(self, files: ProjectFiles, surroundings: ProjectSurroundings) -> None:
        self.files = files
        self.files.require_root()
        self.problems = Problems()
        self.today = False
        secrets = read_secrets(self.files, self.problems)
        self.variables = Variables(self.problems, dict(surroundings.variables), secrets)
        self.places = Places(self.files, dict(surroundings.paths))

    def open(self, path: str) -> Table | None:
        """A file of the project as a table; None where it can't be read, which is noted."""
        try:
            document = parse_toml(path, self.files.read(path), self.variables.fill)
        except ProjectError as error:
            self.problems.note(*error.problems)
            return None
        return Table(document, self.problems, self.places)

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
