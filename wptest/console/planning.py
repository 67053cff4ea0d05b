"""From the PATHs and the selection of a command to what is to be run or shown."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from engine.text.diagnostic import Diagnostic, file_name
from engine.text.mistake import Mistake
from wptest.console.nearest import suggestion
from wptest.console.path_arguments import PathArgument, find_targets, identity_of_file
from wptest.extend.discovery import find_extensions
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job, variant_of
from wptest.play.selection import EVERYTHING, Candidate, Selection, value_words
from wptest.play.servers_asked import check_names
from wptest.reuse.outline import Outline, outline
from wptest.scenario.load import LoadedVariant
from wptest.shapes.extension import Extensions
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import listed, so_many

_MOST = 10


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A file whose scenarios can't even be listed. It is never left out: nobody knows what is in it."""

    path: Path
    diagnostics: tuple[Diagnostic, ...]


Chosen = Candidate | Mistaken


def chosen(targets: Iterable[PathArgument], selection: Selection = EVERYTHING) -> list[Chosen]:
    """What the targets have that is selected, in order, none twice.

    Raises:
        click.UsageError: a file has no scenario or variant of the name that is given, or nothing is selected.
    """
    found: dict[tuple[Hashable, str], Chosen] = {}
    for target in targets:
        file = identity_of_file(target.path)
        for each in _found(target):
            found.setdefault((file, each.name if isinstance(each, Candidate) else ""), each)
    selected = [each for each in found.values() if isinstance(each, Mistaken) or selection.wants(each)]
    candidates = [each for each in found.values() if isinstance(each, Candidate)]
    if not selected:
        raise click.UsageError(_nothing_selected(selection, candidates))
    for hint in _unknown_tags(selection, candidates):
        click.echo(f"note: {hint}", err=True)
    return selected


def plan(targets: Iterable[PathArgument], selection: Selection = EVERYTHING) -> list[Job]:
    """The jobs for what is chosen; see `chosen`."""
    return [_job(each) for each in chosen(targets, selection)]


def selected(paths: Sequence[str], selection: Selection, circumstances: Circumstances) -> list[Job]:
    """The jobs for what is chosen of some paths, of which some have the servers that are asked for by name.

    Raises:
        click.UsageError: see `chosen`; or none has such a server.
    """
    jobs = plan(find_targets(paths), selection)
    try:
        check_names(jobs, circumstances.servers, "--server")
    except Mistake as mistake:
        raise click.UsageError(mistake.in_a_line) from None
    return jobs


def by_file(targets: Iterable[PathArgument], selection: Selection = EVERYTHING) -> dict[Path, list[Job]]:
    """The jobs for what is chosen, file by file; see `chosen`."""
    files: dict[Path, list[Job]] = {}
    for job in plan(targets, selection):
        files.setdefault(job.path, []).append(job)
    return files


def variants_of(targets: Iterable[PathArgument], selection: Selection = EVERYTHING) -> list[LoadedVariant]:
    """The variants that are chosen, loaded and checked, in order.

    Raises:
        click.UsageError: see `chosen`.
        InvalidScenario: a file has mistakes.
    """
    return [variant_of(job) for job in plan(targets, selection)]


def _job(each: Chosen) -> Job:
    if isinstance(each, Mistaken):
        return Job(each.path, mistakes=each.diagnostics)
    return Job(each.path, each.outline.id, each.variant_id)


def _found(target: PathArgument) -> Iterator[Chosen]:
    try:
        outlines = outline(target.path, os.environ)
    except InvalidScenario as error:
        yield Mistaken(target.path, tuple(error.diagnostics))
        return
    everything = [each for outlined in outlines for each in _candidates(target.path, outlined)]
    wanted = [each for each in everything if target.wants(each.outline.id, each.variant_id)]
    if not wanted:
        raise click.UsageError(_missing(target, outlines, everything))
    yield from wanted


def _candidates(path: Path, outlined: Outline) -> Iterator[Candidate]:
    yield from (Candidate(path, outlined, variant) for variant in outlined.variants or (None,))


