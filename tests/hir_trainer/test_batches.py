"""The tokens under the loss, decoded from the batches that TRL's trainers really see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_trainer.plan import make_plan
from hir_trainer.run import build_trainer

Flags = Callable[..., list[str]]
Row = dict[str, Any]


def prompt_of(messages: list[Row]) -> str:
    turns = [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages]
    return "".join(turns) + "<|im_start|>assistant\n"


def response_of(messages: list[Row]) -> str:
    return f"{messages[0]['content']}<|im_end|>\n"


def expected(row: Row, prompt: str = "prompt", response: str = "completion") -> tuple[str, str]:
    return prompt_of(row[prompt]), response_of(row[response])


def batches(arguments: list[str]) -> tuple[Any, list[Row]]:
    trainer = build_trainer(make_plan(arguments))
    return trainer, list(trainer.get_train_dataloader())


def decoded(trainer: Any, batch: Row, prefix: str = "") -> list[tuple[str, str]]:
    """Each sequence as (its context, the tokens under the loss), padding left out."""
    names = ("input_ids", "attention_mask", "completion_mask")
    rows = zip(*(batch[prefix + name].tolist() for name in names), strict=True)
    decode = trainer.processing_class.decode
    return [
        (
            decode([i for i, a, c in zip(*row, strict=True) if a and not c]),
            decode([i for i, a, c in zip(*row, strict=True) if a and c]),
        )
        for row in rows
    ]


def test_sft_learns_the_completion_only(flags: Flags, emitted: dict[str, list[Row]]) -> None:
    trainer, seen = batches(flags("sft"))
    pairs = []
    for batch in seen:
        masked = {**batch, "completion_mask": batch["labels"] != -100}
        learnt = batch["labels"][batch["labels"] != -100]
        assert (learnt == batch["input_ids"][batch["labels"] != -100]).all()
        pairs += decoded(trainer, masked)
    assert sorted(pairs) == sorted(expected(row) for row in emitted["sft"])


def test_kto_learns_each_completion_under_its_prompt_and_label(
    flags: Flags, emitted: dict[str, list[Row]]
) -> None:
    trainer, seen = batches(flags("kto"))
    pairs = [pair for batch in seen for pair in decoded(trainer, batch)]
    labels = [label for batch in seen for label in batch["label"].tolist()]
    assert pairs == [expected(row) for row in emitted["kto"]]
    assert labels == [row["label"] for row in emitted["kto"]]


def test_kto_estimates_its_kl_term_with_other_responses(flags: Flags) -> None:
    trainer, seen = batches(flags("kto"))
    for batch in seen:
        own, other = decoded(trainer, batch), decoded(trainer, batch, "KL_")
        assert [prompt for prompt, _ in own] == [prompt for prompt, _ in other]
        assert all(a[1] != b[1] for a, b in zip(own, other, strict=True))


def test_kto_from_hir_rows_borrows_no_response_of_the_same_group(
    flags: Flags, files: dict[str, Path]
) -> None:
    trainer, seen = batches(flags("kto", data=files["hir"], per_device_train_batch_size=6))
    for batch in seen:
        own, other = decoded(trainer, batch), decoded(trainer, batch, "KL_")
        assert all(a[1] != b[1] for a, b in zip(own, other, strict=True))


def dpo_pairs(arguments: list[str]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    trainer, seen = batches(arguments)
    pairs = []
    for batch in seen:
        halves = decoded(trainer, batch)
        middle = len(halves) // 2
        pairs += zip(halves[:middle], halves[middle:], strict=True)
    return pairs


def expected_pair(row: Row) -> tuple[tuple[str, str], tuple[str, str]]:
    second = "rejected_prompt" if row["rejected_prompt"] else "prompt"
    return expected(row, "prompt", "chosen"), expected(row, second, "rejected")


def test_dpo_puts_each_half_under_its_own_prompt(
    flags: Flags, emitted: dict[str, list[Row]]
) -> None:
    pairs = dpo_pairs(flags("dpo"))
    assert sorted(pairs) == sorted(map(expected_pair, emitted["dpo"]))


@pytest.mark.parametrize("kind", ["response-pair", "instruction-pair"])
def test_dpo_of_one_kind(
    kind: str, flags: Flags, emitted: dict[str, list[Row]], write: Callable[..., Path]
) -> None:
    rows = [row for row in emitted["dpo"] if row["kind"] == kind]
    pairs = dpo_pairs(flags("dpo", data=write(rows)))
    assert sorted(pairs) == sorted(map(expected_pair, rows))
    same_prompt = {chosen[0] == rejected[0] for chosen, rejected in pairs}
    assert same_prompt == {kind == "response-pair"}


def test_dpo_from_hir_rows(flags: Flags, files: dict[str, Path]) -> None:
    pairs = dpo_pairs(flags("dpo", data=files["hir"]))
    replayed = [(a, b) for a, b in pairs if a[0] != b[0]]
    assert len(pairs) == 12
    assert len(replayed) == 6
    for (kept, response), (original, same) in replayed:
        assert response == same
        assert original == kept.replace("subnet.<", "subnet. Use at most 3 words.<")


def test_dpo_with_plain_strings(flags: Flags, write: Callable[..., Path]) -> None:
    row = {
        "prompt": "Write.\n",
        "chosen": "subnet",
        "rejected": "subnet",
        "rejected_prompt": "Write. Use a.\n",
    }
    pairs = dpo_pairs(flags("dpo", data=write([row, row])))
    assert (
        pairs == [(("Write.\n", "subnet<|im_end|>"), ("Write. Use a.\n", "subnet<|im_end|>"))] * 2
    )


def test_dpo_cuts_a_response_alike_under_both_prompts(
    flags: Flags, emitted: dict[str, list[Row]], write: Callable[..., Path]
) -> None:
    rows = [row for row in emitted["dpo"] if row["kind"] == "instruction-pair"]
    for (_, chosen), (_, rejected) in dpo_pairs(flags("dpo", data=write(rows), max_length=36)):
        assert chosen == rejected
        assert not chosen.endswith("<|im_end|>\n")


def test_dpo_drops_a_pair_whose_second_prompt_leaves_no_room(
    flags: Flags, emitted: dict[str, list[Row]], write: Callable[..., Path]
) -> None:
    row = next(row for row in emitted["dpo"] if row["kind"] == "instruction-pair")
    long = [{"role": "user", "content": "subnet " * 200}]
    pairs = dpo_pairs(
        flags("dpo", data=write([row, {**row, "rejected_prompt": long}]), max_length=99)
    )
    assert pairs == [expected_pair(row)]


def test_reference_log_probabilities_follow_the_halves(flags: Flags) -> None:
    import torch

    on_the_fly = build_trainer(make_plan(flags("dpo")))
    ahead = build_trainer(make_plan(flags("dpo", precompute_ref_log_probs=True)))
    rows = list(ahead.train_dataset)
    batch = ahead.data_collator(rows)
    with torch.no_grad():
        chosen, rejected = on_the_fly.compute_ref_log_probs(on_the_fly.ref_model, batch)
    torch.testing.assert_close(batch["ref_chosen_logps"], chosen)
    torch.testing.assert_close(batch["ref_rejected_logps"], rejected)


ids = st.lists(st.integers(1, 99), min_size=1, max_size=6)
pairs_of_one_prompt = st.fixed_dictionaries(
    {"prompt_ids": ids, "chosen_ids": ids, "rejected_ids": ids}
)


@settings(deadline=None)
@given(
    st.lists(pairs_of_one_prompt, min_size=1, max_size=4),
    st.none() | st.integers(1, 9),
    st.sampled_from(["keep_start", "keep_end"]),
    st.none() | st.just(4),
)
def test_pairs_of_one_prompt_are_batched_as_trl_does(
    examples: list[Row], max_length: int | None, mode: str, multiple: int | None
) -> None:
    import torch
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    from hir_trainer.dpo_pairs import PromptPairCollator

    options = {"max_length": max_length, "truncation_mode": mode, "pad_to_multiple_of": multiple}
    theirs = DataCollatorForPreference(0, **options)(examples)
    ours = PromptPairCollator(0, **options)(examples)
    assert ours.keys() == theirs.keys()
    for name, tensor in theirs.items():
        assert torch.equal(ours[name], tensor)
