"""Advantages, statistics and replays.jsonl, each by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit.errors import ConfigError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Group, Location, Rollout
from hir_kit.model.verdict import Status, Verdict, unknown
from hir_kit.relabel.contract import Kept
from hir_kit.relabel.engine import Relabelled, Replay
from hir_kit.relabel.rewriting import Claim
from hir_kit.relabel.selection import Candidate, candidates
from hir_kit.verify.checker import Checked, Checker
from hir_kit.verify.registry import Registry
from hir_trainer.online.arguments import HirArguments
from hir_trainer.online.hindsight import Found, Hindsight, Sampled, options_at, to_rank
from hir_trainer.online.log import MARK, ReplayFile, step_statistics
from hir_trainer.online.rewards import Sample
from hir_trainer.online.rows import Added, Instruction, Rows, alone, regrouped

rewards = st.lists(st.sampled_from([0.0, 0.5, 1.0, float("nan")]), min_size=1, max_size=12)


@settings(deadline=None)
@given(rewards, st.lists(st.booleans(), max_size=6), st.floats(0, 2))
def test_pooled_advantages(given_rewards: list[float], slots: list[bool], weight: float) -> None:
    import torch

    from hir_trainer.online.batch import batch_advantages

    originals = torch.tensor(given_rewards)
    is_replay = torch.tensor(slots, dtype=torch.bool)
    found = batch_advantages(originals, is_replay, weight, lambda tensor: tensor)
    pool = [value for value in given_rewards if value == value] + [1.0] * sum(slots)
    assert len(found) == len(given_rewards) + len(slots)
    assert found.isfinite().all()
    assert not found[: len(originals)][originals.isnan()].any()
    assert not found[len(originals) :][~is_replay].any()
    if len(pool) < 2:
        assert not found.any()
        return
    mean = sum(pool) / len(pool)
    std = (sum((value - mean) ** 2 for value in pool) / (len(pool) - 1)) ** 0.5
    expected = [0 if r != r else (r - mean) / (std + 1e-4) for r in given_rewards]
    expected += [weight * (1 - mean) / (std + 1e-4) if there else 0 for there in slots]
    assert found.tolist() == pytest.approx(expected, abs=1e-3)


def test_pooled_advantages_of_all_devices() -> None:
    """24 originals at 0 and 8 replays, the second device's half of them through `gather`."""
    import torch

    from hir_trainer.online.batch import batch_advantages

    halves = torch.zeros(12), torch.ones(4, dtype=torch.bool)
    found = batch_advantages(*halves, 1.0, lambda tensor: torch.cat([tensor, tensor]))
    assert found.tolist() == pytest.approx([-0.568] * 12 + [1.704] * 4, abs=1e-3)


def sample(marks: str) -> Sample:
    names = {"+": Status.SATISFIED, "-": Status.VIOLATED, "?": Status.UNKNOWN}
    checked = Checked(tuple(Verdict(names[mark]) for mark in marks))
    reward = None if checked.follow_all is None else float(checked.follow_all)
    return Sample("text", checked, reward, checked)


ASKED = (ConstraintSpec("t:one"), ConstraintSpec("t:two"))


def regroup(
    found: list[Found], samples: list[Sample], replayable: list[bool], size: int, weight: float
) -> list[Added]:
    return list(rows_of(found, samples, replayable, size, weight).added)


def rows_of(
    found: list[Found], samples: list[Sample], replayable: list[bool], size: int, weight: float
) -> Rows:
    checkers = [Checker(Registry(), ASKED)] * len(samples)
    sampled = Sampled([{}] * len(samples), samples, checkers, {}, replayable)
    return regrouped(found, sampled, size, weight)


def found_with(row: int, *kept: int) -> Found:
    candidate = Candidate(0, tuple(ASKED[i] for i in kept), (), 1.0, 0.5, 2.0)
    prompt, asked = f"keep {kept}", tuple(Kept(ASKED[i]) for i in kept)
    rollout = Rollout("q/0", "text")
    replay = Replay(rollout, prompt, asked, (), (), "render", candidate, "entropy", 0)
    return Found(row, replay)


def test_a_group_under_a_rewritten_instruction() -> None:
    samples = [sample(m) for m in ("+-", "-+", "--", "?+", "+-", "++", "++", "+-")]
    usable = [True] * 8
    added = regroup([found_with(0, 0)], samples, usable, 4, 2.0)
    assert [(item.source, item.prompt) for item in added] == [(i, "keep (0,)") for i in (0, 1, 2)]
    # rewards 1, 0, 0, and one that is not known: mean 1/3, spread 0.577
    assert [item.advantage for item in added] == pytest.approx([2.309, -1.154, -1.154], abs=1e-3)


def test_instructions_that_do_not_tell_responses_apart_add_nothing() -> None:
    samples = [sample(m) for m in ("+-", "+-", "-+", "-+")]
    assert not regroup([found_with(0, 0)], samples, [True] * 4, 2, 1.0)
    assert not regroup([found_with(0, 0)], samples, [True, False, False, False], 4, 1.0)


