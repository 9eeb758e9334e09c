"""The world of the sample-efficiency benchmark, one run of it, and its report."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.sample_efficiency import report
from benchmarks.sample_efficiency.arms import ARMS
from benchmarks.sample_efficiency.base import build_tokenizer, train_base
from benchmarks.sample_efficiency.jobs import fresh_jobs
from benchmarks.sample_efficiency.records import Record, read
from benchmarks.sample_efficiency.trade import LESS, MORE, TradeWorld
from benchmarks.sample_efficiency.world import KINDS, World

HERE = Path(report.__file__).parent
WORLD, TRADE = World(), TradeWorld()
TOKENIZER = build_tokenizer()


@settings(deadline=None, max_examples=50)
@given(st.integers(), st.integers(1, 8))
def test_an_instruction_can_be_met(seed: int, count: int) -> None:
    drawn = WORLD.draw(random.Random(seed), "i", count, count)
    assert len({spec.id for spec in drawn.constraints}) == count
    assert WORLD.checker(drawn.constraints).check(drawn.witness).follow_all
    assert drawn == WORLD.draw(random.Random(seed), "i", count, count)


@settings(deadline=None, max_examples=50)
@given(st.integers(), st.integers(5, 8))
def test_an_instruction_that_pulls_both_ways_can_be_met(seed: int, count: int) -> None:
    drawn = TRADE.draw(random.Random(seed), "i", count, count)
    assert len(drawn.constraints) == count
    assert TRADE.checker(drawn.constraints).check(drawn.witness).follow_all
    less = [spec for spec in drawn.constraints if "less" in str(spec.kwargs)]
    less += [spec for spec in drawn.constraints if spec.id == "world:no_repeats"]
    assert 1 <= len(less) <= 2


@settings(deadline=None, max_examples=50)
@given(st.integers(), st.sampled_from([WORLD, TRADE]))
def test_text_and_tokens_are_the_same_thing(seed: int, world: World) -> None:
    drawn = world.draw(random.Random(seed), "i", 5, 8)
    for text in (drawn.witness, drawn.prompt[0]["content"]):
        ids = TOKENIZER(text)["input_ids"]
        assert TOKENIZER.decode(ids) == text
        assert TOKENIZER.pad_token_id not in ids


def test_every_kind_has_a_verifier() -> None:
    registry = WORLD.kit.registry
    assert all(kind.id in registry for kind in (*KINDS, *LESS, *MORE))
    assert sum(not kind.id.startswith("world:") for kind in KINDS) == 14


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_a_run_trains_and_follows(tmp_path: Path) -> None:
    from benchmarks.sample_efficiency.online import Scale, run_online

    scale = Scale(groups=2, steps=2, every=1, held_out=8, length=8)
    base = train_base(tmp_path / "base", WORLD, width=32, layers=1, examples=64, seed=0)
    keys: Any = {**ARMS["hir"], "hir_replay_truncated": True}
    rows = run_online(WORLD, scale, base, keys, 1e-3, 1, "held-out", tmp_path / "out")
    assert [row["rollouts"] for row in rows] == [0, 12, 24]
    assert all(0 <= row["ila"] <= row["cla"] <= 1 for row in rows)


def run(arm: str, seed: int, *ila: float) -> Record:
    rows = [{"rollouts": 10 * i, "ila": x, "cla": x, "words": 1} for i, x in enumerate(ila)]
    return Record("main", arm, 1e-4, seed, rows)


def test_rollouts_to_a_target_are_interpolated() -> None:
    curve = report.mean_curve([run("hir", 1, 0.0, 0.2, 0.4), run("hir", 2, 0.0, 0.4, 0.6)])
    assert [(x, pytest.approx(y)) for x, y, _ in curve] == [(0, 0.0), (10, 0.3), (20, 0.5)]
    assert report.rollouts_to(curve, 0.4) == pytest.approx(15)
    assert report.rollouts_to(curve, 0.0) == 0
    assert report.rollouts_to(curve, 0.6) is None


def test_the_area_is_a_mean_over_the_run() -> None:
    assert run("hir", 1, 0.0, 0.2, 0.4).area() == pytest.approx(0.2)
    assert run("hir", 1, 0.0, 0.4, 0.4).area() == pytest.approx(0.3)


def test_the_interval_is_students() -> None:
    mean, half = report.interval([0.1, 0.2, 0.3, 0.4, 0.5])
    assert (mean, half) == (pytest.approx(0.3), pytest.approx(0.1963, abs=1e-3))


def test_what_confirms_was_run_on_seeds_that_nothing_was_chosen_on() -> None:
    records = read(HERE / "results.jsonl")
    seeds = {run.seed for run in records if run.stage == "fresh"}
    chosen_on = {run.seed for run in records if run.stage in ("tuning", "pilot", "trade")}
    assert len(seeds) == 5
    assert not seeds & chosen_on
    assert {job.seed for job in fresh_jobs(records, 5)} == seeds


def test_the_page_shows_what_was_run() -> None:
    page = (HERE.parent / "RESULTS.md").read_text("utf-8")
    assert report.with_tables(page, read(HERE / "results.jsonl")) == page
    assert "sample_efficiency/curves.png" in page
    assert (HERE / "curves.png").is_file()
