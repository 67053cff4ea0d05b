"""`wpsrc.toml`: the file source (version 2), with its path given directly or through a connector."""

from __future__ import annotations

import posixpath

from engine.directories.connectors import CONNECT_KEYS, Connectors
from engine.directories.table import Table
from engine.directories.target_paths import target_of
from engine.project.model import SourceConf
from engine.text.mistake import Mistake, suggest
from engine.text.problems import ProblemKind

_TYPES = ("file",)
_DEFAULT = SourceConf()


def read_source(top: Table, connectors: Connectors) -> SourceConf:
    """The one source of a parsed `wpsrc.toml`: the first that is enabled, a file before anything else.

    All of them are checked. A source of a type that isn't modelled is a file here, too: what comes from there is
    made up anyway. The rate is the scenario's to set: no key of the file bounds it.
    """
    top.accept("version")
    read = [(_read(table, connectors), table) for table in top.tables("sources")]
    top.close()
    if not read:
        if not top.is_wrong("sources"):
            top.fail_here("no source: nothing would be read", "add [[sources]]")
        return _DEFAULT
    enabled = [pair for pair in read if pair[0][0].enabled] or read
    (source, kind), chosen = next((pair for pair in enabled if pair[0][1] in _TYPES), enabled[0])
    if not source.enabled:
        _nothing_is_read([table for _, table in read])
    if kind not in _TYPES and source.enabled:
        message = f"source type '{kind}' is not modelled: its input is the file {source.path}"
        chosen.warn_key(_naming(chosen), message)
    for (other, _), table in read:
        if other.enabled and table is not chosen:
            table.warn_here("one source is modelled: this one brings nothing")
    return source


def _read(table: Table, connectors: Connectors) -> tuple[SourceConf, str]:
    """A source, and its type; one whose type is wrong is a file."""
    table.texts("tags")
    table.accept("encode")
    key = table.text("key") or _DEFAULT.key
    enabled = table.flag("enable", default=True)
    keeps = table.flag("keep_position", default=_DEFAULT.keeps_position)
    params = connectors.resolve(table, "the source")
    path = _path(table)
    kind = params.type or _TYPES[0]
    meant = suggest(kind, _TYPES)
    if kind in _TYPES:
        params.accept("encode")
        if "path" in table:
            params.accept("base", "file")
        else:
            path = target_of(params, *posixpath.split(_DEFAULT.path))
        params.close()
    elif meant is not None:
        table.fail(_naming(table), f"unknown source type '{kind}'", meant)
        kind = _TYPES[0]
    else:
        params.accept_all()
        path = None
    table.close()
    path = path or _DEFAULT.path
    return SourceConf(path=path, enabled=enabled, key=key, keeps_position=keeps), kind


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
