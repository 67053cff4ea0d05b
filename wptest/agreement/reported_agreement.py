"""What the document has of a variant on the engine and on real programs."""

from __future__ import annotations

from wptest.agreement.agreeing import Agreement
from wptest.document.reported_suite import ReportedAgreement, ReportedDifference
from wptest.report.picture.data import picture_data
from wptest.report.picture.drawing import picture_of


def reported_agreement(row: Agreement, *, pictured: bool = False) -> ReportedAgreement:
    """One row of the table; `pictured` draws the two runs where they differ."""
    return ReportedAgreement(
        name=row.name,
        verdict=row.verdict,
        engine=row.engine,
        real=row.real,
        differences=tuple(
            ReportedDifference(each.facet, each.place, each.real, each.ours) for each in row.differences
        ),
        doubts=row.doubts,
        reasons=row.reasons,
        unrecorded=row.unrecorded,
        lanes=tuple(picture_data(picture_of(each)) for each in row.differing) if pictured else (),
    )
