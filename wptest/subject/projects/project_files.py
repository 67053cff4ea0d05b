"""A project that a scenario writes out, as the directory that real programs work in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from engine.project.model import Project
from wptest.subject.dialect import Layout
from wptest.subject.projects.motor_layout import motor_files
from wptest.subject.projects.seed_layout import CONF, seed_files

_FLAKY = re.compile(rb"""^(\s*type\s*=\s*)["']test_rescue["']""", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{[^}\n]*\}")
_LIMIT = re.compile(r"^(\s*(?:speed_limit|rate_limit_rps)\s*=\s*)(?:[\d_]+|\$\{[^}\n]*\})", re.MULTILINE)


def texts_of(project: Project, layout: Layout, *, of_samples: bool = False) -> dict[str, str]:
    """The files of a project that a scenario wrote out, by path; its lines are made `of_samples` alone, or any."""
    return dict(motor_files(project, of_samples=of_samples) if layout == "motor" else seed_files(project))


def write_project(root: Path, project: Project, layout: Layout, *, of_samples: bool = False) -> None:
    """Write a project that a scenario wrote out; see `texts_of`."""
    for path, text in texts_of(project, layout, of_samples=of_samples).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def pace(root: Path, limit: int) -> None:
    """Set the one speed that a project has: of reading input for `wparse`, of replaying for `wprescue`."""
    place = root / CONF
    place.write_text(_paced(place.read_text(encoding="utf-8"), limit), encoding="utf-8")


def has_pace(root: Path, limit: int) -> bool:
    """Whether it is that, or no program will come so far: there are no settings, or they can't be read."""
    try:
        text = (root / CONF).read_text(encoding="utf-8")
        tomllib.loads(_VARIABLE.sub("0", text))  # in a text or instead of a number, it is one of both
    except (OSError, ValueError):
        return True
    return _paced(text, limit) == text


def has_topology(root: Path) -> bool:
    """Whether a project is laid out as WarpParse wants it since engine 1.x, or says where else its sinks are."""
    conf = root / CONF
    return (root / "topology").is_dir() or (conf.is_file() and b"[topology]" in conf.read_bytes())


def without_outages(root: Path) -> None:
    """Make files of all sinks of type `test_rescue`: from now on they are up."""
    for place in root.rglob("*.toml"):
        text = place.read_bytes()
        if (healed := _FLAKY.sub(rb'\g<1>"file"', text)) != text:
            place.write_bytes(healed)


def _paced(text: str, limit: int) -> str:
    changed, times = _LIMIT.subn(rf"\g<1>{limit}", text)
    return changed if times else f"speed_limit = {limit}\n{text}"