def test_a_weaker_form_is_checked_on_all_responses_of_the_group() -> None:
    weaker = Kept(ConstraintSpec("t:one", {"n": 1}), None, ASKED[0])
    candidate = Candidate(0, (), ASKED, 1.0, 0.5, 2.0)
    rollout = Rollout("q/0", "text")
    replay = Replay(rollout, "weaker", (weaker,), (), (), "relax", candidate, "entropy", 0)
    samples = [sample(m) for m in ("--", "-+", "+-")]
    found = [Found(0, replay)]
    assert not regroup(found, samples, [True] * 3, 3, 1.0)  # no verifier: nobody knows

    def recheck(claims: Sequence[Claim]) -> list[tuple[Verdict, ...]]:
        assert [specs for _, _, specs in claims] == [(weaker.spec,)] * 3
        return [(Verdict(Status.SATISFIED),), (Verdict(Status.VIOLATED),), (unknown("late"),)]

    checkers = [Checker(Registry(), ASKED)] * 3
    sampled = Sampled([{}] * 3, samples, checkers, {}, [True] * 3)
    added = regrouped(found, sampled, 3, 1.0, recheck).added
    assert [(one.source, one.prompt) for one in added] == [(0, "weaker"), (1, "weaker")]
    assert added[0].advantage == -added[1].advantage > 0


def test_an_instruction_is_regrouped_once() -> None:
    samples = [sample(m) for m in ("+-", "+-", "-+", "+-", "+-", "--")]
    twice = regroup([found_with(i, 0) for i in (0, 1, 3)], samples, [True] * 6, 3, 1.0)
    once = [regroup([found_with(i, 0)], samples, [True] * 6, 3, 1.0) for i in (0, 3)]
    assert twice == [*once[0], *once[1]]


def test_replays_alone_have_the_weight_as_advantage() -> None:
    rows = alone([found_with(i, 0) for i in (3, 2, 6)], 4, 0.1)
    assert rows.added == [Added(i, "keep (0,)", 0.1) for i in (3, 2, 6)]
    assert rows.within(2).added == [rows.added[0], rows.added[2]]  # the best of each group first


@pytest.mark.parametrize(
    ("marks", "replayable", "reason"),
    [
        (("+-", "-+", "--"), (1, 0, 0), "cut_off"),  # what would tell it apart was cut off
        (("+-", "+-", "--"), (1, 1, 0), "cut_off"),
        (("+-", "+-", "+-"), (1, 1, 1), "alike"),
        (("+-", "+-", "+-"), (1, 0, 0), "alike"),
        (("+-", "?-", "+-"), (1, 1, 1), "unknown"),
        (("+-", "?-", "?-"), (1, 0, 1), "unknown"),
    ],
)
def test_why_a_replay_adds_no_row(
    marks: tuple[str, ...], replayable: tuple[int, ...], reason: str
) -> None:
    samples = [sample(m) for m in marks]
    rows = rows_of([found_with(0, 0)], samples, [*map(bool, replayable)], 3, 1.0)
    assert rows == Rows([], {reason: 1})


def test_a_replay_that_shares_the_rows_of_another() -> None:
    samples = [sample(m) for m in ("+-", "+-", "-+")]
    rows = rows_of([found_with(0, 0), found_with(1, 0)], samples, [True] * 3, 3, 1.0)
    assert (len(rows.added), rows.without) == (3, {"repeated": 1})


def test_instructions_that_tell_responses_apart_best_go_first() -> None:
    samples = [sample(m) for m in ("+-", "-+", "--", "--", "+-", "+-", "-+", "--")]
    found = [found_with(0, 0), found_with(1, 1), found_with(4, 0), found_with(6, 1)]
    rows = rows_of(found, samples, [True] * 8, 4, 1.0)
    shares = [sum(row.advantage > 0 for row in each.rows) for each in rows.instructions]
    assert shares == [1, 1, 2, 1]
    assert rows.within(16) == rows
    assert rows.within(15).added == rows.added[:12]
    assert rows.within(11).added == rows.added[:4] + rows.added[8:12]
    assert rows.within(7) == Rows([rows.instructions[2]], {"over_budget": 3})
    assert rows.within(3) == Rows([], {"over_budget": 4})


@pytest.mark.parametrize(
    ("marks", "top_k", "step", "wanted"),
    [
        (("++-", "+--", "+--"), 1, 0, [0, 1, 2]),
        (("++-", "+--", "+--"), 1, 100, []),  # the lead of a third weighs more than any entropy
        (("++-", "++-", "+--"), 1, 100, [0, 1]),
        (("++-", "++-", "+--"), 2, 100, []),
        (("++-", "++-", "+--"), 3, 0, []),
        (("+++", "++-", "---"), 1, 0, []),  # one candidate
    ],
)
def test_entropies_are_computed_where_they_decide(
    marks: tuple[str, ...], top_k: int, step: int, wanted: list[int]
) -> None:
    arguments = arguments_of(3, top_k)
    assert to_rank(a_group(marks, {}), arguments, step, most_entropy=6.9) == wanted


