"""MulDimIF's sentences: which are bound, and that the published checkers decide the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import CheckOptions, ConstraintSpec
from hir_kit.selfcheck import self_check
from hir_plugin_datasets.muldimif import read_triples
from hir_plugin_muldimif.grammar import verifier_of
from hir_plugin_muldimif.verifiers import VERIFIERS

REGISTRY = hir_kit.load(installed=False).registry
CHECKERS = {
    "muldimif:words": "Length_Words",
    "muldimif:keywords": "Content_Keywords",
    "muldimif:ending_punctuation": "Content_Punctuation",
    "muldimif:capitalized_words": "Language_English",
    "muldimif:uppercase": "Language_English",
}
CHINESE = 8
TEXTS = [
    "One two three.",
    "One two, three - four.",
    "don't stop well-known words now",
    "key",
    "Two keys and a Key!",
    "KEY_1 or keyword?",
    "C++, RAIN and a snow day.",
    "C and rain; snow days",
    "今天下雨了，key。 One two",
    "Is it so?\n",
    "It is so!;",
    '"It is so."',
    "Tea Is (ready) 3rd **so** École",
    "école Über",
    "TEA AT 5!",
    "STRASSE ß",
    "x " * 1000 + "end.",
    "  Wait...  ",
]
# What the published checkers (Junjie-Ye/MulDimIF, Code/evaluation) answer for each of the texts.
ANSWERS = [
    ("Length_Words", "At most 4 words", "100101000111011101"),
    ("Length_Words", "The answer must contain at least 4 words.", "011010111000100010"),
    ("Length_Words", "The response should not exceed 4 words", "100101000111011101"),
    ("Length_Words", "The answer must be between 3 to 5 words long", "111011010111001000"),
    ("Length_Words", "the output must be no longer than 4 words in length", "100101000111011101"),
    ("Length_Words", "Exactly 4 words", "000000000000000000"),
    ("Length_Words", "The answer must contain at least 1,000 words", "000000000000000010"),
    ("Content_Keywords", "Must include the keyword 'key'", "000110001000000000"),
    (
        "Content_Keywords",
        "The answer must include the keywords 'C++', 'rain' and \"Snow Day\".",
        "000000100000000000",
    ),
    ("Content_Keywords", "Include the term '雨'", "000000001000000000"),
    ("Content_Punctuation", "end with a period", "110000100000000011"),
    ("Content_Punctuation", "The answer must end with a question mark.", "000001000100000000"),
    ("Content_Punctuation", "Ending punctuation must be an exclamation mark", "000010000000001000"),
    ("Content_Punctuation", "The response should conclude with a semicolon", "000000000010000000"),
    (
        "Language_English",
        "The answer must use capitalized letters for each word",
        "000000000000111101",
    ),
    ("Language_English", "The answer must be in all uppercase letters.", "000000000000001000"),
]


def _statuses(spec: ConstraintSpec, *, reference: bool) -> list[str]:
    checker = hir_kit.Checker(REGISTRY, [spec], CheckOptions(reference=reference))
    return [str(checker.check(text).strict[0].status) for text in TEXTS]


@pytest.mark.parametrize(("checker", "sentence", "answers"), ANSWERS)
def test_what_is_bound_is_decided_as_the_published_checker_decides_it(
    checker: str, sentence: str, answers: str
) -> None:
    bound = verifier_of(checker, sentence)
    assert bound is not None
    wanted = ["satisfied" if answer == "1" else "violated" for answer in answers]
    assert _statuses(ConstraintSpec(*bound), reference=True) == wanted
    if checker == "Length_Words":
        wanted[CHINESE] = "unknown"
    assert _statuses(ConstraintSpec(*bound), reference=False) == wanted


UNBOUND = [
    # a part of the answer, a reason or a second wish
    ("Length_Words", "Each slide must contain at most 50 words"),
    ("Length_Words", "The summary must be at most 50 words"),
    ("Length_Words", "The answer must be at most 50 words to ensure clarity"),
    ("Length_Words", "The answer must be at most 50 words and end with a period"),
    # what the published checker does not read, or reads otherwise
    ("Length_Words", "The answer must be fewer than 50 words"),
    ("Length_Words", "The answer must be at most fifty words"),
    ("Length_Words", "The answer must be at least 0 words"),
    ("Length_Words", "The answer must be at most 5 sentences"),
    ("Content_Keywords", "Must include the keyword 'data' in each sentence"),
    ("Content_Keywords", "Must include the keyword 'data' at least twice"),
    ("Content_Keywords", "Must include the keywords 'Trick or Treat' and 'pumpkin'"),
    ("Content_Keywords", "Must include the keyword 'every day'"),
    ("Content_Keywords", "Must include the keyword 'at least 3 words'"),
    ("Content_Keywords", "Must include the keyword 'Joseph's Island'"),
    ("Content_Keywords", "Must include the keywords 'a' or 'b'"),
    ("Content_Keywords", "Must include the keyword ' data'"),
    ("Content_Keywords", "Must not include the keyword 'data'"),
    ("Content_Keywords", "The keyword 'data'"),
    ("Content_Punctuation", "Each sentence must end with a period"),
    ("Content_Punctuation", "The answer must not end with a period"),
    ("Content_Punctuation", "The answer must end with a period or a question mark"),
    ("Content_Punctuation", "The answer must end with a comma"),
    ("Language_English", "The table headers must use capitalized letters for each word"),
    ("Language_English", "The answer must be in English"),
    # the sentence of another checker
    ("Format_Others", "At most 50 words"),
    ("Content_Keywords", "The answer must end with a period"),
    ("Length_Sentences", "The answer must contain at least 5 sentences"),
]


@pytest.mark.parametrize(("checker", "sentence"), UNBOUND)
def test_what_says_more_or_other_is_not_bound(checker: str, sentence: str) -> None:
    assert verifier_of(checker, sentence) is None


KWARGS = st.one_of(
    st.tuples(st.just("muldimif:words"), st.builds(dict, min_words=st.integers(1, 999_999))),
    st.tuples(st.just("muldimif:words"), st.builds(dict, max_words=st.integers(0, 999_999))),
    st.tuples(
        st.just("muldimif:words"),
        st.builds(
            lambda low, more: {"min_words": low, "max_words": low + more},
            st.integers(1, 500),
            st.integers(0, 500),
        ),
    ),
    st.tuples(
        st.just("muldimif:keywords"),
        st.builds(
            dict,
            keywords=st.lists(
                st.sampled_from(["tea", "C++", "new york", "雨"]), min_size=1, max_size=4
            ),
        ),
    ),
    st.tuples(
        st.just("muldimif:ending_punctuation"),
        st.builds(
            dict,
            mark=st.sampled_from(["period", "question mark", "exclamation mark", "semicolon"]),
        ),
    ),
    st.sampled_from([("muldimif:capitalized_words", {}), ("muldimif:uppercase", {})]),
)


@given(KWARGS)
def test_the_sentence_of_a_verifier_is_bound_to_it(pair: tuple[str, dict[str, object]]) -> None:
    id, kwargs = pair
    sentence = REGISTRY.bind(ConstraintSpec(id, kwargs)).describe()
    assert verifier_of(CHECKERS[id], sentence) == (id, kwargs)


@given(st.sampled_from(sorted(set(CHECKERS.values()))), st.text())
def test_any_sentence_is_bound_to_kwargs_that_fit_or_to_none(checker: str, sentence: str) -> None:
    for text in (sentence, f"Must include the keyword '{sentence}'", f"At most {sentence} words"):
        if bound := verifier_of(checker, text):
            REGISTRY.bind(ConstraintSpec(*bound))


@pytest.mark.parametrize("id", sorted(CHECKERS))
def test_each_verifier_keeps_its_own_cases(id: str) -> None:
    assert self_check(REGISTRY, id) == []
    assert {cls.constraint_id for cls in VERIFIERS} == set(CHECKERS)


def test_a_criterion_that_says_other_than_the_sentence_is_not_bound() -> None:
    triple = [["Length", "Words", "At most 50 words"]]
    same, other = "The answer must be at most 50 words.", "At most 50 words in each paragraph"
    assert read_triples(triple, [same])[0].id == "muldimif:words"
    assert read_triples(triple, [other])[0].id == "muldimif:Length_Words"


def test_the_share_that_is_bound(shared: Path) -> None:
    rows = json.loads((shared / "data" / "muldimif" / "test_even_rows.json").read_text("utf-8"))
    found = Counter(spec.id for row in rows for spec in read_triples(row["constraints"]))
    assert sum(found.values()) == 2083
    assert {id: found[id] for id in CHECKERS} == {
        "muldimif:words": 124,
        "muldimif:keywords": 183,
        "muldimif:ending_punctuation": 126,
        "muldimif:capitalized_words": 156,
        "muldimif:uppercase": 10,
    }
