"""Token ids of prompts and responses, as TRL makes them, and which examples have room for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
Text = Any
"""A prompt or a response: a string, or messages."""

_BEGINNING = 8
"""Tokens that a tokenizer may put before and behind a text of its own accord."""


def ids_of(tokenizer: Any, prompt: Text, response: Text | None = None) -> list[int]:
    """Return the ids of a prompt, ready to be answered, or of a prompt with its response."""
    if isinstance(prompt, str):
        text = prompt if response is None else prompt + _ended(response, tokenizer.eos_token)
        ids: list[int] = tokenizer(text=text)["input_ids"]
        return ids
    messages = prompt if response is None else prompt + response
    encoded = tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True, add_generation_prompt=response is None
    )
    found: list[int] = encoded["input_ids"]
    return found


def _ended(response: str, eos: str) -> str:
    return response if response.endswith(eos) else response + eos


def split_ids(tokenizer: Any, prompt: Text, response: Text) -> tuple[list[int], list[int]]:
    """Return the ids of a prompt and of the response to it.

    A template may render the prompt differently when a response follows it. TRL starts the response
    where the two part.
    """
    ids, whole = ids_of(tokenizer, prompt), ids_of(tokenizer, prompt, response)
    length = _common_length(ids, whole)
    return ids[:length], whole[length:]


def _common_length(first: list[int], second: list[int]) -> int:
    pairs = zip(first, second)  # noqa: B905 - the shorter one ends the comparison
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def fitting(rows: Sequence[Row], tokenizer: Any, training: Any, method: str) -> list[bool]:
    """Tell of each example whether `max_length` leaves something to learn from it.

    TRL drops the examples whose prompt alone fills `max_length`. Pairs of which the halves are the
    same in what is left teach nothing either.
    """
    limit = _limit(training, method)
    if limit is None:
        return [True] * len(rows)
    fits = _pair_fits if method == "dpo" else _answer_fits
    return [fits(row, tokenizer, limit) for row in rows]


def _limit(training: Any, method: str) -> int | None:
    """Return the tokens that an example may have; None where nothing is dropped for its length."""
    limit: int | None = training.max_length
    if getattr(training, "truncation_mode", "keep_start") != "keep_start":
        return None
    if method == "sft":
        whole = training.packing or training.completion_only_loss is False
        return None if whole or training.chat_template_path else limit
    return limit


def _answer_fits(row: Row, tokenizer: Any, limit: int) -> bool:
    return _has_room(tokenizer, row["prompt"], row["completion"], limit)


def _pair_fits(row: Row, tokenizer: Any, limit: int) -> bool:
    prompt, chosen, rejected = row["prompt"], row["chosen"], row["rejected"]
    if (second := row.get("rejected_prompt")) is not None:
        return _has_room(tokenizer, prompt, chosen, limit) and _has_room(
            tokenizer, second, rejected, limit
        )
    if not all(_has_room(tokenizer, prompt, answer, limit) for answer in (chosen, rejected)):
        return False
    if all(_bytes(tokenizer, prompt, answer) < limit for answer in (chosen, rejected)):
        return True
    halves = [ids_of(tokenizer, prompt, answer)[:limit] for answer in (chosen, rejected)]
    return halves[0] != halves[1]


def _has_room(tokenizer: Any, prompt: Text, response: Text, limit: int) -> bool:
    """Tell whether a token of the response is left; most prompts are too short to be counted."""
    if _bytes(tokenizer, prompt) < limit or len(ids_of(tokenizer, prompt)) < limit:
        return True
    return len(split_ids(tokenizer, prompt, response)[0]) < limit


def _bytes(tokenizer: Any, prompt: Text, response: Text | None = None) -> int:
    """Return a number of tokens that a text cannot exceed: no token is shorter than a byte."""
    if isinstance(prompt, str):
        text = prompt + (response or "")
    else:
        text = tokenizer.apply_chat_template(
            prompt + (response or []), tokenize=False, add_generation_prompt=response is None
        )
    return len(text.encode("utf-8", "surrogatepass")) + _BEGINNING