def _missing(target: PathArgument, outlines: Sequence[Outline], candidates: Sequence[Candidate]) -> str:
    """Which name isn't there, what is near, and what there is."""
    assert target.scenario is not None, "a whole file has what it has"
    named = next((each for each in outlines if each.id == target.scenario), None)
    if named is None:
        said = f"there is no scenario '{target.scenario}' in {file_name(target.path)}"
        known = [each.id for each in outlines]
        near = suggestion(target.scenario, [*known, *(each.name for each in candidates)])
    elif not named.variants:
        return f"the scenario '{named.id}' of {file_name(target.path)} has no variants"
    else:
        said = f"the scenario '{named.id}' of {file_name(target.path)} has no variant '{target.variant}'"
        known = [each.id for each in named.variants]
        near = suggestion(str(target.variant), known)
        near = "\n".join(filter(None, [near, *_unknown_values(str(target.variant), named)]))
    return "\n".join(filter(None, (said, near, f"it has: {listed(known, _MOST)}")))


def _unknown_values(written: str, scenario: Outline) -> Iterator[str]:
    """What an axis has instead, for each part `AXIS=VALUE` of a variant's name that no variant has."""
    parts = dict.fromkeys(part for each in scenario.variants for part in each.id.split(","))
    for part in written.split(","):
        axis = part.partition("=")[0]
        values = [known.partition("=")[2] for known in parts if known.startswith(f"{axis}=")]
        if "=" in part and values and part not in parts:
            yield f"'{axis}' is one of: {listed(values, _MOST)}"


def _nothing_selected(selection: Selection, candidates: Sequence[Candidate]) -> str:
    """That nothing is selected, and what could be."""
    said = f"none of {so_many(len(candidates), 'variant')} is selected by {selection}"
    return "\n".join([said, *_unknown_tags(selection, candidates), *_unknown_words(selection, candidates)])


def _unknown_tags(selection: Selection, candidates: Sequence[Candidate]) -> Iterator[str]:
    """What there is to say of tags that no scenario has: they may be slips of the pen."""
    known = Counter(tag for tags in _tags_by_scenario(candidates) for tag in tags)
    asked = dict.fromkeys(tag for choice in selection.tags for tag in (*choice.wanted, *choice.unwanted))
    unknown = [tag for tag in asked if tag not in known]
    for tag in unknown:
        near = suggestion(tag, known)
        yield f"no scenario here has the tag '{tag}'" + (f"; {near}" if near else "")
    if unknown:
        there = [f"{tag} ({number})" for tag, number in known.most_common()]
        yield f"tags there are: {listed(there, 2 * _MOST)}" if there else "no scenario here has any tag"


def _tags_by_scenario(candidates: Sequence[Candidate]) -> Iterator[tuple[str, ...]]:
    return iter({(each.path, each.outline.id): each.outline.tags for each in candidates}.values())


def _unknown_words(selection: Selection, candidates: Sequence[Candidate]) -> Iterator[str]:
    if selection.words is None:
        return
    names = dict.fromkeys(name for each in candidates for name in each.names if name)
    unknown = [word for word in selection.words.words if not any(word.lower() in name.lower() for name in names)]
    pairs = [pair for each in candidates for pair in value_words(each.variant_id)]
    values = [part for pair in pairs for part in (pair.partition("-")[2], pair)]
    for word in unknown:
        near = suggestion(word, [*(each.outline.id for each in candidates), *values])
        yield f"no name has '{word}' in it" + (f"; {near}" if near else "")
    yield f"there are: {listed((each.name for each in candidates), _MOST)}"


def extensions_seen(directory: str) -> Extensions | None:
    """The extensions; None, and every mistake shown, where something is wrong with them."""
    found = find_extensions(Path(directory))
    if not found.problems:
        return found.extensions
    click.echo(InvalidScenario(found.problems).render(Path.cwd()), err=True)
    return None


def picked(path: str, selection: Selection, *, every: bool) -> list[tuple[str, LoadedVariant]]:
    """The first variant of each scenario, or `every` one, with their names.

    Raises:
        click.UsageError: nothing is of that name, or nothing is selected.
        InvalidScenario: a file has mistakes.
    """
    jobs = plan(find_targets([path]), selection)
    first = {(job.path, job.scenario): job for job in reversed(jobs)}
    return [(job.name, variant_of(job)) for job in jobs if every or first[job.path, job.scenario] is job]