def a_group(marks: Sequence[str], entropies: dict[int, float]) -> Sampled:
    samples = [replace(sample(m), text=f"text {i}") for i, m in enumerate(marks)]
    checkers = [Checker(Registry(), ASKED)] * len(marks)
    rows = [{"id": "q", "prompt": "p"}] * len(marks)
    return Sampled(rows, samples, checkers, entropies, [True] * len(marks))


def arguments_of(size: int, top_k: int) -> Any:
    known = {field.name: field.default for field in fields(HirArguments)}
    return SimpleNamespace(**{**known, "num_generations": size, "hir_top_k": top_k})


@given(
    st.lists(st.sampled_from(["++", "+-", "-+", "--"]), min_size=5, max_size=5),
    st.lists(st.floats(0, 2), min_size=5, max_size=5),
    st.integers(0, 80),
    st.integers(1, 3),
)
def test_entropies_that_are_left_out_change_no_choice(
    marks: list[str], entropies: list[float], step: int, top_k: int
) -> None:
    arguments = arguments_of(5, top_k)
    scored = to_rank(a_group(marks, {}), arguments, step, most_entropy=2.0)

    def chosen(known: dict[int, float]) -> list[Candidate]:
        sampled = a_group(marks, known)
        group, places = sampled.group(0, 5, step)
        checked = [sampled.samples[i].relied_on for i in places]
        lambda_ = options_at(arguments, step).lambda_
        return candidates(group.constraints, group.rollouts, checked, lambda_)[0][:top_k]

    if scored:
        assert chosen({i: entropies[i] for i in scored}) == chosen(dict(enumerate(entropies)))


def found_at(row: int, kept: int) -> Found:
    asked = ASKED * 2
    candidate = Candidate(0, asked[:kept], asked[kept:], 1.0, 0.1, 2.0)
    replay = Replay(Rollout("q/0", "text"), "p", (), (), (), "render", candidate, "entropy", 0)
    return Found(row, replay)


def test_the_numbers_of_a_step() -> None:
    samples = [sample(m) for m in ("+-", "--", "+-", "++", "++", "++", "--", "-?", "+?", "??")]
    group = Group("q", "p", (), (), Location("f", 1))
    groups = (Relabelled(group, (), refused=()),) * 5
    hindsight = Hindsight(groups, (found_at(0, 2), found_at(2, 1)))
    rows = Rows([Instruction((Added(0, "p", 1.0),), 0.25, 0)], {"alike": 1})
    numbers = step_statistics(samples, 2, hindsight, rows, lambda values: values)
    assert numbers == {
        "hir/replays": 2.0,
        "hir/refused": 0.0,
        "hir/rows": 1,
        "hir/no_row_cut_off": 0,
        "hir/no_row_alike": 1,
        "hir/no_row_unknown": 0,
        "hir/no_row_repeated": 0,
        "hir/no_row_over_budget": 0,
        "hir/groups_failed": 0.5,
        "hir/groups_mixed": 0.25,
        "hir/groups_passed": 0.25,
        "hir/groups_failed_after": 0.25,
        "hir/groups_mixed_after": 0.5,
        "hir/groups_passed_after": 0.25,
        "hir/kept_share": 0.375,
    }


def test_a_step_without_replays_has_no_kept_share() -> None:
    numbers = step_statistics([sample("??")], 1, Hindsight(), Rows(), lambda values: values)
    assert set(numbers.values()) == {0}
    assert "hir/kept_share" not in numbers


def row(step: int) -> dict[str, Any]:
    return {"hindsight": {"step": step}, "provenance": {"seed": 1, **MARK}}


def test_the_file_keeps_the_steps_that_are_taken(tmp_path: Path) -> None:
    file = ReplayFile(tmp_path / "out")
    file.begin(0)
    assert not file.path.exists()
    file.append([row(0), row(0), row(1)])
    file.append([row(2)])
    with file.path.open("ab") as stream:
        stream.write(b'{"hindsight": {"st')  # the run was killed while it wrote
    file.begin(2)
    kept = [json.loads(line) for line in file.path.read_text(encoding="utf-8").splitlines()]
    assert kept == [row(0), row(0), row(1)]
    assert [path.name for path in file.path.parent.iterdir()] == ["replays.jsonl"]


@pytest.mark.parametrize("line", ["{}", "[1]", "nothing", '{"provenance": {"seed": 1}}'])
def test_a_file_that_no_run_wrote_is_left_alone(line: str, tmp_path: Path) -> None:
    file = ReplayFile(tmp_path)
    file.append([row(0)])
    with file.path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    before = file.path.read_bytes()
    with pytest.raises(ConfigError, match="was not written by an online run"):
        file.begin(0)
    assert file.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["replays.jsonl"]
