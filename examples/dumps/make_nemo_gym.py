"""Write the sample of NeMo-Gym: its example row and rollout (resources_servers/
instruction_following/README.md), with the numbers that the collection adds."""

from __future__ import annotations

from typing import Any

from groups import Asked, chosen, ground_truth, write


def _response(text: str, number: int) -> dict[str, Any]:
    part = {"annotations": [], "text": text, "type": "output_text", "logprobs": []}
    message = {
        "id": f"msg_{number}",
        "content": [part],
        "role": "assistant",
        "status": "completed",
        "type": "message",
    }
    return {
        "id": f"resp_{number}",
        "created_at": 0.0,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "policy",
        "object": "response",
        "output": [message],
        "parallel_tool_calls": False,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "status": "completed",
    }


def _rows(task: int, asked: Asked) -> list[dict[str, Any]]:
    params = {"input": asked.messages, "parallel_tool_calls": False, "tools": []}
    metadata = ground_truth(asked) | {"prompt": asked.text, "grading_mode": "binary"}
    metadata["kwargs"] = [item or None for item in asked.kwargs]
    return [
        {
            "responses_create_params": params,
            "verifier_metadata": metadata,
            "response": _response(text, len(asked.texts) * task + number),
            "reward": float(all(follow)),
            "follow_all_instructions": all(follow),
            "follow_instruction_list": follow,
            "_ng_task_index": task,
            "_ng_rollout_index": number,
        }
        for number, (text, follow) in enumerate(zip(asked.texts, asked.follow, strict=True))
    ]


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    rows = [row for task, asked in enumerate(chosen()) for row in _rows(task, asked)]
    return {"nemo_gym/rollouts.jsonl": rows}


if __name__ == "__main__":
    write(files())
