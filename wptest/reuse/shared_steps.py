"""`steps:` names sequences of steps; a step `use:` stands for one, and is here replaced by its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath, Span
from wptest.expressions.parameters import EXAMPLES, misfit
from wptest.reuse.definitions import NO_STEP, Definitions, Sequence
from wptest.reuse.program_names import name_started
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean, flow
from wptest.text.yaml_document import Argument, Telling, Use, YamlDocument, texts_in

MAX_STEPS = 10_000
LISTS = ("when", "cleanup")  # where steps stand

_TRIGGERS = ("at", "after", "upon")
_EXPECTED = "use: NAME, or use: {NAME: {PARAMETER: value}}"


@dataclass(frozen=True, slots=True)
class Expanded:
    """A document without uses, and its value; `failed` says whether a step's use is wrong.

    `silent` are the places of expressions in shared steps that nothing uses: they have no value.
    """

    document: YamlDocument
    value: Any
    problems: list[Diagnostic]
    failed: bool = False
    silent: frozenset[KeyPath] = frozenset()


_Step = tuple[Any, yaml.Node, Use | None]


def expand_shared_steps(document: YamlDocument, value: Any) -> Expanded:
    """Replace every use in a document's `when` and `cleanup` by the steps that it stands for."""
    if not isinstance(value, dict):
        return Expanded(document, value, [])
    lists = {name: steps for name in LISTS if isinstance(steps := value.get(name), list)}
    uses_any = any(_is_use(step) for steps in lists.values() for step in steps)
    if "steps" not in value and not uses_any:
        return Expanded(document, value, [])
    definitions = Definitions(document)
    sequences = definitions.read(value.get("steps", {}))
    expander = _Expander(
        document, sequences, programs=_started([*lists.values(), *(each.steps for each in sequences.values())])
    )
    expanded = {name: expander.all_of(name, steps) for name, steps in lists.items()}
    left = {key: item for key, item in value.items() if key != "steps"}
    if not definitions.problems:
        # Nothing else would look at them.
        left["steps"] = {name: spec for name, spec in value.get("steps", {}).items() if name not in expander.used}
    expander.problems += definitions.problems
    unused = texts_in(left.get("steps"), ("steps",))
    silent = frozenset(path for path, text, _ in unused if "${{" in text)  # of values and keys
    if not uses_any:
        return Expanded(document, left, expander.problems, silent=silent)
    root = _with_steps(document.root, {name: [node for _, node, _ in made] for name, made in expanded.items()})
    uses: dict[KeyPath, Use] = {
        (name, index): use
        for name, made in expanded.items()
        for index, (_, _, use) in enumerate(made)
        if use is not None
    }
    left |= {name: [step for step, _, _ in made] for name, made in expanded.items()}
    failed = any(step is NO_STEP for made in expanded.values() for step, _, _ in made)
    return Expanded(replace(document, root=root, uses=uses), left, expander.problems, failed, silent)


def _programs_of(step: Any) -> Iterator[str]:
    """What a step has where the name of a program stands."""
    if not isinstance(step, dict):
        return
    yield str(step.get("kill", ""))
    signal, wait = step.get("signal"), step.get("wait")
    yield from map(str, signal if isinstance(signal, dict) else ())
    yield str(wait.get("exit", "")) if isinstance(wait, dict) else ""


def _started(lists: Iterable[list[Any]]) -> tuple[str, ...]:
    """The programs that steps start in the background: those can be waited for, and get signals."""
    names = (name_started(step.get("start")) for steps in lists for step in steps if isinstance(step, dict))
    return tuple(dict.fromkeys(name for name in names if name and "${{" not in name))


