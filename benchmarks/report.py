"""How large the page of a report is, how long it takes to open, and to filter its rows.

    python -m benchmarks.report [ROLLOUTS]

makes so many rollouts (5,000), writes their page with `hir-kit report`, and opens it in Chromium
(`pip install playwright`; HIR_KIT_CHROMIUM names a browser that is not on the path).
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_GROUP = 4
_WORDS = 220
_LETTERS = "etaoinshrdlucmfwypvbgk"
_READY = "document.body.dataset.ready ? performance.now() : null"
_FILTER = """async (change) => {
  const times = [];
  for (let round = 0; round < 7; round++) {
    const began = performance.now();
    change === 'search' ? fill(round) : choose(round);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - began);
  }
  function fill(round) {
    const box = document.getElementById('search');
    box.value = round % 2 ? '' : 'e the ' + round;
    box.dispatchEvent(new Event('input'));
  }
  function choose(round) {
    const box = document.getElementById('filter-status');
    box.value = round % 2 ? '' : 'violated';
    box.dispatchEvent(new Event('change'));
  }
  return times;
}"""


def rollouts(count: int) -> Iterator[dict[str, Any]]:
    """Yield groups of four responses; the same ones every time."""
    draw = random.Random(0)
    lexicon = ["".join(draw.choices(_LETTERS, k=draw.randint(2, 9))) for _ in range(6000)]
    weights = [1 / (place + 3) for place in range(len(lexicon))]

    def text(words: int) -> str:
        found = draw.choices(lexicon, weights, k=words)
        return " ".join(word + "," * (draw.random() < 0.02) for word in found).capitalize() + "."

    for number in range(count // _GROUP):
        limit, keyword = draw.randint(120, 320), draw.choice(lexicon[:200])
        constraints = [
            {"id": "punctuation:no_comma", "text": "Use no commas."},
            {
                "id": "length_constraints:number_words",
                "kwargs": {"relation": "less than", "num_words": limit},
                "text": f"Use less than {limit} words.",
            },
            {
                "id": "keywords:existence",
                "kwargs": {"keywords": [keyword]},
                "text": f"Include the keyword {keyword}.",
            },
        ]
        task = text(25)
        yield {
            "id": f"q{number}",
            "task": task,
            "prompt": " ".join([task, *(one["text"] for one in constraints)]),
            "constraints": constraints,
            "responses": [text(draw.randint(_WORDS // 2, _WORDS * 3 // 2)) for _ in range(_GROUP)],
            "meta": {"source": draw.choice(["made", "drawn"])},
        }


def chromium() -> str:
    """Return the path of a Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("HIR_KIT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        sys.exit("no Chromium is installed; HIR_KIT_CHROMIUM names one")
    return path


def measured(page: Path) -> dict[str, float]:
    """Return how long a page takes to open and to filter, in milliseconds; medians."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        opening = []
        for _ in range(5):
            tab = browser.new_page(bypass_csp=True)  # for the script that measures
            tab.goto(page.as_uri(), wait_until="commit")
            opening.append(tab.wait_for_function(_READY, polling=5).json_value())
        tab.click("#tab-rows")
        found = {"opening": statistics.median(opening)}
        for change in ("filter", "search"):
            times = tab.evaluate(_FILTER, change)
            found[f"{change}, first"], found[change] = times[0], statistics.median(times)
        browser.close()
    return found


def main(count: int) -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        dump, page = Path(folder, "dump.jsonl"), Path(folder, "report.html")
        dump.write_text("".join(json.dumps(row) + "\n" for row in rollouts(count)))
        began = time.perf_counter()
        command = [sys.executable, "-m", "hir_kit", "report", str(dump), "-o", str(page)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        data = re.search(rb'text/plain">([^<]*)<', page.read_bytes())
        assert data is not None
        plain = len(gzip.decompress(b64decode(data[1])))
        print(f"{count} rollouts, dump {dump.stat().st_size / 1e6:.1f} MB")
        print(
            f"page       {page.stat().st_size / 1e6:6.1f} MB (as plain JSON {plain / 1e6:.1f} MB)"
        )
        print(f"writing    {took:6.1f} s")
        for name, milliseconds in measured(page).items():
            print(f"{name:15}{milliseconds:6.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
