"""What the pack decides, id by id, where the documented cases and the page of deviations stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import KwargsError, Response, Status
from hir_kit.authoring.cases import self_check
from hir_kit.model.constraint import parse_constraints
from hir_plugin_ifbench import analyses, published, start_verb
from hir_plugin_ifbench.nesting import nested_brackets, nested_quotes
from hir_plugin_ifbench.stop_words import STOP_WORDS
from hir_plugin_ifbench.vocabulary import count_pronouns

REGISTRY = hir_kit.load(installed=False).registry
IDS = [id for id in REGISTRY if REGISTRY.owner(id) == "hir_plugin_ifbench"]
HEADER = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n'


def status(id: str, text: str, **kwargs: Any) -> str:
    verdict = REGISTRY[id].bind(kwargs).check(Response(text))
    assert (verdict.status is Status.SATISFIED) or verdict.reason
    return verdict.status.value


def test_there_are_58_ids_and_every_case_holds() -> None:
    assert len(IDS) == 58
    for id in IDS:
        assert not self_check(REGISTRY, id)


def test_kwargs_come_as_floats_and_none() -> None:
    spec = parse_constraints(
        {
            "instruction_id_list": ["count:word_count_range"],
            "kwargs": [{"min_words": 3.0, "max_words": 4.0, "N": None, "keyword": None}],
        }
    )[0]
    assert REGISTRY.bind(spec).describe() == "The response must contain between 3 and 4 words."


@pytest.mark.parametrize(
    ("id", "kwargs"),
    [
        ("count:word_count_range", {"min_words": 5, "max_words": 4}),
        ("count:words_japanese", {"N": 0}),
        ("count:unique_word_count", {}),
        ("count:conjunctions", {"small_n": -1}),
        ("ratio:stop_words", {"percentage": 101}),
        ("sentence:keyword", {"word": " ", "N": 1}),
        ("sentence:keyword", {"word": "tea", "N": 0}),
        ("repeat:repeat_span", {"prompt_to_repeat": "a b", "n_start": 1, "n_end": 0}),
        ("repeat:repeat_span", {"prompt_to_repeat": "a b", "n_start": 0, "n_end": 2}),
        ("format:options", {"options": ""}),
    ],
)
def test_what_cannot_be_asked_is_refused(id: str, kwargs: dict[str, Any]) -> None:
    with pytest.raises(KwargsError):
        REGISTRY[id].bind(kwargs)


@pytest.mark.parametrize(
    ("id", "kwargs", "text", "expected"),
    [
        ("count:word_count_range", {"min_words": 2, "max_words": 2}, "don't", "satisfied"),
        ("count:numbers", {"N": 1}, "1,000.50", "satisfied"),
        ("count:person_names", {"N": 1}, "emma", "violated"),
        ("count:punctuation", {}, "!? . , ; :", "violated"),
        ("ratio:sentence_type", {}, 'He said, "It is hot." She nods. (Is it?)', "satisfied"),
        ("ratio:stop_words", {"percentage": 50.0}, "The tea", "satisfied"),
        ("ratio:sentence_words", {}, "Tea is hot. Ice melted. We saw Tea.", "violated"),
        ("words:consonants", {}, "ARTS & crafts", "satisfied"),
        ("words:vowel", {}, "áéíóú yes", "satisfied"),
        ("words:repeats", {"small_n": 1}, "—", "satisfied"),
        ("words:prime_lengths", {}, "a" * 101, "satisfied"),
        ("format:newline", {}, "- Tea\n- is", "satisfied"),
        ("format:emoji", {}, "1. Tea is hot! 🍵", "satisfied"),
        ("format:emoji", {}, "Tea is hot ❤️.", "satisfied"),
        ("format:emoji", {}, "🍵", "violated"),
        ("format:list", {"sep": "..."}, "... Tea\n... milk", "satisfied"),
        ("format:list", {"sep": "SEPARATOR"}, "aSEPARATORb SEPARATOR", "violated"),
        ("format:thesis", {}, "<i>Tea <b>is</b></i> hot", "satisfied"),
        ("format:thesis", {}, "<i>Tea is</em> hot", "violated"),
        ("format:title_case", {}, "Well-known Tea—And “Milk”", "satisfied"),
        ("format:title_case", {}, "Tea—and Milk", "violated"),
        ("format:title_case", {}, "A tEA", "violated"),
        ("custom:european_capitals_sort", {}, "Reykjavík, Helsinki", "violated"),
        ("custom:date_format_list", {}, "1812-02-29,", "violated"),
        ("custom:csv_city", {}, "a" * 200_000, "violated"),
        ("custom:csv_quotes", {}, HEADER + '"1"\t"2"\n' * 3, "violated"),
        ("custom:csv_quotes", {}, HEADER + '1\t"2"\t"3"\t"4"\t"5"\n' * 3, "violated"),
        ("repeat:repeat_change", {"prompt_to_repeat": "Tea"}, "Milk", "satisfied"),
    ],
)
def test_a_verdict(id: str, kwargs: dict[str, Any], text: str, expected: str) -> None:
    assert status(id, text, **kwargs) == expected


def test_the_words_are_told_by_numbers_as_people_say_them() -> None:
    japanese, keyword = REGISTRY["count:words_japanese"], REGISTRY["sentence:keyword"]
    asked = [japanese.bind({"N": n}).describe().split()[1] for n in (1, 2, 3, 4, 11, 12, 13, 22)]
    assert asked == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "22nd"]
    assert "22-nd sentence" in keyword.bind({"word": "tea", "N": 22}).describe()


def test_what_is_repeated_must_stay_in_the_instruction() -> None:
    change = REGISTRY["repeat:repeat_change"].bind({"prompt_to_repeat": " Make tea. "})
    assert change.quoted() == ("Make tea.",)


# The list of NLTK has 153 words without an apostrophe, in all its versions so far.
def test_the_stop_words_are_as_many_as_those_of_nltk() -> None:
    assert len(STOP_WORDS) == 153


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tea is hot.</p><p>So is <b>milk</b>.", ["Tea is hot.", "So is milk."]),
        ('He said, "Tea." She left.', ['He said, "Tea."', "She left."]),
        ("Is it? ) Yes.", ["Is it? )", "Yes."]),
        ("a < b and c > d.", ["a < b and c > d."]),
        ("  ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert analyses.sentences(text) == expected


def test_the_published_sentences() -> None:
    text = 'Dr. Fox paid 3.50 at tea.com. "Why?" Ann Jr. asked... He left the U.S. He sang!'
    assert published.sentences(text) == [
        "Dr. Fox paid 3.50 at tea.com.",
        '"Why"?',
        "Ann Jr. asked...",
        "He left the U.S.",
        "He sang!",
    ]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("\"a 'b' c\"", 2),
        ("'a \"b 'c' d\" e'", 3),
        ("the dogs' tea and the cats' milk, 'tis \"true\"", 1),
        ('"He said, \'Ann said, "tea."\'"', 3),
        ("“a ‘b “c” d’ e”", 3),
        ('"a" "b" "c"', 1),
        ("don't \"won't\" 'can't'", 1),
        ('"""', 0),
    ],
)
def test_levels_of_quotations(text: str, levels: int) -> None:
    assert nested_quotes(text) == levels


