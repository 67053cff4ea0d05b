"""A scenario file becomes checked scenarios, one for each variant, or a list of every mistake in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from engine.project.model import Project
from engine.text.diagnostic import Diagnostic
from engine.text.source_text import KeyPath, SourceText
from wptest.expressions.matrix import VariantOutline
from wptest.expressions.scope import Scope
from wptest.expressions.substitute import Substitution
from wptest.extend.discovery import find_extensions
from wptest.reuse.defaults import with_defaults
from wptest.reuse.outline import Outline, outline_document, repeated_ids
from wptest.reuse.shared_steps import expand_shared_steps
from wptest.scenario.directory import Directory
from wptest.scenario.project import FoundProject, Projects, warnings_of
from wptest.scenario.proof.axes import unused_axes
from wptest.scenario.proof.foreign_expressions import ForeignExpressions
from wptest.scenario.proof.merged_warnings import in_variant, said_once
from wptest.scenario.root import Rootdir, root_of
from wptest.scenario.scenario import Scenario
from wptest.scenario.scene import Scene, Unproved
from wptest.scenario.semantics import check_meaning
from wptest.scenario.size_limit import check_size
from wptest.scenario.validation import Validated, validate_scenario
from wptest.shapes.extension import Extensions
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario, read_scenario
from wptest.text.yaml_document import YamlDocument
from wptest.text.yaml_tree import build, compose
from wptest.words.setting.inline import InlineProject, InlineSink


@dataclass(frozen=True, slots=True)
class LoadedVariant:
    """One variant, ready to run. `id` is empty and `values` has nothing where the scenario has no matrix.

    `document.span_of(("then", "sinks", "a", "lines"))` says where a value stands, for what fails when it runs.
    `skip` is why it isn't to be run, `xfail` why it is expected to fail; both are empty otherwise. `warnings` don't
    keep it from being run: of the scenario, in the same words in every variant, and of its project directory.
    `unproved` are those of its parts that can prove nothing. `value` is the scenario as plain data, without
    expressions and with the shared steps in their places. `directory` is its project's, if it has one.
    """

    id: str
    values: Mapping[str, Any]
    scenario: Scenario
    project: Project
    document: YamlDocument
    skip: str = ""
    xfail: str = ""
    warnings: tuple[Diagnostic, ...] = ()
    unproved: tuple[Unproved, ...] = ()
    value: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    directory: Directory | None = None

    @property
    def name(self) -> str:
        """`scenario` or `scenario::variant`."""
        return f"{self.scenario.scenario}::{self.id}" if self.id else self.scenario.scenario


@dataclass(frozen=True, slots=True)
class Loaded:
    """One scenario of a file: its outline, its variants (one without a matrix) and the file's text."""

    outline: Outline
    variants: tuple[LoadedVariant, ...]
    source: SourceText


def load_file(path: Path, env: Mapping[str, str] | None = None, rootdir: Rootdir | None = None) -> list[Loaded]:
    """Load and check every scenario of a file.

    `env` is what `${{ env.NAME }}` can see; `rootdir` what pytest calls its root, where pytest runs it.

    Raises:
        InvalidScenario: with every mistake of every document, of its project directory and of its extensions.
    """
    return load_text(read_scenario(path), env, rootdir)


def load_text(
    source: SourceText, env: Mapping[str, str] | None = None, rootdir: Rootdir | None = None
) -> list[Loaded]:
    """Load and check every scenario of a text; a project's directory is looked for from its path on.

    Raises:
        InvalidScenario: see `load_file`.
    """
    try:
        return _loaded(source, env, rootdir)
    except InvalidScenario as error:
        from wptest.text.lookalikes import explained  # noqa: PLC0415 - of no use to files without mistakes

        raise explained(source, error, partial(_loaded, env=env, rootdir=rootdir)) from None


def _loaded(source: SourceText, env: Mapping[str, str] | None, rootdir: Rootdir | None) -> list[Loaded]:
    documents, problems = compose(source)
    documents, wrong = with_defaults(documents)
    problems += wrong
    projects = Projects(root_of(source.path.parent, rootdir))
    found = find_extensions(source.path.parent)
    problems += found.problems
    loaded: list[tuple[YamlDocument, Loaded]] = []
    outlines: list[tuple[YamlDocument, Outline]] = []
    for document in documents:
        loader = _Loader(document, env or {}, projects, found.extensions)
        variants = loader.load()
        problems += loader.problems
        if loader.outline is not None:
            outlines.append((document, loader.outline))
            loaded.append((document, Loaded(loader.outline, variants, source)))
    problems += repeated_ids(outlines)
    if problems:
        raise InvalidScenario(problems)
    return [each for _, each in loaded]


# Where a value was to be and isn't, a name of the matrix may be used all the same.
_OF_EXPRESSIONS = frozenset({Code.MATRIX, Code.UNKNOWN_NAME, Code.EXPRESSION, Code.TOO_LARGE})


