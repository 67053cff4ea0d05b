"""The report as people use it: find the lost line, filter, zoom, compare, in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from documents_of_runs import DOUBLED, FILE, LOST, document, many, played

from wptest.document.reported_exploration import ReportedBreach, ReportedExploration
from wptest.document.reported_suite import (
    ReportedAgreement,
    ReportedAgreements,
    ReportedBehaviours,
    ReportedCell,
    ReportedChoice,
    ReportedDifference,
    ReportedGaps,
    ReportedHunt,
    ReportedSelftest,
)
from wptest.report.page.html_page import html_page

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\u2028\x1b[2J"


def _overlap(one, other) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    return across and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]


def _range(page) -> str:
    """What of the axis is in view, as the ticks say it."""
    return " ".join(page.locator(".axis text").all_text_contents())


def test_the_report_of_a_failure_says_at_once_which_line_was_lost_when_and_who_had_it_last(look) -> None:
    page = look(html_page(document(played(LOST), played())))

    answer = page.locator(".answer").first
    assert answer.is_visible()
    text = answer.inner_text()
    assert re.search(r"which line\s+wp_event_id=1066 ", text)
    assert re.search(r"who had it last\s+wparse — line 1,066 of data/in_dat/gen.dat", text)
    assert "lines went to data/rescue/a-" in text
    assert re.search(r"when\s+1.065s\s+wparse read it step 1 start: wparse daemon\s+\S+\s+found", text)
    assert page.locator(".lanes .trail circle").is_visible()
    assert page.locator(".lanes .breach").first.is_visible()
    assert page.locator(".events .found").first.is_visible()


def test_a_doubled_line_is_told_with_where_it_stands_and_the_failing_line_is_marked(look) -> None:
    page = look(html_page(document(played(DOUBLED))))

    text = page.locator(".answer").first.inner_text()
    assert re.search(r"where it is\s+in data/out_dat/a.dat, as line [\d,]+, [\d,]+", text)
    assert re.search(r"who had it last\s+wprescue — line 1 of data/rescue/a-", text)
    assert re.search(r"wprescue delivered it, as line [\d,]+ step 5 start: wprescue work", text)
    assert re.search(r"wprescue delivered it, as line [\d,]+ step 8 run: wprescue work", text)
    assert "lines: 2000" in page.locator(".source .marked:not(.after)").first.inner_text()
    assert page.locator(".source .marked .note").all_inner_texts() == ["found after this step", "doesn't hold"]
    rings = page.locator(".lanes .trail circle")
    assert rings.count() == 2
    boxes = [each.bounding_box() for each in (*rings.all(), *page.locator(".lane-program .bar text").all())]
    for ring in boxes[:2]:
        assert not any(_overlap(ring, label) for label in boxes[2:])
    assert page.locator(".command code").first.inner_text() == f"wptest run {FILE} --seed 0"


def test_the_picture_is_zoomed_by_buttons_and_keys_and_the_line_is_found(look) -> None:
    page = look(html_page(document(played(LOST))))
    whole = _range(page)

    page.locator(".find-line").click()
    near = _range(page)
    assert near != whole
    assert page.locator(".lanes .trail circle").is_visible()
    lanes = page.locator("svg.lanes").first
    lanes.focus()
    lanes.press("0")
    assert _range(page) == whole
    lanes.press("+")
    assert _range(page) != whole
    page.locator(".controls select").first.select_option("order")
    assert page.locator(".axis text").count() > 1


def test_the_pointer_shows_what_is_there_and_the_table_shows_the_same_event(look) -> None:
    page = look(html_page(document(played(LOST))))

    bar = page.locator(".state-rescuing rect.ground").first
    bar.hover()
    tip = page.locator(".tip").first
    assert "on rescue" in tip.inner_text()
    assert "delivered: 1,065 lines" in tip.inner_text()
    assert page.locator(".events tr.at").count() == 1
    page.locator(".events tr").nth(5).click()
    assert page.locator(".lanes .cursor").first.get_attribute("visibility") == "visible"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "TR"


@pytest.mark.parametrize("number", [1, 200])
def test_outcomes_and_words_choose_variants(look, number: int) -> None:
    page = look(html_page(many(number)))
    failed = len(range(0, number, 25))

    found = page.locator(".found[role=status]")
    assert found.inner_text() == f"{number} of {number}"
    page.locator("[data-outcome=failed]").click()
    assert found.inner_text() == f"{failed} of {number}"
    page.locator("[data-outcome=failed]").click()
    page.locator("#search").fill("sent=1 KILL" if number > 1 else "no_loss")
    assert 0 < int(found.inner_text().split()[0]) < max(2, number)
    page.locator("#search").fill("there is no such thing")
    assert found.inner_text() == f"0 of {number}"


def test_two_runs_are_compared_and_part_where_they_differ(look) -> None:
    page = look(html_page(document(played(LOST))))

    page.locator(".run-picture label:has-text('compare with') select").first.select_option(index=1)
    comparison = page.locator(".comparison")
    assert comparison.locator("svg.lanes").count() == 2
    differs = comparison.locator(".differs")
    assert differs.count() == 1
    left, right = differs.locator(".details").all_inner_texts()
    assert left != right
    comparison.locator("button:has-text('where they part')").click()
    assert comparison.locator(".cursor[visibility=visible]").count() == 2


def test_a_run_of_another_report_is_compared_without_the_network(look, tmp_path) -> None:
    other = tmp_path / "before.html"
    other.write_text(html_page(document(played())), encoding="utf-8")
    page = look(html_page(document(played(LOST))))

    page.locator("input[type=file]").set_input_files(other)
    page.locator(".loaded").wait_for()
    page.locator(".run-picture label:has-text('compare with') select").first.select_option(index=2)
    assert "before.html" in page.locator(".comparison").inner_text()


def test_the_keyboard_opens_what_is_folded(look) -> None:
    page = look(html_page(document(played(LOST), played(DOUBLED))))

    summary = page.locator(".variants .variant summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(".variants .answer").first.wait_for()  # what is folded is made when it is opened, a moment later


@pytest.mark.parametrize(
    ("language", "word"), [("zh-CN", "谁最后持有"), ("en-GB", "who had it last"), ("fr-FR", "who had it last")]
)
def test_the_page_speaks_the_language_of_the_browser_and_changes_it_when_asked(
    look, language: str, word: str
) -> None:
    page = look(html_page(document(played(LOST))), language=language)

    assert word in page.locator(".answer").inner_text()
    page.locator(".tools button").first.click()
    assert word not in page.locator(".answer").inner_text()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("number", [1, 200])
def test_on_a_phone_nothing_is_wider_than_the_screen(look, number: int, dark: bool) -> None:
    page = look(html_page(many(number)), width=390, dark=dark, language="zh-CN")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("svg.lanes").first.is_visible()


def test_on_a_phone_a_note_on_a_line_of_the_scenario_hides_none_of_it(look) -> None:
    page = look(html_page(document(played(DOUBLED))), width=390)

    marked = page.locator(".source .marked").first
    assert not _overlap(marked.locator("code").bounding_box(), marked.locator(".note").bounding_box())


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(look, dark: bool) -> None:
    page = look(html_page(document(played(LOST), played(DOUBLED))), dark=dark)

    assert page.evaluate(_CONTRAST) == []


def test_what_a_hostile_scenario_says_is_text(look) -> None:
    base = played(LOST)
    found = replace(
        base.findings[0], name=HOSTILE, message=HOSTILE, evidence=(HOSTILE, "x" * 100_000), help=HOSTILE
    )
    lanes = base.lanes | {"lanes": [lane | {"name": HOSTILE} for lane in base.lanes["lanes"]]}
    bad = replace(
        base, title=HOSTILE, why=HOSTILE, scenario=HOSTILE, tags=(HOSTILE,), findings=(found,), lanes=lanes
    )
    page = look(html_page(replace(document(bad), sources={FILE: f"{HOSTILE}\n" * 20})), width=390)

    assert page.locator("img").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.locator(".run .title").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_five_thousand_variants_open_and_are_searched(look, record_property) -> None:
    html = html_page(many(5000))
    assert len(html) < 5_000_000
    page = look(html)

    page.locator("#search").fill("outage-4975")
    assert page.locator(".found[role=status]").inner_text() == "1 of 5,000"
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    record_property("bytes", len(html))
    record_property("milliseconds_to_interactive", round(ready))
    print(f"5,000 variants: {len(html):,} bytes, interactive after {ready:,.0f} ms")  # noqa: T201 - with -s


def test_what_broke_after_a_crash_is_drawn_stretch_by_stretch(look) -> None:
    drawn = played(LOST)
    breach = ReportedBreach("kill before operation 3", drawn.findings, lanes=(drawn.lanes, drawn.lanes))
    explored = ReportedExploration("crash", total=9, run=9, broken=1, breaches=(breach,))
    made = replace(drawn, findings=(), lanes=None, explorations=(explored,))
    page = look(html_page(document(made)))

    stretches = page.locator(".variant .run-picture h4")
    assert stretches.all_inner_texts() == ["The run, stretch 1 of 2", "The run, stretch 2 of 2"]
    assert page.locator(".run-picture .lanes .breach").first.is_visible()


def test_maps_of_suites_show_each_cell_with_what_it_stands_for(look) -> None:
    gaps = ReportedGaps((ReportedCell("file", "kill", "live", ("a", "b")), ReportedCell("file", "kill", "replay")))
    hunts = ReportedHunt("resume", "from_start", "Recovery", (), ("s::v",), "no_loss"), ReportedHunt("x", "y", "z")
    behaviours = ReportedBehaviours("wp", 1, (ReportedChoice("resume", "x", "Recovery", (), {"no_loss": "s::v"}),))
    difference = ReportedDifference("exit", "wparse", "1", "0")
    agreement = ReportedAgreements(
        ("reference",), "wptest", 1, 1, (ReportedAgreement("b", "DIFFERS", differences=(difference,)),)
    )
    explored = replace(played(), explorations=(ReportedExploration("crash", total=9, run=9, broken=2),), lanes=None)
    made = document(
        explored, gaps=gaps, selftest=ReportedSelftest(hunts), behaviours=behaviours, agreement=agreement
    )
    page = look(html_page(made))

    assert page.locator(".phase.cell-some").get_attribute("title") == "file × kill × live: a, b"
    assert page.locator(".phase.cell-gap").count() == 1
    assert "resume=from_start: s::v (no_loss)" in (page.locator(".cell-caught").get_attribute("title") or "")
    assert "escaped 1" in page.locator(".heat h3:has-text('Planted')").inner_text()
    assert page.locator(".cell-broken").count() == 2
    page.locator(".variant:has-text('differ') summary").click()
    assert page.locator(".differences").inner_text().split() == ["exit", "wparse", "1", "0"]


# The ratio of luminances of each text that is seen and what is behind it: 4.5 or more, as WCAG 2.2 AA has it.
_CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([red, green, blue]) => [red, green, blue].map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = rgb(getComputedStyle(each).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const node of document.querySelectorAll("#page *:not(svg *)")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const [one, other] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}: ${node.textContent}`);
  }
  return [...new Set(found)];
}"""
