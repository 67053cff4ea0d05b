"""`wpgen conf`: makes, checks and puts aside `conf/wpgen.toml`, which says how a real `wpgen` makes input."""

from __future__ import annotations

from contextlib import closing

from engine.directories.generator import GENERATOR_PATH
from engine.machine import Program
from engine.programs.command import Command
from engine.storage.disk_port import parent

EXIT_NO_GENERATOR = 1
_TEXT = """\
version = "1.0"

[generator]
mode = "sample"
count = 1000
# Lines a second; 0 is no limit.
speed = 1000
parallel = 1

# A connector of connectors/sink.d, and what this one has otherwise.
[output]
connect = "file_raw_sink"
params = { base = "data/in_dat", file = "gen.dat" }
"""


async def generator_file(program: Program, command: Command) -> int:
    """Run one mode; the exit code: 1 where a check finds nothing that says where input goes."""
    is_there = program.files.exists(GENERATOR_PATH)
    match command.mode:
        case "conf init" if not is_there:
            await program.files.mkdir(parent(GENERATOR_PATH))
            with closing(await program.files.open(GENERATOR_PATH, exclusive=True)) as handle:
                await handle.append(_TEXT.encode())
        case "conf clean" if is_there:
            await program.files.rename(GENERATOR_PATH, f"{GENERATOR_PATH}.bak")
        case "conf check" if program.project.as_written.generator is None:
            program.complain(f"wpgen: {GENERATOR_PATH} is missing, or names no connector that there is")
            return EXIT_NO_GENERATOR
        case "conf check":
            program.out("config file check ok!")
        case _:
            pass  # it is as it should be
    return 0
