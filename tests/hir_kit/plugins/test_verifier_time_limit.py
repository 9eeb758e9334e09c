"""A verifier may set a time limit of its own."""

from __future__ import annotations

import time
from typing import Any

import pytest

import hir_kit
from hir_kit import CheckOptions, ConstraintSpec, PluginError, Registry, Response, Status, Verdict


class _Slow(hir_kit.Verifier):
    seconds: float

    def describe(self) -> str:
        return "Be slow."

    def check(self, response: Response) -> Verdict:
        del response
        time.sleep(self.seconds)
        return self.verdict(True)


class _Patient(_Slow, id="t:patient"):
    time_limit = 60.0


class _Hasty(_Slow, id="t:hasty"):
    time_limit = 0.05


class _Endless(_Slow, id="t:endless"):
    time_limit = 0


def _verdict(id: str, seconds: float, **options: Any) -> Verdict:
    registry = Registry()
    for cls in (_Patient, _Hasty, _Endless):
        registry.add(cls, "test")
    spec = ConstraintSpec(id, {"seconds": seconds})
    return hir_kit.Checker(registry, [spec], CheckOptions(**options)).check("text").strict[0]


@pytest.mark.parametrize("id", ["t:patient", "t:endless"])
def test_a_longer_limit_stands_in_place_of_the_option(id: str) -> None:
    assert _verdict(id, 0.3, time_limit=0.05).satisfied


@pytest.mark.parametrize("limit", [0.0, 0.2])
def test_a_shorter_limit_stands_in_place_of_the_option(limit: float) -> None:
    verdict = _verdict("t:hasty", 100.0, time_limit=limit)
    assert verdict == Verdict(Status.UNKNOWN, reason="the check took longer than 0.05 s")


def test_a_check_that_has_overrun_its_own_limit_is_not_tried_on_variants() -> None:
    registry = Registry()
    registry.add(_Hasty, "test")
    checker = hir_kit.Checker(
        registry, [ConstraintSpec("t:hasty", {"seconds": 100.0})], CheckOptions(loose=True)
    )
    checked = checker.check("one\n\ntwo\n\nthree")
    assert checked.loose == checked.strict


@pytest.mark.parametrize("limit", [-1, 10**9, float("nan"), "5", [1]])
def test_a_limit_that_is_none_is_told_when_the_class_is_made(limit: Any) -> None:
    with pytest.raises(PluginError, match=r"^Wrong\.time_limit: "):
        type("Wrong", (hir_kit.Verifier,), {"time_limit": limit}, id="t:wrong")


def test_a_kwarg_cannot_have_its_name() -> None:
    with pytest.raises(PluginError, match="write `time_limit"):
        type("Typed", (hir_kit.Verifier,), {"__annotations__": {"time_limit": "float"}}, id="t:x")
