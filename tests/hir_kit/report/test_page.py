"""The report's page in a real Chromium: it opens, filters, reads, and runs nothing of a dump."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

STYLE = Path(__file__).parents[3] / "hir_kit" / "report" / "web" / "page.css"
HOSTILE = [
    "<script>alert('script')</script>",
    "</script><img src=x onerror=\"alert('img')\">",
    "<svg onload=alert('svg')><a href='javascript:alert(1)'>x</a></svg>",
    "{{script}} ${alert('template')} \u2028\u2029 \u202e \x00 \ud800",
    "<style>body{display:none}</style><base href=//x><meta http-equiv=refresh content=0>",
]


@pytest.fixture
def page(here: Any, dump: Any, tea: Any, tmp_path: Path) -> Path:
    """The page of two runs with replays, refused rows and thinking."""
    first = [
        tea("a", "Mild, hot.", "<think>Well, well.</think>Hot."),
        tea("b", "One, two, three, four, five, six.", "Hot."),
        {**tea("c", "So, so."), "task": None, "prompt": [{"role": "user", "content": "Tea!"}]},
    ]
    second = [tea("a", "Hot.", "Hot, hot."), tea("b", "Hot.", "Hot.")]
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    refused, out = tmp_path / "refused.jsonl", tmp_path / "page.html"
    here("relabel", dump(first, "first.jsonl"), "-o", one, "--refused", refused)
    here("relabel", dump(second, "second.jsonl"), "-o", two)
    assert here("report", f"base={one}", f"base={refused}", f"tuned={two}", "-o", out).code == 0
    return out


def shown(opened: Any) -> list[str]:
    return [
        str(text) for text in opened.locator("#list .row .top > span:first-child").all_inner_texts()
    ]


def test_every_section_opens(page: Path, opened: Any) -> None:
    tab = opened(page)
    names = tab.locator("#tabs button").all_inner_texts()
    assert names == ["Overview", "Accuracies", "Replays", "Comparison", "Rows"]
    for name in names:
        tab.get_by_role("tab", name=name).click()
        assert tab.locator("main > *").count() > 0
    assert "#rows" in tab.url


def test_what_is_chosen_in_a_table_is_shown_in_the_rows(page: Path, opened: Any) -> None:
    tab = opened(page)
    tab.get_by_role("tab", name="Accuracies").click()
    tab.get_by_role("button", name="punctuation:no_comma").first.click()
    assert shown(tab) == ["a/0 · base", "b/0 · base", "c/0 · base", "c/0 · base · refused"]
    tab.get_by_role("tab", name="Comparison").click()
    tab.get_by_role("button", name="1 worse").click()
    assert shown(tab) == ["a/1 · base", "a/1 · tuned"]


def test_filters_and_search(page: Path, opened: Any) -> None:
    tab = opened(page, part="#rows")
    everything = len(shown(tab))
    tab.select_option("#filter-kind", "replay")
    assert shown(tab) == ["a/0 · base · replay", "a/1 · tuned · replay"]
    tab.select_option("#filter-kind", "")
    tab.fill("#search", "THREE, four")
    assert shown(tab) == ["b/0 · base"]
    assert tab.inner_text("#count") == f"1 of {everything} rows"
    assert tab.inner_text("#detail h2") == "b/0"
    tab.fill("#search", "nothing has this")
    assert shown(tab) == []
    assert tab.inner_text("#detail") == "No row has all of this."
    tab.click("#clear")
    assert len(shown(tab)) == everything
    assert tab.inner_text("#detail h2") == "a/0"


def test_a_replay_is_seen_beside_its_original(page: Path, opened: Any) -> None:
    tab = opened(page, part="#rows")
    tab.select_option("#filter-kind", "replay")
    tab.locator("#list .row").first.click()
    assert tab.locator("#detail .sides del").all_inner_texts() == ["Use no commas. "]
    assert "rewritten by render" in tab.inner_text("#detail")
    others = tab.locator("#detail p .link").all_inner_texts()
    assert others == ["a/0", "a/1"]
    tab.locator("#detail p .link").first.click()
    assert tab.inner_text("#detail h2") == "a/0"
    assert tab.locator("#detail .sides").count() == 0


def test_evidence_is_marked_and_thinking_folded(page: Path, opened: Any) -> None:
    tab = opened(page, part="#rows")
    tab.locator("#list .row").first.click()
    assert tab.locator("#response mark").all_inner_texts() == [","]
    tab.fill("#search", "well, well")
    tab.locator("#list .row").first.click()
    assert tab.inner_text("#response") == "Hot."
    assert not tab.get_by_text("Well, well.").is_visible()
    tab.get_by_text("thinking, 26 characters").click()
    assert tab.get_by_text("Well, well.").is_visible()


def test_verdicts_alone_say_what_was_missed(
    here: Any, dump: Any, tea: Any, opened: Any, tmp_path: Path
) -> None:
    verdicts, out = tmp_path / "verdicts.jsonl", tmp_path / "page.html"
    here("verify", dump([tea("a", "Mild, hot.", "Hot.")]), "-o", verdicts)
    here("report", verdicts, "-o", out)
    tab = opened(out, 390, part="#rows")
    assert tab.locator("#list .sub").all_inner_texts() == ["1 comma", "all met"]
    tab.locator("#list .row").first.click()
    assert "Given with its dump" in tab.inner_text("#detail")
    assert tab.locator("#response").count() == 0


def test_the_keyboard_is_enough(page: Path, opened: Any) -> None:
    tab = opened(page)
    tab.keyboard.press("/")
    tab.keyboard.type("hot")
    assert "#rows" in tab.url
    tab.focus("#list")
    assert tab.get_attribute("#list", "aria-activedescendant") == "row-0"
    tab.keyboard.press("ArrowDown")
    assert tab.get_attribute("#list", "aria-activedescendant") == "row-1"
    assert tab.locator("#row-1[aria-selected=true]").count() == 1
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "detail"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "list"
    tab.focus("#tab-rows")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#tab-overview[aria-selected=true]").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_runs_over_the_side(page: Path, opened: Any, width: int, mode: str) -> None:
    tab = opened(page, width, mode)
    for name in tab.locator("#tabs button").all_inner_texts():
        tab.get_by_role("tab", name=name).click()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.locator("#list .row").first.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_a_row_takes_the_screen_and_gives_it_back(page: Path, opened: Any) -> None:
    tab = opened(page, 390, part="#rows")
    assert not tab.is_visible("#detail")
    tab.locator("#list .row").first.click()
    assert tab.is_visible("#response")
    assert not tab.is_visible("#list")
    tab.click("#back")
    assert tab.is_visible("#list")


def test_hostile_rows_are_text(here: Any, dump: Any, tea: Any, tmp_path: Path, opened: Any) -> None:
    """Markup and script in each place that a dump fills: nothing runs, nothing is fetched."""
    out = tmp_path / "page.html"
    groups = [
        tea(
            text,
            f"{text}, and, so on",
            prompt=f"{text} Use no commas.",
            task=text,
            meta={"source": text},
            constraints=[
                {"id": "punctuation:no_comma", "text": text},
                {"id": text, "kwargs": {text: text}},
            ],
        )
        for text in HOSTILE
    ]
    assert here("report", f"{HOSTILE[0]}={dump(groups)}", "-o", out).code == 0
    tab = opened(out)
    for name in tab.locator("#tabs button").all_inner_texts():
        tab.get_by_role("tab", name=name).click()
    tab.locator("#list .row").first.click()
    for place in range(len(HOSTILE)):
        tab.locator("#list .row").nth(place).click()
        tab.wait_for_timeout(30)
    assert tab.locator("script").count() == 2
    assert tab.locator("img, base, iframe, #main style, a[href^=javascript]").count() == 0
    tab.fill("#search", "<script>alert(")
    assert tab.locator("#list .row").count() == 1


def test_a_page_without_rows_keeps_its_tables(
    here: Any, dump: Any, tea: Any, tmp_path: Path, opened: Any
) -> None:
    out = tmp_path / "page.html"
    here("report", dump([tea("a", "Mild, hot.")]), "-o", out, "--rows", "0")
    tab = opened(out)
    tab.get_by_role("tab", name="Accuracies").click()
    tab.get_by_role("button", name="punctuation:no_comma").click()
    assert tab.locator("#tabs button").all_inner_texts() == ["Overview", "Accuracies"]


def test_a_page_without_rollouts_opens(here: Any, dump: Any, tmp_path: Path, opened: Any) -> None:
    out = tmp_path / "page.html"
    aside = dump([{"file": "x", "line": 1, "reason": "bad", "row": "{}"}], "x.rejects.jsonl")
    assert here("report", aside, "-o", out).code == 0
    tab = opened(out)
    assert "1 row could not be used" in tab.inner_text("main")


def test_the_numbers_beside_a_curve_differ(here: Any, tmp_path: Path, opened: Any) -> None:
    """Also where the whole curve lies within a thousandth."""
    state = {"log_history": [{"step": step, "hir/ila": 0.5 + step / 9e4} for step in (1, 2, 3)]}
    run, out = tmp_path / "run", tmp_path / "page.html"
    run.mkdir()
    (run / "trainer_state.json").write_text(json.dumps(state))
    assert here("report", run, "-o", out).code == 0
    tab = opened(out)
    tab.get_by_role("tab", name="Online run").click()
    numbers = tab.locator("figure svg text[text-anchor=end]").all_text_contents()[:3]
    assert len(set(numbers)) == 3


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_what_is_to_be_read_has_contrast(mode: int) -> None:
    """WCAG 2.2 asks for 4.5 to 1, for text on each ground that it stands on."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w{6})", blocks[mode]))
    for text in ("ink", "soft", "met", "missed", "unknown", "accent"):
        for ground in ("paper", "card", "tint"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("marked", "cut", "put"):
        assert _contrast(colours["ink"], colours[ground]) >= 4.5, ground
