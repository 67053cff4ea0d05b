"""Where the words of the language are found: each is one class in a module of its own, in the package of its kind.

A word is added by its file alone. The kinds are protocols: what they declare without a value is abstract. Words are
`@final`, so one that leaves it unsaid is an error of mypy, and one here, when the language is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import combinations
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, ClassVar, Protocol, TypeVar

from wptest.shapes.shape import documented


class Word(Protocol):
    """What every word says of itself; its docstring is what the schema says of it, to those who write scenarios.

    Attributes:
        key: how a file writes it.
        order: its place in lists of such words, and in the schema: no two have the same one.
        examples: values that it may have; none where the kind of its value has some.
        value: what a file may give it, as an annotation of pydantic.
    """

    key: ClassVar[str]
    order: ClassVar[int]
    examples: ClassVar[tuple[Any, ...]]
    value: ClassVar[Any]


W = TypeVar("W", bound=Word)
WrittenT = TypeVar("WrittenT")  # what a file gives a word, checked by its `value`


def words_in(package: str, kind: type[W]) -> dict[str, type[W]]:
    """The words of a kind that the modules of a package have, and of those in it, by key, in their order.

    Raises:
        TypeError: a word leaves something unsaid, or two say the same of themselves.
    """
    place = import_module(package).__path__
    modules = [import_module(each.name) for each in walk_packages(place, f"{package}.")]
    found = sorted((word for module in modules for word in _words(module, kind)), key=lambda word: word.order)
    for one, other in combinations(found, 2):
        if one.key == other.key or one.order == other.order:
            message = f"{one.__name__} and {other.__name__} have the same key or place in lists: {one.order}"
            raise TypeError(message)
    return {word.key: word for word in found}


def unsaid(word: type[Word]) -> list[str]:
    """What a word leaves unsaid that its kind asks for."""
    asked = {name for base in word.__mro__ for name, hint in _annotations(base).items() if "ClassVar" in str(hint)}
    missing = {name for name in asked if not hasattr(word, name)} | set(getattr(word, "__abstractmethods__", ()))
    said = {"docs": word.__doc__ or not __debug__, "@final": hasattr(word, "__final__")}  # -OO takes all docs away
    return sorted(missing | {name for name, there in said.items() if not there})


def _words(module: ModuleType, kind: type[W]) -> Iterator[type[W]]:
    for word in vars(module).values():
        if isinstance(word, type) and kind in word.__mro__ and word.__module__ == module.__name__:
            if missing := unsaid(word):
                message = f"the word {word.__name__} in {module.__file__} leaves unsaid: {', '.join(missing)}"
                raise TypeError(message)
            yield word


def _annotations(base: type) -> dict[str, Any]:
    found: dict[str, Any] = vars(base).get("__annotations__", {})
    return found


def field_name(key: str) -> str:
    """The name of a word in such a model: `copy` and `validate` are names that every model has."""
    return f"{key}_"


def word_field(word: type[Word], value: Any = None, *, default: Any = None, alias: str | None = None) -> Any:
    """The key of a word in a model that is made of words, as pydantic's `create_model` takes it.

    Its `value` is the word's or nothing, unless it is said here.
    """
    docs = " ".join((word.__doc__ or "").split())
    return value or word.value | None, documented(docs, *word.examples, default=default, alias=alias)


def nothing(_word: Word, /, *_asked: Any) -> Iterator[Any]:
    """There is none, whatever is asked: `names = nothing` in a class is no less said than a method."""
    return iter(())
