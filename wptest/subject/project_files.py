"""A project that a scenario writes out, as the directory that real programs work in."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.project.model import GroupConf, GroupExpect, Project, SinkConf, SinkExpect
from engine.units import Phase, format_duration

CONF = "conf/wparse.toml"
_VARIABLE = re.compile(r"\$\{[^}\n]*\}")
_LIMIT = re.compile(r"^(\s*(?:speed_limit|rate_limit_rps)\s*=\s*)(?:[\d_]+|\$\{[^}\n]*\})", re.MULTILINE)


def write_project(root: Path, project: Project) -> None:
    """Write a project that a scenario wrote out, in the seed's layout; infra groups are those built in."""
    for path, text in _files(project):
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


def _paced(text: str, limit: int) -> str:
    changed, times = _LIMIT.subn(rf"\g<1>{limit}", text)
    return changed if times else f"speed_limit = {limit}\n{text}"


def phases_text(phases: tuple[Phase, ...]) -> str:
    """Phases as project files and the environment have them."""
    return ", ".join(f"{'up' if each.up else 'down'} {format_duration(each.duration)}" for each in phases)


def package_of(rule: str) -> str | None:
    """The WPL package whose samples are of this rule; None where there can be no such package."""
    name = rule.removeprefix("/")
    return name if rule.startswith("/") and name and "/" not in name and name not in (".", "..") else None


def _files(project: Project) -> Iterator[tuple[str, str]]:
    settings = f"speed_limit = {project.speed_limit}\nrescue_root = {_text(project.rescue_root)}\n"
    log = f"[log_conf]\nlevel = {_text(project.log_level)}\n"
    yield CONF, f"{settings}robust = {_text(project.robust)}\n\n{log}"
    yield "conf/wpsrc.toml", f'[[sources]]\nkey = "input"\ntype = "file"\npath = {_text(project.source.path)}\n'
    business = [group for group in project.groups if not group.infra]
    for number, group in enumerate(business):  # groups are read in the order of their files' names
        yield f"sink/business.d/{number:03}.toml", "\n".join(_group(group))
    samples: dict[str, str] = {}
    for sample in project.samples:
        package = package_of(sample.rule)
        assert package is not None, "what can't be expressed is not run"
        samples[package] = samples.get(package, "") + f"{sample.text}\n"
    for package, text in samples.items():
        yield f"models/wpl/{package}/sample.dat", text


def _group(group: GroupConf) -> Iterator[str]:
    yield "[sink_group]"
    yield f"name = {_text(group.name)}"
    yield f"rule = [{', '.join(map(_text, group.rules))}]"
    if group.expect is not None:
        yield from _table("[sink_group.expect]", _of_group(group.expect))
    for sink in group.sinks:
        yield from _sink(sink)


def _sink(sink: SinkConf) -> Iterator[str]:
    yield "\n[[sink_group.sinks]]"
    yield f"name = {_text(sink.name)}"
    yield f"type = {_text(sink.type)}"
    base, file = sink.target.split("/", 2)[:2], sink.target.split("/", 2)[2:]
    params = {"base": "/".join(base), "file": "/".join(file), **sink.parameters}
    if sink.phases is not None:
        params["phases"] = phases_text(sink.phases)
    yield f"params = {{ {', '.join(f'{key} = {_text(value)}' for key, value in params.items())} }}"
    if sink.expect is not None:
        yield from _table("[sink_group.sinks.expect]", _of_sink(sink.expect))


def _of_group(expect: GroupExpect) -> Mapping[str, object]:
    known = {"basis": expect.basis, "min_samples": expect.min_samples, "mode": expect.mode}
    return known | {"sum_tol": expect.sum_tol, "others_max": expect.others_max}


def _of_sink(expect: SinkExpect) -> Mapping[str, object]:
    if expect.ratio is not None:
        return {"ratio": expect.ratio, "tol": expect.tol}
    return {"min": expect.low, "max": expect.high}


def _table(head: str, values: Mapping[str, object]) -> Iterator[str]:
    yield head
    yield from (f"{key} = {json.dumps(value)}" for key, value in values.items() if value is not None)


def _text(value: str) -> str:
    """A basic string: TOML's have the escapes of JSON's."""
    return json.dumps(value, ensure_ascii=False)
