"""Sampling with transformers reads a prompt once, and drops rows that have ended; same samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

ENDS = range(0, 400, 3)
"""Tokens that end a response, so many that rows end one after the other."""


@pytest.fixture
def trainer(one_step: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The trainer of the run, before it has found out whether passes can be spared."""
    from hir_trainer.online.sampling import Sampling

    trainer = one_step.trainer
    monkeypatch.setattr(trainer, "_hir_sampling", Sampling(trainer))
    monkeypatch.setattr(trainer, "eos_token_ids", list(ENDS))
    monkeypatch.setattr(trainer.generation_config, "eos_token_id", list(ENDS))
    trainer.model.train()
    return trainer


@pytest.fixture
def prompts() -> list[list[int]]:
    """Two prompts of different length, each for six responses."""
    return [[5, 6, 7, 8, 9, 10, 11]] * 6 + [[12, 13, 14, 15]] * 6


@pytest.fixture
def passes(trainer: Any) -> Iterator[list[tuple[int, int]]]:
    """Rows and columns of every pass through the layers."""
    seen: list[tuple[int, int]] = []

    def look(_layers: Any, _given: Any, output: Any) -> None:
        seen.append(tuple(output.last_hidden_state.shape[:2]))

    hook = trainer.model.base_model.register_forward_hook(look)
    yield seen
    hook.remove()


def sampled(trainer: Any, prompts: list[list[int]], sample: Callable[..., Any]) -> list[list[int]]:
    import torch

    torch.manual_seed(0)
    found: list[list[int]] = sample(trainer, prompts, None, {}, 6)[0]
    return found


def by_trl(trainer: Any, prompts: list[list[int]]) -> list[list[int]]:
    from trl.trainer.grpo_trainer import GRPOTrainer

    return sampled(trainer, prompts, GRPOTrainer._generate_single_turn)


def by_us(trainer: Any, prompts: list[list[int]]) -> list[list[int]]:
    return sampled(trainer, prompts, type(trainer)._generate_single_turn)


def test_samples_are_those_of_trl(
    trainer: Any, prompts: list[list[int]], passes: list[tuple[int, int]]
) -> None:
    expected = by_trl(trainer, prompts)
    lengths = sorted(map(len, expected))
    assert lengths[0] + 3 < lengths[-1]
    assert passes == [(12, 7), *[(12, 1)] * (lengths[-1] - 1)]
    by_us(trainer, prompts)  # compares both ways
    passes.clear()
    assert by_us(trainer, prompts) == expected
    (read, *steps) = passes
    assert read == (2, 6)
    assert len(steps) == lengths[-1]
    rows = [row for row, _ in steps]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] == 12
    for step, row in enumerate(rows[1:], 1):
        going_on = sum(length > step for length in lengths)
        assert going_on <= row < max(2, going_on * 8 / 7 + 1)


def test_a_prompt_is_tokenized_once(trainer: Any) -> None:
    from trl.trainer.grpo_trainer import GRPOTrainer

    prompts = [[{"role": "user", "content": text}] for text in ("One.", "Two.", "One.")]
    expected = GRPOTrainer._tokenize_prompts(trainer, prompts)
    (first, second, third), *more = trainer._tokenize_prompts(prompts)
    assert ([first, second, third], *more) == expected
    assert first is third


def test_entropies_are_heard_of_all_rows(trainer: Any, prompts: list[list[int]]) -> None:
    import torch

    def heard(responses: list[list[int]]) -> Any:
        width = max(map(len, responses))
        found = trainer._hir_scoring._listener.heard(12, width, None)
        return torch.cat([found[n, : len(one)] for n, one in enumerate(responses)])

    with trainer._hir_scoring.listening():
        expected = heard(by_trl(trainer, prompts))
    assert torch.allclose(heard(by_us(trainer, prompts)), expected, atol=1e-5)


@pytest.mark.parametrize("reason", ["attention", "dropout", "cache", "chunks", "compiled"])
def test_where_passes_cannot_be_spared_the_log_says_why(
    trainer: Any,
    prompts: list[list[int]],
    passes: list[tuple[int, int]],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    import torch

    from hir_kit.rewards import reporting

    monkeypatch.setattr(reporting, "_REPORTED", set())
    said = {
        "attention": "reads a prompt otherwise alone",
        "dropout": "dropout is on",
        "cache": "another cache is asked for",
        "chunks": "in chunks",
        "compiled": "is compiled",
    }
    layers = trainer.model.base_model.layers
    if reason == "attention":
        for layer in layers:
            monkeypatch.setattr(layer.self_attn, "attention_dropout", 0.5)
    elif reason == "dropout":
        monkeypatch.setitem(layers[0]._modules, "dropped", torch.nn.Dropout(0.1))
    elif reason == "cache":
        monkeypatch.setattr(trainer.generation_config, "cache_implementation", "static")
    elif reason == "chunks":
        monkeypatch.setattr(trainer.generation_config, "prefill_chunk_size", 4)
    else:
        monkeypatch.setattr(trainer.args, "torch_compile", True)
    by_us(trainer, prompts)
    assert said[reason] in caplog.text
    passes.clear()
    assert by_us(trainer, prompts) == by_trl(trainer, prompts)
    assert {rows for rows, _ in passes} == {12}
