from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.tokenize import NLTKWordTokenizer

from hir_verifiers.exact import tokenizer
from hir_verifiers.exact.tokenizer import count_capitals

TOKENIZER = NLTKWordTokenizer()

# Every sign that a pattern of the tokenizer names, and every kind of white space.
SIGNS = "\"'`.,:;@#$%&?!*()[]{}<>-«»“”‘’„\u2012\u2013\u2014\u2015 \n\t\r\x1c\x85\xa0\u2028\u3000"
WORDS = "A B a b 1 É é ǅ 's 'S n't N'T 'll 'LL CANNOT D'YE MORE'N GIMME WANNA 'TIS 'TWAS \ud800"
texts = st.one_of(
    st.lists(st.sampled_from([*SIGNS, *WORDS.split()]), max_size=8).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=6),
    st.text("A.\"' )", max_size=8),
)


WORDS_OF_SENTENCES = (
    "a A 5 tea Tea's don't DON'T n't we'll I'm they've he'd 's cannot 'tis 3,000 10:30 e.g. x_y "
    "rock'n'roll can't's dogs' end."
)
SIGNS_OF_SENTENCES = '.) ?) . .. , :, ; -- - / @ # $ % & * ( [ ] } > < \' " " ` é ’ ” “ – ٣'
sentences = st.lists(
    st.sampled_from(
        [*WORDS_OF_SENTENCES.split(), *SIGNS_OF_SENTENCES.split(), " ", " ", "\n", "\x1c"]
    ),
    max_size=9,
).map("".join)


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "400")), deadline=None)
@given(st.one_of(sentences, texts))
def test_tokens_are_those_of_nltk(sentence: str) -> None:
    assert tokenizer.tokens(sentence) == TOKENIZER.tokenize(sentence)


def alone(text: str) -> int:
    return sum(token.isupper() for token in TOKENIZER.tokenize(text))


@contextmanager
def made_anew() -> Iterator[None]:
    """Let what is made of NLTK's patterns be made of those that the test has put there."""
    made = (
        tokenizer._tokenizer,
        tokenizer._tokenizers_of_one,
        tokenizer._tokenizers_of_many,
        tokenizer._contractions,
    )
    for cached in made:
        cached.cache_clear()
    try:
        yield
    finally:
        for cached in made:
            cached.cache_clear()


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "500")), deadline=None)
@given(st.lists(texts, max_size=8))
@example(["A:\n", "A:"])
@example(["'S", "A", "'S", "."])
@example(["A.", ')A.")', "A"])
@example(["\ufdd0A", "A.", "A\ufdd0"])
def test_many_texts_at_once_are_as_each_alone(texts: list[str]) -> None:
    assert count_capitals(texts) == list(map(alone, texts))


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_at_each_end(sign: str) -> None:
    texts = [frame.format(sign) for frame in ("{}", "A{}", "{}A", "A.{}", "{0}{0}", " {}", "{} ")]
    both = [f"{first}{second}" for first in texts for second in (sign, ".", "'S", '"', " ", "A")]
    assert count_capitals(both) == list(map(alone, both))


def test_more_texts_than_go_over_at_once() -> None:
    texts = [f"{'A' * (number % 3)} {number}." for number in range(9000)]
    assert count_capitals(texts) == [alone(text) for text in texts]


@pytest.mark.parametrize("pattern", [r"\S", r"[\S]", r"a.b", r"\Aa", r"(?m)^a", r"\B", r"[^]]"])
def test_a_pattern_that_sees_separators_is_not_used(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [(re.compile(pattern), "A ")]
    rules: Any = NLTKWordTokenizer.PUNCTUATION
    monkeypatch.setattr(NLTKWordTokenizer, "PUNCTUATION", [*rules, *changed])
    with made_anew():
        assert tokenizer._tokenizers_of_many() is None
        texts = ["B.", "a-b", "", "A:"]
        assert count_capitals(texts) == list(map(alone, texts))


def test_contractions_that_cannot_be_told_are_in_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = re.compile(r"(?i)\b(x+)(b)\b")
    monkeypatch.setattr(NLTKWordTokenizer, "CONTRACTIONS2", [odd])
    with made_anew():
        assert count_capitals(["XXB", "XC", "CANNOT"]) == [2, 1, 1]


def test_no_other_sign_is_a_letter_without_regard_to_case() -> None:
    others = "".join(map(chr, range(0x80, sys.maxunicode + 1)))
    for plain in "abcdefghijklmnopqrstuvwxyz'":
        letters = re.findall(f"(?i){plain}", others) + regex.findall(f"(?i){plain}", others)
        assert all(
            plain == one.translate(str.maketrans(tokenizer._LETTERS_BY_CASE)) for one in letters
        )


def test_contractions_are_known() -> None:
    words = ("CANNOT", "D'YE", "GIMME", "GONNA", "GOTTA", "LEMME", "MORE'N", "WANNA", "'TIS")
    for word in words:
        assert tokenizer._contractions().search(word.lower())
    texts = [f"{before}{word}{after}" for word in words for before in ' "(x' for after in " .,Xıſ"]
    assert count_capitals(texts) == list(map(alone, texts))


def test_the_patterns_of_this_nltk_go_over_many_texts() -> None:
    assert tokenizer._tokenizers_of_many() is not None
    assert isinstance(tokenizer._tokenizer().CONTRACTIONS2[0], re.Pattern | regex.Pattern)
