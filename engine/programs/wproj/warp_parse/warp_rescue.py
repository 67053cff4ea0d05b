"""`wproj rescue stat`: the released rescue files below a directory, by the sinks that their names begin with.

It asks no project. Files that are still locked don't count, and any file that ends in `.dat` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime

from engine.directories.paths import path_inside
from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.counting import lines_from
from engine.programs.wproj.text_tables import out_lines
from engine.programs.wproj.warp_parse.warp_tables import out_warp_json
from engine.rescue.name import is_released
from engine.units import SECOND

_ROOT = "./data/rescue"
_WIDEST_PATH, _KEPT_OF_PATH = 48, 45
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


@dataclass(frozen=True, slots=True)
class _File:
    """One file; `modified_time` is None where nobody knows it."""

    path: str
    sink_name: str
    size_bytes: int
    line_count: int
    modified_time: str | None


@dataclass(frozen=True, slots=True)
class _Sink:
    """The files of one sink together."""

    sink_name: str
    file_count: int
    line_count: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Found:
    """All files below `root`, in the order of their paths."""

    root: str
    files: list[_File]

    @property
    def lines(self) -> int:
        return sum(file.line_count for file in self.files)

    @property
    def size(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def sinks(self) -> list[_Sink]:
        """By their names; a real one has them in another order in each run."""
        names = sorted({file.sink_name for file in self.files})
        by_name = [(name, [file for file in self.files if file.sink_name == name]) for name in names]
        return [
            _Sink(name, len(files), sum(file.line_count for file in files), sum(file.size_bytes for file in files))
            for name, files in by_name
        ]


async def warp_rescue_stat(program: Program, command: Command) -> int:
    """Print what there is, as a table, JSON or CSV; the exit code, always 0."""
    given = str(command.options.get("rescue_path", _ROOT))
    found = await _found(program, path_inside(given), f"{command.options.get('work_root', '.')}/{given}")
    detail = bool(command.options.get("detail"))
    if command.options.get("json"):
        out_warp_json(program, _as_json(found, detail=detail))
    elif command.options.get("csv"):
        out_lines(program, _as_csv(found, detail=detail))
    else:
        out_lines(program, _as_text(found, detail=detail))
    return 0


async def _found(program: Program, root: str, shown: str) -> _Found:
    files = []
    for path in (await program.files.list(root)).files:
        if is_released(path):
            below = path[len(root) + 1 :]
            size, lines = await _counted(program, path)
            modified = _time(program, (await program.files.stat(path)).modified)
            files.append(_File(f"{shown}/{below}", _sink_of(below), size, lines, modified))
    return _Found(shown, sorted(files, key=lambda file: file.path))


def _time(program: Program, modified: int | None) -> str | None:
    if modified is None:
        return None
    return datetime.fromtimestamp(modified // SECOND, program.machine.zone).strftime("%Y-%m-%d %H:%M:%S")


async def _counted(program: Program, path: str) -> tuple[int, int]:
    """The bytes of a file and its lines, of which the last one may have no end."""
    with closing(await program.files.open(path, create=False)) as handle:
        lines, _ = await lines_from(handle, 0, whole=False)
        return handle.size(), lines


def _sink_of(path: str) -> str:
    """What its name begins with, in the last of its directories."""
    directory, _, name = path.rpartition("/")
    group = directory.rpartition("/")[2]
    return "/".join(filter(None, (group, name.partition("-")[0])))


def _as_text(found: _Found, *, detail: bool) -> Iterator[str]:
    yield "Rescue 数据统计"
    yield "================"
    yield f"目录: {found.root}"
    yield f"文件总数: {len(found.files)}"
    yield f"记录总数: {found.lines}"
    yield f"总大小: {_size(found.size)} ({found.size} bytes)"
    yield ""
    if found.files:
        yield "按 Sink 分组:"
        yield f"{'Sink':<30} {'Files':>10} {'Lines':>12} {'Size':>15}"
        yield "-" * 70
        for sink in found.sinks:
            yield f"{sink.sink_name:<30} {sink.file_count:>10} {sink.line_count:>12} {_size(sink.size_bytes):>15}"
        yield "-" * 70
    if detail and found.files:
        yield ""
        yield "文件详情:"
        yield f"{'Path':<50} {'Lines':>12} {'Size':>15}"
        yield "-" * 80
        for file in found.files:
            yield f"{_shortened(file.path):<50} {file.line_count:>12} {_size(file.size_bytes):>15}"


def _size(count: int) -> str:
    unit = next(((bytes_, name) for bytes_, name in _UNITS if count >= bytes_), None)
    return f"{count} B" if unit is None else f"{count / unit[0]:.2f} {unit[1]}"


def _shortened(path: str) -> str:
    encoded = path.encode()
    return path if len(encoded) <= _WIDEST_PATH else f"...{encoded[-_KEPT_OF_PATH:].decode(errors='ignore')}"


def _as_csv(found: _Found, *, detail: bool) -> Iterator[str]:
    if detail:
        yield "path,sink_name,line_count,size_bytes"
        for file in found.files:
            yield f"{file.path},{file.sink_name},{file.line_count},{file.size_bytes}"
    else:
        yield "sink_name,file_count,line_count,size_bytes"
        for sink in found.sinks:
            yield f"{sink.sink_name},{sink.file_count},{sink.line_count},{sink.size_bytes}"


def _as_json(found: _Found, *, detail: bool) -> dict[str, object]:
    return {
        "rescue_path": found.root,
        "total_files": len(found.files),
        "total_lines": found.lines,
        "total_bytes": found.size,
        "by_sink": {sink.sink_name: asdict(sink) for sink in found.sinks},
        "files": [asdict(file) for file in found.files] if detail else [],
    }
