from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_verifiers.exact import trials
from hir_verifiers.exact.exact_trials import exactly
from hir_verifiers.exact.profiles import detector, profiles

KNOWN = profiles()
LATIN = len(KNOWN.latin.table)


def typical(column: int) -> list[int]:
    """Give the n-grams that a language has most often."""
    order = np.argsort(KNOWN.every.table[:, column], kind="stable")[::-1]
    return [int(gram) for gram in order[:400]]


LANGUAGES = {code: typical(column) for column, code in enumerate(KNOWN.every.codes)}
codes = st.sampled_from(sorted(LANGUAGES))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(codes, st.integers(1, 60)), min_size=1, max_size=4), st.integers(0, 99))
def test_mixed_languages_get_the_answer_of_the_exact_trials(
    parts: list[tuple[str, int]], seed: int
) -> None:
    draw = random.Random(seed)
    text = [gram for code, size in parts for gram in draw.choices(LANGUAGES[code], k=size)]
    grams = np.array(text, dtype=np.int32)
    assert trials.most_likely(grams) == exactly(grams)


@pytest.mark.parametrize("one", ["en", "da", "pt", "id", "ru", "hi", "zh-cn"])
@pytest.mark.parametrize("other", ["no", "es", "tl", "bg", "mr", "zh-tw", "en"])
def test_two_languages_in_every_share(one: str, other: str) -> None:
    for size in range(0, 101, 10):
        text = LANGUAGES[one][:size] + LANGUAGES[other][: 100 - size]
        grams = np.array(text, dtype=np.int32)
        assert trials.most_likely(grams) == exactly(grams)


shares = st.floats(0, 1).map(lambda x: x**8)
rows = st.lists(st.lists(shares, min_size=4, max_size=4), min_size=1, max_size=8)


@given(rows, st.integers(0, 2))
def test_the_first_row_above_the_threshold_is_found(rows: list[list[float]], shown: int) -> None:
    """Whichever language's shares are looked at first, and whatever the others have."""
    looked_at = np.array(rows) + 1e-12
    looked_at[len(rows) // 2 :, shown] += 1e6  # as if it were first in the end
    totals = looked_at[:, :-1].sum(axis=1)
    tops = looked_at[:, :-1].max(axis=1)
    expected = (tops > (detector().CONV_THRESHOLD - 1e-9) * totals).nonzero()[0]
    found = trials._first_above((looked_at[:, shown] / totals).tolist(), looked_at, totals)
    assert found == (int(expected[0]) if len(expected) else None)


def test_a_language_that_falls_back_after_it_was_above_has_ended_the_trial() -> None:
    looked_at = np.array([[1e9, 1.0, 1.0, 0.0], [1.0, 1e9, 1.0, 0.0]])
    totals = looked_at[:, :-1].sum(axis=1)
    assert trials._first_above((looked_at[:, 1] / totals).tolist(), looked_at, totals) == 0
