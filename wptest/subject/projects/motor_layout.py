"""A project that a scenario writes out, as WarpParse has its own since engine 1.x: with connectors, WPL and OML.

Sinks have to get lines as they came. So each rule takes a whole line into one field, if the line is one of its own,
an OML model keeps that field alone, and sinks write in the format `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.project.model import INFRA_GROUPS, GroupConf, Project, SinkConf
from engine.project.routing import group_of
from engine.sinks.kinds import SINK_KINDS
from engine.units import Phase
from wptest.subject.projects.toml_text import group_expect, sink_expect, table, toml_string

_INFRA = tuple(name for name in INFRA_GROUPS if name != "intercept")  # which is none of WarpParse's
# The connector of each type of sink, and that of the source; their ends are a rule of `wproj check`.
TYPES = {"file": "lines_sink", "test_rescue": "flaky_sink", "blackhole": "nowhere_sink"}
_SOURCE = "input_src"
_RULE = "line"  # the rule of a package whose lines a scenario knows by the package alone
_UNCLAIMED = f"/default/{_RULE}"  # whose lines go to the group `default`, if no group takes it
# Their parser makes the automaton of an expression anew for each line: classes of all Unicode would cost it 100 us.
_NUMBERED = "^(wp_event_id=[0-9]+ )?"
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


class Rule(NamedTuple):
    """A rule of WPL: its package, its name in it, and what a line has that it takes, as a regular expression."""

    package: str
    name: str
    takes: str

    @property
    def path(self) -> str:
        """What groups know it by."""
        return f"{self.package}/{self.name}"


def rules_of(project: Project, *, of_samples: bool = False) -> dict[str, Rule]:
    """The rules of WPL that lines of a project are parsed by, by what the scenario calls them.

    Where all lines are `of_samples`, a rule only has to tell its own from those of other rules.
    """
    found: dict[str, list[str]] = {}
    for sample in project.samples:
        others = [other.text for other in project.samples if other.rule != sample.rule] if of_samples else None
        found.setdefault(sample.rule, []).append(_made_of(sample.text, others))
    for rule, pattern in project.patterns:
        found.setdefault(rule, []).append(_regex(pattern))
    return {name: _rule(name, takes) for name, takes in found.items() if name == "default" or name not in _INFRA}


def why_not_in_wpl(project: Project) -> Iterator[str]:
    """What of a project's rules can't be said in WPL."""
    for name in dict.fromkeys(
        [*(sample.rule for sample in project.samples), *(rule for rule, _ in project.patterns)]
    ):
        if name in ("residue", "error", "intercept"):
            yield f"no rule sends its lines to {name}"
        elif name == "default" and group_of(_UNCLAIMED, project.groups) is not None:
            yield "no line goes to default where a group takes every rule"
        elif name not in _INFRA and not re.fullmatch(r"(/[A-Za-z][\w-]*)+", name):
            yield f"{name} is no name of a package or rule in WPL"


def escaped(text: str) -> str:
    """A regular expression for just this text, in the signs that all dialects of them share."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def always_up(phases: tuple[Phase, ...]) -> bool:
    """Whether a sink with these phases never goes down."""
    return bool(phases) and all(phase.up for phase in phases)


def motor_files(project: Project, *, of_samples: bool = False) -> Iterator[tuple[str, str]]:
    """The files of the project, by path; see `rules_of`."""
    yield "conf/wparse.toml", _settings(project)
    yield "conf/wpgen.toml", _generator(project)
    yield "connectors/source.d/input.toml", _connector(_SOURCE, "file", ("base", "file", "encode"), _INPUT)
    into_files = ("base", "file", "fmt"), _TARGET
    connectors = [
        _connector(id_, type_, *into_files if SINK_KINDS[type_].target == "file" else ((), {}))
        for type_, id_ in TYPES.items()
    ]
    yield "connectors/sink.d/sinks.toml", "\n".join(connectors)
    yield "topology/sources/wpsrc.toml", _source(project)
    rules = rules_of(project, of_samples=of_samples)
    for number, (name, rule) in enumerate(rules.items()):
        yield f"models/wpl/{number:03}/parse.wpl", _wpl(rule)
        samples = [sample.text for sample in project.samples if sample.rule == name]
        yield f"models/wpl/{number:03}/sample.dat", "".join(f"{sample}\n" for sample in samples)
    for number, group in enumerate(project.groups):
        if not group.infra:  # a model belongs to one group alone
            taken = _taken(project, rules, group)
            matching = [f"rule = {_list(taken)}", f"oml = {_list([f'line_{number}'])}"]
            yield f"topology/sinks/business.d/{number:03}.toml", _group(group, matching)
            yield f"models/oml/line_{number}.oml", _oml(f"line_{number}", taken)
        elif group.name in _INFRA:
            yield f"topology/sinks/infra.d/{group.name}.toml", _group(group, ())


_TARGET = {"fmt": "raw", "base": "./data/out_dat", "file": "x.dat"}
_INPUT = {"base": "./data/in_dat", "file": "gen.dat", "encode": "text"}


