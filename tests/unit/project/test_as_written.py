"""What projects say that only `wproj` and `wpgen` tell: file sources, the generator, the number of connectors."""

from __future__ import annotations

import pytest
from project_tree import TODAY, write

from engine.directories.load_project import load_project
from engine.project.as_written import Generator, WrittenInput

GENERATOR = "conf/wpgen.toml"
OUTPUT = '[output.params]\nbase = "data/in_dat"\nfile = "gen.dat"\n'


def told(tmp_path, **more):
    return load_project(write(tmp_path, {**TODAY, **more})).as_written


def test_files_that_are_read_as_their_paths_are_written_and_connectors(tmp_path):
    sources = TODAY["topology/sources/wpsrc.toml"] + (
        '[[sources]]\nkey = "off"\nenable = false\nconnect = "file_src"\nparams = { base = "in", file = "x" }\n'
        '[[sources]]\nkey = "net"\nconnect = "tcp_src"\n'
    )
    net = '[[connectors]]\nid = "tcp_src"\ntype = "tcp"\n'
    found = told(tmp_path, **{"topology/sources/wpsrc.toml": sources, "connectors/source.d/net.toml": net})
    assert found.inputs == (
        WrittenInput("file_1", "data/in_dat/gen.dat", "./data/in_dat/gen.dat"),
        WrittenInput("off", "in/x", "in/x", enabled=False),
    )
    assert (found.sinks, found.source_connectors, found.used_connectors) == ("topology/sinks", 2, 3)
    assert found.sink_connectors == 3


@pytest.mark.parametrize(
    ("text", "generator"),
    [
        (
            '[generator]\ncount = 7\nspeed = 0\nparallel = 3\n[output]\nconnect = "file_raw_sink"\n' + OUTPUT,
            Generator("data/in_dat/gen.dat", "data/in_dat/gen.dat", 7, 0, 3),
        ),
        ('[output]\nconnect = "kafka_sink"\n', Generator(None, "./data/out_dat/out.dat")),
        ('[output]\nconnect = "nobody"\n', None),
        ("this is not TOML", None),
    ],
)
def test_a_generator_that_nobody_but_wpgen_asks_refuses_no_project(tmp_path, text, generator):
    assert told(tmp_path, **{GENERATOR: text}).generator == generator
