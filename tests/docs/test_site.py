"""The site: it is built with all its links, fetches nothing, and what one looks for is found."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import generate
import pytest
import sessions

import hir_kit
from hir_trainer.config import RunArguments

pytestmark = pytest.mark.skipif(
    find_spec("material") is None, reason="no mkdocs-material: `pip install -e '.[dev]'`"
)
_FETCHED = re.compile(
    r"""<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']?(https?:[^"' >]+)"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a link that leads nowhere is an error."""
    target = tmp_path_factory.mktemp("site")
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)],
        cwd=sessions.ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "not included in the" not in result.stderr, result.stderr
    return target


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(list((sessions.ROOT / "docs").rglob("*.md")))
    for page in pages:
        found = _FETCHED.findall(page.read_text(encoding="utf-8"))
        assert not found, page.relative_to(site)


def test_the_search_knows_every_verifier_format_command_and_key(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    told = [
        unescape(re.sub(r"<[^>]+>", "", f"{doc['title']} {doc['text']}")) for doc in index["docs"]
    ]
    words = {word for text in told for word in re.split(r"[\s,()\[\]{}\"|]+", text)}
    kit = hir_kit.load(installed=False)
    names = [*kit.registry, *kit.formats, *kit.instructions, *kit.rewriters]
    keys = [field.name for field in dataclasses.fields(RunArguments)]
    assert not {*names, *keys} - words
    titles = {unescape(re.sub(r"<[^>]+>", "", doc["title"])) for doc in index["docs"]}
    assert not {" ".join(("hir-kit", *one)) for one in generate.command_names()} - titles
