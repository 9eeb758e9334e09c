"""Write the sample dumps of verl, field by field as its trainers do."""

from __future__ import annotations

import json
import uuid
from typing import Any

from groups import Asked, chosen, ground_truth, write

STEP = 12


def _chat_text(asked: Asked) -> str:
    """Return the prompt as a ChatML template writes it, decoded without special tokens."""
    turns = "".join(f"{item['role']}\n{item['content']}\n" for item in asked.messages)
    return f"{turns}assistant\n"


def _rows(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "input": _chat_text(asked),
            "output": text,
            "gts": json.dumps(ground_truth(asked)),
            "score": float(all(follow)),
            "step": STEP,
        }
        for text, follow in zip(asked.texts, asked.follow, strict=True)
    ]


def before_v1() -> list[dict[str, Any]]:
    """Rows as `RayPPOTrainer` dumps them: what the reward returned, in the order of a batch."""
    rows = [
        row | {"acc": row["score"], "follow": follow}
        for asked in chosen()
        for row, follow in zip(_rows(asked), asked.follow, strict=True)
    ]
    return rows[0::2] + rows[1::2]  # the batch is balanced by length, which scatters the groups


def v1() -> list[dict[str, Any]]:
    """Rows as the v1 trainer dumps them: sorted by `uid`."""
    return [
        row | {"uid": f"{uuid.UUID(int=number)}_{place}_0"}
        for number, asked in enumerate(chosen(), start=1)
        for place, row in enumerate(_rows(asked))
    ]


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    return {f"verl/{STEP}.jsonl": before_v1(), f"verl_v1/{STEP}.jsonl": v1()}


if __name__ == "__main__":
    write(files())
