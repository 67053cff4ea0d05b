"""Documents that tests are about."""

from __future__ import annotations

from wptest.document.report_document import ReportDocument, ReportedCommand, ReportedSummary
from wptest.document.reported_exploration import ReportedBreach, ReportedExploration, ReportedStruck
from wptest.document.reported_finding import ReportedFinding, ReportedReplay
from wptest.document.reported_place import ReportedFile, ReportedMistake, ReportedPlace
from wptest.document.reported_suite import (
    ReportedAgreement,
    ReportedAgreements,
    ReportedAlarm,
    ReportedBehaviours,
    ReportedCell,
    ReportedChoice,
    ReportedDifference,
    ReportedGaps,
    ReportedHunt,
    ReportedSelftest,
)
from wptest.document.reported_variant import ReportedVariant

PLACE = ReportedPlace("s.wptest.yaml", 7, 11, 3, "  lines: 100")
LOST = ReportedFinding(
    outcome="failed",
    code="WPT-R001",
    name="no_loss",
    kind="invariant",
    message="3 lines are nowhere",
    evidence=("line 7", "line 9"),
    help="look",
    virtual_time_ns=1_500_000_000,
    after_events=12,
    phase="when",
    when="0.5s after step 2",
    sink="a",
    place=PLACE,
)
UNPROVED = ReportedFinding("unverified", "WPT-R062", "unbitten", "step", "the fault never bit")


def variant(name: str = "outage", **more: object) -> ReportedVariant:
    """A variant that passed, but for what is said."""
    said = {"id": f"s.wptest.yaml::{name}", "file": "s.wptest.yaml", "scenario": name, "variant": ""}
    return ReportedVariant(**(said | {"outcome": "passed", "duration_seconds": 0.25} | more))


def failed(name: str = "outage", *findings: ReportedFinding, **more: object) -> ReportedVariant:
    """A variant that failed."""
    replay = ReportedReplay(f"wptest run s.wptest.yaml::{name} --seed 0", "0badcafe")
    said = {"outcome": "failed", "findings": findings or (LOST,), "why": "no_loss: 3 lines are nowhere"}
    return variant(name, **(said | {"replay": replay, "text": "outage failed\nall of it", "line": 2} | more))


def full() -> ReportDocument:
    """A document with something of every type."""
    breach = ReportedBreach("killed after operation 3", (LOST,), ReportedReplay("", "1badcafe"))
    struck = (ReportedStruck("wparse: append a.dat", "kill", 19, 1, 80),)
    explored = ReportedExploration(
        "crash", "", 100, 20, 1, True, {"operations": 7}, (breach,), struck, "crash: 20", 0.5
    )
    mistake = ReportedMistake("error", "WPT-E020", "no such key", PLACE, "lines", "write it", "x")
    agreement = ReportedAgreement(
        "b", "DIFFERS", "passed", ("failed",), (ReportedDifference("exit", "p", "1", "0"),), ("d",), (), ""
    )
    return ReportDocument(
        versions={"wptest": "0.2.0", "python": "3.11.2"},
        commands=(ReportedCommand("run", ("run", "."), "2026-11-30T22:00:00Z", 1.5, 1, False, "1/2"),),
        summary=ReportedSummary(passed=1, failed=1, unverified=1, invalid=1),
        results=(
            variant("passes", tags=("kill",), explorations=(explored,)),
            failed("fails", lanes={"lanes": [1, 2]}, behaviour={"resume": "from_start"}),
            failed("proves-nothing", UNPROVED, outcome="unverified", why="unbitten: the fault never bit"),
        ),
        invalid=(ReportedFile("t.wptest.yaml", (mistake,), "no such key", "all of it"),),
        warnings=(ReportedMistake("warning", "WPT-W051", "not modelled", PLACE),),
        codes={"WPT-R001": "a line is nowhere", "WPT-R062": "a fault did nothing"},
        sources={"s.wptest.yaml": "scenario: a\n"},
        selftest=ReportedSelftest(
            (ReportedHunt("resume", "from_start", "Recovery", ("D1",), ("a",), "no_loss", True, 3),),
            (ReportedAlarm("a", 1, "no_loss"),),
            ("a",),
            {"b": "it died"},
            9,
            3,
            2,
            1,
        ),
        behaviours=ReportedBehaviours("p", 1, (ReportedChoice("resume", "x", "Recovery", (), {"no_loss": "a"}),)),
        agreement=ReportedAgreements(("reference",), "wptest", 3, 1, (agreement,)),
        gaps=ReportedGaps((ReportedCell("file", "kill", "live", ("a",)),), {"kill": ("a",)}),
    )
