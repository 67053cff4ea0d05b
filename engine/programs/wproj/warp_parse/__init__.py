"""`wproj` in the tables, keys and words of WarpParse 0.18: what scripts for a WarpParse read (`dialect`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.warp_parse.warp_check import warp_check
from engine.programs.wproj.warp_parse.warp_clean import warp_clean
from engine.programs.wproj.warp_parse.warp_init import warp_init
from engine.programs.wproj.warp_parse.warp_rescue import warp_rescue_stat
from engine.programs.wproj.warp_parse.warp_stat import warp_stat, warp_stat_sinks, warp_stat_sources
from engine.programs.wproj.warp_parse.warp_validate import warp_validate

WARP_MODES: Mapping[str, Callable[[Program, Command], Awaitable[int]]] = {
    "check": warp_check,
    "init": warp_init,
    "stat file": warp_stat,
    "data stat": warp_stat,
    "data stat file": warp_stat,
    "data stat src-file": warp_stat_sources,
    "data stat sink-file": warp_stat_sinks,
    "validate sink-file": warp_validate,
    "data validate": warp_validate,
    "data clean": warp_clean,
    "rescue stat": warp_rescue_stat,
}

__all__ = ["WARP_MODES"]
