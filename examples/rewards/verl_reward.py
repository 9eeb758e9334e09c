"""hir-kit as the reward function of verl.

    python -m verl.trainer.main_ppo \
        reward.custom_reward_function.path=examples/rewards/verl_reward.py ...

(`custom_reward_function.path` in older releases.) Run by itself, it shows what verl gets:

    python examples/rewards/verl_reward.py
"""

from __future__ import annotations

import json

from hir_kit.rewards.verl import VerlReward

compute_score = VerlReward("ila", workers=1)


def main() -> None:
    # One row of the training data, as `hir-kit relabel --emit verl` writes it, and two responses.
    row = {
        "data_source": "hir",
        "reward_model": {
            "style": "rule",
            "ground_truth": json.dumps(
                {
                    "instruction_id_list": ["punctuation:no_comma", "keywords:existence"],
                    "kwargs": [{}, {"keywords": ["leaf"]}],
                }
            ),
        },
        "extra_info": {"index": 0},
    }
    for text in ("A drink from a leaf.", "A drink, made from a plant."):
        columns = compute_score(
            data_source=row["data_source"],
            solution_str=text,
            ground_truth=row["reward_model"]["ground_truth"],
            extra_info=row["extra_info"],
        )
        print(text, *(f"{name}={value}" for name, value in columns.items()), sep="\n  ")


if __name__ == "__main__":
    main()
