"""Ends and brackets are told from the few characters that decide, as by looking at all of them."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from hir_kit import Response, Status
from hir_verifiers.content import NumberPlaceholders
from hir_verifiers.patterns import folded
from hir_verifiers.startend import EndChecker

WORDS = ["a", "I", "\u0130", "e\u0301", "\u03a3", "\u0301", "bye", "now.", "x" * 40]
SIGNS = [" ", "  ", "\n", "\xa0", "\u2000", '"', "“", "”", "’", "."]
TEXTS = st.lists(st.sampled_from(WORDS + SIGNS), max_size=14).map("".join)


@given(TEXTS, TEXTS.filter(str.strip), st.sampled_from(["", "{}", '{}"']))
@example("a a a a a a a a a bye  now.", "Bye\nnow.", "")
@example("a", "a a a a a a a", "")
def test_the_end_is_that_of_the_whole_text(before: str, phrase: str, after: str) -> None:
    text = before + after.format(phrase)
    verdict = EndChecker(end_phrase=phrase).check(Response(text))
    wanted = folded(phrase).lower()
    whole = [folded(one) for one in (text.strip(), text.strip().strip('"'))]
    assert verdict.satisfied is any(one.lower().endswith(wanted) for one in whole)
    if not verdict.satisfied:
        end = whole[-1][-len(wanted) :]
        assert verdict.reason == f"ends with {end!r}, {phrase.strip()!r} wanted"


@given(st.text("[] \t\na\xa0\x1c", max_size=12), st.integers(0, 3))
def test_blank_brackets_leave_it_open_where_they_decide(text: str, wanted: int) -> None:
    inner = [one for one, closed in re.findall(r"\[([^\]\n]*)(\]?)", text) if closed]
    filled = [one for one in inner if one.strip()]
    expected = (
        Status.VIOLATED if len(inner) < wanted
        else Status.SATISFIED if len(filled) >= wanted
        else Status.UNKNOWN
    )  # fmt: skip
    verdict = NumberPlaceholders(num_placeholders=wanted).check(Response(text))
    assert verdict.status is expected
