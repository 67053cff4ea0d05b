"""`models/wpl/**/sample.dat`: the lines that `wpgen sample` repeats, and the rule that parses each."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path

from engine.directories.models.wpl_files import PlacedRule
from engine.directories.project_tree import ProjectFiles
from engine.project.model import MISS, GroupConf, Sample
from engine.project.routing import group_of, rule_of_line
from engine.project.sharing import complete, made_up
from engine.project.wpl import WplRule
from engine.rows.event_id import EVENT_ID
from engine.text.problems import Problems, ProjectError
from engine.text.source_text import SourceText, Span
from engine.text.toml_document import not_utf8

SAMPLE_FILE = "sample.dat"
_ID = f"{EVENT_ID}1 "


def completed(
    samples: tuple[Sample, ...],
    models: str,
    groups: Sequence[GroupConf],
    rules: Sequence[WplRule] | None,
    problems: Problems,
) -> tuple[Sample, ...]:
    """The samples with lines that are made up, and a warning, for groups that none of them belongs to.

    Where WPL files say whose the samples are, these are all lines that there are. Where none of these files can be
    read, a line of no rule stands for samples that are missing.
    """
    if rules is not None and (samples or not rules):
        _tell_unreached(samples, models, groups, problems)
        return samples or (made_up(MISS),)
    samples, invented = complete(samples, groups, rules or ())
    for sample in invented:
        message = f"no sample line is known to be of a rule like '{sample.rule}': a made-up one stands for them"
        group = group_of(sample.rule, groups)
        help_text = f"group '{group.name}' would get no line" if group is not None else None
        problems.add(models, message, help_text, severity="warning")
    return samples


def _tell_unreached(
    samples: Sequence[Sample], models: str, groups: Sequence[GroupConf], problems: Problems
) -> None:
    reached = [group.name for sample in samples if (group := group_of(sample.rule, groups)) is not None]
    for group in groups:
        if not group.infra and group.name not in reached:
            message = f"no sample is of a rule that group '{group.name}' takes: wpgen makes no line for it"
            problems.add(models, message, severity="warning")


def load_samples(
    files: ProjectFiles,
    models: str,
    groups: Sequence[GroupConf],
    rules: Sequence[PlacedRule] | None,
    problems: Problems,
) -> tuple[Sample, ...]:
    """All sample lines: files by path, then lines in the file's order; blank lines are left out.

    A sample is of a rule of the WPL file beside it, or above it: of one that it looks like, if that can be told.
    Where none of these files can be read, no rule takes it. Where there are none, a sample of package `p` is taken
    to be parsed by rule `/p`, or by one in `/p/` where a group takes only those.
    """
    samples: list[Sample] = []
    try:
        for path in files.below(models, lambda name: name == SAMPLE_FILE):
            directory = posixpath.dirname(path)
            lines = _lines(path, files.read(path))
            if rules is not None:
                found = [_sample(line, directory, rules) for line in lines]
                _tell_missed(path, found, problems)
                samples += found
            elif posixpath.dirname(directory) == models:
                rule = _rule(f"/{posixpath.basename(directory)}", groups)
                samples += [Sample(rule, line) for line in lines]
    except ProjectError as error:
        problems.note(*error.problems)
    return tuple(samples)


def _sample(line: str, directory: str, rules: Sequence[PlacedRule]) -> Sample:
    rule = _rule_by_wpl(line, directory, rules)
    every = [each.rule for each in rules]
    is_whole = all(each.whole for each in rules if each.rule.key == rule)
    needs_id = is_whole and rule_of_line(line, every) is None and rule_of_line(_ID + line, every) is not None
    return Sample(rule, line, needs_id)


def _rule_by_wpl(line: str, directory: str, rules: Sequence[PlacedRule]) -> str:
    """The rule that takes a line; `miss` for one that certainly none takes."""
    beside = _nearest(directory, rules)
    for likely in (
        [each for each in beside if each.whole],
        [each for each in beside if not each.whole],
    ):
        known = [each.rule for each in likely]
        if (rule := rule_of_line(line, known) or rule_of_line(_ID + line, known)) is not None:
            return rule
    unsure = [each.rule.key for each in beside if not each.whole]
    return unsure[0] if unsure else rule_of_line(line, [each.rule for each in rules]) or MISS


def _nearest(directory: str, rules: Sequence[PlacedRule]) -> list[PlacedRule]:
    """The rules of the WPL files in a directory, or in the next above it that has some."""
    above = [each.directory for each in rules if f"{directory}/".startswith(f"{each.directory}/")]
    nearest = max(above, key=len, default=None)
    return [each for each in rules if each.directory == nearest]


def _tell_missed(path: str, samples: Sequence[Sample], problems: Problems) -> None:
    missed = [sample for sample in samples if sample.rule == MISS]
    if missed:
        which = "its lines go" if len(missed) == len(samples) else f"{len(missed)} of its lines go"
        problems.add(path, f"no rule of the WPL files takes such lines: {which} to 'miss'", severity="warning")


def _rule(package: str, groups: Sequence[GroupConf]) -> str:
    inner = f"{package}/"
    return inner if group_of(package, groups) is None and group_of(inner, groups) is not None else package


def _lines(path: str, data: bytes) -> list[str]:
    lines: list[str] = []
    # Only "\n" ends a line: what str.splitlines() takes for a line end may well stand inside a log line.
    for number, raw in enumerate(data.split(b"\n"), start=1):
        try:
            line = raw.removesuffix(b"\r").decode()
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode()) + 1
            source = SourceText(Path(path), data.decode(errors="replace"))
            raise ProjectError([not_utf8(source, Span(number, column, 1), raw[error.start])]) from None
        if line.strip():
            lines.append(line)
    return lines
