"""Any text, any kwargs: a verifier answers, and answers the same whatever stands around it.

`make fuzz` runs many more examples (the environment variable HIR_KIT_FUZZ says how many).
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hir_kit
from benchmarks.slow_inputs import SIGNS, WORDS
from hir_kit import Response, Verdict
from hir_kit.errors import KwargsError

KIT = hir_kit.load(installed=False)
OWNERS = ("hir_verifiers", "hir_plugin_ifbench")
IDS = sorted(id for id in KIT.registry if KIT.registry.owner(id) in OWNERS)
CASES = {id: KIT.registry[id].cases for id in IDS}

fuzz = settings(
    max_examples=int(os.environ.get("HIR_KIT_FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

responses = st.one_of(
    st.lists(st.one_of(st.text(SIGNS, max_size=8), st.sampled_from(WORDS)), max_size=12).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.sampled_from([case.response for cases in CASES.values() for case in cases]),
)


def changed(value: Any) -> st.SearchStrategy[Any]:
    """Give other values in the place of a documented one, mostly of its type."""
    if isinstance(value, list):
        others: st.SearchStrategy[Any] = st.lists(changed(value[0]), max_size=3)
    elif isinstance(value, int):
        others = st.integers(-1, 40)
    else:
        others = st.text(SIGNS, max_size=6) | st.text(max_size=4) | st.none()
    return st.just(value) | others


@st.composite
def constraints(draw: st.DrawFn) -> hir_kit.ConstraintSpec:
    id = draw(st.sampled_from(IDS))
    kwargs = dict(draw(st.sampled_from(CASES[id])).kwargs)
    return hir_kit.ConstraintSpec(id, {key: draw(changed(value)) for key, value in kwargs.items()})


def bound(spec: hir_kit.ConstraintSpec) -> hir_kit.Verifier | None:
    try:
        return KIT.registry.bind(spec)
    except KwargsError:
        return None


@fuzz
@given(constraints(), responses)
def test_no_verifier_raises(spec: hir_kit.ConstraintSpec, text: str) -> None:
    verifier = bound(spec)
    if verifier is not None and text.strip():
        assert verifier.describe().strip()
        assert isinstance(verifier.check(Response(text)), Verdict)
        assert isinstance(verifier.check_reference(Response(text)), Verdict)


@fuzz
@given(st.lists(constraints(), max_size=5), st.lists(responses, max_size=4), st.booleans())
def test_no_order_changes_a_verdict(
    specs: list[hir_kit.ConstraintSpec], texts: list[str], reference: bool
) -> None:
    specs = [spec for spec in specs if bound(spec) is not None]
    how = hir_kit.CheckOptions(loose=True, reference=reference)
    checker = hir_kit.Checker(KIT.registry, specs, how)
    turned = hir_kit.Checker(KIT.registry, specs[::-1], how)
    forward = [checker.check(text) for text in texts]
    backward = [turned.check(text) for text in reversed(texts)][::-1]
    for one, other in zip(forward, backward, strict=True):
        assert one.strict == other.strict[::-1]
        assert one.loose is not None
        assert other.loose is not None
        assert one.loose == other.loose[::-1]
        assert not any(
            "raised" in (verdict.reason or "") for verdict in one.strict if not reference
        )
