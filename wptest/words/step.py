"""The steps of a scenario: one verb each, and at most one trigger that says when.

The models of the three chapters are made of the words that may stand there. Whoever has a step asks its verb and
its trigger, and knows no other key.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import ConfigDict, create_model, model_validator
from pydantic_core import InitErrorDetails

from engine.text.mistake import Mistake, one_of
from wptest.shapes import written
from wptest.shapes.extension import Call
from wptest.shapes.shape import KeyChoice, Shape, details, documented
from wptest.shapes.values import Name
from wptest.text.codes import Code
from wptest.words.registry import field_name, word_field, words_in
from wptest.words.trigger import Trigger, UponTrigger
from wptest.words.triggers.nth_request import UponRequest
from wptest.words.users.user_fault import UserFault
from wptest.words.verb import Chapter, Stands, Verb
from wptest.words.verbs.fail_requests import FailRequests

TRIGGERS = words_in("wptest.words.triggers", Trigger)  # type: ignore[type-abstract]
UPON_TRIGGERS = words_in("wptest.words.triggers", UponTrigger)  # type: ignore[type-abstract]
VERBS = words_in("wptest.words.verbs", Verb)  # type: ignore[type-abstract]

_USE = "use"  # the steps that it stands for are in its place before there is a model
_USE_ORDER = 145
_USE_STANDS = Stands(when=True, meanwhile="write the steps out here", cleanup=True)


class Moment(Shape):
    """The moment that triggers a step, below `upon`: see `UPON_TRIGGERS`."""

    @property
    def trigger(self) -> Trigger[Any]:
        """The same as a trigger."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return next(word.read(given) for key, word in UPON_TRIGGERS.items() if given[key] is not None)

    @model_validator(mode="after")
    def _together(self) -> Moment:
        for key, word in reversed(UPON_TRIGGERS.items()):
            first = word.besides[0].key if word.together else key
            if (getattr(self, key) is None) != (getattr(self, first) is None):
                raise Mistake(f"'{key}' and '{first}' go together", word.together, code=Code.CHOICE)
        for key, word in UPON_TRIGGERS.items():
            for each in word.besides:
                if each.key in self.model_fields_set and getattr(self, key) is None:
                    raise Mistake(f"'{each.key}' goes with '{key}', which isn't there", code=Code.CHOICE)
        return self


class Step(Shape):
    """One step of a chapter.

    Attributes:
        place: where it stands, as messages say it.
        instead: the words that can't stand there, and what to do instead.
    """

    place: ClassVar[str]
    instead: ClassVar[Mapping[str, str]]

    @cached_property
    def verb(self) -> Verb[Any]:
        """What the step does."""
        key = next(key for key in VERBS if getattr(self, field_name(key), None) is not None)
        given = getattr(self, field_name(key))
        return UserFault(given) if isinstance(given, Call) else VERBS[key](given)

    @property
    def is_of_requests(self) -> bool:
        """Whether it is about requests to servers."""
        return isinstance(self.verb, FailRequests) or isinstance(self.trigger, UponRequest)

    @cached_property
    def trigger(self) -> Trigger[Any] | None:
        """When the step happens; None for as soon as the step before is done."""
        key = next((key for key in ("upon", *TRIGGERS) if getattr(self, key, None) is not None), None)
        if key is None:
            return None
        given = getattr(self, key)
        return given.trigger if isinstance(given, Moment) else TRIGGERS[key](given)

    @classmethod
    def _unknown_key(cls, key: str, known: tuple[str, ...]) -> InitErrorDetails:
        if key not in cls.instead:
            return super()._unknown_key(key, known)
        problem, help_ = f"'{key}' can't stand in {cls.place}", cls.instead[key]
        return details((key,), Mistake(problem, one_of(cls.key_names()), help_=help_, code=Code.CHOICE))


def _upon() -> type[Moment]:
    fields: dict[str, Any] = {}
    needs: dict[str, Any] = {}
    for key, word in UPON_TRIGGERS.items():
        fields[key] = word_field(word)
        for each in word.besides:
            value = each.value if each.default is not None else each.value | None
            fields[each.key] = value, documented(each.docs, *each.examples, default=each.default)
            needs[each.key] = [key]
        if word.together:
            needs[key] = [word.besides[0].key]
    *first, last = [f"'{key}'" for key in UPON_TRIGGERS]
    choice = KeyChoice("a trigger", f"of {', '.join(first)} and {last}", tuple(UPON_TRIGGERS))

    class OneMoment(Moment):
        choices = (choice,)
        model_config = ConfigDict(json_schema_extra={"dependencies": needs})

    return create_model("Upon", __base__=OneMoment, **fields)


def _fields() -> dict[str, tuple[int, Stands, Any]]:
    """The keys of steps in any chapter: their order, where they stand, and what pydantic is to know."""
    direct = {key: word for key, word in TRIGGERS.items() if key not in UPON_TRIGGERS}
    first = next(iter(UPON_TRIGGERS.values()))
    moments = ({"sink": "access_log", "lines": 100}, {"event": "rescue.created"})
    upon = _upon() | None, documented("The moment that triggers the step.", *moments)
    docs = "Take shared steps from the top-level `steps`, and give them what they need."
    named = Annotated[str | dict[Name, dict[str, Any]], written.USE_SCHEMA]
    use = named | None, documented(docs, "stop", {"stop": {"program": "wparse"}})
    told: dict[str, tuple[int, Stands, Any]] = {
        key: (word.order, word.stands, word_field(word)) for key, word in direct.items()
    }
    told["upon"] = first.order, first.stands, upon
    verbs = {key: (word.order, word.stands, word_field(word, alias=key)) for key, word in VERBS.items()}
    verbs[_USE] = _USE_ORDER, _USE_STANDS, use
    return told | dict(sorted(verbs.items(), key=lambda item: item[1][0]))


def _chapter(name: str, chapter: Chapter, owner: str, where: str, *, needs_trigger: bool | None) -> type[Step]:
    """The model of a chapter's steps, whose trigger must be there, may be, or (None) can't be."""
    instead = {key: stands.instead(chapter) for key, (_, stands, _) in _FIELDS.items()}
    fields = {key: field for key, (_, _, field) in _FIELDS.items() if instead[key] is None}
    elsewhere = {key: help_ for key, help_ in instead.items() if help_ is not None}
    actions = [*(key for key in VERBS if key in fields), *([_USE] if _USE in fields else [])]
    triggers = [key for key in fields if key not in actions]
    told = [KeyChoice(owner, "action", tuple(actions))]
    if needs_trigger is not None:
        told.append(KeyChoice(owner, "trigger", tuple(triggers), required=needs_trigger))

    class ChapterStep(Step):
        place = where
        instead = elsewhere
        choices = tuple(told)

    named = {field_name(key) if key in VERBS else key: field for key, field in fields.items()}
    return create_model(name, __base__=ChapterStep, __doc__=Step.__doc__, **named)


_FIELDS = _fields()
TRIGGER_KEYS = tuple(key for key in _FIELDS if key not in VERBS and key != _USE)

if TYPE_CHECKING:
    WhenStep = Step
    MeanwhileStep = Step
    CleanupStep = Step
else:
    WhenStep = _chapter("Step", "when", "a step", "'when'", needs_trigger=False)
    MeanwhileStep = _chapter(
        "MeanwhileStep", "meanwhile", "a step of 'meanwhile'", "'meanwhile'", needs_trigger=True
    )
    CleanupStep = _chapter("CleanupStep", "cleanup", "a cleanup step", "a cleanup", needs_trigger=None)