@dataclass
class _Loader:
    """Loads one document, through one stage after the other, and goes on as far as it makes sense."""

    document: YamlDocument
    env: Mapping[str, str]
    projects: Projects
    extensions: Extensions
    outline: Outline | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    _whole: bool = True  # nothing had to be left out
    _silent: frozenset[KeyPath] = frozenset()
    _warned: dict[str, list[Diagnostic]] = field(default_factory=dict)  # by variant, what there is to warn of in it

    def load(self) -> tuple[LoadedVariant, ...]:
        value, wrong = build(self.document)
        self._add(wrong)
        if any(each.code is Code.TOO_LARGE for each in wrong):
            return ()  # what was left out would be missed everywhere
        self.outline, wrong = outline_document(self.document, self.env)
        self._add(wrong)
        expanded = expand_shared_steps(self.document, value)
        self._add(expanded.problems)
        self.document, value = expanded.document, expanded.value
        # Of a key that is there twice the second value is left out.
        self._whole = not expanded.failed and not any(each.code is Code.DUPLICATE_KEY for each in self.problems)
        if not isinstance(value, dict):
            return ()
        leftovers = ForeignExpressions(self.document)
        leftovers.look_at(value)
        self._add(leftovers.problems)
        self._silent = expanded.silent | leftovers.silent
        # A wrong matrix has no variants: the rest is then checked once, without its values.
        readable = self.outline is not None and (bool(self.outline.variants) or "matrix" not in value)
        outlined = self.outline.variants if self.outline is not None else ()
        whole = self.outline.skip if self.outline is not None else ""
        rows = outlined or (VariantOutline("", {}, whole),)
        told: dict[str, list[Diagnostic]] = {}
        variants = []
        for row in rows:
            variant, told[row.id] = self._variant(row, value, row.values if readable else None)
            variants += [variant] if variant is not None else []
        self._add(_merged(told))
        if self._whole and not any(each.code in _OF_EXPRESSIONS for each in self.problems):
            self._add(unused_axes(self.document, value, outlined))
        return self._with_warnings(variants)

    def _with_warnings(self, variants: list[LoadedVariant]) -> tuple[LoadedVariant, ...]:
        """The variants with what there is to warn of, in the same words for all that have it."""
        said = said_once([(variant.id, self._warned[variant.id]) for variant in variants])
        return tuple(
            replace(variant, warnings=(*own, *variant.warnings)) if own else variant
            for variant, own in zip(variants, said, strict=True)
        )

    def _variant(
        self, row: VariantOutline, value: Any, matrix: Mapping[str, Any] | None
    ) -> tuple[LoadedVariant | None, list[Diagnostic]]:
        substitution = Substitution(self.document, Scope(matrix, self.env))
        filled = substitution.apply(value) if "${{" in self.document.source.text else value
        document = substitution.document
        alone = partial(self._project_alone, document, filled)
        checked = validate_scenario(document, filled, substitution.failed | self._silent, self.extensions, alone)
        problems = substitution.problems + checked.problems
        if checked.scenario is None:
            return None, problems
        # What is left of a project that lost a sink would make what is said of that sink wrong as well.
        knowable = "project" in filled and not any(map(_names_sinks, checked.pruned))
        found = self.projects.project_of(document, checked.scenario) if knowable else FoundProject()
        project = found.project
        problems += found.problems
        whole = self._whole and _has_all_steps(checked)
        scene = Scene(document, checked.scenario, project, whole, _untyped(checked), checked.pruned)
        check_meaning(scene)
        check_size(scene, self.env)
        problems += scene.problems
        if problems or project is None:
            return None, problems
        self._warned[row.id] = scene.warnings
        xfail = self.outline.xfail if self.outline is not None else ""
        variant = LoadedVariant(
            row.id,
            row.values,
            checked.scenario,
            project,
            document,
            row.skip,
            xfail,
            warnings_of(document, checked.scenario, found),
            tuple(scene.unproved),
            filled,
            found.directory,
        )
        return variant, []

    def _project_alone(self, document: YamlDocument, filled: Any) -> Project | None:
        """The project, if it can be read by itself."""
        alone = {key: filled[key] for key in ("project",) if key in filled}
        checked = validate_scenario(
            document, {"scenario": "x", "when": [{"heal": True}], **alone}, (), self.extensions
        )
        if checked.scenario is None:
            return None
        return self.projects.project_of(document, checked.scenario).project

    def _add(self, found: Iterable[Diagnostic]) -> None:
        # A later stage has often only another word for what an earlier one told of the same place. Missing keys
        # are told at their mapping, where other mistakes may be as well.
        places = {(told.line, told.column) for told in self.problems if told.code is not Code.MISSING_KEY}
        self.problems += [each for each in found if (each.line, each.column) not in places]


def _has_all_steps(checked: Validated) -> bool:
    return not any(path[:1] in ((), ("when",)) for path in checked.pruned)


def _untyped(checked: Validated) -> frozenset[str]:
    """The names of inline sinks whose type is not known: it is wrong, or a key that isn't known may mean it."""
    if checked.scenario is None or not isinstance(checked.scenario.project, InlineProject):
        return frozenset()
    has_type = {path for path, _, sink in checked.scenario.project.placed_sinks if "type" in sink.model_fields_set}
    inside = (path for path in checked.pruned if path[:1] == ("project",) and path[-3:-2] == ("sinks",))
    return frozenset(
        str(path[-2])
        for path in inside
        if path[:-1] not in has_type and (path[-1] == "type" or path[-1] not in InlineSink.key_names())
    )


def _names_sinks(path: KeyPath) -> bool:
    """Whether a wrong part, taken out of a project, takes a sink with it."""
    if path[:1] != ("project",):
        return False
    longest = {"sinks": 3, "groups": 5}
    return len(path) == 1 or len(path) <= longest.get(str(path[1]), 0)


def _merged(told: Mapping[str, list[Diagnostic]]) -> list[Diagnostic]:
    """The mistakes of all variants, each once; one that only some variants have names the first of those."""
    merged: dict[tuple[str, int, int, str], Diagnostic] = {}
    count: dict[tuple[str, int, int, str], int] = {}
    first: dict[tuple[str, int, int, str], str] = {}
    for variant, problems in told.items():
        for key, problem in {each.sort_key: each for each in problems}.items():
            merged.setdefault(key, problem)
            first.setdefault(key, variant)
            count[key] = count.get(key, 0) + 1
    return [
        problem if count[key] == len(told) else in_variant(problem, first[key]) for key, problem in merged.items()
    ]
