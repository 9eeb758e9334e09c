"""Which words are gone from a text."""

from __future__ import annotations

import time
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from hir_kit.relabel.statements.differences import stretches

WORDS = st.lists(st.sampled_from("abc"), max_size=14)


@given(old=WORDS, new=WORDS)
def test_the_rest_of_both_texts_is_the_same(old: list[str], new: list[str]) -> None:
    found = stretches(old, new)
    left = list(old)
    for low, high, at, end in reversed(found):
        left[low:high] = new[at:end]
    added = len(new) - len(left)
    assert added >= 0
    assert added or left == new
    assert found == sorted(found)


@given(st.permutations("abcdefghij"), st.permutations("abcdefghij"))
def test_stretches_are_those_of_difflib(old: list[str], new: list[str]) -> None:
    known = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [(a, b, c, d) for tag, a, b, c, d in known if tag in ("delete", "replace")]
    assert stretches(old, new) == gone


def test_one_word_repeated_takes_little_time() -> None:
    start = time.process_time()
    old = [*"a" * 30_000, "b", *"a" * 30_000]
    assert stretches(old, ["a"] * 60_000) == [(30_000, 30_001, 30_000, 30_000)]
    assert time.process_time() - start < 3


def test_many_stretches_of_a_long_text_are_found_in_little_time() -> None:
    start = time.process_time()
    kept = [[f"say {number}", *"abcdefghijklm"] for number in range(1_000)]
    old = [word for piece in kept for word in ("no", "commas", *piece)]
    found = stretches(old, [word for piece in kept for word in piece])
    assert [old[low:high] for low, high, *_ in found] == [["no", "commas"]] * 1_000
    assert time.process_time() - start < 3
