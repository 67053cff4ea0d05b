"""The files of a project that `wproj init` makes: one group, one sink that goes up and down, the seed's layout."""

from __future__ import annotations

from collections.abc import Mapping

from engine.programs.command import Command

FILES: Mapping[str, str] = {
    "conf/wparse.toml": """\
version = "1.0"

# Where lines go while their sink is down.
rescue_root = "./data/rescue"

# How many lines a second recovery may replay; 0 means no limit.
speed_limit = 2000

# What an error does: debug, normal or strict.
robust = "normal"

[log_conf]
level = "info"
""",
    "conf/wpsrc.toml": """\
version = "2.0"

[[sources]]
key = "file_1"
type = "file"
path = "./data/in_dat/gen.dat"
enable = true
""",
    "sink/business.d/benchmark.toml": """\
version = "2.0"

[sink_group]
name = "benchmark"
# Lines whose parsing rule matches; where several groups match, the longest pattern wins.
rule = "/benchmark*"

[[sink_group.sinks]]
# Rescue files are named after the sink: benchmark_file_sink-<time>.dat
name = "benchmark_file_sink"
# Up and down by turns, 2 s each.
type = "test_rescue"
params = { base = "./data/out_dat", file = "benchmark.dat" }

[sink_group.sinks.expect]
ratio = 1.0
tol = 0.02
""",
    "sink/defaults.toml": """\
version = "2.0"

# Used as a whole by every group that has no expect table of its own.
[defaults.expect]
basis = "total_input"
min_samples = 100
mode = "error"
""",
    "models/wpl/benchmark/sample.dat": """\
198.51.100.24 - - [04/Oct/2025:01:59:20 +0000] "GET /api/v2/orders/48213 HTTP/1.1" 200 1874
""",
}
# Which of them a mode makes, by how their paths begin, if not all; `data` is about directories alone.
_OF_MODE: Mapping[str, tuple[str, ...]] = {
    "model": ("models/",),
    "conf": ("conf/wparse",),
    "topology": ("conf/wpsrc", "sink/"),
    "data": (),
}


def files_of(command: Command) -> Mapping[str, str]:
    """The files that a command line of `wproj init` is about, by path."""
    begins = _OF_MODE.get(str(command.options.get("init_mode", "")), ("",))
    return {path: text for path, text in FILES.items() if path.startswith(begins)}
