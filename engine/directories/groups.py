"""Sink groups: `business.d`, `infra.d` and the seed's `<group>/sink.toml`, as `GroupConf` values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.directories.connectors import Connectors
from engine.directories.databases.database_ends import DatabaseEnds
from engine.directories.expect_tables import read_group_expect
from engine.directories.group_rules import KnownRules, read_rules
from engine.directories.models.filter_files import tell_odd_filter
from engine.directories.odd.tags import read_tags
from engine.directories.paths import check_file_name
from engine.directories.reading import Reading
from engine.directories.sink_tables import BY_ID, read_sink
from engine.directories.table import Table
from engine.project.identity import identified
from engine.project.impossible import TOO_MUCH_IN_ONE, TOO_MUCH_TOGETHER, impossible_in, impossible_together
from engine.project.model import BATCH, BATCH_PATIENCE, INFRA_GROUPS, GroupConf, GroupExpect, SinkConf
from engine.project.refused import RefusedPart
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.text.diagnostic import Severity
from engine.text.mistake import nearest, suggest
from engine.text.problems import Problems, ProjectError
from engine.units import MILLISECOND

BUSINESS = "business.d"
INFRA = "infra.d"
GROUP_FILE = "sink.toml"

_MOST_REPLICAS = 10
_LONGEST_TIMEOUT = 3_600_000


@dataclass(frozen=True, slots=True)
class _Reader:
    reading: Reading
    connectors: Connectors
    default_expect: GroupExpect | None
    default_tags: tuple[str, ...]
    known: KnownRules
    databases: DatabaseEnds = field(default_factory=DatabaseEnds)
    sinks: dict[tuple[str, str], Table] = field(default_factory=dict)  # by the names of group and sink

    def place_of_share(self, group: GroupConf, sink: SinkConf) -> str:
        """Where it stands which share of all lines a sink should get."""
        key = "ratio" if sink.expect is not None and sink.expect.ratio is not None else "min"
        return self.sinks[group.name, sink.name].line_of("expect", key)


def load_groups(reading: Reading, sinks: str, connectors: Connectors, known: KnownRules) -> tuple[GroupConf, ...]:
    """All groups below the sink directory: business ones by path, then the infra ones in their fixed order.

    An infra group without a file gets a built-in file sink, which nobody expects anything of.
    """
    problems = reading.problems
    reader = _Reader(reading, connectors, *_defaults(reading, f"{sinks}/defaults.toml"), known)
    is_known = True  # which groups there are
    business: list[GroupConf] = []
    tables: list[Table] = []
    infra: dict[str, GroupConf] = {}
    for path, kind in _group_files(reading, sinks):
        group, table = _read_file(reader, path, kind) or (None, None)
        if group is None or table is None:
            is_known = False
            continue
        namesakes = [each for each in (infra.values() if group.infra else business) if each.name == group.name]
        if namesakes and not reading.today:
            table.fail("name", f"sink group '{group.name}' is defined twice")
        if group.infra:
            infra[group.name] = group
            continue
        business = [_superseded(each) if each in namesakes else each for each in business]
        business.append(_with_namesakes(group, namesakes, table))
        tables.append(table)
    if not business and is_known:
        goes_on = reading.today and any(reading.files.is_directory(f"{sinks}/{each}") for each in (BUSINESS, INFRA))
        then = "all lines that a rule takes go to 'default'" if goes_on else "nothing would ever be delivered"
        message = f"no business group: {then}"
        severity: Severity = "warning" if goes_on else "error"
        problems.add(sinks, message, _missing_groups(reading, sinks), severity=severity)
    complete = tuple(infra.get(name) or built_in_group(name) for name in INFRA_GROUPS)
    groups = identified((*business, *complete))
    _check_ids(groups, sinks, problems)
    in_use = [group for group in business if not group.is_superseded]
    if (too_much := impossible_together(in_use, reader.place_of_share)) is not None:
        tables[-1].warn_here(too_much, TOO_MUCH_TOGETHER)
    return tuple(replace(group, sinks=tuple(map(_with_target, group.sinks))) for group in groups)


def _with_namesakes(group: GroupConf, earlier: Sequence[GroupConf], table: Table) -> GroupConf:
    """A group with what those of its name take: the sinks of the latest file get the lines of all."""
    if not earlier:
        return group
    lost = ", ".join(sink.name for each in earlier for sink in each.sinks)
    message = f"sink group '{group.name}' is defined twice: these sinks get all lines, those before ({lost}) none"
    if not table.is_wrong("name"):
        table.warn_key("name", message, "give one of the two another name")
    latest = earlier[-1]  # which has what those before it take
    return replace(group, rules=(*latest.rules, *group.rules), models=(*latest.models, *group.models))


def _superseded(group: GroupConf) -> GroupConf:
    return replace(group, rules=(), models=(), is_superseded=True)


def _with_target(sink: SinkConf) -> SinkConf:
    return replace(sink, path=f"{BY_ID}/{sink.id}.dat") if sink.kind.target == "by_id" else sink


def _check_ids(groups: tuple[GroupConf, ...], sinks: str, problems: Problems) -> None:
    taken: dict[str, SinkConf] = {}
    for sink in (sink for group in groups for sink in group.sinks):
        if sink.id in taken and taken[sink.id].group != sink.group:
            message = f"sink '{sink.name}' of the groups '{taken[sink.id].group}' and '{sink.group}' have one name"
            problems.add(sinks, f"{message}, '{sink.id}'", "their rescue files could not be told apart")
        taken.setdefault(sink.id, sink)


def built_in_group(name: str) -> GroupConf:
    """The infra group that stands in for a missing file: `<name>_sink`, to `data/out_dat/<name>.dat`."""
    sink = SinkConf(f"{name}_sink", FILE_KIND, f"data/out_dat/{name}.dat")
    return GroupConf(name, (sink,), infra=True, is_built_in=True)


def _group_files(reading: Reading, sinks: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        for kind in (BUSINESS, INFRA):
            found += [(path, kind) for path in reading.files.toml_files(f"{sinks}/{kind}")]
        for directory in reading.files.directories(sinks):
            path = f"{directory}/{GROUP_FILE}"
            if directory.rsplit("/", 1)[-1] not in (BUSINESS, INFRA) and reading.files.exists(path):
                found.append((path, GROUP_FILE))
    except ProjectError as error:
        reading.problems.note(*error.problems)
    return found


def _missing_groups(reading: Reading, sinks: str) -> str:
    """Where groups have to be; a directory that was meant so may be there by another name."""
    names = [path.rsplit("/", 1)[-1] for path in reading.files.directories(sinks)]
    near = nearest(BUSINESS, [name for name in names if name not in (BUSINESS, INFRA)])
    if near is not None:
        return f"the directory of the groups is called {sinks}/{BUSINESS}, not {sinks}/{near}"
    return f"add {sinks}/{BUSINESS}/<group>.toml"


def _defaults(reading: Reading, path: str) -> tuple[GroupExpect | None, tuple[str, ...]]:
    """What a group expects that says nothing of it, and the tags of all groups."""
    top = reading.open(path, RefusedPart.GROUPS) if reading.files.exists(path) else None
    if top is None:
        return None, ()
    top.accept("version")
    defaults = top.table("defaults")
    tags = read_tags(defaults)
    expect = read_group_expect(defaults)
    if expect is None and reading.today and not (top.is_wrong("defaults") or defaults.is_wrong("expect")):
        defaults.fail_here("[defaults] has no 'expect': WarpParse refuses the file", "add [defaults.expect]")
    defaults.close()
    top.close()
    return expect, tags


def _read_file(reader: _Reader, path: str, kind: str) -> tuple[GroupConf, Table] | None:
    top = reader.reading.open(path, RefusedPart.GROUPS)
    if top is None:
        return None
    top.accept_typed(str, "version")
    if top.misspelt("sink_group", "the file has no sink group"):
        return None
    group = top.table("sink_group")
    if top.is_wrong("sink_group"):
        return None
    name = _name(group, path, kind)
    if kind == INFRA and name not in INFRA_GROUPS and reader.reading.today:
        message = f"no infra group is called '{name}': WarpParse reads the file, and goes by nothing in it"
        group.warn_key("name", message, suggest(name, INFRA_GROUPS, or_all=True))
    infra = kind == INFRA or (kind == GROUP_FILE and name in INFRA_GROUPS)
    batch, patience = _batches(group)
    taken = read_rules(group, name, reader.known, infra=infra)
    sinks = _sinks(reader, top, group, name, infra=infra)
    if reader.reading.today and not infra and "oml" not in group:
        sinks = tuple(replace(sink, whole=True) for sink in sinks)
    conf = GroupConf(
        name=name,
        sinks=sinks,
        rules=taken.rules,
        models=taken.models,
        infra=infra,
        expect=read_group_expect(group) or reader.default_expect,
        parallel=_parallel(group, name, infra=infra),
        batch=batch,
        patience=patience,
    )
    group.no_switch("a group")
    _check_kind(group, name, kind)
    if (too_much := impossible_in(conf)) is not None and not infra:
        group.warn_here(too_much, TOO_MUCH_IN_ONE)
    group.close()
    top.close()
    return conf, group


def _name(group: Table, path: str, kind: str) -> str:
    # Old projects name a group by its directory, new ones mostly by its file.
    parts = path.split("/")
    default = parts[-2] if kind == GROUP_FILE else parts[-1].removesuffix(".toml")
    name = group.text("name")
    if "name" not in group:
        group.refuse_lack("name", "the group has no 'name'", f'add: name = "{default}"')
    if name is not None and not re.fullmatch(r"[^\s\x00-\x1f]+", name):
        group.fail("name", f"{name!r} is no name for a group: it is empty or holds blanks")
    elif name is not None and (wrong := _no_directory(name)) is not None:
        group.fail("name", f"{name!r} is no name for a group: {wrong}")
    return default if name is None else name


def _no_directory(name: str) -> str | None:
    """Why the directories of a group's rescue files can't be named after it; None when they can."""
    parts = [part for part in name.split("/") if part]
    if not parts or any(part in (".", "..") for part in parts):
        return "its rescue files would lie outside of their directory"
    return next((wrong for part in parts if (wrong := check_file_name(part)) is not None), None)


def _parallel(group: Table, name: str, *, infra: bool) -> int:
    """How many replicas there are; only business groups have more than one (facts page section 6)."""
    replicas = group.whole("parallel", 1, low=0)
    if infra and "parallel" in group and group.part is not None:
        group.refuse("parallel", f"infra group '{name}' has no replicas, and no 'parallel'", "take it away")
        return 1
    if replicas > _MOST_REPLICAS and not infra:
        group.warn_key("parallel", f"'parallel' is {replicas}: WarpParse has {_MOST_REPLICAS} replicas at most")
    replicas = min(max(replicas, 1), _MOST_REPLICAS)
    if infra and replicas > 1:
        group.warn_key("parallel", f"infra group '{name}' has no replicas: 'parallel' has no effect")
        return 1
    return replicas


def _batches(group: Table) -> tuple[int, int]:
    """How many lines are written at once and how long they wait for that, where they are gathered."""
    size = max(group.whole("batch_size", BATCH, low=int(group.part is None)), 1)
    return size, group.whole("batch_timeout_ms", BATCH_PATIENCE // MILLISECOND, high=_LONGEST_TIMEOUT) * MILLISECOND


def _sinks(reader: _Reader, top: Table, group: Table, name: str, *, infra: bool) -> tuple[SinkConf, ...]:
    tables = [*group.tables("sinks"), *top.tables("sinks")]
    if "sinks" in group and "sinks" in top:
        top.fail_key("sinks", "sinks are given twice, in [[sink_group.sinks]] and in [[sinks]]", "keep one")
    if "sinks" in top and "sinks" not in group:
        top.refuse("sinks", "the sinks of a group are [[sink_group.sinks]]")
    tags = (*reader.default_tags, *read_tags(group))
    sinks: dict[str, SinkConf] = {}
    for index, table in enumerate(tables):
        sink = read_sink(
            table, index, reader.connectors, reader.databases, infra=infra, today=reader.reading.today, tags=tags
        )
        if sink.filtered:
            tell_odd_filter(table, reader.reading.files)
        if sink.name in sinks:
            line = reader.sinks[name, sink.name].line_of("name").rpartition(":")[2]
            message = f"sink '{sink.name}' is defined twice in group '{name}': the first one is on line {line}"
            table.fail("name", message, "give one of the two another name, or take it away")
        else:
            sinks[sink.name] = sink
            reader.sinks[name, sink.name] = table
    if not tables and not group.is_wrong("sinks") and not top.is_wrong("sinks"):
        lacking = f"sink group '{name}' has no sinks"
        if not group.misspelt("sinks", lacking):
            group.fail_here(lacking, "add [[sink_group.sinks]]")
    return tuple(sinks.values())


def _check_kind(group: Table, name: str, kind: str) -> None:
    if kind == INFRA and name not in INFRA_GROUPS and group.part is None:
        message = f"unknown infra group '{name}', known: {', '.join(INFRA_GROUPS)}"
        group.fail("name", message, suggest(name, INFRA_GROUPS))
    if kind == BUSINESS and name in INFRA_GROUPS:
        group.fail("name", f"'{name}' is an infra group: it belongs into {INFRA}/")
