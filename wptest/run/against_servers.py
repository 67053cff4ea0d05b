"""Running a variant with real database servers: a new database for each, which is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from engine.project.database_conf import ServerConf
from wptest.judge.found import found_now
from wptest.run.result import Result, not_expressible, nothing_ran
from wptest.run.running import run_on_real_disk, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.servers.runs.engine_with_servers import EngineWithServers
from wptest.servers.runs.opened_servers import opened_servers
from wptest.servers.runs.real_settings import set_up, start_options, why_not_this_version
from wptest.servers.runs.real_tables import Database
from wptest.servers.runs.servers_reality import RealOnes, server_obstacles
from wptest.servers.server_choice import SQLITE_KIND, ServerChoice, real_ones
from wptest.servers.server_errors import ServerFailedError, ServerMissingError
from wptest.servers.sqlite_file import SqliteFile
from wptest.subject.port import ENGINE, Subject
from wptest.subject.scratch import scratch
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.obstacle import Beyond, Obstacle

_WHO = "real servers can't do this"


def run_with_servers(
    disk: str, variant: LoadedVariant, options: RunOptions, choices: Sequence[ServerChoice]
) -> Result:
    """Run on the engine, with real servers where `choices` has any for those of the variant.

    What these can't do makes it unverified before anything is done; so does one that isn't here.
    """
    real = list(real_ones(variant.project.servers, choices))
    if not real:
        return _run(disk, variant, options, ENGINE)
    options = options.within(variant.scenario)
    found = server_obstacles(variant, real)
    done = (
        nothing_ran(variant, options, not_expressible(found, _WHO))
        if found
        else _real(disk, variant, options, real)
    )
    return replace(done, trace_hash="", servers={conf.name: choice.written for conf, choice in real})


def _real(disk: str, variant: LoadedVariant, options: RunOptions, real: RealOnes) -> Result:
    try:
        return _with_databases(disk, variant, options, real)
    except ServerFailedError as error:  # one that ran, and doesn't start again, or can't be read
        found = found_now(
            None, Failure.NOT_EXPRESSIBLE, str(error), Outcome.UNVERIFIED, path=("project", "servers")
        )
        return nothing_ran(variant, options, [found])


def _with_databases(disk: str, variant: LoadedVariant, options: RunOptions, real: RealOnes) -> Result:
    with ExitStack() as stack:
        databases: dict[str, Database] = {}
        try:
            for conf, choice in real:
                databases[conf.name] = stack.enter_context(_database(variant, conf, choice))
        except (ServerMissingError, ServerFailedError) as error:
            return nothing_ran(variant, options, [_unavailable(conf, choice, error)])
        if found := list(_wrong_versions(real, databases)):
            return nothing_ran(variant, options, not_expressible(found, _WHO))
        subject = EngineWithServers(databases, frozenset(conf.name for conf, choice in real if choice.is_ours))
        stack.callback(subject.end)
        result = _run(disk, variant, options, subject)
    notes = [f"the server {conf.name} was {choice.called} {databases[conf.name].version}" for conf, choice in real]
    return replace(result, notes=(*result.notes, *notes))


def _run(disk: str, variant: LoadedVariant, options: RunOptions, subject: Subject) -> Result:
    return (run_on_real_disk if disk == "real" else run_variant)(variant, options, subject=subject)


@contextmanager
def _database(variant: LoadedVariant, conf: ServerConf, choice: ServerChoice) -> Iterator[Database]:
    """A new database, named after the variant; the server is set up for as long as it is there.

    Raises:
        ServerMissingError, ServerFailedError: as `open_server`.
    """
    if choice.kind == SQLITE_KIND:
        with scratch() as place:
            yield SqliteFile(place.directory / f"{conf.name}.db")
        return
    server = opened_servers().get(choice.kind, choice.given, start_options(conf, choice))
    with server.fresh(f"{variant.name} {conf.name}") as database, set_up(database, conf):
        yield database


def _wrong_versions(real: RealOnes, databases: Mapping[str, Database]) -> Iterator[Obstacle]:
    for conf, choice in real:
        for place, why in why_not_this_version(conf, choice, databases[conf.name].version):
            yield Obstacle(Beyond.SERVER, ("project", "servers", conf.name, *place), why)


def _unavailable(conf: ServerConf, choice: ServerChoice, error: ServerMissingError | ServerFailedError) -> Finding:
    place = ("project", "servers", conf.name)
    if isinstance(error, ServerMissingError):
        what, help_ = f"{choice.called} for {conf.name} isn't here: {error.why}", f"install it: {error.install}"
    else:
        what, help_ = f"{choice.called} for {conf.name}: {error}", ""
    return found_now(None, Failure.NOT_EXPRESSIBLE, what, Outcome.UNVERIFIED, path=place, help_=help_)
