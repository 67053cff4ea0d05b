"""From a function or class to an extension: its parameters, and the shape that checks what they are given."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError, create_model

from engine.text.diagnostic import Diagnostic
from engine.units import format_duration
from wptest.extend.code_place import CodePlace, definition_of, parameter_of
from wptest.extend.parameter_kinds import POSSIBLE, ValueKind, kind_of
from wptest.extend.sink_methods import check_methods
from wptest.shapes.declare import Declared, OwnKind
from wptest.shapes.extension import Extension, Parameter
from wptest.shapes.shape import Shape
from wptest.shapes.values import Duration
from wptest.text.codes import Code
from wptest.text.wording import flow

# What each kind of extension is given first: what a scenario doesn't write.
_FIRST: Mapping[OwnKind, str] = {
    "fault": "hand: wptest.Hand",
    "check": "run: wptest.Run",
    "sink": "path: str",
}
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NO_PARAMETER = inspect.Parameter("none", inspect.Parameter.KEYWORD_ONLY)
_UNREADABLE = object()
_LISTED = re.compile(r"\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?:\s*(\S.*)")


def extension_of(declared: Declared) -> tuple[Extension | None, list[Diagnostic]]:
    """The extension that was declared, or None and every mistake in its signature."""
    reader = _Reader(declared)
    extension = reader.read()
    return (None, reader.problems) if reader.problems else (extension, [])


def extension_name(declared: Declared) -> str:
    """The key that a scenario writes: a function's name, a class's in snake_case."""
    name = str(declared.object.__name__)
    if declared.kind != "sink":
        return name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@dataclass
class _Reader:
    declared: Declared
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self) -> Extension:
        declared = self.declared
        self._check_object()
        first, *rest = inspect.signature(declared.object).parameters.values() or [_NO_PARAMETER]
        self._check_first(first)
        doc = inspect.cleandoc(declared.object.__doc__ or "")
        told = _told_of(doc, inspect.getdoc(getattr(declared.object, "__init__", None)) or "")
        fields: dict[str, Any] = {}
        known = []
        for index, (parameter, kind) in enumerate(self._kinds(rest)):
            default, written = self._default(parameter, kind)
            key, says = parameter.name.removesuffix("_"), told.get(parameter.name, "")
            known.append(Parameter(parameter.name, key, kind.words, kind.example, kind.refers, written, says))
            # The name in a scenario is an alias, since a model's own names are not free.
            told_of = says or f"{kind.words[:1].upper()}{kind.words[1:]}."
            field_ = Field(default, alias=key, description=told_of, examples=[kind.example])
            fields[f"parameter_{index}"] = (kind.annotation, field_)
        name = extension_name(declared)
        shape: type[Shape] = create_model(f"{declared.kind}-{name}", __base__=Shape, **fields)
        return Extension(
            declared.kind, name, declared.object, shape, tuple(known), _summary(doc), declared.path, declared.line
        )

    def _check_object(self) -> None:
        value, kind = self.declared.object, self.declared.kind
        if inspect.iscoroutinefunction(value) or inspect.isasyncgenfunction(value):
            self._wrong(f"'{value.__name__}' is async, and nothing awaits it", "a plain function")
        if kind == "fault" and inspect.isgeneratorfunction(value):
            help_ = "a check yields what doesn't hold; a fault acts through its hand"
            self._wrong(f"the fault '{value.__name__}' yields, so calling it does nothing", None, help_)
        if kind == "sink":
            check_methods(self.declared, self._wrong)

    def _check_first(self, parameter: inspect.Parameter) -> None:
        """The first parameter must be what this kind of extension is given."""
        kind = self.declared.kind
        wanted = _FIRST[kind]
        message = f"the first parameter of a {kind} is what it works with"
        if parameter.kind not in _BY_POSITION:
            self._wrong(message, wanted)
            return
        if parameter.annotation is inspect.Parameter.empty and (kind != "sink" or parameter.name == "path"):
            place = parameter_of(self.declared, parameter.name)
            self._wrong(f"'{parameter.name}' has no annotation", wanted, place=place)
            return
        hint = self._hint(parameter)
        fits = hint is str and parameter.name == "path" if kind == "sink" else getattr(hint, "LENT_TO", "") == kind
        if not fits and hint is not _UNREADABLE:
            self._wrong(message, wanted, place=parameter_of(self.declared, parameter.name))

    def _kinds(self, parameters: list[inspect.Parameter]) -> Iterator[tuple[inspect.Parameter, ValueKind]]:
        for parameter in parameters:
            name = parameter.name
            place = parameter_of(self.declared, name)
            if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
                message = f"'{name}' takes anything, and the keys of a scenario are known"
                self._wrong(message, "each parameter by its name", place=place)
            elif parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
                self._wrong(f"'{name}' can't be given by name", "the '/' before it", place=place)
            elif parameter.annotation is inspect.Parameter.empty:
                self._wrong(
                    f"'{name}' has no annotation: what a scenario may give it is not known", POSSIBLE, place=place
                )
            elif (hint := self._hint(parameter)) is not _UNREADABLE:
                kind = kind_of(hint)
                if kind is not None:
                    yield parameter, kind
                    continue
                place = parameter_of(self.declared, name, annotation=True)
                self._wrong(f"'{name}' is of a kind that a scenario can't write", POSSIBLE, place=place)

    def _hint(self, parameter: inspect.Parameter) -> Any:
        """A parameter's annotation, one written as text evaluated; a mistake where that can't be done."""
        value = self.declared.object
        names = getattr(value.__init__ if inspect.isclass(value) else value, "__globals__", None)
        holder = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
        try:
            return get_type_hints(holder, names or vars(sys.modules[value.__module__]), include_extras=True)[
                parameter.name
            ]
        except Exception as error:  # noqa: BLE001 - an annotation is the author's code, and may do anything
            place = parameter_of(self.declared, parameter.name, annotation=True)
            message = f"the annotation of '{parameter.name}' can't be read: {type(error).__name__}: {error}"
            self._wrong(message, POSSIBLE, "import its names for real, not under TYPE_CHECKING", place)
            return _UNREADABLE

    def _default(self, parameter: inspect.Parameter, kind: ValueKind) -> tuple[Any, str | None]:
        """What a parameter is where a scenario doesn't say, and that as a scenario would write it."""
        default = parameter.default
        if default is inspect.Parameter.empty:
            return ..., None
        if isinstance(default, str) and kind.annotation is not str:
            # As a scenario writes it: `pause: wptest.Duration = "2s"`.
            try:
                return TypeAdapter(kind.annotation).validate_python(default, strict=True), default
            except ValidationError:
                place = parameter_of(self.declared, parameter.name)
                self._wrong(f"the default of '{parameter.name}' is not {kind.words}: {default!r}", place=place)
        if kind.annotation == Duration and isinstance(default, int):
            return default, format_duration(default)
        return default, flow(default) if isinstance(default, str | int | float | list) else str(default).lower()

    def _wrong(
        self, message: str, expected: str | None = None, help_: str | None = None, place: CodePlace | None = None
    ) -> None:
        place = place or definition_of(self.declared)
        self.problems.append(place.diagnostic(message, Code.SIGNATURE, expected=expected, help_=help_))


def _told_of(*docs: str) -> dict[str, str]:
    """What docstrings say of parameters, in their part `Args:`."""
    told: dict[str, str] = {}
    for doc in docs:
        part = re.search(r"^Args:\n((?:[ \t]+.*\n?|\n)*)", doc, re.MULTILINE)
        last = ""
        for line in part[1].splitlines() if part else ():
            match = _LISTED.fullmatch(line)
            indented = len(line) - len(line.lstrip())
            if match and indented <= 4:
                last, told[match[1]] = match[1], match[2]
            elif last and line.strip():
                told[last] += f" {line.strip()}"
    return told


def _summary(doc: str) -> str:
    """The docstring without its list of parameters."""
    return re.split(r"^(?:Args|Returns|Yields|Raises):", doc, maxsplit=1, flags=re.MULTILINE)[0].strip()
