"""Project directories for the tests of loading: a small valid one in each layout, to be changed by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from engine.directories.load_project import load_project
from engine.project.refused import RefusedPart
from engine.text.diagnostic import Diagnostic
from engine.text.problems import ProjectError

CONF = "conf/wparse.toml"
SOURCE = "conf/wpsrc.toml"
GROUP = "sink/business.d/benchmark.toml"
INFRA = "sink/infra.d/miss.toml"
DEFAULTS = "sink/defaults.toml"
EXPECT = "[sink_group.sinks.expect]\nratio = 0.66\ntol = 0.02\n"

SEED: Mapping[str, str | bytes] = {
    "conf/wparse.toml": (
        'rescue_root = "./data/rescue"\nspeed_limit = 2000\nrobust = "normal"\n[log_conf]\nlevel = "warn"\n'
    ),
    "conf/wpsrc.toml": '[[sources]]\nkey = "file_1"\ntype = "file"\npath = "./data/in_dat/gen.dat"\n',
    "sink/defaults.toml": '[defaults.expect]\nbasis = "total_input"\nmin_samples = 100\nmode = "error"\n',
    "sink/business.d/benchmark.toml": (
        '[sink_group]\nname = "benchmark"\nrule = "/benchmark*"\n'
        '[[sink_group.sinks]]\nname = "benchmark_file_sink"\ntype = "test_rescue"\n'
        'params = { base = "./data/out_dat", file = "benchmark.dat" }\n' + EXPECT
    ),
    "sink/infra.d/miss.toml": (
        '[sink_group]\nname = "miss"\n[[sink_group.sinks]]\ntype = "file"\nparams.file = "miss.dat"\n'
        "[sink_group.sinks.expect]\nmin = 0.0\nmax = 0.1\n"
    ),
    "models/wpl/benchmark/sample.dat": "first benchmark line\nsecond benchmark line\n",
    "models/wpl/example/sample.dat": "an example line\n",
}

TODAY: Mapping[str, str | bytes] = {
    "conf/wparse.toml": (
        'version = "1.0"\nrobust = "normal"\n[models]\nwpl = "./models/wpl"\noml = "./models/oml"\n'
        '[topology]\nsources = "./topology/sources"\nsinks = "./topology/sinks"\n'
        '[performance]\nparse_workers = 2\nrate_limit_rps = 2000\n[rescue]\npath = "./data/rescue"\n'
        '[log_conf]\nlevel = "warn,ctrl=info,launch=info"\noutput = "File"\n'
        '[log_conf.file]\npath = "./logs"\n'
        "[stat]\nwindow_sec = 60\n"
        '[[stat.pick]]\nkey = "pick_stat"\ntarget = "*"\n'
    ),
    "connectors/source.d/file.toml": (
        '[[connectors]]\nid = "file_src"\ntype = "file"\nallow_override = ["base", "file"]\n'
        '[connectors.params]\nbase = "./data/in_dat"\nfile = "gen.dat"\nencode = "text"\n'
    ),
    "connectors/sink.d/file.toml": (
        '[[connectors]]\nid = "file_raw_sink"\ntype = "file"\nallow_override = ["base", "file"]\n'
        '[connectors.params]\nfmt = "raw"\nbase = "./data/out_dat"\nfile = "default.dat"\n'
        '[[connectors]]\nid = "file_rescue_sink"\ntype = "test_rescue"\nallow_override = ["base", "file"]\n'
        '[connectors.params]\nfmt = "raw"\nbase = "./data/out_dat"\nfile = "default.kv"\n'
        '[[connectors]]\nid = "kafka_sink"\ntype = "kafka"\n[connectors.params]\nbrokers = "localhost:9092"\n'
    ),
    "topology/sources/wpsrc.toml": (
        '[[sources]]\nkey = "file_1"\nenable = true\nconnect = "file_src"\nparams = { file = "gen.dat" }\n'
    ),
    "topology/sinks/defaults.toml": (
        'version = "2.0"\n[defaults]\ntags = ["env:test"]\n'
        '[defaults.expect]\nbasis = "total_input"\nmin_samples = 100\nmode = "error"\n'
    ),
    "topology/sinks/business.d/benchmark.toml": (
        'version = "2.0"\n[sink_group]\nname = "benchmark"\nrule = ["/benchmark*"]\nbatch_size = 1024\n'
        '[[sink_group.sinks]]\nconnect = "file_rescue_sink"\nname = "benchmark_file_sink"\n'
        'params = { file = "benchmark.dat" }\n' + EXPECT
    ),
    "topology/sinks/infra.d/miss.toml": (
        'version = "2.0"\n[sink_group]\nname = "miss"\noml = []\n'
        '[[sink_group.sinks]]\nuse = "file_raw_sink"\nparams = { file = "miss.dat" }\n'
        "[sink_group.sinks.expect]\nmax = 0.10\nmin = 0.00\n"
    ),
    "models/wpl/benchmark/sample.dat": "first benchmark line\nsecond benchmark line\n",
    "models/wpl/example/sample.dat": "an example line\n",
}


def write(root: Path, tree: Mapping[str, str | bytes | None]) -> Path:
    """Write a tree; a file whose content is None is left out."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        if content is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def problems_of(root: Path, tree: Mapping[str, str | bytes | None]) -> list[Diagnostic]:
    """Write a tree that is wrong, and load it; without what only real versions refuse."""
    with pytest.raises(ProjectError) as caught:
        load_project(write(root, tree))
    found = caught.value.problems
    return [each for each in found if each.severity == "error" or not isinstance(each.code, RefusedPart)]


def shown(problems: Iterable[Diagnostic]) -> list[str]:
    """Problems as `path line:column+length message (help)`."""
    return [
        f"{problem.path} {problem.line}:{problem.column}+{problem.length} {problem.message}"
        + (f" ({problem.help})" if problem.help else "")
        for problem in problems
    ]


def group(sink: str = 'type = "file"', head: str = 'rule = "/b*"') -> str:
    """A group file with one sink."""
    return f"[sink_group]\n{head}\n[[sink_group.sinks]]\n{sink}\n"
