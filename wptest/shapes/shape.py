"""What every part of the scenario model has in common: closed, frozen, strict, plain about mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from engine.text.mistake import Mistake, one_of
from wptest.shapes.declare import OwnKind
from wptest.shapes.extension import Call, Extension, Extensions
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean, flow

_T = TypeVar("_T")

# YAML has lists, the model has tuples: lax for the outer type only, the items stay strict.
Many = Annotated[tuple[_T, ...], Field(strict=False)]

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


def documented(docs: str, *examples: Any, default: Any = None, **more: Any) -> Any:
    """A key of a shape, with what editors tell of it; it must be there where its default is `...`."""
    if default == {}:
        return Field(default_factory=dict, description=docs, examples=list(examples) or None, **more)
    return Field(default=default, description=docs, examples=list(examples) or None, **more)


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """Keys of which `owner` has exactly one (`required`) or at most one; `noun` is what they are."""

    owner: str
    noun: str
    names: tuple[str, ...]
    required: bool = True

    def mistake(self, keys: Iterable[str]) -> tuple[tuple[str, ...], Mistake] | None:
        """The mistake that these keys make, and the key to point at: the second one of too many."""
        found = [key for key in keys if key in self.names]
        if len(found) == 1 or not (found or self.required):
            return None
        rule = "exactly one" if self.required else "at most one"
        number = _NUMBERS[len(found)] if len(found) < len(_NUMBERS) else str(len(found))
        listed = f": {', '.join(found)}" if found else ""
        problem = f"{self.owner} has {rule} {self.noun}, this one has {number}{listed}"
        if len(found) > 1:
            help_ = "make a step of each" if self.noun == "action" else "keep one of them"
            return (found[1],), Mistake(problem, one_of(self.names), help_=help_, code=Code.CHOICE)
        return (), Mistake(problem, one_of(self.names), code=Code.CHOICE)

    def rule(self) -> dict[str, Any]:
        """The choice as a rule of JSON Schema."""
        each = [{"required": [name]} for name in self.names]
        return {"oneOf": each if self.required else [*each, {"not": {"anyOf": each}}]}


@dataclass(frozen=True, slots=True)
class Slot:
    """The extensions whose names are keys of a mapping, too.

    Where the mapping has an `owner`, it has at most one of them, and none of the keys that it `excludes` then; with
    `instead` it has nothing else, and what it becomes is the call.
    """

    kind: OwnKind
    owner: str = ""
    excludes: tuple[str, ...] = ()
    instead: bool = False

    def mistakes(self, keys: Iterable[str], calls: Sequence[str]) -> list[InitErrorDetails]:
        """What can't stand together; `calls` are the keys that are extensions."""
        if not self.owner:
            return []
        told = KeyChoice(self.owner, "extension", tuple(calls), required=False).mistake(calls)
        wrong = [key for key in keys if key not in calls and (self.instead or key in self.excludes)]
        nothing = "nothing else" if self.instead else "no {}"
        found = [
            details(
                (key,),
                Mistake(
                    f"beside '{calls[0]}' {self.owner} has {nothing.format(key)}, this one has '{key}'",
                    help_=f"remove it, or '{calls[0]}'",
                    code=Code.CHOICE,
                ),
            )
            for key in wrong
        ]
        return [*([details(*told)] if told else []), *found]


