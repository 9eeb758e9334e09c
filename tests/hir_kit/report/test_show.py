"""`hir-kit show`: what a person sees of rollouts, replays, refused and rejected rows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hir_kit.report.show import Shown
from hir_kit.report.words import word_diff

NO_COMMA = "punctuation:no_comma"


def text_of(ran: Any) -> str:
    assert ran.code == 0, ran.err
    return str(ran.out.decode())


def test_a_replay_shows_what_was_dropped(here: Any, relabelled: Any, tea: Any) -> None:
    shown = text_of(here("show", relabelled(tea("a", "Mild, hot.")), "--kind", "replay"))
    assert shown == (
        "── replay · a/0 · all met · by render\n"
        "prompt\n"
        "Describe tea a. [-Use no commas. -]Use less than 6 words.\n"
        '✓ length_constraints:number_words satisfied {"relation":"less than","num_words":6}'
        "  measured: 2\n"
        "response\n"
        "Mild, hot.\n\n"
    )


def test_evidence_is_marked(here: Any, dump: Any, tea: Any) -> None:
    shown = text_of(
        here("show", dump([tea("a", "<think>So, so.</think>Hot, and in the end, mild.")]))
    )
    assert "✗ punctuation:no_comma violated  2 commas" in shown
    assert "Hot{+,+} and in the end{+,+} {+mild.+}" in shown
    assert "(thinking, 22 characters: --thinking shows it)" in shown
    assert "So, so." not in shown
    again = text_of(here("show", dump([tea("a", "<think>So, so.</think>Hot.")]), "--thinking"))
    assert "<think>So, so.</think>" in again


def test_what_is_relaxed_is_shown() -> None:
    stream = io.StringIO()
    one = {"id": "x:words", "kwargs": {"n": 9}, "text": "Use nine words."}
    row: Any = {
        "id": "a/0", "group": "a", "follow_all": True, "meta": {}, "text": "Hot.",
        "prompt": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Use six words."},
        ],
        "constraints": [one], "verdicts": [{"status": "satisfied"}],
        "own": {"kind": "replay", "hindsight": {
            "original_prompt": "Use nine words.", "rewriter": "relax", "dropped": [],
            "relaxed": [{"from": one, "to": {**one, "text": "Use six words."}}]}},
    }  # fmt: skip
    Shown(Console(file=stream, width=200)).row(row)
    assert "Use [-nine-]{+six+} words." in stream.getvalue()
    assert "relaxed: [-Use nine words.-] → {+Use six words.+}" in stream.getvalue()
    assert "[system] Be brief." in stream.getvalue()
    coloured = io.StringIO()
    Shown(Console(file=coloured, force_terminal=True, color_system="standard", width=200)).row(row)
    assert "\x1b[9;31mnine" in coloured.getvalue()


@pytest.fixture
def files(here: Any, dump: Any, tea: Any, tmp_path: Path) -> dict[str, Path]:
    """Files of each kind, of one dump with a bad row."""
    bad = {"prompt": "x", "constraints": [], "responses": []}
    rollouts = dump([tea("a", "Mild, hot.", "Hot."), tea("b", "Hot."), bad], "tea.jsonl")
    verdicts, refused = tmp_path / "verdicts.jsonl", tmp_path / "refused.jsonl"
    here("verify", rollouts, "-o", verdicts)
    hopeless = dump([{**tea("c", "Mild, hot."), "task": None, "prompt": "Tea!"}], "c.jsonl")
    here("relabel", hopeless, "-o", tmp_path / "none.jsonl", "--refused", refused)
    rejects = Path(f"{verdicts}.rejects.jsonl")
    return {"dump": rollouts, "verdicts": verdicts, "refused": refused, "rejects": rejects}


def test_an_id_costs_no_verifying_of_the_others(
    here: Any, dump: Any, tea: Any, plugin: Any
) -> None:
    code = """
from hir_kit import verifier

@verifier("t:seen", describe="Be seen.")
def seen(response) -> bool:
    print("LOOKED AT", response.text)
    return True
