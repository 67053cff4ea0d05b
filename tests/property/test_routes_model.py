"""The oracle's routing against a naive one, and against the engine's: three readings of the same documents."""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from zlib import crc32

from engine_bench import infra_groups
from hypothesis import given
from hypothesis import strategies as st

from engine.pipeline.filters import Filters
from engine.pipeline.router import Router
from engine.project.model import GroupConf, Passing, Project, Sample, SinkConf
from wptest.judge.projects.routes import Routes

RULES = ["/a", "/a/b", "/a/bc", "/d", "/d/x", "nobody", "miss", "error", "default"]
WILDCARDS = ["*", "/a", "/a*", "/a/*", "/a/b?", "/d", "/d/*", "/[ad]"]
TEXTS = ["GET /index", "POST [x] 500", "INFO up", "says nothing"]
BYTES = [b"never seen", b"\xff not text", b"", b"  \t", b"wp_event_id=x7 GET /index", b"wp_event_id=5"]
SHARES = [0.0, 0.25, 1 / 3, 0.5, 0.999, 1.0]

passings = st.one_of(
    st.none(),
    st.sampled_from(SHARES).map(Passing),
    st.sampled_from(["*", "GET*", "*[x]*", "?NFO up"]).map(lambda pattern: Passing(pattern=pattern)),
)


@st.composite
def projects(draw):
    groups = []
    for number in range(draw(st.integers(1, 3))):
        sinks = tuple(
            SinkConf(f"s{number}{each}", "file", f"out/{number}{each}.dat", passing=draw(passings))
            for each in range(draw(st.integers(1, 2)))
        )
        rules = draw(st.lists(st.sampled_from(WILDCARDS), max_size=3))
        groups.append(GroupConf(f"g{number}", sinks, tuple(rules), parallel=draw(st.integers(1, 3))))
    samples = draw(
        st.lists(st.builds(Sample, st.sampled_from(RULES), st.sampled_from(TEXTS)), min_size=1, max_size=4)
    )
    patterns = draw(st.lists(st.tuples(st.sampled_from(RULES), st.sampled_from(["*seen", "x*", "?"])), max_size=2))
    return Project("p", (*groups, *infra_groups()), tuple(samples), patterns=tuple(patterns))


numbered = st.builds(
    lambda number, text: b"wp_event_id=%d %s" % (number, text.encode()), st.integers(1, 40), st.sampled_from(TEXTS)
)
inputs = st.lists(st.one_of(numbered, st.sampled_from(BYTES), st.sampled_from(TEXTS).map(str.encode)), max_size=12)


def naive(project, lines):
    """Which lines each target is owed, one line and one sink after the other."""
    owed = {}
    for line in lines:
        if not line.strip():
            continue
        text = line[line.index(b" ") + 1 :] if line.startswith(b"wp_event_id=") and b" " in line else line
        text = b"" if line.startswith(b"wp_event_id=") and b" " not in line else text
        for sink in naive_group(project, text).sinks:
            if naive_passes(project, sink.passing, line, text):
                owed.setdefault(sink.path, []).append(line)
    return owed


def naive_group(project, text):
    groups = {group.name: group for group in project.groups}
    rules = [sample.rule for sample in project.samples if sample.text.encode() == text][-1:]
    if not rules:
        try:
            readable = text.decode()
        except UnicodeDecodeError:
            return groups["error"]
        simple = {"*seen": readable.endswith("seen"), "x*": readable.startswith("x"), "?": len(readable) == 1}
        rules = [rule for rule, pattern in project.patterns if simple[pattern]][:1]
    if not rules:
        return groups["miss"]
    if rules[0] in groups and groups[rules[0]].infra:
        return groups[rules[0]]
    best = None
    for group in project.groups:
        for wildcard in group.rules:
            if fnmatchcase(rules[0], wildcard) and (best is None or len(wildcard) > len(best[0])):
                best = wildcard, group
    return groups["default"] if best is None else best[1]


def naive_passes(project, passing, line, text):
    if passing is None:
        return True
    if passing.pattern is not None:
        said = text.decode(errors="replace")
        return {
            "*": True, "GET*": said.startswith("GET"), "*[x]*": "[x]" in said, "?NFO up": said[1:] == "NFO up",
        }[passing.pattern]  # fmt: skip
    digits = line[len("wp_event_id=") :].partition(b" ")[0] if line.startswith(b"wp_event_id=") else b""
    share = {0.0: (0, 1), 0.25: (1, 4), 1 / 3: (1, 3), 0.5: (1, 2), 0.999: (999, 1000), 1.0: (1, 1)}[passing.share]
    if not digits.isdigit() or text not in [sample.text.encode() for sample in project.samples]:
        return crc32(line) * share[1] < share[0] * 2**32
    turn = math.ceil(int(digits) / len(project.samples))
    return turn * share[0] // share[1] != (turn - 1) * share[0] // share[1]


def routed(project, lines):
    found = {}
    for sink, share in Routes(project).owed(lines):
        found.setdefault(sink.path, []).extend(share)
    return {path: share for path, share in found.items() if share}


def by_engine(project, lines):
    groups = {group.name: group for group in project.groups}
    filters, found = Filters(project), {}
    for name, share in Router(project).split([line for line in lines if line.strip()]).items():
        for sink in groups[name].sinks:
            if passed := list(filters.passed(sink, share)):
                found[sink.path] = passed
    return found


@given(project=projects(), lines=inputs)
def test_the_oracle_routes_as_the_documents_say_and_so_does_the_engine(project, lines):
    assert routed(project, lines) == naive(project, lines) == by_engine(project, lines)


@given(project=projects(), lines=inputs, cut=st.integers(0, 12))
def test_what_a_target_is_owed_does_not_depend_on_how_the_input_is_cut(project, lines, cut):
    together = routed(project, lines)
    apart = routed(project, lines[:cut])
    for path, share in routed(project, lines[cut:]).items():
        apart.setdefault(path, []).extend(share)
    assert apart == together
