"""Makes the pictures of docs/html-report.md: `make pictures`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from conftest import CHROMIUMS, FLAGS
from documents_of_runs import DOUBLED, KILLED_TWICE, LOST, SCENARIO, document, played

from wptest.report.page.html_page import html_page

PLACE = Path(__file__).parents[2] / "docs/pictures"
PROFILE = "wp-motor-1.17"


def _compared(page: Page) -> None:
    page.locator(".run-picture label:has-text('compare with') select").first.select_option(index=1)


# By the name of each: the scenario, how programs behave, what is done on the page, and the part that is shown.
PICTURES = {
    "outage": (SCENARIO, LOST, None, ".with-events"),
    "killed-twice": (KILLED_TWICE, DOUBLED, None, ".with-events"),
    "engine-against-profile": (KILLED_TWICE, PROFILE, _compared, ".comparison"),
}


def main() -> None:
    """Make each of them anew."""
    PLACE.mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, CHROMIUMS)))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1180, "height": 900}, color_scheme="light")
        for name, (scenario, behaviour, act, part) in PICTURES.items():
            page.set_content(html_page(document(played(behaviour, scenario=scenario), scenario=scenario)))
            if act is not None:
                act(page)
            page.wait_for_timeout(200)
            page.locator(part).first.screenshot(path=PLACE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
