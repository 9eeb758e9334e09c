"""The benchmark on a real model: its instructions, its files, its table, and a run in small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hir_kit
from benchmarks.processes import append, lines
from benchmarks.real_model.__main__ import table
from benchmarks.real_model.instructions import draw
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.verdict import Status

KIT = hir_kit.load()


def test_instructions_are_the_same_for_the_same_seed_and_can_be_verified() -> None:
    rows = draw(KIT, 1, 40)
    assert rows == draw(KIT, 1, 40)
    assert rows[0]["prompt"] != draw(KIT, 2, 1)[0]["prompt"]
    for row in rows:
        specs = parse_constraints(row["constraints"])
        assert 3 <= len(specs) <= 6
        verdicts = KIT.checker(specs).check("A text.").strict
        assert not any(verdict.status is Status.UNKNOWN for verdict in verdicts)
        assert all(spec.text in row["prompt"][0]["content"] for spec in specs)
    assert {row["task"] is None for row in rows} == {True, False}


def test_a_line_that_was_cut_off_is_none(tmp_path: Path) -> None:
    path = tmp_path / "results" / "run.jsonl"
    assert lines(path) == []
    append(path, {"step": 1})
    with path.open("ab") as stream:
        stream.write(b'{"step": 2')
    assert lines(path) == [{"step": 1}]


def evaluated(step: int, kind: str, ila: float) -> dict[str, Any]:
    rest = {"cla": 0.5, "words": 20.0, "repeated": 0.1, "distinct": 1.0}
    return {"kind": kind, "step": step, "ila": ila, **rest}


def test_arms_are_compared_where_all_have_been_at_their_best_rates() -> None:
    def run(validation: float, held_out: float, steps: int) -> list[dict[str, Any]]:
        both = (("validation", validation), ("held-out", held_out))
        return [
            evaluated(step, kind, ila) for step in range(0, steps + 1, 10) for kind, ila in both
        ]

    runs = {
        ("ila-1e-5-0", "ila", "1e-5", 0): run(0.1, 0.9, 30),
        ("ila-3e-5-0", "ila", "3e-5", 0): run(0.2, 0.3, 20),
        ("hir-1e-5-0", "hir", "1e-5", 0): run(0.4, 0.5, 40),
    }
    shown = table(runs)
    assert "after 20 steps" in shown
    assert "| `ila` | 3e-5 | 1 | 0.300 |" in shown
    assert "| `hir` | 1e-5 | 1 | 0.500 |" in shown
    assert table({("a", "ila", "1", 0): []}) == "no step was evaluated in all runs"


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    from benchmarks.real_model.run import main
    from hir_trainer.tiny import build_tiny_model

    texts = [row["prompt"][0]["content"] for row in draw(KIT, 1, 9)]
    model = build_tiny_model(tmp_path / "model", texts)

    def steps(until: float) -> list[tuple[str, int]]:
        flags = {"arm": "hir", "model": model, "work": tmp_path, "rate": 1e-4, "seed": 0,
                 "steps": 2, "groups": 1, "tokens": 8, "held-out": 2, "every": 1,
                 "until": until}  # fmt: skip
        main.main(["run", *(f"--{k}={v}" for k, v in flags.items())], standalone_mode=False)
        found = lines(tmp_path / "run.jsonl")
        return [(line["kind"], line["step"]) for line in found if line["kind"] != "log"]

    whole = [(kind, step) for step in (0, 1, 2) for kind in ("validation", "held-out")]
    assert steps(until=0.0) == whole[:4]
    assert steps(until=1e12) == whole
