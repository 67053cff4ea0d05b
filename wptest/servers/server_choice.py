"""Which servers of scenarios are to be real ones, as `--server` says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.project.database_conf import ServerConf
from engine.servers.server_words import ENGINES_OF, NEWEST_NAMES, product_meant, without_version
from engine.text.mistake import Mistake, one_of, suggest
from wptest.servers.opened import SERVER_KINDS, may_be_anywhere
from wptest.servers.server_address import address_of
from wptest.servers.server_errors import AddressError
from wptest.servers.server_kind import ServerKind

SQLITE_KIND = "sqlite"
KINDS = (*SERVER_KINDS, SQLITE_KIND)
# Which kind of server keeps rows as an engine does.
SERVER_OF: Mapping[str, str] = {
    "innodb": "mariadb", "myisam": "mariadb", "aria": "mariadb", "postgres": "postgres",
    "merge_tree": "clickhouse", "replacing_merge_tree": "clickhouse", "bulk_index": "opensearch",
    "log_store": "victorialogs", "sqlite": SQLITE_KIND,
}  # fmt: skip
# What is never started here, and how one that runs is asked for.
_BY_URL = {"MySQL": "mysql://root@127.0.0.1:3306", "Elasticsearch": "elasticsearch://127.0.0.1:9200"}
_NAMED = re.compile(r"(?P<name>[A-Za-z_][\w.-]*)=(?P<what>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ServerChoice:
    """A real server for a server of scenarios.

    Attributes:
        written: as it was given.
        name: what scenarios call the server; empty for all that it fits.
        kind: one of `KINDS`.
        given: its program or the directory of that, or its URL; empty for what is found.
    """

    written: str
    name: str
    kind: str
    given: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether we start it, and so may kill it, stop it and set it up."""
        if self.kind == SQLITE_KIND:
            return True
        return "://" not in SERVER_KINDS[self.kind].program.said(self.given)

    @property
    def called(self) -> str:
        """What people call such a server."""
        return "SQLite" if self.kind == SQLITE_KIND else SERVER_KINDS[self.kind].called

    def fits(self, conf: ServerConf) -> bool:
        """Whether it keeps rows as this server does."""
        return SERVER_OF.get(without_version(conf.engine)) == self.kind

    @property
    def engines(self) -> str:
        """The engines that it has."""
        return ", ".join(engine for engine, kind in SERVER_OF.items() if kind == self.kind)


def choices_of(written: Sequence[str], option: str) -> tuple[ServerChoice, ...]:
    """What was asked for.

    Raises:
        Mistake: some of it is no server, is given twice, or isn't of this machine.
    """
    choices = tuple(_choice(each, option) for each in written)
    seen: dict[tuple[str, str], ServerChoice] = {}
    for each in choices:
        other = seen.setdefault((each.name, "" if each.name else each.kind), each)
        if other is not each:
            raise Mistake(_twice(each, other, option), help_="give one of them")
    return choices


def chosen_for(conf: ServerConf, choices: Sequence[ServerChoice]) -> ServerChoice | None:
    """The real server for one of a scenario, whether it fits or not; None where it stays a simulated one."""
    for choice in choices:
        if choice.name == conf.name:
            return choice
    return next((choice for choice in choices if not choice.name and choice.fits(conf)), None)


def real_ones(
    servers: Sequence[ServerConf], choices: Sequence[ServerChoice]
) -> Iterator[tuple[ServerConf, ServerChoice]]:
    """The servers of a project that are to be real ones, and which."""
    for conf in servers:
        choice = chosen_for(conf, choices)
        if choice is not None:
            yield conf, choice


def _twice(choice: ServerChoice, other: ServerChoice, option: str) -> str:
    if choice.written == other.written:
        return f"{option} {choice.written} is given twice"
    both = f"{option} {other.written} and {option} {choice.written}"
    return f"{both} are both about {f'the server {choice.name!r}' if choice.name else f'all of {choice.called}'}"


def _meant(word: str, name: str) -> str | None:
    """Which kind of server somebody means by another word: an engine, or what people call such a server."""
    start = f"{name}=" if name else ""
    product = product_meant(word)
    engine = word if word in NEWEST_NAMES else ENGINES_OF[product][0] if product else None
    if engine is None:
        return suggest(word, KINDS)
    kind = SERVER_OF[engine]
    if product in _BY_URL:
        return f"{product} is used by its URL, {start}{_BY_URL[product]}, and '{kind}' is what is started here"
    return f"write {start}{kind}: it has the engine '{engine}'" if engine == word else f"did you mean '{kind}'?"


def _choice(written: str, option: str) -> ServerChoice:
    named = _NAMED.fullmatch(written)
    name, what = (named["name"], named["what"]) if named is not None else ("", written)
    if "://" in what:
        return ServerChoice(written, name, _kind_of_url(written, what, option), what)
    kind, _, given = what.partition(":")
    if kind not in KINDS:
        expected = f"{one_of(KINDS)}, KIND:DIRECTORY, or a URL such as mysql://root@127.0.0.1:3306"
        raise Mistake(f"{option} {written}: there is no server '{kind}'", expected, help_=_meant(kind, name))
    if kind == SQLITE_KIND and given:
        raise Mistake(
            f"{option} {written}: SQLite is part of Python", f"{option} {name}{'=' if name else ''}sqlite"
        )
    return ServerChoice(written, name, kind, given)


def _kind_of_url(written: str, url: str, option: str) -> str:
    scheme = url.partition("://")[0].partition("+")[0]
    kinds = [kind for kind in SERVER_KINDS.values() if scheme in _schemes(kind)]
    if len(kinds) > 1:
        clear = sorted({each for kind in kinds for each in _schemes(kind)} - {scheme})
        raise Mistake(f"{option} {written}: {scheme}:// doesn't say which server it is", one_of(clear))
    if not kinds:
        known = sorted({each for kind in SERVER_KINDS.values() for each in _schemes(kind)})
        raise Mistake(f"{option} {written}: no server has {scheme}:// addresses", one_of(known))
    kind = kinds[0]
    try:
        address_of(url, kind.schemes, kind.default_port, anywhere=may_be_anywhere())
    except AddressError as error:
        raise Mistake(f"{option} {error}") from None
    return kind.name


def _schemes(kind: ServerKind) -> set[str]:
    return {each.partition("+")[0] for each in kind.schemes}
