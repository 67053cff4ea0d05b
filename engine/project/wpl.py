"""What a project's WPL and OML files say of whose a line is: rules, what their lines look like, models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WplRule:
    """A rule of a WPL file.

    Attributes:
        key: its name behind that of its package, `/package/rule`: what groups and models ask for.
        pattern: the regular expression that its lines match as a whole, as far as the rule can be read, with a
            group for each field of text that has a name; None where nothing tells them apart.
        has_hex: one of its fields is of the type `hex`.
        fields: types and names of its fields, where they are words of a line as they stand there; else none.
    """

    key: str
    pattern: str | None = None
    has_hex: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldIs:
    """What the condition of a filter asks of the lines of a rule: that a field has a value, or hasn't.

    Attributes:
        row: the rule's pattern, in which the field is a group of that name.
        field: its name.
        value: the text that it is compared with.
        wanted: it has to be that; else it must be another one.
    """

    row: str
    field: str
    value: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class OmlModel:
    """An OML model: its name, and wildcards of the rules whose records it takes."""

    name: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenModel:
    """A model that a group takes the records of: by which of the group's wildcards, and the model itself."""

    wildcard: str
    model: OmlModel
