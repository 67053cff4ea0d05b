"""Connectors: named ends of a pipeline (`[[connectors]]`), and the parameters a user of one may override.

Facts page section 6: a directory `connectors/sink.d` (`source.d`), searched upwards; overrides only from the
connector's `allow_override` list.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from engine.directories.reading import Reading
from engine.directories.table import Table
from engine.project.refused import RefusedPart
from engine.sinks.kinds import SINK_KINDS
from engine.text.mistake import suggest
from engine.text.problems import ProjectError

_PLAIN = re.compile(r"[a-z0-9_]*")
CONNECT_KEYS = ("connect", "use", "connector")

# These are ours, so no connector that is shared with a real WarpParse could list them.
_ALWAYS_ALLOWED = frozenset({"phases", *(each.name for kind in SINK_KINDS.values() for each in kind.parameters)})


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector's type and parameters, and its `table`. `allow` holds what its users may override."""

    id: str
    type: str
    allow: tuple[str, ...]
    params: Table
    table: Table


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one sink or source: its own over its connector's.

    `type` is None when neither names one; that problem is noted already. `typed` is the table of the connector that
    says it, if one does, and `connector` its id.
    """

    type: str | None
    own: Table
    base: Table | None = None
    typed: Table | None = None
    connector: str = ""

    def holder(self, key: str) -> Table:
        """The table whose value of `key` counts."""
        self.accept(key)
        return self.base if self.base is not None and key not in self.own else self.own

    def accept(self, *keys: str) -> None:
        """Parameters that change nothing here."""
        for table in self._tables:
            table.accept(*keys)

    def accept_all(self) -> None:
        """The parameters of something that isn't modelled: none of them is unknown."""
        for table in self._tables:
            table.accept(*table.keys)

    def close(self) -> None:
        """Warn of unknown parameters, in the file that holds them."""
        for table in self._tables:
            table.close()

    @property
    def _tables(self) -> tuple[Table, ...]:
        return (self.own,) if self.base is None else (self.own, self.base)


class Connectors:
    """All connectors of one `kind` (`sink` or `source`) that a project can see."""

    def __init__(self, known: dict[str, Connector], kind: str) -> None:
        self._known = known
        self._kind = kind

    def resolve(self, user: Table, what: str, *, needs_connector: bool = False, is_used: bool = True) -> Params:
        """The type and the parameters of a sink or source that names a connector, or its `type` directly.

        Who is switched off (not `is_used`) may name one that there isn't, which is a warning, or override what may
        not be, as in WarpParse.
        With `needs_connector` a `type` is none of its keys: WarpParse refuses what has that alone. `what` names the
        user in messages. Only the parameters are left to the caller to read and to close.
        """
        own = user.table("params")
        given = [key for key in user.keys if key in (*CONNECT_KEYS, "type")]
        direct = user.text("type")
        names = [(key, name) for key in CONNECT_KEYS if (name := user.text(key)) is not None]
        if needs_connector and len(given) == 1 + ("type" in given) > 1:
            user.warn_key("type", f"{what} names a connector: its 'type' has no effect")
        elif len(given) > 1:
            user.fail_key(given[1], f"{what} has both '{given[0]}' and '{given[1]}'", "keep one of them")
        if not given:
            instead = 'add: connect = "..."' if needs_connector else 'add: type = "file"'
            user.fail_here(f"{what} names no connector{'' if needs_connector else ' and no type'}", instead)
        elif needs_connector and not names and given == ["type"]:
            help_ = suggest(direct or "", self._known, or_all=True) or self._new_one(direct)
            user.fail_key("type", f"{what} has a 'type': WarpParse takes connectors alone, by 'connect'", help_)
        if not names:
            return Params(direct, own)
        key, name = names[0]
        connector = self._known.get(name)
        if connector is None:
            none = self._new_one() if needs_connector else _NO_CONNECTORS
            message, help_ = f"unknown connector '{name}'", suggest(name, self._known, or_all=True) or none
            if is_used:
                user.fail(key, message, help_, self._part(user))
            else:
                user.warn_key(key, message, help_)
            return Params(None, own)
        if is_used:
            self._check_overrides(connector, own, self._part(user))
        return Params(connector.type, own, connector.params, connector.table, connector.id)

    def _new_one(self, type_: str | None = None) -> str:
        """How a project comes to its first connector."""
        place = f"connectors/{self._kind}.d/{self._kind}s.toml"
        return f"write one in {place}, with an id and type = '{type_ or 'file'}', and name the id by 'connect'"

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)

    def find(self, name: str) -> Connector | None:
        """The one of that name."""
        return self._known.get(name)

    def _part(self, user: Table) -> RefusedPart | None:
        """What real versions call what is wrong between a user and its connector."""
        return RefusedPart.CONNECTORS_OF_SOURCES if user.part is RefusedPart.SOURCES else user.part

    def _check_overrides(self, connector: Connector, own: Table, part: RefusedPart | None) -> None:
        for key in own.keys:
            if key not in connector.allow and key not in _ALWAYS_ALLOWED:
                allowed = ", ".join(connector.allow)
                message = f"override '{key}' not allowed; whitelist: [{allowed}] (connector: {connector.id})"
                where = connector.params.document.path
                help_ = f"take it away, or add '{key}' to allow_override of the connector in {where}"
                own.fail_key(key, message, suggest(key, connector.allow) or help_, part)


_NO_CONNECTORS = "there is no connectors/ directory; name the type directly"


def load_connectors(reading: Reading, start: str, kind: str) -> Connectors:
    """Read the nearest `connectors/<kind>.d`, searched upwards from `start`; none is not a problem."""
    known: dict[str, Connector] = {}
    name = f"connectors/{kind}.d"
    directory = reading.files.upwards(start, name)
    if directory is None:
        return Connectors(known, kind)
    if directory != name:  # a copy of the project has them in itself, where they are found as well
        reading.places.brought[directory] = name
    try:
        paths = reading.files.toml_files(directory)
    except ProjectError as error:
        reading.problems.note(*error.problems)
        return Connectors(known, kind)
    part = RefusedPart.CONNECTORS_OF_SINKS if kind == "sink" else RefusedPart.SOURCES
    if reading.today:  # whose programs don't look below
        paths = [path for path in paths if posixpath.dirname(path) == directory]
    for top in filter(None, (reading.open(path, part) for path in paths)):
        top.accept("version")
        for table in top.tables("connectors"):
            _add(table, known, kind)
        top.close()
    return Connectors(known, kind)


def _add(table: Table, known: dict[str, Connector], side: str) -> None:
    name, kind = table.text("id"), table.text("type")
    allow, params = table.texts("allow_override"), table.table("params")
    table.no_switch("a connector")
    table.close()
    if name is None or kind is None:
        if not {"id", "type"} <= set(table.keys):
            table.fail_here("a connector needs 'id' and 'type'")
    elif name in known:
        table.fail("id", f"connector '{name}' is defined twice")
    else:
        known[name] = Connector(name, kind, allow, params, table)
        if (wrong := _odd_name(name, kind, side)) is not None:
            table.refuse("id", f"the id '{name}' {wrong}", by=RefusedPart.NAMES)


def _odd_name(name: str, kind: str, side: str) -> str | None:
    """What is odd about a connector's id for `wproj check`; None where nothing is."""
    if not _PLAIN.fullmatch(name):
        return "has other characters than a-z, 0-9 and _"
    ending = "_src" if side == "source" else "" if kind.lower() == "file" else "_sink"
    return None if name.endswith(ending) else f"doesn't end with '{ending}'"
