"""The names of rescue files: `<sink>-YYYY-MM-DD_HH:MM:SS[-<n>].dat`, with `.lock` behind while being written.

A sink that goes by its full name, `<group>/<name>`, has them in the directory of its group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

LOCK = ".lock"
RELEASED = ".dat"
GUARD = ".wprescue"  # in the rescue root; whoever holds its lock is the one recovery there
_NAME = re.compile(
    r"(?P<sink>.+)-(?P<time>\d{4}-\d{2}-\d{2}_\d{2}:\d{2}:\d{2})(?:-(?P<number>\d{1,9}))?\.dat", re.ASCII
)
_LOOSE_TIME = re.compile(r"\s*(\d{4})-\s*(\d{1,2})-\s*(\d{1,2})[_\s]+(\d{1,2}):\s*(\d{1,2}):\s*(\d{1,2})", re.ASCII)
_LEAP_SECOND = 60


@dataclass(frozen=True, slots=True, order=True)
class RescueName:
    """What a rescue file's name says. Sorts by time, then by number within the second, then by sink."""

    time: str
    number: int
    sink: str

    @property
    def text(self) -> str:
        """The name of the released file; without a number for the first in its second (seed)."""
        return f"{self.sink}-{self.time}{RELEASED}" if not self.number else self.numbered

    @property
    def numbered(self) -> str:
        """The same, with a number in any case."""
        return f"{self.sink}-{self.time}-{self.number}{RELEASED}"


@lru_cache(maxsize=4096)
def parse_name(path: str, root: str | None = None) -> RescueName | None:
    """Read the name of a released rescue file, from its right end, so that `-` in a sink's name is fine (D5).

    What lies between the rescue `root` and the file's own name belongs to the sink's; without a root, none of it
    does (D6). None when it is no such name, a date that doesn't exist included (D4 panics there).
    """
    within = root is not None and path.startswith(f"{root}/")
    match = _NAME.fullmatch(path.removeprefix(f"{root}/") if within else path.rpartition("/")[2])
    if match is None or not _is_time(match["time"]):
        return None
    return RescueName(match["time"], int(match["number"] or 0), match["sink"])


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d_%H:%M:%S")  # noqa: DTZ007 - only whether it exists
    except ValueError:
        return False
    return True


def by_dashes(path: str) -> RescueName | None:
    """Read a name as public versions do: the sink up to the first dash, the time up to the fourth (D5).

    None where a file's time can't be read so (D4); see `up_to_first_dash` for its sink.
    """
    parts = path.rpartition("/")[2].removesuffix(RELEASED).split("-")
    time = _loosely_read("-".join(parts[1:4]))
    return None if time is None else RescueName(time, 0, parts[0])


def _loosely_read(text: str) -> str | None:
    """A time as public versions read it: numbers may be short, and a leap second is the second before it."""
    match = _LOOSE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    time = f"{year:04}-{month:02}-{day:02}_{hour:02}:{minute:02}:{59 if second == _LEAP_SECOND else second:02}"
    return time if _is_time(time) else None


def up_to_first_dash(path: str) -> str:
    """What public versions take for the sink of a file whose name may be any."""
    return path.rpartition("/")[2].partition("-")[0]


def time_text(moment: datetime) -> str:
    """The moment as it stands in names: UTC, to the second."""
    return moment.strftime("%Y-%m-%d_%H:%M:%S")


def is_released(path: str) -> bool:
    """Whether recovery looks at the file at all: the extension is exactly `.dat` (facts section 5.3)."""
    return path.endswith(RELEASED) and path.rpartition("/")[2] != RELEASED


def is_locked_name(path: str) -> bool:
    """Whether the file is, or was when its writer died, still being written."""
    return path.endswith(RELEASED + LOCK)


def logged_path(path: str) -> str:
    """A path as the seed's log lines show it: `./data/rescue/...`."""
    return f"./{path}"
