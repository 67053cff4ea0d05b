"""The commands that teach: `wptest demo` and `wptest expand`."""

from __future__ import annotations

import re

from commands import wptest


def test_the_demo_shows_a_pass_and_a_caught_fault(tmp_path):
    done = wptest(tmp_path, "demo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^checkpoint-resume::\S+ passed", done.stdout, re.MULTILINE)
    assert re.search(r"^checkpoint-resume::\S+ failed .*expected 1000, got 1110", done.stdout, re.MULTILINE)
    assert "no_duplicate" in done.stdout


def test_expand_lists_each_variant_with_its_values(tmp_path):
    (tmp_path / "m.wptest.yaml").write_text(
        "scenario: m\nmatrix: {lines: [1, 2], how: [USR1]}\nproject: {sinks: {a: {type: file}}}\n"
        "when:\n  - run: wparse batch\n"
    )

    done = wptest(tmp_path, "expand", "m.wptest.yaml")

    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["lines=1,how=USR1", "1", "USR1"] in lines
    assert ["lines=2,how=USR1", "2", "USR1"] in lines
    assert ["2", "variants"] in lines


def test_expand_tells_a_broken_matrix_with_its_place(tmp_path):
    (tmp_path / "m.wptest.yaml").write_text("scenario: m\nmatrix: {lines: 5}\n")

    done = wptest(tmp_path, "expand", "m.wptest.yaml")

    assert done.returncode == 5
    assert "m.wptest.yaml:2:" in done.stdout
