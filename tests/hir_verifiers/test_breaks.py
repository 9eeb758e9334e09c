from __future__ import annotations

import itertools
import os
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer, PunktToken

from hir_verifiers.exact import sentences
from hir_verifiers.exact.breaks import Breaks, _is_sign
from hir_verifiers.punkt import embedded

# Abbreviations, initials, numbers, collocations, ellipses, starters, and words that Punkt knows by
# their case; with every sign that it has a rule for.
FIRST = """
Dr. dr. e.g. U.S. J. j. É. I. Mr-dr. x-Dr. a-b. Word. word. 'A. 'a. 1. 1,5. -3. 12.5. ٣. ½. 1a. a1.
... .. a.. . ? ! ?! *. #. %. 's. n't. no. No. p.m. vs. ##number##. _. \ud800. ǅ. 你. İ. ß.
1>. 1-. -1-2. .5. --. 1-Dr.
"""
SECOND = """
The the The. the. It it Word word WORD 'A 'a 1 2. Dr. dr , ; : . ! ? ... - -- ( ) " ' “ ” a. A. J.
1>. 1-2 1, ,1 -. Ⓐ ⓐ qzx Qzx Éa éa ß ǅ ı 你好 ½ \ud800 - 's x-y No no. Mark mark inc co _ # * upper
"""
words = st.one_of(
    st.sampled_from([*FIRST.split(), *SECOND.split()]),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.text("aAbT1.,?!'\"-)(* ", max_size=6),
)
contexts = st.lists(words, max_size=5).flatmap(
    lambda parts: st.sampled_from([" ", "\n", "", "\n\n", "\t", "\x1c"]).map(
        lambda gap: gap.join(parts)
    )
)


def pair(params: Any) -> tuple[Breaks, Any]:
    punkt = PunktSentenceTokenizer(params)
    rules = punkt._lang_vars
    rules._re_word_tokenizer = sentences.untimed(rules._word_tokenizer_re())
    return Breaks(punkt, rules.word_tokenize), punkt.text_contains_sentbreak


OWN, NLTK = pair(embedded())
BARE_OWN, BARE_NLTK = pair(PunktParameters())


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "500")), deadline=None)
@given(contexts)
@example("")
@example("a.\n\n\x1c\nB")
@example(". . . . A")
def test_it_says_what_punkt_says(context: str) -> None:
    assert OWN(context) == NLTK(context)
    assert BARE_OWN(context) == BARE_NLTK(context)


@pytest.mark.parametrize("first", FIRST.split())
def test_each_kind_of_pair(first: str) -> None:
    for second, gap in itertools.product(SECOND.split(), (" ", "\n")):
        context = f"{first}{gap}{second}"
        assert OWN(context) == NLTK(context), context


def test_signs_are_neither_initials_nor_numbers() -> None:
    signs = list(filter(_is_sign, map(chr, range(sys.maxunicode + 1))))
    tokens = [PunktToken(f"{sign}.") for sign in signs]
    assert len(tokens) > 1000
    assert not any(token.is_initial or token.is_number for token in tokens)


def test_collocations_are_known() -> None:
    params = PunktParameters()
    params.collocations = {("##number##", "bay"), ("x", "the"), (".", "so")}
    params.sent_starters = {"yet"}
    params.abbrev_types = {"y"}
    own, nltk = pair(params)
    for first, second in itertools.product(
        ("1.", "x.", "X.", ".", "y.", "q-y.", "ab."),
        ("bay", "Bay.", "the", "The", "so", "So.", "yet", "Yet", "zz"),
    ):
        context = f"{first} {second}"
        assert own(context) == nltk(context), context
