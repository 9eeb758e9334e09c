"""Write the samples of PrimeIntellect's verifiers, field by field as `state_to_output` (before v1)
and `Episode.to_record` (v1) do."""

from __future__ import annotations

import uuid
from typing import Any

from groups import Asked, chosen, ground_truth, write

STEP = 5


def _assistant(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def _results(number: int, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "example_id": number,
            "prompt": asked.messages,
            "completion": [_assistant(text)],
            "info": ground_truth(asked),
            "reward": float(all(follow)),
            "error": None,
            "timing": {"generation_ms": 0.0, "scoring_ms": 0.0, "total_ms": 0.0},
            "is_completed": True,
            "is_truncated": False,
            "stop_condition": "max_turns_reached",
            "metrics": {"follow": float(all(follow)), "num_turns": 1.0},
            "tool_defs": None,
            "follow": float(all(follow)),
            "num_turns": 1.0,
        }
        for text, follow in zip(asked.texts, asked.follow, strict=True)
    ]


def _trace(asked: Asked, text: str, follow: list[bool], id: str) -> dict[str, Any]:
    prompt = [
        {"parent": place - 1, "message": message, "sampled": False, "token_ids": [], "mask": []}
        for place, message in enumerate(asked.messages)
    ]
    del prompt[0]["parent"]  # null, which the writer leaves out
    answer = {
        "parent": len(prompt) - 1,
        "message": _assistant(text),
        "sampled": True,
        "token_ids": [],
        "mask": [],
        "logprobs": [],
        "finish_reason": "stop",
    }
    return {
        "version": 1,
        "id": id,
        "task": _task(asked),
        "agent": {"config": {}, "name": "agent", "trainable": True},
        "tools": [],
        "nodes": [*prompt, answer],
        "calls": [],
        "rewards": {"follow": {"score": float(all(follow)), "weight": 1.0}},
        "metrics": {"share": sum(follow) / len(follow)},
        "info": {},
        "is_completed": True,
        "ok": True,
        "stop_condition": "agent_completed",
        "errors": [],
    }


def _task(asked: Asked) -> dict[str, Any]:
    data = {"prompt": asked.text} | ground_truth(asked)
    return {"type": "IFEvalTask", "data": data, "key": asked.id}


def _episodes(number: int, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid.UUID(int=100 * number + place).hex,
            "env": {"id": "ifeval", "name": "ifeval"},
            "task": _task(asked),
            "group": {"id": uuid.UUID(int=number).hex},
            "run": {"type": "train", "id": "run", "work": {"type": "train", "step": STEP}},
            "ok": True,
            "errors": [],
            "traces": [_trace(asked, text, follow, uuid.UUID(int=1000 * number + place).hex)],
        }
        for place, (text, follow) in enumerate(zip(asked.texts, asked.follow, strict=True))
    ]


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    asked = list(enumerate(chosen(), start=1))
    return {
        "prime_results/results.jsonl": [row for pair in asked for row in _results(*pair)],
        "prime_traces/traces.jsonl": [row for pair in asked for row in _episodes(*pair)],
    }


if __name__ == "__main__":
    write(files())
