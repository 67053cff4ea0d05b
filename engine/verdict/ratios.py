"""Whether a share is what is expected: the comparisons and messages of facts page section 7.2, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from engine.project.model import SinkExpect
from engine.verdict.counts import SinkCount
from engine.verdict.verdict import Evidence, RowVerdict

_EPSILON = 1e-12

Complaint = tuple[RowVerdict, str]


def is_within(actual: float, ratio: float, tol: float) -> bool:
    """Whether a share is `ratio` within a tolerance, its ends included."""
    return abs(actual - ratio) <= tol + _EPSILON


def is_at_most(actual: float, limit: float) -> bool:
    """Whether a share is at most so large."""
    return actual <= limit + _EPSILON


def share_evidence(
    expect: SinkExpect, count: SinkCount, denominator: int, shown: Callable[[float], str]
) -> Evidence:
    """What a sink's expectation is judged on; its numbers are `shown` as tables have them."""
    if expect.ratio is not None:
        expected = f"{shown(expect.ratio)}±{shown(expect.tol)}"
    else:
        expected = f"[{shown(_low(expect))} ~ {shown(_high(expect))}]"
    share = count.lines / denominator if denominator else 0.0
    return Evidence(denominator, count.lines, share, expected, count.waiting, count.repeated)


def complaints(expect: SinkExpect, evidence: Evidence) -> Iterator[Complaint]:
    """What is wrong with a sink's lines, the gravest first: its share, lines that are doubled, lines that wait."""
    yield from _of_share(expect, evidence)
    if again := evidence.repeated:
        once = f"{(evidence.lines - again) / evidence.denominator:.6f}"
        message = f"lines that are there again: {again}, and as many may be missing; without them actual={once}"
        yield "Repeated", message
    if waiting := evidence.waiting:
        with_them = f"{(evidence.lines + waiting) / evidence.denominator:.6f}"
        yield "Waiting", f"lines that wait in rescue files: {waiting}; with them actual={with_them}"


def plain(value: float) -> str:
    """A number as the real messages show it: the shortest digits, never an exponent, `1` for 1.0."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def three_decimals(value: float) -> str:
    """A number as the tables of real versions show it: with three decimals at most."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _of_share(expect: SinkExpect, evidence: Evidence) -> Iterator[Complaint]:
    actual = evidence.ratio
    counted = f"(lines={evidence.lines}, denom={evidence.denominator})"
    if expect.ratio is not None and not is_within(actual, expect.ratio, expect.tol):
        wanted = f"actual={actual:.6f}, expect={plain(expect.ratio)}±{plain(expect.tol)}"
        yield "Exceeded", f"ratio out of range: {wanted} {counted}"
    # Without an epsilon, and open where a bound is not given although the message then shows 0 or 1.
    too_low = expect.low is not None and actual < expect.low
    too_high = expect.high is not None and actual > expect.high
    if too_low or too_high:
        bounds = f"[{plain(_low(expect))},{plain(_high(expect))}]"
        yield "Out of range", f"ratio not in {bounds}: actual={actual:.6f} {counted}"


def _low(expect: SinkExpect) -> float:
    return 0.0 if expect.low is None else expect.low


def _high(expect: SinkExpect) -> float:
    return 1.0 if expect.high is None else expect.high
