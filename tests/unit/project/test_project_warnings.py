"""What a project's files have that has no effect here is told, and stops nobody."""

from __future__ import annotations

import pytest
from project_tree import CONF, DEFAULTS, GROUP, INFRA, SEED, SOURCE, TODAY, group, write

from engine.directories.load_project import load_project

TODAY_SINKS = "connectors/sink.d/file.toml"

NO_EFFECT = "which has no effect here"
KNOWN = [
    (SEED, CONF, "speed_limt = 3\n", f"1:1: unknown key 'speed_limt', {NO_EFFECT} (did you mean 'speed_limit'?)"),
    (SEED, CONF, "[rescue]\nroot = 'x'\n", f"2:1: unknown key 'root', {NO_EFFECT} (known here: path)"),
    (SEED, CONF, "[stat]\nwindow = 3\n", f"2:1: unknown key 'window', {NO_EFFECT} (did you mean 'window_sec'?)"),
    (
        SEED,
        SOURCE,
        "[[sources]]\ntype = 'file'\nkye = 'k'\n",
        f"3:1: unknown key 'kye', {NO_EFFECT} (did you mean 'key'?)",
    ),
    (
        SEED,
        SOURCE,
        "[[sources]]\ntype = 'file'\n[[sources]]\ntype = 'kafka'\n",
        "3:3: source type 'kafka' is not modelled: this one brings nothing",
    ),
    (
        SEED,
        SOURCE,
        "[[sources]]\ntype = 'kafka'\npath = 'x'\n",
        "2:1: source type 'kafka' is not modelled: its input is the file data/in_dat/gen.dat",
    ),
    (
        SEED,
        DEFAULTS,
        "[defaults.expect]\nmodus = 'warn'\n",
        f"2:1: unknown key 'modus', {NO_EFFECT} (did you mean 'mode'?)",
    ),
    (
        SEED,
        GROUP,
        group('type = "file"\nparams.bse = "x"', head='rule = "/benchmark*"'),
        f"5:8: unknown key 'bse', {NO_EFFECT} (did you mean 'base'?)",
    ),
    (
        SEED,
        GROUP,
        group('type = "file"\nfilter_expect = false', head='rule = "/benchmark*"'),
        "5:1: 'filter_expect' without a 'filter' has no effect",
    ),
    (SEED, INFRA, group(head="parallel = 2"), "2:1: infra group 'miss' has no replicas: 'parallel' has no effect"),
    (
        TODAY,
        TODAY_SINKS,
        str(TODAY[TODAY_SINKS]).replace('fmt = "raw"', 'fmrt = "raw"'),
        f"6:1: unknown key 'fmrt', {NO_EFFECT} (did you mean 'fmt'?)",
    ),
]


@pytest.mark.parametrize(("tree", "path", "text", "expected"), KNOWN, ids=[row[3] for row in KNOWN])
def test_what_has_no_effect_is_a_warning_with_its_place(tmp_path, tree, path, text, expected):
    project = load_project(write(tmp_path, {**tree, path: text}))

    told = [warning.in_one_line for warning in project.warnings if str(warning.path) == path]
    assert told[0].replace("warning: ", "") == f"{path}:{expected}"
    assert all(each.severity == "warning" for each in project.warnings)


@pytest.mark.parametrize("layout", [SEED, TODAY], ids=["seed", "today"])
def test_a_project_of_known_keys_has_no_warning(tmp_path, layout):
    assert load_project(write(tmp_path, layout)).warnings == ()


def test_a_group_that_no_sample_belongs_to_gets_a_made_up_line_and_a_warning(tmp_path):
    tree = {**SEED, "sink/business.d/mail.toml": group(head='oml = "/oml/mail/*"')}

    project = load_project(write(tmp_path, tree))

    rules = [sample.rule for sample in project.samples]
    assert rules == ["/benchmark", "/benchmark", "/example", "/oml/mail/x"]
    assert ["'/oml/mail/x'" in str(warning) for warning in project.warnings] == [True]
