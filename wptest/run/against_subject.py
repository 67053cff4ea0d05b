"""Running a variant where somebody wants it: in memory, on a real disk, or against real processes."""

from __future__ import annotations

from wptest.run.result import Result
from wptest.run.running import run_on_real_disk, run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import Programs


def run_against(disk: str, programs: Programs | None, variant: LoadedVariant, options: RunOptions) -> Result:
    """Run on the engine, with a disk of that kind, or against the programs."""
    if programs is not None:
        # Most runs need nothing of what real processes need.
        from wptest.run.against_processes import run_on_processes  # noqa: PLC0415

        return run_on_processes(variant, programs, options)
    return (run_on_real_disk if disk == "real" else run_variant)(variant, options)
