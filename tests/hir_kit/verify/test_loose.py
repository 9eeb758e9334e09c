"""Loose evaluation: which texts it tries, and that none is left out that could have met."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import Response, Verdict, Verifier
from hir_kit.verify.response import loose_texts

REGISTRY = hir_kit.load(installed=False).registry
SURE = [
    verifier
    for id in REGISTRY
    for kwargs in [case.kwargs for case in REGISTRY[id].cases] or [{}]
    if REGISTRY[id].more_lines_never_hurt
    and not (verifier := REGISTRY[id].bind(kwargs)).may_be_met_in_part
]
_WORDS = "tea Tea and but And, level radar a b ?! !? ? ! . , ; : * ** Emma Σ ΑΣ her 's a*b don't"
_LINES = st.lists(st.sampled_from([*_WORDS.split(), " ", " ", "-", ""]), max_size=6).map("".join)


def lines_of(verifier: Verifier) -> st.SearchStrategy[str]:
    """Lines made of the verifier's own examples, and of others."""
    pieces = [piece for case in verifier.cases for piece in case.response.split(" ")]
    own = st.lists(st.sampled_from(pieces), min_size=1, max_size=12).map(" ".join)
    return own | _LINES


@st.composite
def verifiers_and_texts(draw: st.DrawFn) -> tuple[Verifier, str]:
    verifier = draw(st.sampled_from(SURE))
    return verifier, "\n".join(draw(st.lists(lines_of(verifier), max_size=4)))


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "600")), deadline=None)
@given(verifiers_and_texts())
def test_a_part_meets_nothing_that_the_whole_does_not(pair: tuple[Verifier, str]) -> None:
    verifier, text = pair
    for check in (verifier.check, verifier.check_reference):
        for whole in (text, text.replace("*", "")):
            if not check(Response(whole)).satisfied:
                without_lines = map(Response, filter(None, loose_texts(whole)[2:5]))
                assert not any(check(part).satisfied for part in without_lines)


def test_verifiers_of_both_packs_say_so() -> None:
    assert {"count:pronouns", "length_constraints:number_words"} <= {
        verifier.constraint_id for verifier in SURE
    }


class Seen(Verifier):
    """Notes what it is asked about; nothing meets it."""

    relation: hir_kit.Relation = hir_kit.Relation.AT_LEAST

    more_lines_never_hurt = "relation"

    def check(self, response: Response) -> Verdict:
        texts.append(response.text)
        return self.verdict(False)


texts: list[str] = []


def tried(text: str, **kwargs: Any) -> list[str]:
    """Return the texts that are looked at strictly and loosely."""
    registry = hir_kit.Registry()
    registry.add(type("Named", (Seen,), {}, id="test:seen"), "test")
    texts.clear()
    spec = hir_kit.ConstraintSpec("test:seen", kwargs)
    hir_kit.Checker(registry, [spec], hir_kit.CheckOptions(loose=True)).check(text)
    return list(texts)


def test_parts_are_tried_where_they_may_help() -> None:
    assert tried("a\nb\nc", relation="less than") == ["a\nb\nc", "b\nc", "a\nb", "b"]
    assert tried("a\nb\nc", relation="at least") == ["a\nb\nc"]
    assert tried("*a*\nb", relation="at least") == ["*a*\nb", "a\nb"]
