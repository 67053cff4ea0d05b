"""Every value of a scenario as it runs, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.project.model import Project
from engine.text.source_text import KeyPath
from wptest.expressions.scope import Scope
from wptest.expressions.substitute import Substitution
from wptest.scenario.load import LoadedVariant
from wptest.text.yaml_document import YamlDocument
from wptest.text.yaml_tree import build

# What says something about the scenario rather than of its run.
_LEFT_OUT = ("matrix", "steps", "skip", "xfail", "only_if")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value: its path with dots between, its text, and its origin in words."""

    path: str
    value: str
    origin: str


def explain(variant: LoadedVariant, env: Mapping[str, str]) -> list[ValueRow]:
    """The values of a variant in the order of its file, then what its project says."""
    written, _ = build(variant.document)
    substitution = Substitution(variant.document, Scope(variant.values, env))
    filled = substitution.apply(written)
    kept = {key: value for key, value in filled.items() if key not in _LEFT_OUT}
    rows = [_row(substitution.document, path, value) for path, value in _leaves((), kept)]
    return [*rows, *_of_project(variant.project)]


def _leaves(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """The scalars below a value; a list of scalars is one value, as people read it."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for index, item in enumerate(value):
            yield from _leaves((*path, index), item)
    else:
        yield path, value


def _row(document: YamlDocument, path: KeyPath, value: Any) -> ValueRow:
    origin = document.origin_of(path)
    place = f"line {origin.span.line}" if origin.span is not None else ""
    match origin.kind:
        case "defaults":
            words = f"defaults, {place}"
        case "steps":
            assert origin.use is not None, "shared steps are always used by somebody"
            words = f"steps '{origin.use.name}', {place}, used on line {origin.use.outermost.place.line}"
        case "built-in":
            words = "built in"
        case _:
            words = place
    if origin.span is not None and "${{" in _written(document, path):
        words += f": {_written(document, path)}"
    return ValueRow(_name(path), _text(value), words)


def _written(document: YamlDocument, path: KeyPath) -> str:
    node = document.node_at(path)
    return str(node.value) if isinstance(node.value, str) else ""


def _of_project(project: Project) -> Iterator[ValueRow]:
    """What the programs see of the project, wherever it was said; for directories, in their own files."""
    values: dict[str, object] = {
        "rescue_root": project.rescue_root,
        "speed_limit": project.speed_limit,
        "robust": project.robust,
        "log_level": project.log_level,
        "source.path": project.source.path,
    }
    for name, value in values.items():
        yield ValueRow(f"project: {name}", str(value), "as the programs see it")
    for sink in project.business_sinks:
        yield ValueRow(
            f"project: sink {sink.id}",
            f"{sink.type} -> {sink.path or 'nowhere'}",
            "as the programs see it",
        )


def _name(path: KeyPath) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "{}" if value == {} else str(value)
