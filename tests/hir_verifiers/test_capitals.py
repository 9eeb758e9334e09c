from __future__ import annotations

import itertools
import json
import os
import re
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.tokenize import NLTKWordTokenizer

from hir_verifiers.exact.capitals import _BEYOND_CAPITALS, _CASED, count_capital_words
from hir_verifiers.exact.sentences import sentences

TOKENIZER = NLTKWordTokenizer()


def reference(text: str) -> int:
    """Do what ``nltk.word_tokenize`` does, with the sentences that are in use here."""
    tokens = [token for sentence in sentences(text) for token in TOKENIZER.tokenize(sentence)]
    return sum(token.isupper() for token in tokens)


WORDS = """
word Word WORD A I a I'm I'M IT'S It's they'RE CAn't CAN'T Can't Dn't D'ye D'YE d'Ye MORE'N More'N
'Tis 'TIS 'T 'TWAS 'Twas Cannot CANNOT CANnot canNOT GIMME Gonna GONNA WANNA wanNA lemME GOTTA 'S
'LL 'ABC' 'Abc' ''ABC'' "ABC" "A "B C" `A ``A B`` «A» “A” ‘A’ „A A“ (A) [A] {A} <A> A) A] A.B. U.S.
U.S.A ABC. ABC.' ABC.") ABC.) ABC.'' ABC.’ ABC.” . ." .) ' '' '. '' " ” ’ ) ] } > A: A, A:B A,B A,,B
A,1 1,A 1A A1 A-B A--B A—B A–B A‒B A/B A_B A;B A@B #A $A %A A&B A? A! A?! *A* **A** **ABC:** A...
A.. ...A A.. É ÉCOLE École éCOLE ǅ ǅA 𝐀𝐁 Ⓐ Ⅷ ΣΑΣ Σας İ ß ẞ 你A好 A。 שלוםA ½A A½ A\x00 \x00 \ud800A
A\u200b \ufeffA A\x1cB A\xa0B \u3000A \x1c \x85 \u2028 A.\x1c
CANNOT, GONNA! HANNA. WORD, WORD!? WORD_ _WORD WORD's WORD" WORD” ÉWORD WORDÉ wORD WORd W W,
WO-RD WORD*
'A\x1c'S DON'Ts O'Neil O'NEIL 'n' 'N' rock'N'ROLL 1. 2. B.
"""
pieces = st.one_of(
    st.sampled_from(re.split("[ \n]+", WORDS)),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.text("ABab1.,:'\"` \n)(!?*-", max_size=8),
    st.text("CANOTcanotDYEdyeSs'’ ", max_size=8),
)
gaps = st.sampled_from([" ", " ", " ", "", "\n", "\n\n", "  ", "\t", " \n", "\x1c", "\xa0", "\r"])
texts = st.lists(st.tuples(pieces, gaps), max_size=12).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "500")), deadline=None)
@given(texts)
@example("")
@example("NO. ” )")
@example('yes."No NO')
@example("A.\n)")
@example("NASA.:1B x")
@example("I'm\x1c")
@example("nD'D'")
@example("A'S.\n) X'S.\n)x 'S.'S., ''S")
def test_it_counts_as_nltk_does(text: str) -> None:
    assert count_capital_words(text) == reference(text)


@pytest.mark.parametrize("word", re.split("[ \n]+", WORDS.strip()))
def test_each_odd_word_in_each_place(word: str) -> None:
    for frame in ("{}", "{} x", "x {}", "x {} x", "x\n{}\nx", '"{}"', "({}). X", "{} ) ”", " {} "):
        text = frame.format(word)
        assert count_capital_words(text) == reference(text), text


def test_every_real_text_gets_nltks_count(shared: Path) -> None:
    """As it is, and with its letters in one of three other ways."""
    ways = itertools.cycle((str.upper, str.title, str.swapcase))
    for path in sorted(shared.glob("data/if*/*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            for text in (row[key] for key in ("prompt", "response") if key in row):
                for shape in (text, next(ways)(text)):
                    assert count_capital_words(shape) == reference(shape)


def test_no_capital_is_beyond_those_looked_for() -> None:
    assert not any(map(str.isupper, map(chr, range(_BEYOND_CAPITALS, sys.maxunicode + 1))))


def test_no_letter_with_case_is_taken_for_one_without() -> None:
    others = re.compile(f"[^{_CASED}]")
    for char in others.findall("".join(map(chr, range(sys.maxunicode + 1)))):
        assert not any((char.isupper(), char.islower(), char.istitle()))


def test_what_counts() -> None:
    assert count_capital_words("NASA and the U.S. met. I CANNOT say.") == 5


@pytest.mark.parametrize(
    "unit",
    ["THE CAT. ", "A,", "A. ", 'X, "Y" ', "A\x00", "你好ABC。", "\ud800A ", "שלום A! ", "A' ", "a"],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (200_000 // len(unit)) + "Z!"
    start = time.process_time()
    count_capital_words(text)
    assert time.process_time() - start < 2
