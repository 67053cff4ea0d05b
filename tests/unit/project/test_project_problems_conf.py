from __future__ import annotations

import pytest
from project_tree import CONF, DEFAULTS, SEED, SOURCE, problems_of, shown

BROKEN = [
    (CONF, 'speed_limit = "2000"\n', "1:15+6 'speed_limit' must be a whole number, not text (write 2000)"),
    (CONF, "speed_limit = true\n", "1:15+4 'speed_limit' must be a whole number, not true or false"),
    (CONF, "speed_limit = -1\n", "1:15+2 'speed_limit' must lie between 0 and 1000000000000, not -1"),
    (CONF, "speed_limit = 2025-10-04\n", "1:15+10 'speed_limit' must be a whole number, not a date or time"),
    (
        CONF,
        'robust = "norml"\n',
        "1:10+7 'robust' is 'norml', expected one of: debug, normal, strict (did you mean 'normal'?)",
    ),
    (
        CONF,
        '[log_conf]\nlevel = "warn,ctrl=inf"\n',
        "2:9+15 'level' names 'inf', expected one of: debug, info, warn, error, trace, off (did you mean 'info'?)",
    ),
    (CONF, "log_conf = 3\n", "1:12+1 'log_conf' must be a table, not a whole number"),
    (
        CONF,
        'rescue_root = "/var/rescue"\n',
        "1:15+13 path '/var/rescue' leads out of the project's directory",
    ),
    (
        CONF,
        "rescue_root = '~/rescue'\n",
        "1:15+10 path '~/rescue' begins with '~', which only a shell knows",
    ),
    (
        CONF,
        "rescue_root = 'C:/rescue'\n",
        "1:15+11 path 'C:/rescue' begins with a drive, which there is none of",
    ),
    (
        CONF,
        "rescue_root = 'data\\rescue'\n",
        "1:15+13 path 'data\\rescue' holds a backslash: paths are written with '/'",
    ),
    (CONF, "[rescue]\npath = './../x'\n", "2:8+8 path './../x' leads out of the project's directory"),
    (CONF, "rescue_root = ''\n", "1:15+2 the path is empty"),
    (CONF, 'rescue_root = "a\\tb"\n', "1:15+6 the path holds a control character"),
    (CONF, f"rescue_root = '{'é' * 128}'\n", "1:15+130 a part of the path is longer than 255 bytes"),
    (
        CONF,
        "rescue_root = 'a'\n[rescue]\npath = 'b'\n",
        "1:1+11 'rescue_root' and 'rescue.path' say the same thing (keep one of them)",
    ),
    (
        CONF,
        "speed_limit = 1\n[performance]\nrate_limit_rps = 2\n",
        "1:1+11 'speed_limit' and 'performance.rate_limit_rps' say the same thing (keep one of them)",
    ),
    (CONF, "[topology]\nsources = 'nowhere'\n", "2:11+9 the directory 'nowhere' does not exist"),
    (CONF, "a = [\n", "1:6+1 this is not a TOML value (text goes in quotes)"),
    (CONF, None, "0:0+0 the file does not exist (is this the root of a WarpParse project?)"),
    (
        SOURCE,
        "[[sources]]\ntype = 'fil'\n",
        "2:8+5 unknown source type 'fil' (did you mean 'file'?)",
    ),
    (SOURCE, "[[sources]]\npath = 'x'\n", '1:3+7 the source names no connector and no type (add: type = "file")'),
    (
        SOURCE,
        "[[sources]]\ntype = 'file'\npath = '../x'\n",
        "3:8+6 path '../x' leads out of the project's directory",
    ),
    (SOURCE, "", "0:0+0 no source: nothing would be read (add [[sources]])"),
    (SOURCE, "sources = 'x'\n", "1:11+3 'sources' must be an array, not text"),
    (
        DEFAULTS,
        "[defaults.expect]\nmode = 'fail'\n",
        "2:8+6 'mode' is 'fail', expected one of: warn, error, panic",
    ),
    (
        DEFAULTS,
        "[defaults.expect]\nbasis = 'total'\n",
        (
            "2:9+7 'basis' is 'total', expected one of: total_input, group_input, model, mdl:<name> "
            "(did you mean 'total_input'?)"
        ),
    ),
    (
        DEFAULTS,
        "[defaults.expect]\nsum_tol = nan\n",
        "2:11+3 'sum_tol' is a share, and must lie between 0 and 1: not nan (0.66 means 66 %)",
    ),
    (
        "models/wpl/benchmark/sample.dat",
        b"ok\nwrong \xff\n",
        "2:7+1 byte 0xff is not UTF-8 (save the file as UTF-8)",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_mistake_in_settings_source_or_samples_is_one_problem_with_its_place(tmp_path, path, text, expected):
    assert shown(problems_of(tmp_path, {**SEED, path: text})) == [f"{path} {expected}"]
