"""hir-kit as the reward function of OpenRLHF.

    python -m openrlhf.cli.train_ppo_ray \
        --reward.remote_url examples/rewards/openrlhf_reward.py --data.label_key constraints ...

(`--remote_rm_url` and `--label_key` in older releases.) Run by itself, it shows what OpenRLHF gets:

    python examples/rewards/openrlhf_reward.py
"""

from __future__ import annotations

import json

from hir_kit.rewards.openrlhf import OpenRlhfReward

reward_func = OpenRlhfReward("ila", workers=1)


def main() -> None:
    prompt = "<|im_start|>user\nDescribe tea without commas.<|im_end|>\n<|im_start|>assistant\n"
    label = json.dumps([{"id": "punctuation:no_comma"}])
    for text in ("A drink from a leaf.", "A drink, made from a leaf."):
        found = reward_func([f"{prompt}{text}<|im_end|>"], [prompt], [label])
        logs = {name: value.tolist() for name, value in found["extra_logs"].items()}
        print(text, f"rewards {found['rewards'].tolist()}", f"extra_logs {logs}", sep="\n  ")


if __name__ == "__main__":
    main()
