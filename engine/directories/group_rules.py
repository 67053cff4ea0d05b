"""Which rules a group takes: `rule` has wildcards over rules, `oml` has wildcards over the names of OML models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from engine.directories.table import Table
from engine.project.wpl import OmlModel, TakenModel, WplRule
from engine.text.mistake import one_of, suggest


@dataclass(frozen=True, slots=True)
class KnownRules:
    """The rules and models that a project's files have; none where it has no such files."""

    rules: Sequence[WplRule] = ()
    models: Sequence[OmlModel] = ()

    def takes(self, wildcards: Sequence[str]) -> bool:
        """Whether there is a rule that one of the wildcards matches."""
        return any(fnmatchcase(rule.key, wildcard) for rule in self.rules for wildcard in wildcards)


class Taken(NamedTuple):
    """What a group takes."""

    rules: tuple[str, ...] = ()
    models: tuple[TakenModel, ...] = ()


def read_rules(group: Table, name: str, known: KnownRules, *, infra: bool) -> Taken:
    """The `rule` and `oml` of a group; what matches nothing is a mistake, or a warning where WarpParse takes it."""
    rules, wanted = group.texts("rule"), group.texts("oml")
    if infra:
        _refuse_in_infra(group, name, {"rule": rules, "oml": wanted})
        return Taken()
    if not rules and not wanted and not group.is_wrong("rule") and not group.is_wrong("oml"):
        lacking = f"business group '{name}' has no rule"
        if group.part is not None and not group.misspelt("rule", lacking):
            group.warn_here(f"{lacking}: it takes no line", 'add: rule = "/name/*"')
        elif group.part is None and not group.misspelt("rule", lacking):
            group.fail_here(f"{lacking}: no line would reach it", 'add: rule = "/name*"')
    if known.rules:
        _warn_of_rules(group, rules, known)
    else:
        _check_starts(group, rules)
    if wanted and not known.models and not known.rules:
        # Without files a model is taken to be named like the package whose records it takes.
        return Taken((*rules, *(each if each.startswith("/") else f"/{each}" for each in wanted)))
    return Taken(rules, tuple(_models(group, wanted, known)))


def _models(group: Table, wanted: Sequence[str], known: KnownRules) -> list[TakenModel]:
    found = []
    for wildcard in wanted:
        models = [model for model in known.models if fnmatchcase(model.name, wildcard)]
        found += [TakenModel(wildcard, model) for model in models]
        if not models:
            names = [model.name for model in known.models]
            help_ = suggest(wildcard, names) or (one_of(names) if names else "there is no OML model")
            group.warn_key("oml", f"no OML model is called '{wildcard}': it takes no line", help_)
        elif known.rules and not any(known.takes(model.rules) for model in models):
            asked = " ".join(rule for model in models for rule in model.rules) or "none"
            message = f"the rules of OML model '{wildcard}' ({asked}) match no rule of the WPL files"
            group.warn_key("oml", f"{message}: it takes no line", _rules_there(known))
    return found


def _warn_of_rules(group: Table, rules: Sequence[str], known: KnownRules) -> None:
    for rule in rules:
        if not known.takes([rule]):
            names = [each.key for each in known.rules]
            below = [key for key in names if key.startswith(f"{rule.rstrip('/')}/")]
            help_ = f"write {rule.rstrip('/')}/* for those below it" if below else suggest(rule, names)
            message = f"'{rule}' matches no rule of the WPL files: it takes no line"
            group.warn_key("rule", message, help_ or _rules_there(known))


def _rules_there(known: KnownRules) -> str:
    return f"there is {' '.join(rule.key for rule in known.rules)}"


def _refuse_in_infra(group: Table, name: str, given: dict[str, tuple[str, ...]]) -> None:
    for key, wildcards in given.items():
        if wildcards:
            message = f"infra group '{name}' takes no '{key}': lines reach it by what happened to them"
            (group.fail_key if group.part is None else group.warn_key)(key, message)


def _check_starts(group: Table, rules: tuple[str, ...]) -> None:
    """Note all rules without a slash as one mistake, with the value that would be right."""
    bare = [f"'{rule}'" for rule in rules if not rule.startswith(("/", "*"))]
    if not bare:
        return
    mended = [f'"{rule if rule.startswith(("/", "*")) else f"/{rule}"}"' for rule in rules]
    value = f"[{', '.join(mended)}]" if group.is_array("rule") else mended[0]
    what = f"rule {bare[0]}" if len(bare) == 1 else f"the rules {', '.join(bare[:-1])} and {bare[-1]}"
    group.fail("rule", f"{what} must start with '/' or '*'", f"write: rule = {value}")
