"""A project that a scenario writes out, in the seed's layout; infra groups are those built in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.project.model import GroupConf, Project, SinkConf
from engine.units import format_phases
from wptest.subject.projects.toml_text import group_expect, sink_expect, table, toml_string

CONF = "conf/wparse.toml"


def package_of(rule: str) -> str | None:
    """The WPL package whose samples are of this rule; None where there can be no such package."""
    name = rule.removeprefix("/")
    return name if rule.startswith("/") and name and "/" not in name and name not in (".", "..") else None


def seed_files(project: Project) -> Iterator[tuple[str, str]]:
    """The files of the project, by path."""
    settings = f"speed_limit = {project.speed_limit}\nrescue_root = {toml_string(project.rescue_root)}\n"
    log = f"[log_conf]\nlevel = {toml_string(project.log_level)}\n"
    yield CONF, f"{settings}robust = {toml_string(project.robust)}\n\n{log}"
    key, path = toml_string(project.source.key), toml_string(project.source.path)
    source = f'[[sources]]\nkey = {key}\ntype = "file"\npath = {path}\n'
    yield "conf/wpsrc.toml", f"{source}keep_position = true\n" if project.source.keeps_position else source
    business = [group for group in project.groups if not group.infra]
    for number, group in enumerate(business):  # groups are read in the order of their files' names
        yield f"sink/business.d/{number:03}.toml", "\n".join(_group(group))
    samples: dict[str, str] = {}
    for sample in project.samples:
        package = package_of(sample.rule)
        assert package is not None, "what can't be expressed is not run"
        samples[package] = samples.get(package, "") + f"{sample.text}\n"
    yield from ((f"models/wpl/{package}/sample.dat", lines) for package, lines in samples.items())


def _group(group: GroupConf) -> Iterator[str]:
    yield "[sink_group]"
    yield f"name = {toml_string(group.name)}"
    yield f"rule = [{', '.join(map(toml_string, group.rules))}]"
    if group.expect is not None:
        yield from table("[sink_group.expect]", group_expect(group.expect))
    for sink in group.sinks:
        yield from _sink(sink)


def _sink(sink: SinkConf) -> Iterator[str]:
    yield "\n[[sink_group.sinks]]"
    yield f"name = {toml_string(sink.name)}"
    yield f"type = {toml_string(sink.type)}"
    base, file = sink.target.split("/", 2)[:2], sink.target.split("/", 2)[2:]
    params = {"base": "/".join(base), "file": "/".join(file), **sink.parameters}
    if sink.phases is not None:
        params["phases"] = format_phases(sink.phases)
    yield f"params = {{ {', '.join(f'{key} = {toml_string(value)}' for key, value in params.items())} }}"
    if sink.expect is not None:
        yield from table("[sink_group.sinks.expect]", sink_expect(sink.expect))