def _settings(project: Project) -> str:
    parts: dict[str, Mapping[str, object]] = {
        "models": {"wpl": "./models/wpl", "oml": "./models/oml"},
        "topology": {"sources": "./topology/sources", "sinks": "./topology/sinks"},
        "performance": {"parse_workers": 1, "rate_limit_rps": project.speed_limit},
        "rescue": {"path": f"./{project.rescue_root}"},
        "log_conf": {"level": project.log_level, "output": "File"},
        "log_conf.file": {"path": f"./{project.log_dir}"},
        "stat": {"window_sec": project.stat_window},
    }
    figures = "".join(
        f'\n[[stat.{stage}]]\nkey = "{stage}_stat"\ntarget = "*"\n' for stage in ("pick", "parse", "sink")
    )
    robust = f'version = "1.0"\nrobust = {toml_string(project.robust)}\n'
    return (
        robust
        + "".join("\n" + "\n".join(table(f"[{name}]", values)) + "\n" for name, values in parts.items())
        + figures
    )


def _generator(project: Project) -> str:
    base, _, file = project.source.path.rpartition("/")  # printed by `wproj data clean` as it stands here
    parts: dict[str, Mapping[str, object]] = {
        "generator": {"mode": "sample", "count": 1000, "speed": 0, "parallel": 1},
        "output": {"connect": TYPES["file"], "name": "input"},
        "output.params": {"base": base or ".", "file": file},
        "logging": {"level": "warn", "output": "file", "file_path": f"./{project.log_dir}/"},
    }
    return 'version = "1.0"\n' + "".join(
        "\n" + "\n".join(table(f"[{name}]", values)) + "\n" for name, values in parts.items()
    )


def _connector(id_: str, type_: str, free: Sequence[str], params: Mapping[str, object]) -> str:
    head = f"[[connectors]]\nid = {toml_string(id_)}\ntype = {toml_string(type_)}\nallow_override = {_list(free)}\n"
    return head + ("\n".join(table("[connectors.params]", params)) + "\n" if params else "")


def _source(project: Project) -> str:
    base, file = _place(project.source.path)
    params = f"{{ base = {toml_string(base)}, file = {toml_string(file)} }}"
    key, connect = toml_string(project.source.key), toml_string(_SOURCE)
    return f"[[sources]]\nkey = {key}\nenable = true\nconnect = {connect}\nparams = {params}\n"


def _wpl(rule: Rule) -> str:
    condition = f" | regex_match({_quoted(rule.takes)})" if rule.takes else ""
    whole = f"(chars:msg\\0{condition})"
    return f"package {rule.package} {{\n  rule {rule.name} {{ {whole} }}\n}}\n"


def _quoted(pattern: str) -> str:
    return "'" + pattern.replace("'", ".") + "'"


def _oml(name: str, rules: Sequence[str]) -> str:
    # Every rule begins with a slash; what has no rule, a raw entry of a rescue file, is none of a model's.
    named = [f"/{rule}" if rule.startswith("*") else rule for rule in rules]
    return f"name : {name}\nrule : {' '.join(named)}\n---\nmsg : chars = take(msg) ;\n"


def _group(group: GroupConf, matching: Sequence[str]) -> str:
    lines = ['version = "2.0"', "[sink_group]", f"name = {toml_string(group.name)}", *matching]
    if group.parallel > 1:
        lines.append(f"parallel = {group.parallel}")
    if group.expect is not None:
        named = {"basis": f"mdl:{group.expect.model or group.name}"} if group.expect.basis == "model" else {}
        lines += table("[sink_group.expect]", {**group_expect(group.expect), **named})
    for sink in group.sinks:
        lines += _sink(sink)
    return "\n".join(lines) + "\n"


def _sink(sink: SinkConf) -> Iterator[str]:
    yield "\n[[sink_group.sinks]]"
    yield f"name = {toml_string(sink.name)}"
    yield f"connect = {toml_string(TYPES['file' if always_up(sink.phases or ()) else sink.type])}"
    if sink.path is not None:
        base, file = _place(sink.path)
        yield f"params = {{ base = {toml_string(base)}, file = {toml_string(file)} }}"
    if sink.expect is not None:
        yield from table("[sink_group.sinks.expect]", sink_expect(sink.expect))


def _place(path: str) -> tuple[str, str]:
    """A directory as projects name theirs, and the file in it."""
    base, _, file = path.rpartition("/")
    return f"./{base}", file


def _taken(project: Project, rules: Mapping[str, Rule], group: GroupConf) -> list[str]:
    """The group's rules, with those that it takes here by a name of theirs that has the rule's in it as well."""
    more = [
        rule.path
        for name, rule in rules.items()
        if group_of(name, project.groups) is group and group_of(rule.path, project.groups) is not group
    ]
    return [*group.rules, *more]


def _rule(name: str, takes: Sequence[str]) -> Rule:
    package, _, rule = name.rpartition("/")
    if not package:
        package, rule = name if name != "default" else _UNCLAIMED.rpartition("/")[0], _RULE
    return Rule(package, rule, "|".join(takes) if all(takes) else "")


def _made_of(text: str, others: Sequence[str] | None) -> str:
    """What a line has that is made of a sample, where there are no lines but those of `others`; None is any."""
    if others is None or any(text in other for other in others):
        return f"{_NUMBERED}{escaped(text)}$"
    return escaped(text)  # a parser that asks for nothing is faster than any that people have


def _regex(pattern: str) -> str:
    """What `text_pattern` makes of a pattern of lines, in the signs that all regular expressions share.

    It is sought in a line, and so says nothing of an end where everything may stand.
    """
    inner = "".join({"*": ".*", "?": "."}.get(sign) or escaped(sign) for sign in pattern.strip("*"))
    return f"{'' if pattern.startswith('*') else '^'}{inner}{'' if pattern.endswith('*') else '$'}"


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(toml_string, values))}]"
