"""Reports in a real browser: Chromium, without a window and without the network."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser():
    """Chromium; tests are skipped, and say why, where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: make browser installs it"
    )
    program = os.environ.get("WPTEST_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        pytest.skip("there is no Chromium here: install it, or name it by WPTEST_CHROMIUM")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=program, args=[*FLAGS])
        yield launched
        launched.close()


@pytest.fixture
def look(browser, tmp_path, request):
    """Open a report: its page, which must stay without errors, dialogs and requests."""
    wrong: list[str] = []
    contexts = []

    def open_page(html: str, *, width: int = 1280, dark: bool = False, language: str = "en-US"):
        path = tmp_path / f"report-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale=language,
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: wrong.append(asked.url) if asked.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    if (directory := os.environ.get("WPTEST_SCREENSHOTS")) and contexts:
        Path(directory).mkdir(parents=True, exist_ok=True)
        name = request.node.name.replace("/", "-")
        contexts[-1].pages[0].screenshot(path=Path(directory, f"{name}.png"))
    for context in contexts:
        context.close()
    assert wrong == []
