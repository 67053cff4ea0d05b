"""What runs can be asked for, for commands and pytest; the plugin imports it always, so it imports little."""

from __future__ import annotations

from typing import Literal, get_args

SUFFIXES = (".wptest.yaml", ".wptest.yml")  # of the files that have scenarios

ExploreLevel = Literal["off", "quick", "full"]
LEVELS: tuple[ExploreLevel, ...] = get_args(ExploreLevel)
PictureLevel = Literal["none", "no pass", "all"]  # of which runs reports have pictures
DISKS = ("memory", "real")
SUBJECTS = ("engine", "process")
DEFAULT_LONGEST = "1m"
DEFAULT_TIMEOUT = "5m"
