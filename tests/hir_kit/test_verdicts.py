"""Verdicts, results of instructions, and loose evaluation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import CheckOptions, ConstraintSpec, Status, Verdict, unknown
from hir_kit.model.verdict import follow_all

KIT = hir_kit.load(installed=False)
YES, NO, OPEN = Verdict(Status.SATISFIED), Verdict(Status.VIOLATED), unknown("no verifier")
VERDICTS = st.lists(st.sampled_from([YES, NO, OPEN]))


def _check(text: str, *constraints: tuple[str, dict[str, Any]], **options: Any) -> hir_kit.Checked:
    specs = [ConstraintSpec(id, kwargs) for id, kwargs in constraints]
    return KIT.checker(specs, CheckOptions(**options)).check(text)


@pytest.mark.parametrize(
    ("verdicts", "result"),
    [
        ([YES, YES], True),
        ([YES, NO], False),
        ([YES, OPEN], None),
        ([NO, OPEN], False),
        ([OPEN], None),
        ([], None),
    ],
)
def test_follow_all(verdicts: list[Verdict], result: bool | None) -> None:
    assert follow_all(verdicts) is result


@given(VERDICTS)
def test_an_unknown_never_helps_and_order_does_not_matter(verdicts: list[Verdict]) -> None:
    result = follow_all(verdicts)
    assert follow_all(verdicts[::-1]) is result
    assert follow_all([*verdicts, OPEN]) is (False if result is False else None)
    assert follow_all([*verdicts, NO]) is False


def test_json_leaves_out_what_is_not_there() -> None:
    assert YES.to_json() == {"status": "satisfied"}
    assert Verdict(Status.VIOLATED, 0, "").to_json() == {
        "status": "violated",
        "measured": 0,
        "reason": "",
    }
    assert OPEN.to_json() == {"status": "unknown", "reason": "no verifier"}


def test_only_satisfied_is_satisfied() -> None:
    assert [verdict.satisfied for verdict in (YES, NO, OPEN)] == [True, False, False]


def test_a_status_reads_as_its_word() -> None:
    assert [f"{status}" for status in Status] == ["satisfied", "violated", "unknown"]


NO_COMMA = ("punctuation:no_comma", {})
QUOTED = ("startend:quotation", {})


def test_loose_is_satisfied_where_a_variant_is() -> None:
    result = _check("Sure, here it is:\nNo commas at all.", NO_COMMA, loose=True)
    assert [verdict.status for verdict in result.strict] == [Status.VIOLATED]
    assert result.loose is not None
    assert [verdict.status for verdict in result.loose] == [Status.SATISFIED]


def test_loose_keeps_the_strict_verdict_where_nothing_helps() -> None:
    result = _check("a, b\nc, d\ne, f\ng, h", NO_COMMA, QUOTED, loose=True)
    assert result.loose == result.strict


def test_loose_is_not_judged_unless_asked_for() -> None:
    assert _check("a, b", NO_COMMA).loose is None


def test_loose_leaves_an_unknown_id_unknown() -> None:
    result = _check("a\nb", ("acme:nothing", {}), loose=True)
    assert result.loose == result.strict
    assert result.follow_all is None


@given(st.text(alphabet='a,*"\n ', max_size=30))
def test_loose_is_never_stricter_than_strict(text: str) -> None:
    result = _check(text, NO_COMMA, QUOTED, loose=True)
    assert result.loose is not None
    for strict, loose in zip(result.strict, result.loose, strict=True):
        assert loose.satisfied or not strict.satisfied


def test_an_error_in_a_variant_leaves_the_result_open() -> None:
    """Whether a variant would have met it is then not known."""

    def picky(response: hir_kit.Response) -> bool:
        if "first" not in response.text:
            raise ValueError("no first")
        return False

    registry = hir_kit.Registry()
    registry.add(hir_kit.verifier("test:picky", describe="x")(picky), "test")
    checker = hir_kit.Checker(registry, [ConstraintSpec("test:picky")], CheckOptions(loose=True))
    result = checker.check("first\nsecond\nthird")
    assert result.strict[0].status is Status.VIOLATED
    assert result.loose is not None
    assert result.loose[0].status is Status.UNKNOWN


def test_thinking_is_set_aside_unless_kept() -> None:
    text = "<think>a, b</think>No comma."
    assert _check(text, NO_COMMA).follow_all is True
    assert _check(text, NO_COMMA).thinking is True
    kept = _check(text, NO_COMMA, keep_thinking=True)
    assert (kept.follow_all, kept.thinking) == (False, False)


def test_thinking_that_never_ends_is_an_empty_answer() -> None:
    result = _check("<think>hm", NO_COMMA)
    assert (result.follow_all, result.strict[0].reason) == (False, "no answer")
