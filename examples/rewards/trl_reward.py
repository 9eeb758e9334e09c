"""hir-kit as the reward function of TRL's GRPOTrainer: two steps of a tiny model on a CPU.

    python examples/rewards/trl_reward.py [OUTPUT_DIRECTORY]

The model is random: it shows the path, not a gain. Afterwards the logged completions can be
relabelled; the last lines of the output say how.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is downloaded, and TRL sends no ping

from datasets import Dataset
from trl import GRPOConfig, GRPOTrainer

from hir_kit.rewards.trl import TrlReward
from hir_trainer.tiny import build_tiny_model, read_texts

ROLLOUTS = Path(__file__).parents[1] / "rollouts.jsonl"


def read_instructions() -> Dataset:
    """Return rows with prompt, constraints (as JSON, which Arrow leaves alone), task and id."""
    lines = ROLLOUTS.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("task")]
    return Dataset.from_list(
        [
            {
                "prompt": row["prompt"],
                "constraints": json.dumps(row["constraints"]),
                "task": row["task"],
                "id": row["id"],
            }
            for row in rows
        ]
    )


def main(directory: Path) -> None:
    model = build_tiny_model(directory / "model", read_texts(ROLLOUTS))
    trainer = GRPOTrainer(
        model=str(model),
        reward_funcs=TrlReward("cla"),
        args=GRPOConfig(
            output_dir=str(directory),
            max_steps=2,
            num_generations=6,
            per_device_train_batch_size=12,
            max_completion_length=24,
            learning_rate=1e-4,
            logging_steps=1,
            log_completions=True,
            num_completions_to_print=0,
            save_strategy="no",
            report_to="none",
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            disable_tqdm=True,
        ),
        train_dataset=read_instructions(),
    )
    trainer.train()
    for entry in trainer.state.log_history[:2]:
        print(f"step {entry['step']}: reward {entry['reward']:.3f}, cla {entry['hir/cla']:.3f}")
    print(f"hir-kit relabel {directory / 'completions'} -o replays.jsonl")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "trl-reward"))
