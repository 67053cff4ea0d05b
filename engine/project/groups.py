"""Sink groups: `business.d`, `infra.d` and the seed's `<group>/sink.toml`, as `GroupConf` values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.project.connectors import Connectors
from engine.project.expect_tables import read_group_expect
from engine.project.files import ProjectFiles
from engine.project.model import INFRA_GROUPS, GroupConf, GroupExpect, SinkConf
from engine.project.problems import WHOLE_FILE, Problems, ProjectError, did_you_mean
from engine.project.sinks import read_sink
from engine.project.table import Table
from engine.project.toml import parse_toml

BUSINESS = "business.d"
INFRA = "infra.d"
GROUP_FILE = "sink.toml"

# They spread work and name things; neither changes where a line goes.
_WITHOUT_EFFECT = ("tags", "parallel", "batch_timeout_ms", "batch_size")


@dataclass(slots=True)
class _Reader:
    files: ProjectFiles
    connectors: Connectors
    problems: Problems
    default_expect: GroupExpect | None = None


def load_groups(
    files: ProjectFiles, sinks: str, connectors: Connectors, problems: Problems
) -> tuple[GroupConf, ...]:
    """All groups below the sink directory: business ones by path, then the infra ones in their fixed order.

    An infra group without a file gets a built-in file sink, which nobody expects anything of.
    """
    reader = _Reader(files, connectors, problems)
    reader.default_expect = _default_expect(reader, f"{sinks}/defaults.toml")
    business: dict[str, GroupConf] = {}
    infra: dict[str, GroupConf] = {}
    for path, kind in _group_files(reader, sinks):
        group, table = _read_file(reader, path, kind) or (None, None)
        if group is None or table is None:
            continue
        place = infra if group.infra else business
        if group.name in place:
            table.fail("name", f"sink group '{group.name}' is defined twice")
        place.setdefault(group.name, group)
    if not business:
        message = "no business group: nothing would ever be delivered"
        problems.add(sinks, WHOLE_FILE, message, f"add {sinks}/{BUSINESS}/<group>.toml")
    complete = tuple(infra.get(name) or built_in_group(name) for name in INFRA_GROUPS)
    return tuple(business.values()) + complete


def built_in_group(name: str) -> GroupConf:
    """The infra group that stands in for a missing file: `<name>_sink`, to `data/out_dat/<name>.dat`."""
    return GroupConf(name, (SinkConf(f"{name}_sink", "file", f"data/out_dat/{name}.dat"),), infra=True)


def _group_files(reader: _Reader, sinks: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        for kind in (BUSINESS, INFRA):
            found += [(path, kind) for path in reader.files.toml_files(f"{sinks}/{kind}")]
        for directory in reader.files.directories(sinks):
            path = f"{directory}/{GROUP_FILE}"
            if directory.rsplit("/", 1)[-1] not in (BUSINESS, INFRA) and reader.files.exists(path):
                found.append((path, GROUP_FILE))
    except ProjectError as error:
        reader.problems.extend(error)
    return found


def _open(reader: _Reader, path: str) -> Table | None:
    try:
        return Table(parse_toml(path, reader.files.read(path)), reader.problems)
    except ProjectError as error:
        reader.problems.extend(error)
        return None


def _default_expect(reader: _Reader, path: str) -> GroupExpect | None:
    top = _open(reader, path) if reader.files.exists(path) else None
    if top is None:
        return None
    top.accept("version")
    defaults = top.table("defaults")
    defaults.accept("tags")
    expect = read_group_expect(defaults)
    defaults.close()
    top.close()
    return expect


def _read_file(reader: _Reader, path: str, kind: str) -> tuple[GroupConf, Table] | None:
    top = _open(reader, path)
    if top is None:
        return None
    top.accept("version")
    group = top.table("sink_group")
    group.accept(*_WITHOUT_EFFECT)
    name = _name(group, path, kind)
    infra = kind == INFRA or (kind == GROUP_FILE and name in INFRA_GROUPS)
    conf = GroupConf(
        name=name,
        sinks=_sinks(reader, top, group, name),
        rules=_rules(group, name, infra=infra),
        infra=infra,
        expect=read_group_expect(group) or reader.default_expect,
    )
    _check_kind(group, name, kind)
    group.close()
    top.close()
    return conf, group


def _name(group: Table, path: str, kind: str) -> str:
    # Old projects name a group by its directory, new ones mostly by its file.
    parts = path.split("/")
    default = parts[-2] if kind == GROUP_FILE else parts[-1].removesuffix(".toml")
    name = group.text("name")
    if name is not None and not re.fullmatch(r"[^\s\x00-\x1f]+", name):
        group.fail("name", f"{name!r} is no name for a group: it is empty or holds blanks")
    return default if name is None else name


def _sinks(reader: _Reader, top: Table, group: Table, name: str) -> tuple[SinkConf, ...]:
    tables = [*group.tables("sinks"), *top.tables("sinks")]
    if "sinks" in group and "sinks" in top:
        top.fail_key("sinks", "sinks are given twice, in [[sink_group.sinks]] and in [[sinks]]", "keep one")
    sinks: dict[str, SinkConf] = {}
    for index, table in enumerate(tables):
        sink = read_sink(table, index, reader.connectors)
        if sink.name in sinks:
            table.fail("name", f"sink '{sink.name}' is defined twice in group '{name}'")
        sinks.setdefault(sink.name, sink)
    if not tables and not group.is_wrong("sinks") and not top.is_wrong("sinks"):
        group.fail_here(f"sink group '{name}' has no sinks", "add [[sink_group.sinks]]")
    return tuple(sinks.values())


def _rules(group: Table, name: str, *, infra: bool) -> tuple[str, ...]:
    rules, models = group.texts("rule"), group.texts("oml")
    if infra:
        for key, given in (("rule", rules), ("oml", models)):
            if given:
                group.fail_key(
                    key, f"infra group '{name}' takes no '{key}': lines reach it by what happened to them"
                )
        return ()
    if rules and models:
        group.fail_key("oml", "'rule' and 'oml' can't stand together", "keep one of them")
    # A model is named like the package whose records it takes, without the leading slash of a rule.
    patterns = rules or tuple(model if model.startswith("/") else f"/{model}" for model in models)
    if not patterns and not group.is_wrong("rule") and not group.is_wrong("oml"):
        group.fail_here(f"business group '{name}' has no rule: no line would reach it", 'add: rule = "/name*"')
    for pattern in rules:
        if not pattern.startswith(("/", "*")):
            group.fail("rule", f"rule '{pattern}' must start with '/'", f'write: rule = "/{pattern}"')
    return patterns


def _check_kind(group: Table, name: str, kind: str) -> None:
    if kind == INFRA and name not in INFRA_GROUPS:
        message = f"unknown infra group '{name}', known: {', '.join(INFRA_GROUPS)}"
        group.fail("name", message, did_you_mean(name, INFRA_GROUPS))
    if kind == BUSINESS and name in INFRA_GROUPS:
        group.fail("name", f"'{name}' is an infra group: it belongs into {INFRA}/")
