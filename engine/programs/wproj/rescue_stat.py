"""`wproj rescue stat`: the rescue files, their lines, and which of them a recovery will replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.directories.paths import path_inside
from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.counting import Rescued, RescueFile, rescued
from engine.programs.wproj.text_tables import aligned_table, out_json, out_lines
from engine.rescue.name import logged_path

_CSV = ("path", "sink_name", "line_count", "size_bytes", "waiting", "trouble")


async def rescue_stat(program: Program, command: Command) -> int:
    """Print a line for each sink, or for each file with `-d`; the exit code, always 0."""
    root = path_inside(str(command.options.get("rescue_path", program.project.rescue_root)))
    found = await rescued(program, root)
    if command.options.get("json"):
        out_json(program, _as_json(root, found))
    elif command.options.get("csv"):
        out_lines(program, _as_csv(found))
    else:
        out_lines(program, _as_text(root, found, detail=bool(command.options.get("detail"))))
    return 0


def _as_text(root: str, found: Rescued, *, detail: bool) -> Iterator[str]:
    yield f"== Rescue files in {logged_path(root)} =="
    if not found.files:
        yield "none"
    elif detail:
        files = [
            (logged_path(file.path), _name(file), file.lines, file.waiting, file.size, file.trouble or "")
            for file in found.files
        ]
        yield from aligned_table(("Path", "Sink", "Lines", "Waiting", "Bytes", "Not replayed"), files)
    else:
        rows = [
            (name, len(files), sum(file.lines for file in files), sum(file.waiting for file in files),
             sum(file.size for file in files), sum(file.trouble is not None for file in files))
            for name, files in _by_sink(found).items()
        ]  # fmt: skip
        yield from aligned_table(("Sink", "Files", "Lines", "Waiting", "Bytes", "Not replayed"), rows)
    lines, waiting = (sum(getattr(file, what) for file in found.files) for what in ("lines", "waiting"))
    yield f"Total: files={len(found.files)} lines={lines} waiting={waiting}"
    if found.damage is not None:
        yield f"note: {found.damage}"


def _name(file: RescueFile) -> str:
    return file.name or "-"


def _by_sink(found: Rescued) -> Mapping[str, list[RescueFile]]:
    sinks: dict[str, list[RescueFile]] = {}
    for file in found.files:
        sinks.setdefault(_name(file), []).append(file)
    return sinks


def _record(file: RescueFile) -> dict[str, str | int]:
    values = (logged_path(file.path), file.name or "", file.lines, file.size, file.waiting, file.trouble or "")
    return dict(zip(_CSV, values, strict=True))


def _as_csv(found: Rescued) -> Iterator[str]:
    yield ",".join(_CSV)
    for file in found.files:
        yield ",".join(map(_quoted, _record(file).values()))


def _quoted(value: str | int) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in ',"\n\r') else text


def _as_json(root: str, found: Rescued) -> dict[str, object]:
    return {
        "path": logged_path(root),
        "files": [_record(file) for file in found.files],
        "line_count": sum(file.lines for file in found.files),
        "waiting": sum(file.waiting for file in found.files),
        "damage": found.damage,
    }
