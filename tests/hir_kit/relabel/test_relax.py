"""Asking for a weaker goal: how it is written into an instruction, and where it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, Group, Rollout
from hir_kit.errors import UsageError
from hir_kit.model.rollout import Location
from hir_kit.relabel.engine import RelabelOptions, relabel_group
from hir_kit.relabel.rewriting import choose_rewriters

KIT = hir_kit.load(installed=False)
WORDS = "length_constraints:number_words"
SENTENCES = "length_constraints:number_sentences"
BULLETS = "detectable_format:number_bullet_lists"
NO_COMMA = ("punctuation:no_comma", {})
FEWER: dict[str, Any] = {"relation": "less than"}


def _relaxed(
    prompt: Any, constraints: list[tuple[str, dict[str, Any]]], **goal: Any
) -> hir_kit.plugins.kit.Rewritten:
    specs = [ConstraintSpec(id, kwargs) for id, kwargs in constraints]
    return KIT.rewrite(prompt, specs, [], relax={0: goal})


@pytest.mark.parametrize(
    ("before", "asked", "goal", "after"),
    [
        ("a 300+ word essay", (WORDS, {"num_words": 300}), {"num_words": 280},
         "a 280+ word essay"),
        ("a 90+ word essay", (WORDS, {"num_words": 90}), {"num_words": 80}, "an 80+ word essay"),
        ("an essay with more than 800 words", (WORDS, {"num_words": 801}), {"num_words": 781},
         "an essay with more than 780 words"),
        ("an essay with more than 299 words", (WORDS, {"num_words": 300}), {"num_words": 280},
         "an essay with at least 280 words"),
        ("an essay in no more than 49 words", (WORDS, {"num_words": 50, **FEWER}),
         {"num_words": 70}, "an essay in less than 70 words"),
        ("an essay of 1,500 words or more", (WORDS, {"num_words": 1500}), {"num_words": 1200},
         "an essay of 1,200 words or more"),
        ("an essay in exactly five bullet points", (BULLETS, {"num_bullets": 5}),
         {"num_bullets": 4}, "an essay in exactly four bullet points"),
        ("an essay in exactly two bullet points", (BULLETS, {"num_bullets": 2}),
         {"num_bullets": 1}, "an essay in exactly one bullet point"),
        ("an essay with the word leaf at least three times",
         ("keywords:frequency", {"keyword": "leaf", "frequency": 3}), {"frequency": 1},
         "an essay with the word leaf at least once"),
        ("an essay, and stay under 50 words", (WORDS, {"num_words": 50, **FEWER}),
         {"num_words": 71}, "an essay, and stay within 70 words"),
        ("an essay with the word leaf two or more times",
         ("keywords:frequency", {"keyword": "leaf", "frequency": 2}), {"frequency": 1},
         "an essay with the word leaf one or more times"),
        ("an essay with the word leaf at least twice",
         ("keywords:frequency", {"keyword": "leaf", "frequency": 2}), {"frequency": 1},
         "an essay with the word leaf at least once"),
    ],
)  # fmt: skip
def test_a_number_is_written_where_the_asked_one_stood(
    before: str, asked: tuple[str, dict[str, Any]], goal: dict[str, Any], after: str
) -> None:
    result = _relaxed(
        f"Write {before} about tea. Do not use any commas.", [asked, NO_COMMA], **goal
    )
    assert result.prompt == f"Write {after} about tea. Do not use any commas."
    assert result.rewriter == "relax"


@pytest.mark.parametrize(
    ("range_", "place", "goal", "after"),
    [
        ("600 to 700 words", 0, {"num_words": 550}, "550 to 700 words"),
        ("600 to 700 words", 1, {"num_words": 751}, "600 to 750 words"),
        ("between 600 and 700 words", 1, {"num_words": 751}, "between 600 and 750 words"),
    ],
)
def test_a_range_loses_only_the_bound_that_is_weaker(
    range_: str, place: int, goal: dict[str, Any], after: str
) -> None:
    specs = [
        ConstraintSpec(WORDS, {"num_words": 600}),
        ConstraintSpec(WORDS, {"num_words": 701, **FEWER}),
        ConstraintSpec(*NO_COMMA),
    ]
    prompt = f"Write about tea in {range_}. No commas please."
    result = KIT.rewrite(prompt, specs, [], relax={place: goal})
    assert result.prompt == f"Write about tea in {after}. No commas please."


def test_five_or_six_becomes_a_range() -> None:
    specs = [
        ConstraintSpec(SENTENCES, {"num_sentences": 5}),
        ConstraintSpec(SENTENCES, {"num_sentences": 7, **FEWER}),
    ]
    prompt = "Describe tea. Answer in 5 or 6 sentences."
    result = KIT.rewrite(prompt, specs, [], relax={0: {"num_sentences": 4}})
    assert result.prompt == "Describe tea. Answer in 4 to 6 sentences."


KEYWORDS, FORBIDDEN = "keywords:existence", "keywords:forbidden_words"


@pytest.mark.parametrize(
    ("before", "id", "words", "left", "after"),
    [
        ("Include the keywords 'green', 'black', and 'oolong'.", KEYWORDS,
         ["green", "black", "oolong"], ["green", "oolong"],
         "Include the keywords 'green' and 'oolong'."),
        ("Include the keywords 'green' and 'black'.", KEYWORDS, ["green", "black"], ["black"],
         "Include the keyword 'black'."),
        ("Include keywords ['green', 'black'] in the response.", KEYWORDS, ["green", "black"],
         ["green"], "Include keyword ['green'] in the response."),
        ("请提到龙舟、粽子和艾草。", KEYWORDS, ["龙舟", "粽子", "艾草"], ["龙舟", "粽子"],
         "请提到龙舟和粽子。"),
        ("Do not use the words hot, cold or warm.", FORBIDDEN, ["hot", "cold", "warm"],
         ["hot", "warm"], "Do not use the words hot or warm."),
    ],
)  # fmt: skip
def test_items_go_out_of_their_list(
    before: str, id: str, words: list[str], left: list[str], after: str
) -> None:
    name = "keywords" if id == KEYWORDS else "forbidden_words"
    prompt = f"Describe tea. {before} Use no commas."
    result = _relaxed(prompt, [(id, {name: words}), NO_COMMA], **{name: left})
    assert result.prompt == f"Describe tea. {after} Use no commas."


@pytest.mark.parametrize(
    ("prompt", "asked", "goal"),
    [
        ("写一篇关于茶的文章，不少于三百字，不要使用逗号。", "zh:" + WORDS, "不少于280字"),
        ("写一篇关于茶的文章。不少于300字。不要使用逗号。", "zh:" + WORDS, "不少于280字"),
        ("Écris un texte sur le thé. Réponds avec au moins 300 mots.", "fr:" + WORDS,
         "au moins 280 mots"),
        ("Schreib über Tee. Antworte mit mindestens 300 Wörtern.", "de:" + WORDS,
         "mindestens 280 Wörtern"),
    ],
)  # fmt: skip
def test_other_languages(prompt: str, asked: str, goal: str) -> None:
    result = _relaxed(prompt, [(asked, {"num_words": 300})], num_words=280)
    assert result.prompt is not None
    assert goal in result.prompt


@pytest.mark.parametrize(
    ("prompt", "asked", "goal", "code"),
    [
        ("Describe tea in at least 300 words. I really want three hundred of them!",
         (WORDS, {"num_words": 300}), {"num_words": 280}, "as-before"),
        ("Describe tea in at least 300 words. The text needs a word count of 300 in all.",
         (WORDS, {"num_words": 300}), {"num_words": 280}, "woven"),
        ("Describe tea in at least 300 words.", (WORDS, {"num_words": 250}), {"num_words": 200},
         "woven"),
        ("Describe tea at length.", (WORDS, {"num_words": 250}), {"num_words": 200}, "woven"),
        ("Describe tea in exactly one bullet point.", (BULLETS, {"num_bullets": 1}),
         {"num_bullets": 2}, "woven"),
        ("Describe tea in exactly 3 bullet points like these:\n* first\n* second\n* third",
         (BULLETS, {"num_bullets": 3}), {"num_bullets": 2}, "woven"),
        ("Describe tea in a table with exactly 2 columns: one for its name, another for its taste.",
         ("muldimif:table", {"min_columns": 2, "max_columns": 2}),
         {"min_columns": 1, "max_columns": 1}, "woven"),
        ("Describe tea in exactly 3 bullet points (leaf, water and cup).",
         (BULLETS, {"num_bullets": 3}), {"num_bullets": 2}, "woven"),
        ("Describe tea in under 3 sentences (just 1 or 2, not 3).",
         (SENTENCES, {"num_sentences": 3, **FEWER}), {"num_sentences": 4}, "woven"),
        ("Describe tea in under 3 sentences, not in 3.",
         (SENTENCES, {"num_sentences": 3, **FEWER}), {"num_sentences": 4}, "as-before"),
        ('Describe tea. Include two sections: "SECTION 1" and "SECTION 2".',
         ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 2}),
         {"num_sections": 1}, "as-before"),
        ("Describe tea. Avoid negative words such as 'sad', 'bad', etc.",
         (FORBIDDEN, {"forbidden_words": ["sad", "bad"]}), {"forbidden_words": ["sad"]}, "woven"),
        ("Describe tea. Use these three keywords: leaf, cup, pot.",
         (KEYWORDS, {"keywords": ["leaf", "cup", "pot"]}), {"keywords": ["leaf", "cup"]}, "woven"),
        ("Describe tea. Include the word leaf. Also mention the word cup.",
         (KEYWORDS, {"keywords": ["leaf", "cup"]}), {"keywords": ["leaf"]}, "woven"),
        ("Describe tea. Include the words leaf and cup. Do not forget the word cup.",
         (KEYWORDS, {"keywords": ["leaf", "cup"]}), {"keywords": ["leaf"]}, "woven"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_in_its_place_is_refused(
    prompt: str, asked: tuple[str, dict[str, Any]], goal: dict[str, Any], code: str
) -> None:
    result = _relaxed(prompt, [asked], **goal)
    assert result.prompt is None
    assert result.refusals["relax"].code == code


def test_another_message_must_not_ask_as_before() -> None:
    prompt = [
        {"role": "system", "content": "Always write 300 words or more."},
        {"role": "user", "content": "Describe tea in at least 300 words."},
    ]
    result = _relaxed(prompt, [(WORDS, {"num_words": 300})], num_words=280)
    assert result.refusals["relax"].code == "as-before"
    result = _relaxed(prompt[1:], [(WORDS, {"num_words": 300})], num_words=280)
    assert result.prompt == [{"role": "user", "content": "Describe tea in at least 280 words."}]


def test_the_verifiers_sentence_takes_the_place_of_a_known_one() -> None:
    text = "Use exactly one bullet point."
    asked = ConstraintSpec(BULLETS, {"num_bullets": 1}, text)
    result = KIT.rewrite(f"Describe tea. {text}", [asked], [], relax={0: {"num_bullets": 2}})
    now = KIT.registry.bind(ConstraintSpec(BULLETS, {"num_bullets": 2})).describe()
    assert result.prompt == f"Describe tea. {now}."
    result = KIT.rewrite(f"Describe tea and {text}", [asked], [], relax={0: {"num_bullets": 2}})
    assert result.prompt is None


WORD = st.sampled_from(["tea", "leaf", "pot", "cup", "milk", "steam"])


@given(st.integers(25, 900), st.integers(2, 9), WORD, st.booleans())
def test_what_is_kept_is_not_touched(words: int, times: int, word: str, first: bool) -> None:
    """Only the number changes; the same instruction gives the same text again."""
    kept = f"Mention the word {word} at least {times} times."
    said = f"Use at least {words} words."
    prompt = " ".join(["Describe a kitchen.", *((said, kept) if first else (kept, said))])
    constraints = [
        (WORDS, {"num_words": words}),
        ("keywords:frequency", {"keyword": word, "frequency": times}),
    ]
    result = _relaxed(prompt, constraints, num_words=words - 10)
    assert result.prompt == prompt.replace(said, f"Use at least {words - 10} words.")
    assert _relaxed(prompt, constraints, num_words=words - 10).prompt == result.prompt


def test_places_and_options_are_checked() -> None:
    with pytest.raises(UsageError, match="relax=1: the places are those of the 1 constraints"):
        KIT.rewrite("Describe tea.", [ConstraintSpec(*NO_COMMA)], [], relax={1: {}})
    with pytest.raises(UsageError, match="it is 'off', 'first' or 'last'"):
        RelabelOptions(relax="often")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="asked for by --relax first"):
        choose_rewriters(KIT.rewriters, ["relax"])
    with pytest.raises(UsageError, match="a share, above 0 and up to 1"):
        RelabelOptions(relax_within=0.0)


PROMPT = "Describe tea. Use at least 30 words. Do not use any commas. End with the word tea."
SPECS = (
    ConstraintSpec(WORDS, {"num_words": 30}),
    ConstraintSpec(*NO_COMMA),
    ConstraintSpec("startend:end_checker", {"end_phrase": "tea"}),
)


def _replays(text: str, prompt: str = PROMPT, **options: Any) -> hir_kit.Relabelled:
    group = Group("q", prompt, SPECS, (Rollout("q/0", text),), Location("f", 1))
    checker = KIT.checker(SPECS)
    checked = [checker.check(text)]
    rewriters = choose_rewriters(KIT.rewriters, ())
    return relabel_group(group, checked, checker, rewriters, RelabelOptions(**options))


def test_first_relaxes_and_drops_the_rest() -> None:
    (replay,) = _replays("word " * 25 + "end", relax="first").replays
    assert replay.prompt == "Describe tea. Use at least 25 words. Do not use any commas."
    assert replay.rewriter == "relax"
    assert [one.id for one in replay.dropped] == ["startend:end_checker"]
    (weaker,) = [one for one in replay.kept if one.relaxed_from is not None]
    assert (weaker.spec.kwargs, weaker.original) == ({"num_words": 25}, SPECS[0])
    assert replay.candidate.f_int == pytest.approx(1 / 3)  # it is not satisfied
    assert all(verdict.satisfied for verdict in replay.verdicts)


def test_last_relaxes_only_what_cannot_be_dropped() -> None:
    (replay,) = _replays("word " * 25 + "end", relax="last").replays
    assert (replay.prompt, replay.is_relaxed) == ("Describe tea. Do not use any commas.", False)
    woven = PROMPT.replace("Describe tea. Use at least 30 words.", "Give me 30+ words, about tea.")
    assert not _replays("word " * 25 + "tea", woven).replays
    (replay,) = _replays("word " * 25 + "tea", woven, relax="last").replays
    assert "Give me 25+ words, about tea." in str(replay.prompt)


def test_the_command_counts_what_is_relaxed(
    here: Callable[..., Any], dump: Callable[..., Path], tmp_path: Path
) -> None:
    constraints = [spec.to_json() for spec in SPECS]
    row = {"prompt": PROMPT, "constraints": constraints, "responses": ["word " * 25 + "end"]}
    out = tmp_path / "replays.jsonl"
    ran = here("relabel", dump([row]), "--relax", "first", "--json", "-o", out)
    assert (ran.json["rewritten"], ran.json["relaxed"]) == ({"relax": 1}, {"relax": 1})
    replay = json.loads(out.read_bytes().splitlines()[-1])
    (pair,) = replay["hindsight"]["relaxed"]
    assert (pair["from"]["kwargs"], pair["to"]["kwargs"]) == ({"num_words": 30}, {"num_words": 25})
    again = here("verify", out, "-o", "-")
    assert [one["follow_all"] for one in again.lines] == [False, True]
    assert here("relabel", dump([row]), "--relax-within", "0", "-o", out).code == 2


@pytest.mark.parametrize("thought", ["They want 30 words.", "Count: I need 30 in all."])
def test_thinking_of_the_goal_that_was_missed_is_refused(thought: str) -> None:
    text = f"<think>{thought}</think>" + "word " * 25 + "tea"
    (refused,) = _replays(text, relax="first").refused
    assert refused.reasons["thinking"].code == "thinking"
    (replay,) = _replays(text, relax="first", thinking="drop").replays
    assert (replay.is_relaxed, replay.rollout.text) == (True, "word " * 25 + "tea")


def test_no_weaker_than_the_bound() -> None:
    (replay,) = _replays("word " * 12 + "tea", relax="first").replays
    assert not replay.is_relaxed
    (replay,) = _replays("word " * 12 + "tea", relax="first", relax_within=0.3).replays
    assert replay.is_relaxed
    (replay,) = _replays("word " * 25 + "tea", relax="first", relax_within=0.9).replays
    assert not replay.is_relaxed


@pytest.mark.parametrize(
    ("said", "constraint", "goal"),
    [
        ("exactly 4 bullet points, one for each season", (BULLETS, {"num_bullets": 4}),
         {"num_bullets": 3}),
        ("exactly 7 bullet points, one per day", (BULLETS, {"num_bullets": 7}),
         {"num_bullets": 6}),
        ("at least 40 words (half of my usual 80)", (WORDS, {"num_words": 40}),
         {"num_words": 35}),
        ("at least 40 words, twice as many as before", (WORDS, {"num_words": 40}),
         {"num_words": 35}),
    ],
)  # fmt: skip
def test_a_sentence_that_counts_with_the_number_of_before_is_refused(
    said: str, constraint: tuple[str, dict[str, Any]], goal: dict[str, Any]
) -> None:
    result = _relaxed(f"Write of tea with {said}. No commas.", [constraint, NO_COMMA], **goal)
    assert result.prompt is None
    plain = said.partition(",")[0].partition(" (")[0]
    result = _relaxed(f"Write of tea with {plain}. No commas.", [constraint, NO_COMMA], **goal)
    assert result.prompt is not None


def test_one_is_not_written_where_two_were_pointed_at() -> None:
    parts = ("length_constraints:number_paragraphs", {"num_paragraphs": 2})
    for sentence in (
        "Separate the two paragraphs with ***.",
        "Use exactly 2 paragraphs, separated by ***.",
    ):
        prompt = f"Write on tea. {sentence} No commas."
        assert _relaxed(prompt, [parts, NO_COMMA], num_paragraphs=1).prompt is None
