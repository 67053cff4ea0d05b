"""The `expect` tables of groups and sinks, as configuration; the verdict over them is the job of `engine.verdict`.

Facts page section 6: a sink's `{ratio, tol}` or `{min, max}`, a group's `{basis, min_samples, mode, sum_tol,
others_max}`, and `[defaults.expect]`, which is used whole by a group that has none.
"""

from __future__ import annotations

from typing import get_args

from engine.directories.table import Table
from engine.project.model import Basis, GroupExpect, SinkExpect, VerdictMode
from engine.text.mistake import suggest

_MODES: tuple[VerdictMode, ...] = get_args(VerdictMode)
_BASES: tuple[Basis, ...] = get_args(Basis)
# A model basis is written with the model's name: every one of them divides by the group's own lines.
_MODEL_PREFIX = "mdl:"


def read_group_expect(owner: Table) -> GroupExpect | None:
    """The `expect` table of a group or of `[defaults]`; None when it has none."""
    table = owner.optional_table("expect")
    if table is None:
        return None
    defaults = GroupExpect()
    basis, model = _basis(table, defaults.basis)
    expect = GroupExpect(
        basis=basis,
        min_samples=table.whole("min_samples", defaults.min_samples),
        mode=table.choice("mode", _MODES, defaults.mode),
        sum_tol=table.share("sum_tol"),
        others_max=table.share("others_max"),
        model=model,
    )
    table.accept_typed(str, "window")
    table.refuse_unknown()
    table.close()
    return expect


def read_sink_expect(owner: Table, *, infra: bool) -> SinkExpect | None:
    """The `expect` table of a sink; None when it has none."""
    table = owner.optional_table("expect")
    if table is None:
        return None
    ratio, tol = table.share("ratio", of_records=infra), table.share("tol", of_records=infra)
    low, high = table.share("min", of_records=infra), table.share("max", of_records=infra)
    table.close()
    by_ratio = [key for key in ("ratio", "tol") if key in table]
    by_range = [key for key in ("min", "max") if key in table]
    if by_ratio and by_range:
        message = f"'{by_ratio[0]}' and '{by_range[0]}' can't stand together"
        table.fail_key(by_range[0], message, "give ratio and tol, or min and max")
    elif by_ratio == ["tol"]:
        table.fail_key("tol", "'tol' without 'ratio'", "add: ratio = 0.5")
    elif not by_ratio and not by_range:
        table.fail_here("the expectation is empty", "give ratio and tol, or min and max")
    elif low is not None and high is not None and low > high:
        table.fail("min", f"'min' {low} is larger than 'max' {high}")
    return SinkExpect(ratio=ratio, tol=tol or 0.0, low=low, high=high)


def _basis(table: Table, default: Basis) -> tuple[Basis, str | None]:
    """The basis, and the name of its model if it has one."""
    given = table.text("basis")
    if given is None:
        return default, None
    for basis in _BASES:
        if given == basis:
            return basis, None
    if given.startswith(_MODEL_PREFIX) and len(given) > len(_MODEL_PREFIX):
        return "model", given.removeprefix(_MODEL_PREFIX)
    known = (*_BASES, f"{_MODEL_PREFIX}<name>")
    message = f"'basis' is '{given}', expected one of: {', '.join(known)}"
    table.fail("basis", message, suggest(given, known))
    return default, None
