"""Sees to it that no process and no file of a run is left, even when wptest itself is killed.

A small shell reads from a pipe that wptest keeps open. Each program says there which process it is, before it
becomes that program. When that is over, or the pipe ends because wptest is gone, the shell kills what is left, and
removes the directory. Programs have process groups of their own, so what they start goes with them.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

SHELL = "/bin/sh"
# What is just being killed may still write: so the directory is removed until it is gone. Modes may forbid that.
_SCRIPT = """
groups=
while read -r what group; do
  case $what in
    +) groups="$groups $group" ;;
    -) kept=; for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done; groups=$kept ;;
    .) break ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each"; done
[ -e "$1/mounts" ] && while read -r place; do umount -l "$place"; done < "$1/mounts"
for round in 1 2 3 4 5 6 7 8 9; do
  rm -rf -- "$1"
  [ -e "$1" ] || exit 0
  chmod -R u+rwx -- "$1"
  [ $round -lt 3 ] || sleep 0.1
done
"""
# What a program begins as: on its standard input, which is the pipe, it tells the guard its number, which it keeps.
ANNOUNCED = 'echo "+ $$" >&0 && exec "$@" < /dev/null'


class Guard:
    """Guards the processes whose numbers come through its pipe, and the directory, which need not be there yet.

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
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            os.close(self.pipe)
            raise
        finally:
            os.close(reading)

    def ended(self, group: int) -> None:
        """A process has ended, and its number may be another's soon."""
        self._tell(f"- {group}")

    def clear(self) -> None:
        """Kill what is left, and remove the directory with all that is in it."""
        self._tell(". 0")
        os.close(self.pipe)
        self._process.wait()

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # somebody has killed the guard: then there is none
            os.write(self.pipe, f"{line}\n".encode())
