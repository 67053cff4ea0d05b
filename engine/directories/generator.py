"""`conf/wpgen.toml`: how much input `wpgen` makes, how fast, and where it goes.

`wparse` runs without it, so a project isn't refused for what is wrong with it.
"""

from __future__ import annotations

import posixpath

from engine.directories.connectors import Connectors, Params
from engine.directories.reading import Reading
from engine.directories.table import Table
from engine.directories.target_paths import written_path
from engine.project.as_written import Generator
from engine.text.mistake import Mistake
from engine.text.problems import Problems, ProjectError
from engine.text.toml_document import parse_toml

GENERATOR_PATH = "conf/wpgen.toml"
_FILES = ("file", "test_rescue")
_DEFAULT = Generator(None, "")
_DEFAULT_TARGET = ("./data/out_dat", "out.dat")


def read_generator(reading: Reading, connectors: Connectors) -> Generator | None:
    """What the file says; None where there is none that names a connector."""
    if not reading.files.exists(GENERATOR_PATH):
        return None
    try:
        document = parse_toml(GENERATOR_PATH, reading.files.read(GENERATOR_PATH), reading.variables.fill)
    except ProjectError:
        return None
    top = Table(document, Problems(), reading.places)
    output, generator = top.table("output"), top.table("generator")
    connector = connectors.find(output.text("connect") or "")
    if connector is None:
        return None
    params = Params(connector.type, output.table("params"), connector.params)
    written = written_path(top, params, *_DEFAULT_TARGET)
    return Generator(
        _in_run(reading, written) if connector.type in _FILES else None,
        written,
        count=generator.whole("count", _DEFAULT.count),
        speed=generator.whole("speed", _DEFAULT.speed),
        parallel=generator.whole("parallel", _DEFAULT.parallel, low=1),
    )


def _in_run(reading: Reading, written: str) -> str | None:
    try:
        return reading.places.in_run(*posixpath.split(written), is_file=True)
    except Mistake:
        return None