class Shape(BaseModel):
    """A mapping of the language. Unknown keys, other types than written and two of one choice are mistakes.

    All mistakes of a mapping are reported together, those about its keys in the language's own words. Which
    extensions there are is the `context` of a validation.
    """

    # What a mapping is checked with is made when the first is read: most are parts of others, which have theirs.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    choices: ClassVar[tuple[KeyChoice, ...]] = ()
    slot: ClassVar[Slot | None] = None

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The keys of this mapping as a file writes them."""
        return _key_names(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The mapping's schema, with its choices."""
        told = handler.resolve_ref_schema(handler(schema))
        rules = [choice.rule() for choice in cls.choices]
        return told | ({"allOf": rules} if len(rules) > 1 else rules[0] if rules else {})

    @model_validator(mode="wrap")
    @classmethod
    def _with_plain_mistakes(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if not isinstance(value, dict):
            return handler(value)
        slot, extensions = cls.slot, info.context
        if slot is None or not isinstance(extensions, Extensions) or not extensions:
            return cls._own(value, handler, (), [])
        names = tuple(extensions.by_kind[slot.kind])
        used = {
            key: extension
            for key, extension in extensions.used(slot.kind, value, besides=cls.key_names()).items()
            if extension is not None or cls._may_be_own(key, value)
        }
        if not used:
            return cls._own(value, handler, names, [])
        calls, problems = _called(used, value)
        problems += slot.mistakes(value, tuple(used))
        if slot.instead:
            if problems:
                raise ValidationError.from_exception_data(cls.__name__, problems)
            return cast("Self", calls[0])
        rest = {key: given for key, given in value.items() if key not in used}
        model = cls._own(rest, handler, names, problems)
        if isinstance(model, Caller):
            model._calls = calls  # noqa: SLF001 - its own
        return model

    @classmethod
    def _may_be_own(cls, key: str, value: Mapping[str, Any]) -> bool:
        """Whether a key may be an extension of a file that can't be read."""
        known = cls.key_names()
        excluded = () if cls.slot is None else known if cls.slot.instead else cls.slot.excludes
        if any(other in excluded for other in value):
            return False
        return isinstance(value[key], dict) or did_you_mean(key, known) is None

    @classmethod
    def _own(
        cls,
        value: dict[str, Any],
        handler: ModelWrapValidatorHandler[Self],
        extensions: tuple[str, ...],
        problems: list[InitErrorDetails],
    ) -> Self:
        """The model of a mapping without its extensions; `problems` are theirs, and are raised with its own."""
        known = cls.key_names()
        unknown = [key for key in value if key not in known]
        empty = [key for key, given in value.items() if given is None and key not in unknown]
        more = (*known, *extensions)
        problems += cls._choice_problems(value, unknown) + [_empty(key) for key in empty]
        problems += [cls._unknown_key(key, more) for key in unknown]
        try:
            model = handler(value)
        except ValidationError as error:
            errors = error.errors()
            if all(did_you_mean(key, known) == did_you_mean(key, more) for key in unknown):
                missing = [each["loc"] for each in errors if _is_own(each, "missing")]
                problems += cls._missing_keys(missing, [did_you_mean(key, known) for key in unknown])
            problems += [_again(each) for each in errors if not _is_about_keys(each, [*empty, *unknown])]
        if problems:
            raise ValidationError.from_exception_data(cls.__name__, problems) from None
        return model

    @classmethod
    def _choice_problems(cls, value: dict[str, Any], unknown: list[str]) -> list[InitErrorDetails]:
        mistakes = [choice.mistake(value) for choice in cls.choices]
        # A missing choice beside an unknown key is that key misspelt: one mistake, told once.
        return [details(where, told) for where, told in filter(None, mistakes) if where or not unknown]

    @classmethod
    def _unknown_key(cls, key: str, known: tuple[str, ...]) -> InitErrorDetails:
        expected = one_of(known) if known else None
        help_ = did_you_mean(key, known)
        mistake = Mistake(f"unknown key '{key}'", expected, help_=help_, code=Code.UNKNOWN_KEY, known=known)
        return details((key,), mistake)

    @classmethod
    def _missing_keys(cls, missing: list[Any], meant: list[str | None]) -> list[InitErrorDetails]:
        said = {field.alias or name: field.description for name, field in cls.model_fields.items()}
        return [
            details(
                (), Mistake(f"the key '{name}' is missing", help_=f"{name}: {said[name]}", code=Code.MISSING_KEY)
            )
            for (name,) in missing
            if did_you_mean(name, [name]) not in meant
        ]


@cache
def _key_names(shape: type[Shape]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in shape.model_fields.items())


class Caller(Shape):
    """A mapping that has extensions beside its own keys."""

    _calls: tuple[Call, ...] = PrivateAttr(default=())

    @property
    def calls(self) -> tuple[Call, ...]:
        """The extensions that the mapping uses, in the order of the file."""
        return self._calls


def _called(
    used: Mapping[str, Extension | None], value: Mapping[str, Any]
) -> tuple[tuple[Call, ...], list[InitErrorDetails]]:
    """The calls that a mapping makes, and what is wrong with what it gives them."""
    calls: list[Call] = []
    problems: list[InitErrorDetails] = []
    for key, extension in used.items():
        if extension is None:
            calls.append(Call(key, None, {}))
        elif not isinstance(value[key], dict):
            expected = f"{key}: {flow(extension.example)}"
            mistake = Mistake(f"'{key}' takes a mapping of its parameters", expected, code=Code.WRONG_TYPE)
            problems.append(details((key,), mistake))
        else:
            try:
                given = extension.shape.model_validate(value[key])
            except ValidationError as error:
                problems += [_again(each, below=(key,)) for each in error.errors()]
            else:
                fields = zip(extension.parameters, type(given).model_fields, strict=True)
                values = {parameter.name: getattr(given, name) for parameter, name in fields}
                calls.append(Call(key, extension, values))
    return tuple(calls), problems


def details(where: Sequence[str | int], mistake: Mistake) -> InitErrorDetails:
    """A mistake as pydantic carries it, at `where` below the mapping that raises it."""
    told = PydanticCustomError("mistake", "{error}", {"error": mistake})
    return InitErrorDetails(type=told, loc=tuple(where), input=None)


def _empty(key: str) -> InitErrorDetails:
    problem = f"the key '{key}' has no value"
    return details((key,), Mistake(problem, help_="give it one, or remove the key", code=Code.WRONG_TYPE))


def _is_about_keys(error: Any, wrong: list[str]) -> bool:
    return _is_own(error, "missing") or error["loc"][:1] in [(key,) for key in wrong]


def _is_own(error: Any, kind: str) -> bool:
    return error["type"] == kind and len(error["loc"]) == 1


def _again(error: Any, below: tuple[str, ...] = ()) -> InitErrorDetails:
    told = PydanticCustomError(error["type"], "{message}", {**error.get("ctx", {}), "message": error["msg"]})
    return InitErrorDetails(type=told, loc=(*below, *error["loc"]), input=error["input"])
