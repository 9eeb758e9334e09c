"""Write the sample of SkyRL, field by field as `dump_per_dataset_eval_results` does."""

from __future__ import annotations

import json
from typing import Any

from groups import Asked, chosen, ground_truth, write


def _input(asked: Asked) -> str:
    turns = (f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in asked.messages)
    return "".join(turns) + "<|im_start|>assistant\n"


def _rows(number: int, asked: Asked) -> list[dict[str, Any]]:
    extras = {
        "data_source": "ifeval",
        "reward_spec": {"method": "rule", "ground_truth": json.dumps(ground_truth(asked))},
        "extra_info": {"index": number},
    }
    return [
        {
            "input_prompt": _input(asked),
            "output_response": f"{text}<|im_end|>",
            "score": float(all(follow)),
            "stop_reason": "stop",
            "env_class": "ifeval",
            "env_extras": extras,
            "data_source": "ifeval",
        }
        for text, follow in zip(asked.texts, asked.follow, strict=True)
    ]


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    rows = [row for number, asked in enumerate(chosen()) for row in _rows(number, asked)]
    return {"skyrl/ifeval.jsonl": rows}


if __name__ == "__main__":
    write(files())
