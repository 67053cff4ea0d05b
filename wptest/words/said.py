"""What programs say, in logs and on their output, as expectations have it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, Field, create_model

from engine.units import format_duration
from wptest.shapes.shape import Many, Shape
from wptest.shapes.values import Count, OneOrMany, Pattern, ProcessKey
from wptest.shapes.wildcards import Glob
from wptest.text.wording import so_many
from wptest.words.expectation import OfPrograms, Sought
from wptest.words.expectations.pattern_order import looks_regular, out_of_order
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure

if TYPE_CHECKING:
    from engine.kernel import Event

_COMPARED = 2000  # texts that are compared with a pattern to find the nearest one


Texts = Sequence[tuple["Event", str]]


_Patterns = Annotated[Many[Pattern], OneOrMany]


class Wanted(Shape):
    """What is expected of what one program says: in this order with others between, never, and how often."""

    in_order: _Patterns = ()
    never: _Patterns = ()
    exactly: dict[Pattern, Count] = Field(default_factory=dict)


def lines_by_program(name: str, noun: str, *, in_order: list[str], never: str, exactly: Mapping[str, int]) -> Any:
    """The annotation of what is expected of what programs say, with examples; a pattern or a list is `in_order`."""
    things = f"{noun.capitalize()}s"
    between = f"{things} in this order; others may stand between."
    shape: Any = create_model(
        name,
        __base__=Wanted,
        in_order=(_Patterns, Field(default=(), description=between, examples=[in_order])),
        never=(_Patterns, Field(default=(), description=f"{things} that must not be there.", examples=[never])),
        exactly=(
            dict[Pattern, Count],
            Field(default_factory=dict, description=f"How often {noun}s are there.", examples=[exactly]),
        ),
    )
    given = Pattern | list[Pattern] | shape
    return dict[ProcessKey, Annotated[shape, BeforeValidator(_one_or_list, json_schema_input_type=given)]]


def _one_or_list(value: Any) -> Any:
    listed = [value] if isinstance(value, str) else value
    return {"in_order": listed} if isinstance(listed, list) else listed


class Said(OfPrograms[Wanted], Protocol):
    """What programs said.

    Attributes:
        code: which failure it is.
        kind: what its patterns are patterns of.
        verb: what programs do when they say it, and did.
        noun: one thing that they said.
    """

    code: ClassVar[Failure]
    kind: ClassVar[Literal["message", "printed line"]]
    verb: ClassVar[tuple[str, str]]
    noun: ClassVar[str]

    @abstractmethod
    def said(self, facts: Facts, process: str) -> list[Event]:
        """What a program said, in order: events that have it under `noun`."""

    def patterns(self) -> Iterable[Sought]:
        """See `Expectation.patterns`."""
        for process, expected in self.expected.items():
            for index, pattern in enumerate(expected.in_order):
                yield Sought(self.kind, pattern, (process, index), process)
            for index, pattern in enumerate(expected.never):
                yield Sought(self.kind, pattern, (process, "never", index), process, absent=True)
            for pattern, times in expected.exactly.items():
                yield Sought(self.kind, pattern, (process, "exactly", str(pattern)), process, absent=not times)

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for process, expected in self.expected.items():
            texts = [(event, str(event.fields[self.noun])) for event in self.said(facts, process)]
            if not texts and not expected.in_order and not any(expected.exactly.values()):
                yield from self._nothing_said(facts.at(process), process)
            yield from self._missing(facts.at(process), process, expected, texts)
            yield from self._unwanted(facts.at(process), process, expected, texts)
            yield from self._miscounted(facts.at(process), process, expected, texts)

    def _nothing_said(self, facts: Facts, process: str) -> Findings:
        """Where nothing was said at all, what must not be said proves nothing."""
        (verb, did), began = self.verb, facts.events("program.started", process)
        what = f"{did} nothing" if began else "was never started"
        help_ = f"say what it must {verb} as well" if began else f"let a step start {process}"
        yield facts.unproved((), f"{process} {what}, so there is nothing to check", help_=help_)

    def _missing(self, facts: Facts, process: str, expected: Wanted, texts: Texts) -> Findings:
        if (wrong := out_of_order(expected.in_order, [text for _, text in texts])) is not None:
            index, why = wrong
            missing = expected.in_order[index]
            message = f"expected {process} to {self.verb[0]} '{missing}' next, got none: {why(self.noun)}"
            evidence = [*self._nearest(missing, texts), *looks_regular(missing)]
            yield facts.finding(self.code, (index,), message, evidence)

    def _unwanted(self, facts: Facts, process: str, expected: Wanted, texts: Texts) -> Findings:
        for index, pattern in enumerate(expected.never):
            found = [(event, text) for event, text in texts if pattern.matches(text)]
            if found:
                got = so_many(len(found), self.noun)
                message = f"expected {process} never to {self.verb[0]} '{pattern}', got {got}"
                evidence = f"the first, at {format_duration(found[0][0].time)}: {found[0][1]}"
                yield facts.finding(self.code, ("never", index), message, [evidence])

    def _miscounted(self, facts: Facts, process: str, expected: Wanted, texts: Texts) -> Findings:
        for pattern, times in expected.exactly.items():
            actual = sum(pattern.matches(text) for _, text in texts)
            if actual != times:
                wanted, got = so_many(times, "time"), so_many(actual, "time")
                message = f"expected {process} to {self.verb[0]} '{pattern}' {wanted}, got it {got}"
                nearest = self._nearest(pattern, texts) if not actual else []
                yield facts.finding(self.code, ("exactly", str(pattern)), message, nearest)

    def _nearest(self, pattern: Glob, texts: Texts) -> list[str]:
        """The text that is most like a pattern that none matches: one with its words in it, if there is one."""
        different = list(dict.fromkeys(text for _, text in texts))[:_COMPARED]
        words = pattern.pattern.strip("*")
        inside = [text for text in different if words.casefold() in text.casefold()]
        close = inside or get_close_matches(pattern.pattern, different, n=1, cutoff=0.5)
        if close:
            return [f"the nearest: {close[0]}"]
        return [f"it {self.verb[1]} {so_many(len(texts), self.noun)}, none like it"]
