"""IFTrain's verifiers: the reference's verdicts, the published sentences, and where we differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, KwargsError, Response
from hir_plugin_iftrain.analyses import end_tokens, tokens_by_sentence
from hir_plugin_iftrain.splitting import split_sentences, words_of

KIT = hir_kit.load(installed=False)
IDS = [id for id in KIT.registry if KIT.registry.owner(id) == "hir_plugin_iftrain"]
RELATIONS = ("at least", "less than")

# Where the sentence and the reference contradict each other (docs/deviations.md).
DEVIATIONS = {
    "count:count_unique",
    "count:counting_composition",
    "detectable_format:sentence_hyphens",
    "first_word:first_word_answer",
    "first_word:first_word_sent",
    "keywords:exclude_word_harder",
    "keywords:keyword_specific_position",
    "keywords:no_adjacent_consecutive",
    "keywords:palindrome",
    "keywords:start_end",
    "keywords:word_count_different_numbers",
    "keywords:word_once",
    "last_word:last_word_answer",
    "last_word:last_word_sent",
    "new:copy_span_idx",
    "paragraphs:paragraphs2",
    "punctuation:punctuation_dot",
    "punctuation:punctuation_exclamation",
}


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, Any]]:
    path = shared / "data" / "iftrain" / "reference_verdicts.jsonl"
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in found if not row.get("unstable")]


def _wanted(row: dict[str, Any]) -> tuple[str, str]:
    if row["error"]:
        return "unknown", "unknown"
    return tuple("satisfied" if row[way] else "violated" for way in ("strict", "loose"))  # type: ignore[return-value]  # of two


def _answer(row: dict[str, Any], reference: bool) -> tuple[str, str] | None:
    """Return the strict and the loose verdict; None where the relation is refused."""
    how = hir_kit.CheckOptions(loose=True, reference=reference)
    try:
        checked = KIT.checker([ConstraintSpec(row["id"], row["kwargs"])], how).check(
            row["response"]
        )
    except KwargsError:
        assert row["kwargs"]["relation"] not in RELATIONS
        return None
    assert checked.loose is not None
    return checked.strict[0].status.value, checked.loose[0].status.value


def test_all_ids_are_there(rows: list[dict[str, Any]]) -> None:
    assert len(IDS) == 29
    assert {row["id"] for row in rows} == set(IDS)


def test_with_reference_every_stable_verdict_is_the_references(rows: list[dict[str, Any]]) -> None:
    answers = [(row, _answer(row, reference=True)) for row in rows]
    refused = [row for row, answer in answers if answer is None]
    assert [row["strict"] for row in refused] == [False, False]
    assert not [row["n"] for row, answer in answers if answer and answer != _wanted(row)]


def test_without_it_the_listed_constraints_differ_and_no_others(
    rows: list[dict[str, Any]],
) -> None:
    answers = [(row, _answer(row, reference=False)) for row in rows if not row["error"]]
    differ = {row["id"] for row, answer in answers if answer and answer != _wanted(row)}
    # Texts that read as expressions, "C++" and "(sic": literal in all that look for texts.
    assert differ - {"copy:repeat_phrase", "count:count_increment_word"} == DEVIATIONS


def test_sentences_are_the_published_ones(rows: list[dict[str, Any]]) -> None:
    said = [
        row for row in rows if row["description"] and row["kwargs"].get("relation") != "exactly"
    ]
    assert len(said) > 4000
    for row in said:
        sentence = KIT.registry[row["id"]].bind(row["kwargs"]).describe()
        assert sentence == row["description"].rstrip()


def test_of_a_list_of_words_the_first_one_is_meant() -> None:
    verifier = KIT.registry["first_word:first_word_sent"].bind({"first_word": [" Tea ", "milk"]})
    assert verifier.describe() == "The first word of each sentence should be the word Tea."


@pytest.mark.parametrize("id", IDS)
def test_cases_hold(id: str) -> None:
    cls = KIT.registry[id]
    assert {case.expected.value for case in cls.cases} == {"satisfied", "violated"}
    for case in cls.cases:
        verdict = cls.bind(case.kwargs).check(Response(case.response))
        assert verdict.status is case.expected, (case, verdict)
        assert verdict.satisfied or verdict.reason


@pytest.mark.parametrize("id", IDS)
def test_missing_kwargs_are_refused(id: str) -> None:
    cls = KIT.registry[id]
    kwargs = dict(cls.cases[0].kwargs)
    for name in kwargs:
        rest = {key: value for key, value in kwargs.items() if key != name}
        with pytest.raises(KwargsError, match=f"'{name}' is missing"):
            cls.bind(rest)


@pytest.mark.parametrize(
    ("id", "kwargs", "said"),
    [
        ("copy:repeat_phrase", {"phrase": "tea time", "small_n": 2}, "three words"),
        ("new:copy_span_idx", {"prompt_to_repeat": "Tea", "n_start": 2, "n_end": 1}, "is behind"),
        ("first_word:first_word_sent", {"first_word": []}, "first_word"),
        ("letters:letter_counting", {"N": 3, "relation": "exactly"}, "Relation"),
        ("letters:letter_counting2", {"letter": "ab", "let_frequency": 1,
                                      "let_relation": "at least"}, "letter"),
    ],
)  # fmt: skip
def test_kwargs_without_a_meaning_are_refused(id: str, kwargs: dict[str, Any], said: str) -> None:
    with pytest.raises(KwargsError, match=said):
        KIT.registry[id].bind(kwargs)


@pytest.mark.parametrize(
    ("start", "end", "span"), [(0, 4, "Green"), (-4, -2, "tea"), (6, 99, "tea."), (-99, 0, "G")]
)
def test_spans_are_counted_from_either_end(start: int, end: int, span: str) -> None:
    kwargs = {"prompt_to_repeat": "Green tea.", "n_start": start, "n_end": end}
    verifier = KIT.registry["new:copy_span_idx"].bind(kwargs)
    assert verifier.check(Response(span)).satisfied
    assert not verifier.check(Response(span + "!")).satisfied


# sentences and words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Lee drank 3.5 cups. Then she left!", ["Dr. Lee drank 3.5 cups.", "Then she left!"]),
        ("See acme.com. Wait... what?", ["See acme.com.", "Wait...", "what?"]),
        ("She has a Ph.D. from U.S. schools.", ["She has a Ph.D. from U.S. schools."]),
        ("Tea Co. He left Acme Inc. today.", ["Tea Co", "He left Acme Inc. today."]),
        ('"Tea." he said.', ['"Tea".', "he said."]),
        ("One\ntwo", ["One two"]),
        ("Yes!!", ["Yes!", "!"]),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Don\'t, please," she said.', ["Don't", "please", "she", "said"]),
        ("A well-known (green) tea—hot", ["A", "well-known", "green", "tea", "hot"]),
        ("1,000 or 3.14, and/or 12:30", ["1,000", "or", "3.14", "and", "or", "12:30"]),
        ("- * ... !?", []),
        ("वह हिन्दी बोलता है।", ["वह", "हिन्दी", "बोलता", "है"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Tea is " + "hot and " * 3000 + "ready, tea",
        '"Tea. ' * 3000 + 'tea."',
        "x" * 20000 + " tea",
        "(" * 10000 + ")",
        "don't " * 5000 + "can't",
        "\n\n Tea" + " " * 20000 + "tea \n",
    ],
)
def test_the_ends_of_a_long_text_are_those_of_all_its_tokens(text: str) -> None:
    tokens = [token for found in tokens_by_sentence(text) for token in found]
    assert end_tokens(text) == (tokens[0], tokens[-1])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("- We drink milk\n- They drink tea", "unknown"),
        ("We drink milk\n\nThey drink tea.", "unknown"),
        ("# Milk\n\nWe drink tea.", "satisfied"),
        ("This is for you:\n\n- We drink tea.\n- They drink tea.", "satisfied"),
        ("We drink milk.\n\nThey drink tea", "violated"),
    ],
)
def test_a_line_that_no_mark_ends_may_be_a_sentence(text: str, status: str) -> None:
    verifier = KIT.registry.bind(ConstraintSpec("last_word:last_word_sent", {"last_word": "tea"}))
    assert verifier.check(Response(text)).status == status
