"""Every page reads as it should: generated parts, console sessions, Python blocks."""

from __future__ import annotations

import generate
import pytest
import sessions

PAGES = generate.pages()
NAMES = [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_is_as_it_should_be(page: sessions.Path) -> None:
    problem = generate.difference(page)
    assert not problem, f"`make docs` writes it anew:\n{problem}"


def test_no_page_is_left_out() -> None:
    pages = {page.name for page in (sessions.ROOT / "docs").rglob("*.md")}
    assert pages - set(NAMES) <= {"deviations.md"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_shown_is_run(page: sessions.Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = list(sessions.blocks(text))
    assert text.count("\n```") == 2 * len(found), "a fence without a language, or not closed"
    for block in found:
        assert block.notes.get("not run", "why") != "", "say why a block is not run"
        if block.language != "console":
            assert "$ hir-kit" not in block.body


def test_a_stale_page_is_noticed(
    tmp_path: sessions.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- generated: formats -->\nold\n<!-- end generated -->\n", encoding="utf-8")
    monkeypatch.setattr(generate, "pages", lambda: [page])
    monkeypatch.setattr(generate, "_WHOLE", {})
    assert generate.main(["--check"]) == 1
    assert "-old" in capsys.readouterr().out
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    assert "| `jsonl` |" in page.read_text(encoding="utf-8")
