"""`wpsrc.toml`: the file source (version 2), with its path given directly or through a connector."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace

from engine.directories.connectors import CONNECT_KEYS, Connectors, Params
from engine.directories.odd.tags import read_tags
from engine.directories.table import Table
from engine.directories.target_paths import target_of, written_path
from engine.project.as_written import NOT_WRITTEN, AsWritten, WrittenInput
from engine.project.model import SourceConf
from engine.project.refused import RefusedPart
from engine.project.tag_values import tags_of
from engine.text.mistake import Mistake, suggest
from engine.text.problems import ProblemKind

_TYPES = ("file",)
_ENCODINGS = ("text", "base64", "hex")
_DEFAULT = SourceConf()


@dataclass(frozen=True, slots=True)
class _Source:
    """One source: its type, and how the path of its file is `written`; one whose type is wrong is a file.

    Where it leads is not `known` of a file whose path is wrong, or is still to get a place in the run.
    """

    conf: SourceConf
    kind: str
    written: str
    table: Table
    known: bool


def read_sources(top: Table, connectors: Connectors, *, today: bool) -> tuple[tuple[SourceConf, ...], AsWritten]:
    """The sources of a parsed `wpsrc.toml` that are read, the scenario's first; and all its files.

    That is the first that is enabled, files before others. All of them are checked. A source of a type that isn't
    modelled is a file, too, where there is no other: what comes from there is made up anyway. In today's layout
    each has to name a connector. The rate is the scenario's to set: no key of the file bounds it.
    """
    top.accept("version")
    read = [_read(table, connectors, today=today) for table in top.tables("sources")]
    top.close()
    if not read:
        if top.part is not None and not top.is_wrong("sources"):
            top.warn_here("no source: wparse reads nothing", "add [[sources]]", ProblemKind.UNREAD)
            return (replace(_DEFAULT, enabled=False),), NOT_WRITTEN
        if not top.is_wrong("sources"):
            top.fail_here("no source: nothing would be read", "add [[sources]]")
        return (_DEFAULT,), NOT_WRITTEN
    enabled = [each for each in read if each.conf.enabled]
    if not enabled:
        _nothing_is_read([each.table for each in read])
    chosen = [each for each in enabled if each.kind in _TYPES] or (enabled or read)[:1]
    if enabled and chosen[0].kind not in _TYPES:
        message = f"source type '{chosen[0].kind}' is not modelled: its input is the file {chosen[0].conf.path}"
        chosen[0].table.warn_key(_naming(chosen[0].table), message)
    for other in enabled:
        if other not in chosen:
            other.table.warn_here(f"source type '{other.kind}' is not modelled: this one brings nothing")
    _check_others(chosen)
    return tuple(each.conf for each in chosen), _as_written(read, connectors)


def _check_others(chosen: list[_Source]) -> None:
    """What of sources beside the first can't be modelled."""
    readers: dict[str, _Source] = {}
    for each in chosen:
        if not each.known:
            continue
        if any(each.conf.key == other.conf.key for other in chosen[: chosen.index(each)]) and "key" in each.table:
            message = f"two sources are called '{each.conf.key}': figures and records can't tell them apart"
            each.table.warn_key("key", message, "give one of the two another key")
        if (first := readers.setdefault(each.conf.path, each)) is not each:
            message = f"'{first.conf.key}' reads {each.conf.path} already: each of its lines would come twice"
            each.table.fail_here(message, "give it another file, or enable = false")
        if each is not chosen[0] and each.conf.keeps_position:
            message = f"one position is kept, and that is of the first source, '{chosen[0].conf.key}'"
            each.table.fail_key("keep_position", message)


def _as_written(read: list[_Source], connectors: Connectors) -> AsWritten:
    inputs = [
        WrittenInput(each.conf.key, each.conf.path, each.written, each.conf.enabled)
        for each in read
        if each.kind in _TYPES
    ]
    used = sum(any(key in each.table for key in CONNECT_KEYS) for each in read)
    return AsWritten(inputs=tuple(inputs), source_connectors=len(connectors), used_connectors=used)


def _read(table: Table, connectors: Connectors, *, today: bool) -> _Source:
    tags = tags_of(read_tags(table, RefusedPart.SOURCE))
    table.accept("encode")
    if "key" not in table:
        table.refuse_lack("key", "the source has no 'key'", 'add: key = "file_1"')
    key = table.text("key") or _DEFAULT.key
    enabled = table.flag("enable", default=True)
    keeps = table.flag("keep_position", default=_DEFAULT.keeps_position)
    for other in ("use", "connector"):
        if other in table:
            table.refuse(
                other, f"a source names its connector by 'connect', not by '{other}'", "write: connect = ..."
            )
    params = connectors.resolve(table, "the source", needs_connector=today, is_used=enabled)
    if params.type is None and not enabled:  # of a connector that isn't there: nobody knows its parameters
        params.accept_all()
    path = _path(table)
    kind = params.type or _TYPES[0]
    meant = suggest(kind, _TYPES)
    if kind in _TYPES:
        _check_encoding(params)
        if "path" in table:
            params.accept("base", "file")
        else:
            path = target_of(params, *posixpath.split(_DEFAULT.path))
        params.close()
    elif meant is not None:
        table.fail(_naming(table), f"unknown source type '{kind}'", meant, RefusedPart.SOURCE)
        kind = _TYPES[0]
    else:
        params.accept_all()
        path = None
    table.close()
    conf = SourceConf(path=path or _DEFAULT.path, enabled=enabled, key=key, keeps_position=keeps, tags=tags)
    written = written_path(table, params, *posixpath.split(_DEFAULT.path))
    return _Source(conf, kind, written, table, known=path is not None or kind not in _TYPES)


def _check_encoding(params: Params) -> None:
    holder = params.holder("encode")
    encoding = holder.peek("encode")
    if isinstance(encoding, str) and encoding not in _ENCODINGS:
        message = f"unknown encoding '{encoding}', expected one of: {', '.join(_ENCODINGS)}"
        holder.refuse("encode", message, suggest(encoding, _ENCODINGS), RefusedPart.SOURCE)


def _path(table: Table) -> str | None:
    path = table.run_path("path", is_file=True)
    if path is not None:
        try:
            table.places.claim(path, table.text("path") or "")
        except Mistake as error:
            table.fail_path("path", error)
    return path


def _nothing_is_read(tables: list[Table]) -> None:
    which = "the only source is not" if len(tables) == 1 else "none of the sources is"
    tables[0].warn_key("enable", f"{which} enabled: wparse reads nothing", "enable = true", kind=ProblemKind.UNREAD)


def _naming(table: Table) -> str:
    """The key that says what type a source is of."""
    return next(key for key in ("type", *CONNECT_KEYS) if key in table)
