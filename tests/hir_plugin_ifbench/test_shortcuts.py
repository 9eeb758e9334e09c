"""What the published checkers see, found by a shorter way: the same as by the long one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import Response
from hir_plugin_ifbench import published
from hir_plugin_ifbench.ratio import trigrams
from hir_plugin_ifbench.style import TitleCase

_PARTS = [
    "Mr", "St.", "Ph.D.", "Inc.", "Co", ".", "..", "!", "?", '"', "”", "a", "B", "é", "x", "1",
    ".c", "com", "The ", "He ", " ", "\n", "\t", "\xa0",
]  # fmt: skip
_WORDS = [
    "Tea ", "Don't ", "CAN'T ", "Cannot ", "GONNA ", "Gimme! ", "'Tis ", "a ", "of ", "(of) ",
    "ié ", "X-ray ", "Y'all ", "D'ye ", "More'n ", "Wanna\n", "U.S. ", "3rd ", "... ", "We'll ",
    "É ", "aB ",
]  # fmt: skip


def _by_all_rules(text: str) -> list[str]:
    text = f" {text}  ".replace("\n", " ")
    for rule, by in published._RULES:
        text = rule.sub(by, text)
    dot, stop = published._DOT, published._STOP
    text = published._DOTS.sub(lambda dots: dot * len(dots[0]) + stop, text)
    text = text.replace("Ph.D.", f"Ph{dot}D{dot}")
    for rule, by in published._LATER_RULES:
        text = rule.sub(by, text)
    for mark, moved in published._MOVED:
        text = text.replace(mark, moved)
    for mark in ".?!":
        text = text.replace(mark, f"{mark}{stop}")
    found = [part.strip() for part in text.replace(dot, ".").split(stop)]
    return found[:-1] if not found[-1] else found


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_PARTS), max_size=12).map("".join))
def test_rules_that_are_passed_over_would_change_nothing(text: str) -> None:
    assert published.sentences(text) == _by_all_rules(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map("".join))
def test_small_words_are_tokens_of_nltk(text: str) -> None:
    title = TitleCase.bind({})
    found = title.check_reference(Response(text))
    assert isinstance(title, TitleCase)
    assert found.status is title._none_small(published.tokens(text)).status


@given(st.text("abä.😀漢", max_size=12), st.text("abä.😀漢", max_size=12))
def test_trigrams_are_told_apart(one: str, other: str) -> None:
    plain = [set(zip(text, text[1:], text[2:], strict=False)) for text in (one, other)]
    found = [trigrams(text) for text in (one, other)]
    assert [len(some) for some in found] == [len(some) for some in plain]
    assert len(found[0] & found[1]) == len(plain[0] & plain[1])
