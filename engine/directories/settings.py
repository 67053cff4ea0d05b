"""`conf/wparse.toml`: where things are, how fast recovery reads, what is logged, how errors are taken.

Both generations of keys are read: the seed's (`rescue_root`, `speed_limit`) and today's (`[rescue] path`,
`[performance] rate_limit_rps`). Facts page sections 0.1 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from engine.directories.project_tree import ProjectFiles
from engine.directories.table import Table
from engine.project.model import LogLevel, RobustMode
from engine.project.refused import RefusedPart
from engine.text.mistake import suggest

CONF_PATH = "conf/wparse.toml"

_LEVELS: tuple[LogLevel, ...] = get_args(LogLevel)
_NEAREST_LEVEL: Mapping[str, LogLevel] = {**{level: level for level in _LEVELS}, "trace": "debug", "off": "error"}
_MODES: tuple[RobustMode, ...] = get_args(RobustMode)
_OUTPUTS = ("Console", "File", "Both")
_OF_LOG = {"level": "warn", "output": "File"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What `conf/wparse.toml` says; the directories `sources` and `sinks` are None where it names none.

    It `is_old` where it has the seed's key for the sinks.
    """

    rescue_root: str = "data/rescue"
    speed_limit: int = 10_000
    log_level: LogLevel = "info"
    log_dir: str = "logs"
    robust: RobustMode = "debug"
    stat_window: int = 60
    workers: int = 2
    models: str = "models/wpl"
    oml: str = "models/oml"
    sources: str | None = None
    sinks: str | None = None
    is_old: bool = False


def read_settings(conf: Table, files: ProjectFiles) -> Settings:
    """The settings of a parsed `conf/wparse.toml`; problems go where the table sends them."""
    defaults = Settings()
    conf.accept_typed(str, "version")
    conf.accept_typed(bool, "skip_parse", "skip_sink")
    conf.accept_typed(dict, "semantic")
    topology = conf.table("topology")
    models = conf.table("models")
    models.accept("knowledge")
    log = conf.table("log_conf")
    log_level, log_dir = _log(log, defaults)
    if "log_conf" in conf and not conf.is_wrong("log_conf"):
        _refuse_log(log)
    speed_limit, workers = _performance(conf, defaults)
    settings = Settings(
        rescue_root=_rescue_root(conf) or defaults.rescue_root,
        speed_limit=speed_limit,
        workers=workers,
        log_level=log_level,
        log_dir=log_dir,
        # Facts page section 4: a missing key means debug, although a fresh project is written with normal.
        robust=conf.choice("robust", _MODES, defaults.robust),
        stat_window=_stat_window(conf.table("stat"), defaults.stat_window),
        models=models.directory("wpl") or defaults.models,
        oml=models.directory("oml") or defaults.oml,
        sources=_existing(topology, "sources", files),
        sinks=_sinks(conf, topology, files),
        is_old="sink_root" in conf,
    )
    for table in (topology, models, conf):
        table.close()
    return settings


def _existing(table: Table, key: str, files: ProjectFiles) -> str | None:
    """A directory that has to be there."""
    path = table.directory(key)
    if path is not None and not files.is_directory(path):
        by = RefusedPart.SOURCES if key == "sources" else RefusedPart.GROUPS
        table.fail(key, f"the directory '{path}' does not exist", by=by)
    return path


def _sinks(conf: Table, topology: Table, files: ProjectFiles) -> str | None:
    _refuse_both(conf, "sink_root", topology, "sinks", "topology.sinks")
    old, new = _existing(conf, "sink_root", files), _existing(topology, "sinks", files)
    return new or old


def _rescue_root(conf: Table) -> str | None:
    rescue = conf.table("rescue")
    _refuse_both(conf, "rescue_root", rescue, "path", "rescue.path")
    old, new = conf.run_path("rescue_root"), rescue.run_path("path")
    rescue.close()
    return new or old


def _performance(conf: Table, defaults: Settings) -> tuple[int, int]:
    """The speed limit, and how many parsers there are."""
    performance = conf.table("performance")
    workers = performance.whole("parse_workers", defaults.workers, low=1)
    _refuse_both(conf, "speed_limit", performance, "rate_limit_rps", "performance.rate_limit_rps")
    limit = performance.whole("rate_limit_rps", conf.whole("speed_limit", defaults.speed_limit))
    performance.close()
    return limit, workers


def _stat_window(stat: Table, default: int) -> int:
    window = stat.whole("window_sec", default, low=int(stat.part is None))
    for kind in ("pick", "parse", "sink"):  # what is counted is counted for everybody here
        for each in stat.tables(kind):
            each.accept_typed(str, "key", "target")
            each.accept_typed(list, "fields")
            each.accept_typed(int, "top_n")
            each.close()
    stat.refuse_unknown()
    stat.close()
    return window


def _log(conf: Table, defaults: Settings) -> tuple[LogLevel, str]:
    conf.accept_typed(str, "output")
    file = conf.table("file")
    log_dir = file.run_path("path") or defaults.log_dir
    given = conf.text("level")
    level = defaults.log_level if given is None else _level(conf, given, defaults.log_level)
    for table in (file, conf):
        table.refuse_unknown()
        table.close()
    return level, log_dir


def _refuse_log(log: Table) -> None:
    """Say what a log lacks that there is; real versions refuse that."""
    for key in ("level", "output"):
        if key not in log:
            log.refuse_lack(key, f"[log_conf] has no '{key}'", f'add: {key} = "{_OF_LOG[key]}"')
    output = log.peek("output")
    if isinstance(output, str) and output not in _OUTPUTS:
        log.refuse(
            "output", f"'output' is '{output}', expected one of: {', '.join(_OUTPUTS)}", suggest(output, _OUTPUTS)
        )
    if "file" in log and not log.is_wrong("file") and "path" not in log.table("file"):
        log.refuse("file", "[log_conf.file] has no 'path'", 'add: path = "./data/logs"')


def _level(log: Table, given: str, default: LogLevel) -> LogLevel:
    """The base level of a filter: `warn,ctrl=info` is `warn`.

    Levels of single log targets are checked and then dropped: the engine logs to one target.
    """
    base = default
    for part in given.split(","):
        target, equals, word = (each.strip() for each in part.rpartition("="))
        if log.part is not None:  # real versions don't mind
            word = word.lower()
            if not part.strip():
                continue
        level = _NEAREST_LEVEL.get(word)
        if level is None:
            message = f"'level' names '{word}', expected one of: {', '.join(_NEAREST_LEVEL)}"
            log.fail("level", message, suggest(word, _NEAREST_LEVEL), RefusedPart.LOG_LEVELS)
        elif equals and not target:
            message = f"'level' says '{part.strip()}', without a name before it"
            log.fail("level", message, by=RefusedPart.LOG_LEVELS)
        elif not equals:
            base = level
    return base


def _refuse_both(old: Table, old_key: str, new: Table, new_key: str, new_name: str) -> None:
    if old_key in old and new_key in new:
        message = f"'{old_key}' and '{new_name}' say the same thing"
        if old.part is None:
            old.fail_key(old_key, message, "keep one of them")
        else:
            old.warn_key(old_key, f"{message}: WarpParse knows the latter alone", "take it away")
