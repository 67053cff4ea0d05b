"""A script as people have it for a WarpParse, run by our programs as they behave like a real version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from real_programs import exec_

SOURCE = '[[sources]]\nkey = "file_1"\nconnect = "input_src"\nparams = { file = "gen.dat" }\n'
CONNECTOR = '[[connectors]]\nid = "%s"\ntype = "file"\nallow_override = ["base", "file"]\nparams = { %s }\n'
PROJECT = {
    "conf/wparse.toml": (
        '[rescue]\npath = "./data/rescue"\n'
        '[log_conf]\nlevel = "warn"\noutput = "File"\n[log_conf.file]\npath = "./data/logs"\n'
    ),
    "conf/wpgen.toml": (
        'version = "1.0"\n[generator]\nmode = "sample"\n[output]\nconnect = "lines"\n'
        '[output.params]\nbase = "data/in_dat"\nfile = "gen.dat"\n[logging]\nlevel = "warn"\noutput = "file"\n'
    ),
    "topology/sources/wpsrc.toml": SOURCE,
    "topology/sinks/business.d/web.toml": (
        '[sink_group]\nname = "web"\nrule = "/web*"\n'
        '[[sink_group.sinks]]\nname = "web_log"\nconnect = "lines"\nparams = { file = "web.dat" }\n'
        "expect = { ratio = 1.0, tol = 0.02 }\n"
    ),
    "topology/sinks/defaults.toml": '[defaults.expect]\nbasis = "total_input"\nmode = "error"\n',
    "connectors/source.d/file.toml": CONNECTOR % ("input_src", 'base = "data/in_dat"'),
    "connectors/sink.d/file.toml": CONNECTOR % ("lines", 'fmt = "raw", base = "./data/out_dat"'),
    "models/wpl/web/sample.dat": "web line ok\n",
    "models/wpl/web/parse.wpl": "package /web {\n  rule r { (chars:tag,chars:what,chars:how) }\n}\n",
}
SCRIPT = """\
set -euo pipefail
wproj check
wproj init --mode data
wproj data clean
wpgen data clean
test ! -e data/in_dat/gen.dat
wpgen sample -n 20 -s 10000 --stat 100
wparse batch --stat 10 --print_stat >figures
find ./data/rescue/ -name "*.dat"
wproj rescue stat -r ./data/rescue
wproj data stat
wproj data validate
wproj data stat sink-file --json >sinks.json
NO_COLOR=1 wproj data validate --input-cnt 40
echo not reached
"""
TITLE = "\x1b[42mvalidate: PASS\x1b[0m"  # painted in a pipe as well


@pytest.mark.slow
def test_a_script_runs_to_the_verdict_that_fails(tmp_path: Path) -> None:
    for path, text in PROJECT.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "case.sh").write_text(SCRIPT)

    done = exec_(tmp_path, "bash", "case.sh", WPTEST_BEHAVIOUR="wp-motor-1.17")

    assert done.returncode == 100, done.stderr
    lines = re.sub(r"elapsed=\d+", "elapsed=N", done.stdout).splitlines()
    passed = lines.index(TITLE)
    assert [line for line in lines if line.startswith("wpgen")] == [
        "wpgen: nothing to clean (not found): ./data/in_dat/gen.dat",
        "wpgen summary: generated=20 lines, elapsed=N ms, mode=direct, parallel=1 ",
    ]
    assert lines[passed + 1 : passed + 6] == [
        "Total input: 20 (source=override)",
        "",
        "| Sink        | Actual | Expected | Lines/Denom | Verdict |",
        "|-------------|--------|----------|-------------|---------|",
        "| web/web_log |    1   |  1±0.02  |    20/20    |    OK   |",
    ]
    assert "| business | web/web_log" in done.stdout
    assert "文件总数: 0" in lines
    assert lines[passed + 6] == "validate: FAIL (1 errors)"
    assert done.stderr.splitlines()[-3:] == [
        " ERROR  wproj error",
        "[50041] validation error << validate failed",
        "exit code: 100",
    ]