@given(st.text("([{}])x", max_size=40))
def test_brackets_are_as_deep_as_they_can_be_taken_out_from_within(text: str) -> None:
    """Take innermost pairs out, a level at a time, between brackets that close nothing."""
    broken, open_ = [""], []
    for char in text.replace("x", ""):
        if char in ")]}" and (not open_ or open_.pop() != {")": "(", "]": "[", "}": "{"}[char]):
            broken, open_ = [*broken, ""], []
            continue
        if char in "([{":
            open_.append(char)
        broken[-1] += char
    deepest = 0
    for part in broken:
        level, rest = 0, part
        marks = [0]
        for char in rest:
            if char in "([{":
                marks.append(0)
            else:
                level = marks.pop() + 1
                marks[-1] = max(marks[-1], level)
                deepest = max(deepest, level)
    assert nested_brackets(text) == deepest


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("You'll see that it’s mine", 4),
        ("she/her/hers", 3),
        ("all-in-one, its_own, me.txt, shell", 0),
        ("**This** is <i>hers</i>.", 2),
        ('Who? What! (Each) "us" them...', 5),
    ],
)
def test_pronouns(text: str, number: int) -> None:
    assert count_pronouns(text) == number


@pytest.fixture
def without_tagger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_verb, "_has_tagger", lambda: False)


@pytest.mark.usefixtures("without_tagger")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write a poem.", "satisfied"),
        ("is it so?", "satisfied"),
        ("Plan the trip.", "satisfied"),
        ("Design your house.", "satisfied"),
        ("Sure, here it is.", "violated"),
        ("I think so.", "violated"),
        ("Certainly!", "violated"),
        ('"Write it."', "violated"),
        ("# Title", "violated"),
        ("Conceives", "unknown"),
        ("Running late", "unknown"),
        ("Plan for it.", "unknown"),
        ("Xyzzyfies tea.", "unknown"),
    ],
)
def test_first_words_by_the_lexicon(text: str, expected: str) -> None:
    assert status("words:start_verb", text) == expected
    assert start_verb.tagger() == "lexicon of textblob"


def test_nltks_tagger_is_used_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def pos_tag(tokens: list[str]) -> list[tuple[str, str]]:
        seen.append(tokens)
        return [(token, "VBZ") for token in tokens]

    monkeypatch.setattr(start_verb, "_has_tagger", lambda: True)
    monkeypatch.setattr("nltk.pos_tag", pos_tag)
    assert status("words:start_verb", "Conceives of it, and of much more.") == "satisfied"
    assert seen == [["Conceives", "of", "it"]]
    assert start_verb.tagger().startswith("nltk ")


def test_a_tagger_whose_data_are_lacking_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import nltk.data

    (tmp_path / "taggers").mkdir()
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    start_verb._has_tagger.cache_clear()
    try:
        assert start_verb.tagger() == "lexicon of textblob"
    finally:
        start_verb._has_tagger.cache_clear()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Tea is hot\n- Milk is cold 🥛", "unknown"),
        ("Tea is hot\n\nMilk is cold 🥛", "unknown"),
        ("# Tea\n\nMilk is cold 🥛", "satisfied"),
        ("Hot and cold:\n\n1. Tea 🍵\n2. Milk 🥛", "satisfied"),
        ("Tea is hot.\n\nMilk is cold 🥛", "violated"),
    ],
)
def test_a_line_that_no_mark_ends_may_be_a_sentence(text: str, expected: str) -> None:
    assert status("format:emoji", text) == expected
