"""Write the samples of a batch: requests as OpenAI's interface takes them, with their constraints
beside the body, and vLLM's `BatchRequestOutput` for each, with `n` choices."""

from __future__ import annotations

from typing import Any

from groups import Asked, chosen, ground_truth, write

MODEL, URL = "policy", "/v1/chat/completions"


def _request(asked: Asked) -> dict[str, Any]:
    return {
        "custom_id": asked.id,
        "method": "POST",
        "url": URL,
        "body": {"model": MODEL, "messages": asked.messages, "n": len(asked.texts)},
        "constraints": ground_truth(asked),
    }


def _choice(index: int, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None, "tool_calls": []}
    return {
        "index": index,
        "message": message,
        "logprobs": None,
        "finish_reason": "stop",
        "stop_reason": None,
    }


def _output(number: int, asked: Asked) -> dict[str, Any]:
    body = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [_choice(index, text) for index, text in enumerate(asked.texts)],
        "usage": {"prompt_tokens": 0, "total_tokens": 0, "completion_tokens": 0},
    }
    response = {"status_code": 200, "request_id": f"vllm-batch-{number}", "body": body}
    return {"id": f"vllm-{number}", "custom_id": asked.id, "response": response, "error": None}


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    asked = list(chosen())
    return {
        "openai_batch/requests.jsonl": [_request(item) for item in asked],
        "openai_batch/responses.jsonl": [_output(*pair) for pair in enumerate(asked)],
    }


if __name__ == "__main__":
    write(files())
