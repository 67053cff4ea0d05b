"""Programs that speak other dialects, as small scripts: no real ones are at hand.

`wprescue` replays every rescue file of sink `a`, oldest last, and can be told by the variable FAKE to do it wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

_SCRIPT = """\
#!{python} -SE
import json, os, signal, subprocess, sys, time
from pathlib import Path

MODES, LINES, FAKE = {modes!r}, {lines!r}, os.environ.get("FAKE", "")
if "--version" in sys.argv:
    print("wprescue 0.24.12")
elif "--help" in sys.argv:
    print("Usage: wprescue <COMMAND>", "", "Commands:", *(f"  {{mode}}  replay" for mode in MODES), sep="\\n")
elif sys.argv[1] not in MODES:
    sys.exit(2)
if len(sys.argv) < 2 or sys.argv[1].startswith("--"):
    sys.exit(0)

def log(message):
    Path("logs").mkdir(exist_ok=True)
    with open("logs/wprescue.log", "a") as file:
        file.write(f"2026-01-01 00:00:00.000 [INFO] [recover] {{message}}\\n")

def raw(line):
    if LINES == "raw":
        return line
    entry = json.loads(line)
    assert entry["kind"] == "raw", entry
    return entry["raw"]

if FAKE == "hangs":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)
given = sum(len(path.read_text().splitlines()) for path in Path("data/rescue").glob("*.dat"))
if FAKE == f"ends wptest at {{given}} lines":
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1000)
if FAKE == "leaves a child":
    subprocess.Popen(["sleep", "1000"])
Path("data/out_dat").mkdir(exist_ok=True)
log("recover begin")
for path in sorted(Path("data/rescue").glob("*.dat"), reverse=True):
    log(f"recover begin! file : ./{{path}}")
    lines = [raw(line) for line in path.read_text().splitlines()]
    if FAKE == "loses a line":
        del lines[1]
    if FAKE == "doubles a line":
        lines.append(lines[0])
    with open("data/out_dat/a.dat", "a") as file:
        file.writelines(f"{{line}}\\n" for line in lines)
    path.unlink()
    log(f"recover end! clean file : ./{{path}}")
"""


def make_programs(directory: Path, modes: list[str], lines: str) -> Path:
    """A directory with such a `wprescue`, and nothing else."""
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "wprescue"
    program.write_text(_SCRIPT.format(python=sys.executable, modes=modes, lines=lines))
    program.chmod(0o755)
    return directory


def make_shell_program(directory: Path) -> Path:
    """A `wprescue` that anybody may run: it tries once a tenth of a second to move a line to its target."""
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "wprescue"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "  --version) echo 1; exit ;;\n"
        '  --help) printf "  daemon\\n  work\\n"; exit ;;\n'
        "esac\n"
        "for file in data/rescue/*.dat; do\n"
        '  [ -e "$file" ] || continue\n'
        '  until cat "$file" >> data/out_dat/a.dat; do sleep 0.1; done\n'
        '  rm "$file"\n'
        "done\n"
        "id -u > data/who\n"
    )
    program.chmod(0o755)
    return directory