"""
    asked = [{"id": "t:seen"}]
    rows = [{**tea(name, f"{name} 0", f"{name} 1"), "constraints": asked} for name in "abc"]
    ran = here("show", dump(rows), "--id", "b/1", "--plugin", plugin(code))
    assert "── rollout · b/1 · all met" in text_of(ran)
    assert "b/0" not in text_of(ran)
    assert "LOOKED AT b 0" in ran.err
    assert "LOOKED AT a" not in ran.err
    assert "LOOKED AT c" not in ran.err
    ran = here(
        "show", dump([*rows[:2], {"id": "x"}]), "--id", "b", "--plugin", plugin(code, "more.py")
    )
    assert (ran.code, "rejected" in ran.err) == (0, False), "nothing behind it is read"
    ran = here("show", dump(rows), "--id", "z")
    assert "no row is as the options ask" in ran.err


def test_a_replay_is_found_by_the_id_of_its_original(
    here: Any, dump: Any, tea: Any, tmp_path: Path
) -> None:
    replays = tmp_path / "replays.jsonl"
    path = dump([tea("a", "Mild, hot.", "Hot."), tea("b", "Hot, mild.")])
    assert here("relabel", path, "-o", replays).code == 0
    shown = text_of(here("show", replays, "--id", "a/0"))
    assert "── rollout · a/0 · something missed" in shown
    assert "── replay · a/0 · all met" in shown
    assert " b/0 " not in shown
    assert "── replay · a/0" in text_of(here("show", replays, "--id", "a/0", "--kind", "replay"))


def test_refused_rows_say_why(here: Any, files: dict[str, Path]) -> None:
    shown = text_of(here("show", files["refused"]))
    assert "── refused · c/0 · something missed" in shown
    assert "refused by render: no-task: " in shown
    assert "refused by excise: not-found: " in shown


def test_rejected_rows_are_shown(here: Any, files: dict[str, Path]) -> None:
    shown = text_of(here("show", files["rejects"]))
    assert "tea.jsonl:3" in shown
    assert "'responses' is empty" in shown


def test_verdicts_alone_and_with_their_dump(here: Any, files: dict[str, Path]) -> None:
    alone = text_of(here("show", files["verdicts"], "--id", "a/0"))
    assert "── rollout · a/0 · something missed" in alone
    assert "✗ (a constraint) violated  1 comma" in alone
    both = text_of(here("show", files["verdicts"], files["dump"], "--id", "a/0"))
    assert "✗ punctuation:no_comma violated  1 comma" in both


def test_verdicts_that_came_with_a_response_fill_what_code_cannot_decide(
    here: Any, dump: Any, row: Any
) -> None:
    """But they never stand for what it can: a file says nothing of itself that was not found."""
    said = [{"status": "satisfied", "reason": "by people"}] * 2
    response = {"text": "a, b", "meta": {"verdicts": said}}
    asked = [NO_COMMA, "acme:unheard"]
    shown = text_of(here("show", dump([row(constraints=asked, responses=[response])])))
    assert "✗ punctuation:no_comma violated  1 comma" in shown
    assert "✓ acme:unheard satisfied  by people" in shown


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["a/0", "a/1", "b/0"]),
        (("--id", "b"), ["b/0"]),
        (("--id", "b", "--id", "a/1"), ["a/1", "b/0"]),
        (("--status", "violated"), ["a/0"]),
        (("--constraint", NO_COMMA, "--status", "satisfied"), ["a/1", "b/0"]),
        (("--constraint", "acme:other"), []),
        (("--kind", "replay"), []),
    ],
)
def test_filters(
    here: Any, files: dict[str, Path], options: tuple[str, ...], ids: list[str]
) -> None:
    ran = here("show", files["dump"], *options)
    titles = [line.split(" · ")[1] for line in text_of(ran).splitlines() if line.startswith("──")]
    assert titles == ids
    assert ("no row is as the options ask" in ran.err) is (not ids)


def test_a_sample_is_the_same_every_time(here: Any, dump: Any, tea: Any) -> None:
    many = dump([tea(f"q{n}", "Hot.") for n in range(50)])
    one, two = (text_of(here("show", many, "--sample", 5)) for _ in range(2))
    assert one == two
    assert one.count("── rollout") == 5


def test_a_text_cannot_steer_the_terminal(here: Any, dump: Any, tea: Any) -> None:
    hostile = "\x1b[2Jgone\x07 [bold]no markup[/bold]\r\u202e"
    group = tea(hostile, hostile, prompt=hostile)
    shown = text_of(here("show", dump([group])))
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(shown)
    assert "[bold]no markup[/bold]" in shown


def test_a_verifier_whose_evidence_breaks_down_costs_nothing(
    here: Any, dump: Any, plugin: Any, row: Any
) -> None:
    code = """
from hir_kit import Verifier
class Odd(Verifier, id="acme:odd"):
    '''Odd.'''
    def describe(self): return "Be odd."
    def check(self, response): return self.verdict(True)
    def evidence(self, response): return {}[0]
class Far(Odd, id="acme:far"):
    '''Far.'''
    def evidence(self, response): return [(3, 999), (-1, 2), (2, 2), (0, 1)]
"""
    file = plugin(f"{code}\n{REGISTER}")
    rollouts = dump([row("plain", constraints=["acme:odd", "acme:far"])])
    assert "{+p+}lain" in text_of(here("show", rollouts, "--plugin", file))


REGISTER = """
from hir_kit import hookimpl
@hookimpl
def register_verifiers(register):
    register(Odd)
    register(Far)
"""

WORDS = st.lists(st.sampled_from(["tea", "is", "hot", "mild", "\n", ",", "绿茶。"]), max_size=25)


def test_what_was_cut_is_seen_where_no_spaces_are_written() -> None:
    before, after = "介绍绿茶。不要使用逗号。使用少于20个字。", "介绍绿茶。使用少于20个字。"
    same, cut = ("same", "介绍绿茶。"), ("cut", "不要使用逗号。")
    assert word_diff(before, after) == [same, cut, ("same", "使用少于20个字。")]
    assert word_diff("お茶。カンマなし。", "お茶。")[-1] == ("cut", "カンマなし。")


@given(WORDS, WORDS)
def test_a_word_diff_holds_both_texts(before: list[str], after: list[str]) -> None:
    one, other = " ".join(before), " ".join(after)
    parts = word_diff(one, other)
    assert "".join(text for kind, text in parts if kind != "put") == one
    assert "".join(text for kind, text in parts if kind != "cut") == other
