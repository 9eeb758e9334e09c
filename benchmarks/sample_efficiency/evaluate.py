"""Accuracy of a model on held-out instructions: sampled, as training samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.sample_efficiency.world import Instruction, World

BATCH = 256


def sample(
    model: Any, tokenizer: Any, prompts: Sequence[list[dict[str, str]]], length: int, seed: int
) -> list[str]:
    """Return a response to each prompt, sampled at temperature 1; the random state stays."""
    import torch

    texts: list[str] = []
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices), torch.no_grad():
        torch.manual_seed(seed)
        for start in range(0, len(prompts), BATCH):
            batch = tokenizer.apply_chat_template(
                list(prompts[start : start + BATCH]), add_generation_prompt=True, padding=True,
                return_tensors="pt", return_dict=True, tokenizer_kwargs={"padding_side": "left"},
            ).to(model.device)  # fmt: skip
            ids = model.generate(
                **batch, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=length
            )
            ids = ids[:, batch["input_ids"].shape[1] :]
            texts += tokenizer.batch_decode(ids, skip_special_tokens=True)
    return texts


def accuracy(
    world: World, instructions: Sequence[Instruction], texts: Sequence[str]
) -> dict[str, float]:
    """Return the shares of instructions (ILA) and of constraints (CLA) that are met."""
    checked = [
        world.checker(instruction.constraints).check(text).strict
        for instruction, text in zip(instructions, texts, strict=True)
    ]
    met = [[verdict.satisfied for verdict in verdicts] for verdicts in checked]
    constraints = sum(map(len, met))
    return {
        "ila": sum(map(all, met)) / len(met),
        "cla": sum(map(sum, met)) / constraints,
        "words": sum(len(text.split()) for text in texts) / len(texts),
        "distinct": len(set(texts)) / len(texts),
    }
