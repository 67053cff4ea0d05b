"""`conf/wpgen.toml`: how much input `wpgen` makes, how fast, and where it goes.

`wparse` runs without it, so a project isn't refused for what is wrong with it.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace

from engine.directories.connectors import Connectors, Params
from engine.directories.reading import Reading
from engine.directories.table import Table
from engine.directories.target_paths import written_path
from engine.project.as_written import Generator
from engine.project.refused import RefusedPart
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake
from engine.text.problems import Problems, ProjectError
from engine.text.toml_document import parse_toml

GENERATOR_PATH = "conf/wpgen.toml"
GENERATOR_RULES = "gen_rule.wpl"  # below the WPL files: what `wpgen rule` goes by
_MODES = ("rule", "sample")
_FILES = ("file", "test_rescue")
_DEFAULT = Generator(None, "")
_DEFAULT_TARGET = ("./data/out_dat", "out.dat")


def read_generator(reading: Reading, connectors: Connectors) -> Generator | None:
    """What the file says; None where there is none that names a connector."""
    try:
        document = parse_toml(GENERATOR_PATH, reading.files.read(GENERATOR_PATH), reading.variables.fill)
    except ProjectError as error:
        reading.problems.note(*map(_odd, error.problems))
        return None
    problems = Problems()
    top = Table(document, problems, reading.places, part=RefusedPart.GENERATOR)
    output, generator = top.table("output"), top.table("generator")
    _look_at(top, output, generator)
    connector = connectors.find(output.text("connect") or "")
    if connector is None:
        output.refuse(None, "[output] names no connector that there is", by=RefusedPart.GENERATOR_OUTPUT)
    reading.problems.note(*problems.coded(RefusedPart), *map(_odd, problems.mistakes))
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


def _look_at(top: Table, output: Table, generator: Table) -> None:
    """Say what real versions refuse in it."""
    logging = top.table("logging")
    for table, kind, names in ((top, str, ("version",)), (logging, str, ("level", "output"))):
        table.accept_typed(kind, *names)
        for name in names:
            if name not in table:
                table.refuse_lack(name, f"there is no '{name}'", f'add: {name} = "..."')
    top.accept_typed(dict, "generator", "output", "logging", "presets")
    for name in ("generator", "output", "logging"):
        if name not in top:
            top.refuse(None, f"there is no [{name}]")
    if generator.peek("mode") not in (None, *_MODES):
        generator.refuse("mode", f"'mode' is none of: {', '.join(_MODES)}")
    generator.accept_typed(int, "count", "speed", "parallel", "duration_secs")
    generator.accept_typed(str, "rule_root", "sample_pattern")
    generator.accept_typed(dict, "speed_profile")
    output.accept_typed(str, "connect", "name")
    output.accept_typed(dict, "params")
    logging.accept_typed(str, "file_path", "format", "rotation")
    top.refuse_unknown()


def _odd(problem: Diagnostic) -> Diagnostic:
    """A mistake in the file, as somebody has it whom it keeps from nothing."""
    return replace(problem, severity="note", code=RefusedPart.GENERATOR)


def _in_run(reading: Reading, written: str) -> str | None:
    try:
        return reading.places.in_run(*posixpath.split(written), is_file=True)
    except Mistake:
        return None