@dataclass
class _Expander(Telling):
    document: YamlDocument
    sequences: Mapping[str, Sequence]
    problems: list[Diagnostic] = field(default_factory=list)
    programs: tuple[str, ...] = ()  # that the scenario starts
    used: set[str] = field(default_factory=set)
    _made: int = 0
    _full: bool = False

    def all_of(self, name: str, steps: list[Any]) -> list[_Step]:
        """The steps of the list of that name without uses."""
        made: list[_Step] = []
        for index, step in enumerate(steps):
            made += self._one(step, (name, index), None)
        return made

    def _one(self, step: Any, path: KeyPath, outer: Use | None) -> list[_Step]:
        node = self.document.node_at(path)
        if not _is_use(step):
            self._made += 1
            return [(step, node, outer)]
        if self._made > MAX_STEPS:
            if not self._full:
                self.problem(path, f"uses make more than {MAX_STEPS:,} steps", Code.TOO_LARGE)
            self._full = True
            return [(NO_STEP, node, None)]
        made = self._used(step, path, outer)
        return made if made is not None else [(NO_STEP, node, None)]

    def _used(self, step: dict[str, Any], path: KeyPath, outer: Use | None) -> list[_Step] | None:
        found = self._named(step, path)
        if found is None:
            return None
        name, arguments, where = found
        chain = _chain(outer)
        if name in chain:
            circle = " > ".join([*chain[chain.index(name) :], name])
            help_ = "take one of these uses out"
            self.problem(where, f"the steps '{name}' use themselves: {circle}", Code.RECURSION, help_=help_)
            return None
        sequence = self.sequences.get(name)
        if sequence is None or not sequence.steps:
            return None
        self.used.add(name)
        given = self._arguments(sequence, arguments, where)
        if given is None:
            return None
        span = self.place(where)
        use = Use(name, span, given, outer)
        made: list[_Step] = []
        for index, inner in enumerate(sequence.steps):
            made += self._one(inner, ("steps", name, "do", index), use)
        return self._triggered(made, step, path, name)

    def _named(self, step: dict[str, Any], path: KeyPath) -> tuple[str, Mapping[str, Any], KeyPath] | None:
        """The name of the used steps, what they are given, and where the name stands."""
        other = next((key for key in step if key != "use" and key not in _TRIGGERS), None)
        if other is not None:
            message = f"beside 'use' a step has at most a trigger, this one has '{other}'"
            self.problem((*path, other), message, Code.CHOICE, one_of(_TRIGGERS), at_key=True)
            return None
        written = step["use"]
        where: KeyPath = (*path, "use")
        arguments: Any = {}
        if isinstance(written, dict) and len(written) == 1:
            (written, arguments), *_ = written.items()
            where = (*where, written)
        arguments = {} if arguments is None else arguments
        if not isinstance(written, str) or not isinstance(arguments, dict):
            self.problem(where, "this names no steps", Code.WRONG_TYPE, _EXPECTED)
            return None
        if written not in self.sequences:
            expected = one_of(self.sequences) if self.sequences else "a top-level 'steps' that defines them"
            help_ = did_you_mean(written, self.sequences)
            self.problem(where, f"there are no steps '{written}'", Code.UNKNOWN_STEPS, expected, help_)
            return None
        return written, arguments, where

    def _arguments(
        self, sequence: Sequence, given: Mapping[str, Any], where: KeyPath
    ) -> dict[str, Argument] | None:
        before = len(self.problems)
        wanted = sequence.parameters
        for name in given:
            if name not in wanted:
                message = f"the steps '{sequence.name}' have no parameter '{name}'"
                expected = one_of(wanted) if wanted else None
                help_ = did_you_mean(name, wanted) or (None if wanted else f"write use: {sequence.name}")
                self.problem((*where, name), message, Code.ARGUMENT, expected, help_, at_key=True)
        misspelt = [did_you_mean(name, wanted) for name in given if name not in wanted]
        for name, kind in wanted.items():
            if name not in given and did_you_mean(name, [name]) not in misspelt:
                message = f"the steps '{sequence.name}' need '{name}', a {kind}"
                examples = self.candidates(sequence, name) or (EXAMPLES[kind],)
                also = f", or {' or '.join(examples[1:])}" if examples[1:] else ""
                help_ = f"write use: {{{sequence.name}: {flow({**given, name: examples[0]})}}}{also}"
                self.problem(where, message, Code.ARGUMENT, None, help_)
        arguments = {}
        for name, value in given.items():
            kind = wanted.get(name, "any")
            path = (*where, name)
            wrong = misfit(kind, value) if "${{" not in str(value) else None
            if wrong:
                message = f"'{name}' of the steps '{sequence.name}' is a {kind}, and this is {wrong[0]}"
                self.problem(path, message, Code.ARGUMENT, wrong[1])
            place = YamlDocument(self.document.source, self.document.node_at(path))
            arguments[name] = Argument(kind, value, place)
        return arguments if len(self.problems) == before else None

    def candidates(self, sequence: Sequence, parameter: str) -> tuple[str, ...]:
        """What a parameter may be given: the programs there are, or a signal, where it stands for one."""
        written = f"with.{parameter} "
        if any(written in name for step in sequence.steps for name in _programs_of(step)):
            return self.programs
        signals = (step.get("signal") for step in sequence.steps)
        is_signal = any(written in str(list(each.values())) for each in signals if isinstance(each, dict))
        return ("TERM",) if is_signal else ()

    def _triggered(self, made: list[_Step], step: dict[str, Any], path: KeyPath, name: str) -> list[_Step] | None:
        """The steps with the trigger of their use on the first of them."""
        triggers = {key: value for key, value in step.items() if key != "use"}
        if not triggers:
            return made
        first, node, use = made[0]
        own = next((key for key in first if key in _TRIGGERS), None)
        if own is not None or not isinstance(node, yaml.MappingNode):
            key = next(iter(triggers))
            message = f"the first of the steps '{name}' has a trigger already: {own}"
            self.problem((*path, key), message, Code.CHOICE, None, "remove one of the two", at_key=True)
            return None
        pairs = [pair for pair in self.document.node_at(path).value if pair[0].value in triggers]
        joined = yaml.MappingNode(node.tag, pairs + node.value, node.start_mark, node.end_mark, node.flow_style)
        return [({**triggers, **first}, joined, use), *made[1:]]

    def place(self, path: KeyPath, *, at_key: bool = False) -> Span:
        """The place of a value or key; for a use that gives something, the name that it stands under."""
        named = len(path) > 1 and path[-2] == "use"
        return self.document.key_span_of(path) if at_key or named else self.document.span_of(path)


