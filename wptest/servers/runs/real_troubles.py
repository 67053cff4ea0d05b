"""What may be wrong with a real server for the time of one request, and how it is made so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from engine.servers.server_words import ServerTrouble
from wptest.servers.administration import Administrator
from wptest.servers.runs.real_tables import Database
from wptest.servers.sqlite_file import SqliteFile

_GONE = "wptest_gone"


@dataclass(frozen=True, slots=True)
class RealTrouble:
    """How a server is troubled: what who may do everything says before a request, and behind it.

    Attributes:
        begins: said first; `{table}` is the table, `{name}` the database.
        ends: said at the end, by the same connection.
        of_server: it is one of all databases there, and so made on a server of ours alone.
    """

    begins: Sequence[str]
    ends: Sequence[str]
    of_server: bool = False


def _setting(name: str) -> RealTrouble:
    path = "PUT /{name}-{table}/_settings"
    return RealTrouble((f'{path} {{{{"{name}": true}}}}',), (f'{path} {{{{"{name}": null}}}}',))


REAL_TROUBLES: Mapping[str, Mapping[ServerTrouble, RealTrouble]] = {
    "mariadb": {
        "read_only": RealTrouble(("SET GLOBAL read_only = 1",), ("SET GLOBAL read_only = 0",), of_server=True),
        "locked": RealTrouble(
            ("SET GLOBAL lock_wait_timeout = 1", "LOCK TABLES `{table}` WRITE"),
            ("UNLOCK TABLES", "SET GLOBAL lock_wait_timeout = DEFAULT"),
            of_server=True,
        ),
        "missing": RealTrouble(
            (f"RENAME TABLE `{{table}}` TO `{_GONE}`",), (f"RENAME TABLE `{_GONE}` TO `{{table}}`",)
        ),
    },
    "postgres": {
        "read_only": RealTrouble(
            ('ALTER DATABASE "{name}" SET default_transaction_read_only = on',),
            (
                "SET default_transaction_read_only = off",
                'ALTER DATABASE "{name}" RESET default_transaction_read_only',
            ),
        ),
        "locked": RealTrouble(
            ("ALTER DATABASE \"{name}\" SET lock_timeout = '100ms'", "BEGIN", 'LOCK TABLE "{table}"'),
            ("COMMIT", 'ALTER DATABASE "{name}" RESET lock_timeout'),
        ),
        "missing": RealTrouble(
            (f'ALTER TABLE "{{table}}" RENAME TO {_GONE}',), (f'ALTER TABLE {_GONE} RENAME TO "{{table}}"',)
        ),
    },
    "clickhouse": {
        "missing": RealTrouble(
            (f"RENAME TABLE {{name}}.`{{table}}` TO {{name}}.{_GONE}",),
            (f"RENAME TABLE {{name}}.{_GONE} TO {{name}}.`{{table}}`",),
        )
    },
    "opensearch": {
        "write_blocked": _setting("index.blocks.write"),
        "read_only": _setting("index.blocks.read_only"),
        "flood_stage": _setting("index.blocks.read_only_allow_delete"),
        "closed": RealTrouble(("POST /{name}-{table}/_close",), ("POST /{name}-{table}/_open",)),
    },
}


class RealTroubles:
    """Makes trouble in a database, and ends it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def while_it_is(self, trouble: ServerTrouble, table: str) -> Iterator[None]:
        """Let the server be in this trouble for as long as it takes.

        Raises:
            KeyError: it can't be made, which was looked at before the run.
        """
        assert not isinstance(self._database, SqliteFile), "a file has none of these"
        how = REAL_TROUBLES[self._database.server.kind.name][trouble]
        names = {"table": table, "name": self._database.name}
        with Administrator(self._database) as administrator, ExitStack() as ends:
            for statement in reversed(how.ends):
                ends.callback(administrator.say, statement.format(**names))
            for statement in how.begins:
                administrator.say(statement.format(**names))
            yield
