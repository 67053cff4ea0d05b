"""`wpsrc.toml`: the file source (version 2), with its path given directly or through a connector."""

from __future__ import annotations

from engine.project.connectors import Connectors
from engine.project.model import SourceConf
from engine.project.problems import did_you_mean
from engine.project.table import Table

_TYPES = ("file",)
_DEFAULT = SourceConf()


def read_source(top: Table, connectors: Connectors) -> SourceConf:
    """The one file source of a parsed `wpsrc.toml`.

    Disabled sources are checked and then passed over, unless there is no other. The rate is the scenario's to
    set: no key of the file bounds it.
    """
    top.accept("version")
    read = [(_read(table, connectors), table) for table in top.tables("sources")]
    top.close()
    enabled = [pair for pair in read if pair[0].enabled]
    for _, table in enabled[1:]:
        table.fail_here("more than one enabled source is not modelled yet", "set enable = false on the others")
    if not read:
        if not top.is_wrong("sources"):
            top.fail_here("no source: nothing would be read", "add [[sources]]")
        return _DEFAULT
    return (enabled or read)[0][0]


def _read(table: Table, connectors: Connectors) -> SourceConf:
    table.accept("tags", "encode")
    table.text("key")
    enabled = table.flag("enable", default=True)
    params = connectors.resolve(table, "the source")
    path = table.path("path")
    if params.type is not None and params.type not in _TYPES:
        message = f"source type '{params.type}' is not modelled yet, known: {', '.join(_TYPES)}"
        key = next(key for key in ("type", "connect", "use", "connector") if key in table)
        # A disabled source of another type does no harm.
        if enabled:
            table.fail(key, message, did_you_mean(params.type, _TYPES))
    elif params.type is not None:
        params.accept("encode")
        base, file = params.holder("base").path("base"), params.holder("file").path("file")
        params.close()
        if path is None and (base is not None or file is not None):
            path = f"{base or 'data/in_dat'}/{file or 'gen.dat'}"
    table.close()
    return SourceConf(path=path or _DEFAULT.path, enabled=enabled)
