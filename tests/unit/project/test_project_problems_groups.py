from __future__ import annotations

import pytest
from project_tree import GROUP, INFRA, SEED, group, problems_of, shown


def sink_expect(line: str) -> str:
    return group(f'type = "file"\n[sink_group.sinks.expect]\n{line}')


BROKEN = [
    (
        GROUP,
        sink_expect("ratio = -0.1"),
        "6:9+4 'ratio' is a share, and must lie between 0 and 1: not -0.1 (0.66 means 66 %)",
    ),
    (GROUP, sink_expect("ratio = 'half'"), "6:9+6 'ratio' must be a number, not text"),
    (GROUP, sink_expect("ratio = '70%'"), "6:9+5 'ratio' must be a number, not text (write 0.7)"),
    (GROUP, sink_expect("ratio = '0.7'"), "6:9+5 'ratio' must be a number, not text (write 0.7)"),
    (
        GROUP,
        "[sink_group]\nrule = '/b*'\n[sink_group.sinks]\ntype = 'file'\n",
        "3:13+5 'sinks' must be an array, not a table (write [[sink_group.sinks]], with two brackets)",
    ),
    (
        GROUP,
        "[[sink_group]]\nrule = '/b*'\n",
        "1:3+10 'sink_group' must be a table, not an array (write [sink_group], with one bracket)",
    ),
    (
        GROUP,
        group().replace("sink_group", "sinkgroup"),
        "1:2+9 unknown key 'sinkgroup', and the file has no sink group (did you mean 'sink_group'?)",
    ),
    (
        GROUP,
        group(head="rules = '/b*'"),
        "2:1+5 unknown key 'rules', and business group 'benchmark' has no rule (did you mean 'rule'?)",
    ),
    (
        GROUP,
        group().replace("sinks", "sink"),
        "3:14+4 unknown key 'sink', and sink group 'benchmark' has no sinks (did you mean 'sinks'?)",
    ),
    (
        GROUP,
        group() + "[sink_group]\nname = 'b'\n",
        "5:2+10 'sink_group' is given twice (the first one is on line 1; put each group into a file of its own)",
    ),
    (
        GROUP,
        group("type = 'file'\nparams.sync = 'yes'"),
        "5:15+5 'sync' must be true or false, not text (write true)",
    ),
    (
        GROUP,
        sink_expect("ratio = 0.5\nmax = 1"),
        "7:1+3 'ratio' and 'max' can't stand together (give ratio and tol, or min and max)",
    ),
    (GROUP, sink_expect("tol = 0.5"), "6:1+3 'tol' without 'ratio' (add: ratio = 0.5)"),
    (GROUP, sink_expect("min = 0.5\nmax = 0.4"), "6:7+3 'min' 0.5 is larger than 'max' 0.4"),
    (GROUP, sink_expect(""), "5:19+6 the expectation is empty (give ratio and tol, or min and max)"),
    (GROUP, group('type = "flie"'), "4:8+6 unknown sink type 'flie' (did you mean 'file'?)"),
    (GROUP, group("name = 'x'"), "3:14+5 sink 'x' names no connector and no type (add: type = \"file\")"),
    (
        GROUP,
        group('use = "y"'),
        "4:7+3 unknown connector 'y' (there is no connectors/ directory; name the type directly)",
    ),
    (
        GROUP,
        group('type = "file"\nparams.file = "../../../x"'),
        "5:15+12 path 'data/out_dat/../../../x' leads out of the project's directory",
    ),
    (GROUP, group('type = "file"\nparams.file = "x/.."'), "5:15+6 'x/..' names no file"),
    (GROUP, group('type = "file"\nparams.file = ""'), "5:15+2 '' names no file"),
    (GROUP, group('type = "file"\nparams.sync = 1'), "5:15+1 'sync' must be true or false, not a whole number"),
    (GROUP, group('type = "file"\nparams.phases = "up 2s"'), "5:8+6 'phases' needs a sink of type 'test_rescue'"),
    (GROUP, group('type = "slow"\nparams.phases = "up 2s"'), "5:8+6 'phases' needs a sink of type 'test_rescue'"),
    (
        GROUP,
        group('type = "blackhole"\nparams.phases = "up 2s"'),
        "5:8+6 'phases' needs a sink of type 'test_rescue'",
    ),
    (GROUP, group('type = "file"\nfilter = 1'), "5:10+1 'filter' must be text, not a whole number"),
    (GROUP, group('type = "file"\ntags = 1'), "5:8+1 'tags' must be text or an array of texts"),
    (
        GROUP,
        group(head="name = '../b'\nrule = '/b'"),
        "2:8+6 '../b' is no name for a group: its rescue files would lie outside of their directory",
    ),
    (
        GROUP,
        group('type = "file"\n[[sink_group.sinks]]\ntype = "file"\nname = "[0]"'),
        (
            "7:8+5 sink '[0]' is defined twice in group 'benchmark': the first one is on line 3 "
            "(give one of the two another name, or take it away)"
        ),
    ),
    (
        GROUP,
        group('type = "file"\nname = "a/b"'),
        "5:8+5 name 'a/b' holds '/' or a control character: rescue files could not be named after it",
    ),
    (GROUP, group('type = "file"\nname = ""'), "5:8+2 a name can't be empty"),
    (
        GROUP,
        group(f'type = "file"\nname = "{"n" * 201}"'),
        "5:8+203 the name is longer than 200 bytes: rescue files could not be named after it",
    ),
    (
        GROUP,
        group('type = "file"\nname = "a"\n[[sink_group.sinks]]\ntype = "file"\nname = "a"'),
        (
            "8:8+3 sink 'a' is defined twice in group 'benchmark': the first one is on line 5 "
            "(give one of the two another name, or take it away)"
        ),
    ),
    (
        GROUP,
        group(head="name = 'b'"),
        "1:2+10 business group 'b' has no rule: no line would reach it (add: rule = \"/name*\")",
    ),
    (GROUP, group(head="rule = 'b*'"), "2:8+4 rule 'b*' must start with '/' or '*' (write: rule = \"/b*\")"),
    (
        GROUP,
        group(head="rule = ['b', '*c', 'd*']"),
        "2:8+17 the rules 'b' and 'd*' must start with '/' or '*' (write: rule = [\"/b\", \"*c\", \"/d*\"])",
    ),
    (
        GROUP,
        group(head="rule = ['/b', 'c']"),
        "2:8+11 rule 'c' must start with '/' or '*' (write: rule = [\"/b\", \"/c\"])",
    ),
    (GROUP, group(head="rule = ['/a', 3]"), "2:8+9 'rule' must be text or an array of texts"),
    (
        GROUP,
        group(head="name = 'a b'\nrule = '/b'"),
        "2:8+5 'a b' is no name for a group: it is empty or holds blanks",
    ),
    (GROUP, "[sink_group]\nrule = '/b'\n", "1:2+10 sink group 'benchmark' has no sinks (add [[sink_group.sinks]])"),
    (
        GROUP,
        group() + "[[sinks]]\ntype = 'file'\nname = 'x'\n",
        "5:3+5 sinks are given twice, in [[sink_group.sinks]] and in [[sinks]] (keep one)",
    ),
    (
        GROUP,
        "[sink_group]\nrule = '/b'\nsinks = [1]\n",
        "3:9+3 'sinks' must be an array of tables (write [[sinks]] above each of them)",
    ),
    (GROUP, group(head="name = 'miss'\nrule = '/b'"), "2:8+6 'miss' is an infra group: it belongs into infra.d/"),
    (
        INFRA,
        group(head="name = 'mis'"),
        (
            "2:8+5 unknown infra group 'mis', known: default, miss, residue, intercept, error, monitor "
            "(did you mean 'miss'?)"
        ),
    ),
    (INFRA, group(), "2:1+4 infra group 'miss' takes no 'rule': lines reach it by what happened to them"),
    (
        "sink/business.d/twice.toml",
        group(head="name = 'benchmark'\nrule = '/b'"),
        "2:8+11 sink group 'benchmark' is defined twice",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_mistake_in_a_group_is_one_problem_with_its_place(tmp_path, path, text, expected):
    assert shown(problems_of(tmp_path, {**SEED, path: text})) == [f"{path} {expected}"]
