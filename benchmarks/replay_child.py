"""One replay or one copy, alone in its process: `python -m benchmarks.replay_child HOW SOURCE DIRECTORY`.

HOW is `virtual` (the replay as scenarios run it), `real` (on the machine's clock, with a checkpoint every 100 ms)
or `copy` (a plain Python loop). Prints seconds, and the memory before and at most, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

from benchmarks import memory
from engine.kernel import RealTime
from engine.machine import Machine
from engine.machine.machine import Options
from engine.programs.command import parse_command
from engine.programs.launch import start
from engine.project.model import GroupConf, Project, Sample, SinkConf
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.real import RealDisk

TARGET = "data/out_dat/a.dat"
RESCUE_FILE = "data/rescue/a-2025-10-04_01:59:24.dat"


def main() -> None:
    """Do what the command line says."""
    how, source, directory = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    memory.forget_peak()
    held = memory.now()
    begin = perf_counter()
    if how == "copy":
        _copy(source, directory / TARGET)
    else:
        _replay(directory, real_time=how == "real")
    seconds = perf_counter() - begin
    print(json.dumps({"seconds": seconds, "start": held, "peak": memory.peak()}))


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as lines, target.open("wb") as out:
        for line in lines:
            out.write(line)


def _replay(directory: Path, *, real_time: bool) -> None:
    driver = RealTime() if real_time else None
    machine = Machine(RealDisk(directory), Options(keep_events=False, driver=driver))
    group = GroupConf("business", (SinkConf("a", FILE_KIND, TARGET),), ("*",))
    project = Project("replay", (group,), (Sample("/sample", "sample"),), speed_limit=0)
    program = start(machine, project, parse_command("wprescue work"))

    async def ended() -> None:
        await program.process.ended.wait()

    machine.scheduler.run(machine.scheduler.spawn(ended()))
    assert program.process.exit_code == 0, f"wprescue exited with {program.process.exit_code}"


if __name__ == "__main__":
    main()
