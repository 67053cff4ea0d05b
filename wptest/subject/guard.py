"""Sees to it that no process and no file of a run is left, even when wptest itself is killed.

A small shell reads from a pipe that wptest keeps open. Each program says there which process it is, before it
becomes that program. When the pipe ends without a farewell, wptest is gone: the shell kills what is left, and
removes the directory. Programs have process groups of their own, so what they start goes with them.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

SHELL = "/bin/sh"
_SCRIPT = """
groups=
while read -r what group; do
  case $what in
    +) groups="$groups $group" ;;
    -) kept=; for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done; groups=$kept ;;
    .) exit 0 ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each"; done
cd /
while read -r place; do umount -l "$place"; done < "$1/mounts"
rm -rf -- "$1"
"""
# What a program begins as: on its standard input, which is the pipe, it tells the guard its number, which it keeps.
ANNOUNCED = 'echo "+ $$" >&0 && exec "$@" < /dev/null'


class Guard:
    """Guards the processes whose numbers come through its pipe, and the directory.

    Attributes:
        pipe: the end that is written to. A process that has it can't be overlooked: the pipe has no end before.
    """

    def __init__(self, directory: Path) -> None:
        reading, self.pipe = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own few lines
                [SHELL, "-c", _SCRIPT, "wptest-guard", str(directory)],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(reading)

    def ended(self, group: int) -> None:
        """A process has ended, and its number may be another's soon."""
        self._tell(f"- {group}")

    def dismiss(self) -> None:
        """Everything has ended in order."""
        self._tell(". 0")
        self._process.wait()
        os.close(self.pipe)

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # somebody has killed the guard: then there is none
            os.write(self.pipe, f"{line}\n".encode())
