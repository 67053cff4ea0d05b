"""The end of `wptest run`: a screen, however much was no pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.text.display import width
from wptest.commands import timeline
from wptest.console import session

FAILING = """\
scenario: {name}
project: {{sinks: {{a: {{}}}}}}
given: {{source: {{lines: 3}}}}
when: [{{run: wparse batch}}]
then: {{sinks: {{a: {{lines: {lines}}}}}}}
"""
UNVERIFIED = """\
scenario: never-bites
project: {sinks: {a: {}}}
given: {source: {lines: 3}}
when: [{fault: {on: data/out_dat/miss.dat, fail: write, errno: EIO}}, {run: wparse batch}]
"""
MANY = """\
scenario: many
matrix: {number: [%s]}
project: {sinks: {a: {}}}
given: {source: {lines: "${{ matrix.number }}"}}
when: [{run: wparse batch}]
then: {sinks: {a: {lines: 3}}}
"""


def _write(directory: Path, name: str, text: str) -> None:
    (directory / f"{name}.wptest.yaml").write_text(text)


def _passing(directory: Path, number: int = 1) -> None:
    for each in range(number):
        _write(directory, f"p{each}", FAILING.format(name=f"p{each}", lines=3))


def _list(out: str) -> list[str]:
    """The lines of the summary."""
    return out.split("\n\n")[-2].splitlines()


def test_what_was_no_pass_is_listed_with_its_reason_first_and_its_id(tmp_path: Path, call) -> None:
    _passing(tmp_path, 3)
    _write(tmp_path, "few", FAILING.format(name="too-few", lines=4))
    _write(tmp_path, "none", UNVERIFIED)
    _write(tmp_path, "wrong", FAILING.format(name="wrong", lines="many"))

    called = call("run", ".")

    few, bites, wrong = _list(called.out)
    assert re.fullmatch(r"then\.sinks\.a\.lines: lines of a: expected 4, got 3  too-few  [0-9a-f]{8}", few)
    assert re.fullmatch(r"unverified: when\.0: .* never bit.*  never-bites  [0-9a-f]{8}", bites)
    assert wrong.startswith("wrong.wptest.yaml:5:27: ")
    *_, slowest, counts = called.out.splitlines()
    assert re.fullmatch(r"slowest: \S+ \d+\.\ds, \S+ \d+\.\ds, \S+ \d+\.\ds", slowest)
    assert counts.startswith("1 invalid file, 1 failed, 1 unverified, 3 passed in ")
    assert len(re.findall(r"^to see it again: ", called.out, re.MULTILINE)) == 2


@pytest.mark.slow
def test_many_failures_fit_a_screen_and_v_shows_each(tmp_path: Path, call) -> None:
    _write(tmp_path, "many", MANY % ", ".join(map(str, range(1, 61))))

    called, verbose, quiet = (call("run", ".", *more) for more in ((), ("-v",), ("-q",)))

    assert len(called.out.splitlines()) < 60
    assert (
        "failed[WPT-R022]: then.sinks.a.lines (59 variants)\nthe simplest of them: many::number=1\n" in called.out
    )
    assert called.out.count("to see it again: ") == 1
    assert re.search(r"^the others: many::number=2, many::number=4, .* and \d+ more$", called.out, re.MULTILINE)
    assert len(_list(called.out)) == 11
    assert _list(called.out)[-1] == "and 49 more"
    assert verbose.out.count("to see it again: ") == len(_list(verbose.out)) == 59
    assert len(re.findall(r"^(passed|failed) +many::", verbose.out, re.MULTILINE)) == 60
    assert quiet.out.splitlines() == [*_list(called.out), "", quiet.out.splitlines()[-1]]
    assert called.code == verbose.code == quiet.code == 1


def test_each_cause_is_told_shortly_behind_the_first(tmp_path: Path, call) -> None:
    for name in "abc":
        _write(tmp_path, name, FAILING.format(name=f"few-{name}", lines=4))
    _write(tmp_path, "none", UNVERIFIED)

    lines = call("run", ".").out.splitlines()

    short = lines[lines.index("the others: few-b, few-c") + 1 : lines.index("(-v shows each of them in full)")]
    assert short[:2] == ["", "unverified[WPT-R062]: when.0 (1 variant)"]
    assert short[2].startswith("    the fault EIO on data/out_dat/miss.dat never bit")
    assert short[3:] == ["    in never-bites"]


def test_passes_are_listed_as_long_as_they_fit_a_screen(tmp_path: Path, call) -> None:
    _passing(tmp_path, 24)
    fits = call("run", ".")
    _write(tmp_path, "few", FAILING.format(name="too-few", lines=4))
    more, all_of_them = call("run", "."), call("run", ".", "-v")

    assert len(re.findall("^passed ", fits.out, re.MULTILINE)) == 24
    assert re.findall("^(?:passed|failed) +(.*?) ", more.out, re.MULTILINE) == ["too-few"]
    assert len(re.findall("^(?:passed|failed) +", all_of_them.out, re.MULTILINE)) == 25


def test_a_pass_alone_has_a_line_and_the_counts(tmp_path: Path, call) -> None:
    _passing(tmp_path)

    assert re.fullmatch(r"passed +p0 +0s in \d+ ms\n\n1 passed in \d\.\ds\n", call("run", ".").out)
    assert re.fullmatch(r"1 passed in \d\.\ds\n", call("run", "-q", ".").out)
    assert "give one of them" in call("run", "-q", "-v", ".").err


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_on_a_terminal_lists_and_timelines_are_cut_to_its_width(
    tmp_path: Path, call, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(session, "columns_of", lambda _stream: columns)
    monkeypatch.setattr(timeline, "columns_of", lambda _stream: columns)
    text = FAILING.format(name="long", lines=4).replace("lines: 3", f"lines: 3, rules: {{{'r' * 90}: 1}}")
    _write(tmp_path, "few", text)

    listed, rows = call("run", "."), call("timeline", ".")

    excerpt = re.findall(r"^[ >!] +\d\S* +w.*", listed.out, re.MULTILINE)
    assert max(map(width, [*_list(listed.out), *excerpt])) == columns
    assert max(map(width, rows.out.splitlines()[:-2])) == columns


def test_colour_reaches_evidence_carets_and_timeline(tmp_path: Path, call, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "few", FAILING.format(name="too-few", lines=4))
    monkeypatch.setenv("FORCE_COLOR", "1")

    ran, shown = call("run", ".").out, call("timeline", ".").out

    assert re.search(r"\x1b\[31m +\| +\^\x1b\[0m\n", ran)
    assert re.search(r"\x1b\[31m! +0s  wptest ", ran)
    assert re.search(r"\x1b\[94m> +0s  wptest +step 1 ", shown)
    assert re.search(r"\x1b\[31m\x1b\[1mtoo-few failed at ", shown)


def test_events_that_never_come_are_told_with_the_nearest(tmp_path: Path, call) -> None:
    _passing(tmp_path)

    unknown = call("timeline", ".", "--events", "sink.delivred")
    absent = call("timeline", ".", "--events", "rescue.*", "--events", "sink.*")

    assert unknown.code == 4
    assert "no event is called 'sink.delivred'\ndid you mean 'sink.delivered'" in unknown.err
    assert "this run has: " in unknown.err
    assert absent.code == 0
    assert "  no event 'rescue.*' came; this run has: " in absent.out
    assert "sink.delivered" in absent.out
