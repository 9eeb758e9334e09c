"""Take the picture of the report that README.md shows: `docs/report.png`.

    make picture

It relabels the shipped rollouts, makes the page of the replays, and opens one in Chromium, at a
laptop's width in light mode. `HIR_KIT_CHROMIUM` names the browser where it has another name.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "report.png"
REPLAY = "demo-29/3"
_SIZE = {"width": 1200, "height": 740}


def main() -> None:
    """Make the page, open the replay, and write the picture."""
    with tempfile.TemporaryDirectory() as directory:
        page = _report(Path(directory))
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("HIR_KIT_CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox"],
            )
            tab = chromium.new_page(viewport=_SIZE, color_scheme="light")
            tab.goto(f"{page.as_uri()}#rows")
            tab.wait_for_selector("body[data-ready]")
            tab.fill("#search", REPLAY.partition("/")[0])
            tab.get_by_role("option", name=f"{REPLAY} · replay").click()
            tab.screenshot(path=PICTURE)
            chromium.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size} bytes")


def _report(directory: Path) -> Path:
    replays, refused = directory / "replays.jsonl", directory / "refused.jsonl"
    page = directory / "report.html"
    rollouts = str(ROOT / "examples" / "rollouts.jsonl")
    _hir_kit("relabel", rollouts, "-o", str(replays), "--refused", str(refused))
    _hir_kit("report", str(replays), str(refused), "-o", str(page))
    return page


def _hir_kit(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "hir_kit", *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