def cleanup_order(document: YamlDocument, steps: tuple[Any, ...]) -> list[int]:
    """The indexes of the cleanup steps in the order in which they come: the last first.

    Shared steps are one thing to do, so those of one `use` keep their order.
    """
    groups: list[list[int]] = []
    before = None
    for index in range(len(steps)):
        use = document.use_of(("cleanup", index))
        if use is not None and before is not None and use.outermost is before.outermost:
            groups[-1].append(index)
        else:
            groups.append([index])
        before = use
    return [index for group in reversed(groups) for index in group]


def _is_use(step: Any) -> bool:
    return isinstance(step, dict) and "use" in step


def _chain(use: Use | None) -> list[str]:
    return [*_chain(use.outer), use.name] if use is not None else []


def _with_steps(root: Any, lists: Mapping[str, list[yaml.Node]]) -> yaml.Node:
    pairs = []
    for key, value in root.value:
        steps = lists.get(key.value)
        pairs.append((key, value if steps is None else _like(value, steps)))
    return yaml.MappingNode(root.tag, pairs, root.start_mark, root.end_mark, root.flow_style)


def _like(node: yaml.Node, steps: list[yaml.Node]) -> yaml.Node:
    return yaml.SequenceNode("", steps, node.start_mark, node.end_mark)
