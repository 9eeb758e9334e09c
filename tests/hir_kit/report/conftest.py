"""A browser, and what the tests of report and show look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAS = {"id": "punctuation:no_comma", "kwargs": {}, "text": "Use no commas."}
SHORT = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "less than", "num_words": 6},
    "text": "Use less than 6 words.",
}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def tea() -> Callable[..., dict[str, Any]]:
    """Give a maker of groups on an instruction with two constraints."""

    def make(id: str, *responses: Any, **more: Any) -> dict[str, Any]:
        return {
            "id": id,
            "task": f"Describe tea {id}.",
            "prompt": f"Describe tea {id}. Use no commas. Use less than 6 words.",
            "constraints": [COMMAS, SHORT],
            "responses": list(responses),
            **more,
        }

    return make


@pytest.fixture
def relabelled(here: Any, dump: Any, tmp_path: Path) -> Callable[..., Path]:
    """Give a function that relabels groups and returns the file."""

    def make(*groups: dict[str, Any], name: str = "replays.jsonl") -> Path:
        out = tmp_path / name
        assert here("relabel", dump(groups, f"of-{name}"), "-o", out).code == 0
        return out

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a Chromium: `HIR_KIT_CHROMIUM` names one, else one that is installed.

    Playwright keeps an event loop running meanwhile, beside which `asyncio.run` does not work: it
    must not outlive the tests that need it.
    """
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    path = os.environ.get("HIR_KIT_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("no Chromium is installed: `apt-get install chromium`, or HIR_KIT_CHROMIUM")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Give a function that opens a page, in which nothing may go wrong and nothing be fetched."""
    contexts, wrong = [], []

    def visit(path: Path, width: int = 1280, mode: str = "light", part: str = "") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 850}, color_scheme=mode, has_touch=width < 500
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("request", lambda asked: asked.url.startswith("file:") or wrong.append(asked.url))
        page.goto(f"{path.as_uri()}{part}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not wrong
