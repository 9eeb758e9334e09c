"""How a judge is measured: shares with intervals, the abstain band, and what is relied on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import ConstraintSpec, Status, UsageError, Verdict
from hir_kit.verify.agreement import Agreement, Judgement, Share
from hir_kit.verify.calibration import Band, Calibration, Trust

MET, NOT, OPEN = Status.SATISFIED, Status.VIOLATED, Status.UNKNOWN


def _judgements(
    *counts: tuple[Status, Status, int], kind: str = "style", measured: float | None = None
) -> list[Judgement]:
    every = [(truth, said) for truth, said, count in counts for _ in range(count)]
    return [
        Judgement(kind, f"{n}{truth}{said}{measured}", truth, said, measured)
        for n, (truth, said) in enumerate(every)
    ]


def test_wilson_is_as_published() -> None:
    """81 of 263: Newcombe 1998, table I, method 3."""
    share = Share.wilson(81, 263)
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)
    none = Share.wilson(0, 20)
    assert (round(none.low, 4), round(none.high, 4)) == (0.0, 0.1611)
    assert Share.wilson(0, 0) == Share(None, 0.0, 1.0, 0)


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    share = Share.wilson(hits, hits + more)
    if share.share is not None:
        assert 0 <= share.low <= share.share + 1e-9
        assert share.share - 1e-9 <= share.high <= 1


def test_what_is_counted() -> None:
    found = Agreement.of(
        _judgements((MET, MET, 45), (MET, NOT, 5), (NOT, NOT, 30), (NOT, MET, 15), (NOT, OPEN, 5))
    )
    assert (found.total, found.unknown) == (100, 5)
    assert found.agreement.share == pytest.approx(75 / 95)
    assert found.precision(MET).share == pytest.approx(45 / 60)
    assert found.precision(NOT).share == pytest.approx(30 / 35)
    assert found.recall(NOT).share == pytest.approx(30 / 50), "what is open was not found"
    assert found.recall(MET).share == pytest.approx(45 / 50)
    agreed, chance = 75 / 95, (50 * 60 + 45 * 35) / 95**2
    assert found.kappa.share == pytest.approx((agreed - chance) / (1 - chance))
    assert Agreement.of(_judgements((MET, MET, 9))).kappa.share is None
    assert Agreement.of([]).kappa.share is None


def test_the_band_is_as_wide_as_it_may_be() -> None:
    surely = _judgements((MET, OPEN, 60), measured=0.95) + _judgements(
        (NOT, OPEN, 60), measured=0.1
    )
    middle = _judgements((MET, OPEN, 30), (NOT, OPEN, 30), measured=0.8)
    assert Band.chosen(surely + middle, 0.9) == Band(0.95, 0.1)
    assert Band.chosen(surely, 0.9999) == Band(1.01, -0.01), "too few to be so sure"
    assert Band.chosen(_judgements((MET, MET, 9)), 0.9) is None
    band = Band(0.95, 0.1)
    said = [band.applied(one).said for one in (surely[0], surely[-1], middle[0])]
    assert said == [MET, NOT, OPEN]


def test_bounds_are_found_where_nothing_was_chosen() -> None:
    judgements = _judgements((MET, MET, 200), (NOT, NOT, 200))
    calibration, found = Calibration.of("judge", {"model": "m"}, judgements, 0.9)
    held = [one for one in judgements if one.is_held_out]
    assert found["all"].total == len(held)
    assert 120 < len(held) < 280
    assert calibration.bound("all") == calibration.bound("style") == calibration.bound("new") > 0.9


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    calibration, _ = Calibration.of(
        "judge", {"model": "m"}, _judgements((MET, MET, 50), measured=0.9), 0.5
    )
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(calibration.to_json()))
    assert Calibration.read(str(path)) == calibration
    for text in ("", "[]", '{"judge": "x"}', '{"judge":"","about":{},"band":null,"kinds":{}}'):
        path.write_text(text)
        with pytest.raises(UsageError, match="is no calibration"):
            Calibration.read(str(path))
    with pytest.raises(UsageError, match="cannot read"):
        Calibration.read(str(tmp_path / "nothing"))


def test_what_is_relied_on() -> None:
    good, _ = Calibration.of("judge", {"model": "m"}, _judgements((MET, MET, 200)), 0.9)
    spec = ConstraintSpec("judge:criterion", {"criterion": "Rhyme."})
    by_model = Verdict(MET, detail={"model": "m"})
    assert Trust(0.9, good).problem(spec, by_model) is None
    assert Trust(0.9, None).problem(spec, Verdict(MET)) is None, "no model gave it"
    assert Trust(0.9, None).problem(spec, Verdict(NOT, detail={"model": "m"})) is None
    assert Trust(0.0, None).problem(spec, by_model) is None
    assert "nobody measured" in (Trust(0.9, None).problem(spec, by_model) or "")
    assert "0.999 is asked for" in (Trust(0.999, good).problem(spec, by_model) or "")
    other = Verdict(MET, detail={"model": "other"})
    assert "the verdict of model 'other'" in (Trust(0.9, good).problem(spec, other) or "")
