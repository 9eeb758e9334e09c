"""Write the sample of TRL with its GRPO trainer itself (`pip install 'hir-kit[train]'`).

A step of training on a tiny model, whose rollouts are the stored responses. The reward is
hir-kit's, which logs what the file needs to be relabelled without the dataset.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "TRL_EXPERIMENTAL_SILENCE": "1"}

from groups import HERE, Asked, chosen

ROLLOUTS = 6


def _rollouts(asked: list[Asked]) -> Any:
    texts = {item.text: item.texts for item in asked}

    def roll_out(prompts: list[Any], trainer: Any) -> dict[str, Any]:
        tokenizer = trainer.processing_class
        answers = [texts[prompt[-1]["content"]][n % ROLLOUTS] for n, prompt in enumerate(prompts)]
        completions = [tokenizer(f"{text}<|im_end|>")["input_ids"] for text in answers]
        template = {"add_generation_prompt": True, "tokenize": True, "return_dict": False}
        return {
            "prompt_ids": [tokenizer.apply_chat_template(item, **template) for item in prompts],
            "completion_ids": completions,
            "logprobs": [[0.0] * len(ids) for ids in completions],
        }

    return roll_out


def _train(asked: list[Asked], folder: Path) -> None:
    from datasets import Dataset
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    from hir_kit.rewards.trl import TrlReward
    from hir_trainer.tiny import build_tiny_model

    model = build_tiny_model(folder / "model", [text for item in asked for text in item.texts])
    rows = [
        {
            "prompt": item.messages,
            "constraints": json.dumps(item.constraints),
            "id": item.id,
            "task": item.task,
        }
        for item in asked
    ]
    trainer = GRPOTrainer(
        model=str(model),
        processing_class=AutoTokenizer.from_pretrained(model),
        reward_funcs=TrlReward("ila", workers=0, time_limit=0),
        rollout_func=_rollouts(asked),
        train_dataset=Dataset.from_list(rows),
        args=GRPOConfig(
            output_dir=str(folder / "out"),
            per_device_train_batch_size=ROLLOUTS * len(asked),
            num_generations=ROLLOUTS,
            max_completion_length=512,
            max_steps=1,
            logging_steps=1,
            log_completions=True,
            num_completions_to_print=0,
            shuffle_dataset=False,
            use_cpu=True,
            save_strategy="no",
            report_to="none",
        ),
    )
    trainer.train()


def main() -> None:
    """Train for a step, and keep what the trainer logged."""
    with tempfile.TemporaryDirectory() as name:
        _train(list(chosen()), Path(name))
        [written] = Path(name).rglob("completions_*.parquet")
        target = HERE / "trl" / written.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(written.read_bytes())


if __name__ == "__main__":
    main()
