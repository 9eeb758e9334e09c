"""What the published checkers see, found by a shorter way: the same as by the long one."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import Response
from hir_plugin_ifbench import published
from hir_plugin_ifbench.ratio import Overlap
from hir_plugin_ifbench.sentence import SentenceKeyword
from hir_plugin_ifbench.style import TitleCase

_PARTS = [
    "Mr", "St.", "Ph.D.", "Inc.", "Co", ".", "..", "!", "?", '"', "”", "a", "B", "é", "x", "1",
    ".c", "com", "tea.\n", "me.\n", "The ", "He ", " ", "\n", "\t", "\xa0", "Jr", "23", ".A.",
    "U.S. ", " J. ",
]  # fmt: skip
_WORDS = [
    "Tea ", "Don't ", "CAN'T ", "Cannot ", "GONNA ", "Gimme! ", "'Tis ", "a ", "of ", "(of) ",
    "ié ", "X-ray ", "Y'all ", "D'ye ", "More'n ", "Wanna\n", "U.S. ", "3rd ", "... ", "We'll ",
    "É ", "aB ",
]  # fmt: skip


_STARTS = (
    r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s|"
    r"That\s|This\s|Wherever)"
)
_RULES = (
    (r"(Mr|St|Mrs|Ms|Dr)[.]", r"\1<prd>"),
    (r"[.](com|net|org|io|gov|edu|me)", r"<prd>\1"),
    (r"([0-9])[.]([0-9])", r"\1<prd>\2"),
    (r"\.{2,}", lambda dots: "<prd>" * len(dots[0]) + "<stop>"),
    (r"Ph[.]D[.]", "Ph<prd>D<prd>"),
    (r"\s([A-Za-z])[.] ", r" \1<prd> "),
    (rf"([A-Z][.][A-Z][.](?:[A-Z][.])?) {_STARTS}", r"\1<stop> \2"),
    (r"([A-Za-z])[.]([A-Za-z])[.]([A-Za-z])[.]", r"\1<prd>\2<prd>\3<prd>"),
    (r"([A-Za-z])[.]([A-Za-z])[.]", r"\1<prd>\2<prd>"),
    (rf" (Inc|Ltd|Jr|Sr|Co)[.] {_STARTS}", r" \1<stop> \2"),
    (r" (Inc|Ltd|Jr|Sr|Co)[.]", r" \1<prd>"),
    (r" ([A-Za-z])[.]", r" \1<prd>"),
    (r"[.]”", "”."),
    (r'[.]"', '".'),
    (r'!"', '"!'),
    (r'\?"', '"?'),
    (r"([.?!])", r"\1<stop>"),
    ("<prd>", "."),
)


def _by_all_rules(text: str) -> list[str]:
    """Return the sentences as the published package finds them, rule by rule."""
    text = f" {text}  ".replace("\n", " ")
    for rule, by in _RULES:
        text = re.sub(rule, by, text)
    found = [part.strip() for part in text.split("<stop>")]
    return found[:-1] if not found[-1] else found


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_PARTS), max_size=20).map("".join))
def test_rules_that_are_passed_over_would_change_nothing(text: str) -> None:
    assert published.sentences(text) == _by_all_rules(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map("".join))
def test_small_words_are_tokens_of_nltk(text: str) -> None:
    title = TitleCase.bind({})
    found = title.check_reference(Response(text))
    assert isinstance(title, TitleCase)
    assert found.status is title._none_small(published.tokens(text)).status


_SIGNS = st.sampled_from(("ab", "ab.", "abä.😀漢\ud800", "a\x80\x81éÿ漢"))
_TEXTS = _SIGNS.flatmap(lambda signs: st.text(signs, max_size=12))
_MANY_SIGNS = "".join(map(chr, range(0x80, 0x180)))


@given(_TEXTS.filter(lambda text: len(text) > 2), _TEXTS, st.sampled_from(("", _MANY_SIGNS)))
def test_trigrams_are_told_apart(text: str, other: str, more: str) -> None:
    text += more
    ours, theirs = (set(zip(one, one[1:], one[2:], strict=False)) for one in (text, other))
    overlap = Overlap.bind({"reference_text": other, "percentage": 50})
    share = round(len(ours & theirs) / len(ours) * 100, 2)
    assert overlap.check(Response(text)).measured == share


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PARTS), max_size=12).map("".join), st.integers(1, 4))
def test_a_word_is_looked_for_in_its_sentence(text: str, place: int) -> None:
    for word in ("com", "A", "x1", "Mr.", "e"):
        found = published.sentences(text)[place - 1 : place]
        said = SentenceKeyword.bind({"word": word, "N": place}).check_reference(Response(text))
        assert said.satisfied is any(word.lower() in one.lower() for one in found)


@given(st.lists(st.text("ab. ", max_size=8), max_size=5).map("\n".join), st.integers(0, 100))
def test_parts_that_are_passed_over_meet_no_overlap(text: str, percentage: int) -> None:
    overlap = Overlap.bind({"reference_text": "ab. ba", "percentage": percentage})
    for part in Response(text).loose_variants:
        assert overlap.check(part).status is overlap.check(Response(part.text)).status
