"""Tokens of DPO pairs whose two halves answer different prompts.

TRL knows one prompt a pair. Asked to find it by itself in an instruction pair (one response under
the rewritten and under the original instruction), it would take the longest common beginning for
the prompt and train on the rest of the instruction. So both prompts are named here, and the
collator (`hir_trainer.collators`) lays the second one under the rejected half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasets import Dataset

    from hir_trainer.rows import Row

PROMPT_IDS = "rejected_prompt_ids"
COMPLETION_IDS = "rejected_completion_ids"


def add_rejected_ids(dataset: Dataset, tokenizer: Any, config: Any) -> Dataset:
    """Tokenize each rejected half under its own prompt; pairs with one prompt get None.

    Like TRL, drop the pairs whose prompt alone fills `max_length`: nothing of the response would
    be left in the batch.
    """
    from datasets import Sequence, Value

    features = dataset.features.copy()
    features[PROMPT_IDS] = features[COMPLETION_IDS] = Sequence(Value("int64"))
    dataset = dataset.map(
        _rejected_ids,
        fn_kwargs={"tokenizer": tokenizer},
        features=features,
        num_proc=config.dataset_num_proc,
        desc="Tokenizing rejected prompts",
    )
    if config.max_length is None or config.truncation_mode != "keep_start":
        return dataset
    return dataset.filter(
        lambda row: len(row[PROMPT_IDS] or ()) < config.max_length,
        num_proc=config.dataset_num_proc,
        desc="Dropping pairs without room for the response",
    )


def _rejected_ids(row: Row, tokenizer: Any) -> dict[str, list[int] | None]:
    prompt, response = row["rejected_prompt"], row["rejected"]
    if prompt is None:
        return {PROMPT_IDS: None, COMPLETION_IDS: None}
    if isinstance(prompt, str):
        ids = tokenizer(text=prompt)["input_ids"]
        whole = tokenizer(text=prompt + _ended(response, tokenizer.eos_token))["input_ids"]
    else:
        ids = _template_ids(tokenizer, prompt, add_generation_prompt=True)
        whole = _template_ids(tokenizer, prompt + response)
    # A template may render the prompt differently when a response follows it. TRL starts the
    # response where the two part, and both halves must be cut alike.
    length = _common_length(ids, whole)
    return {PROMPT_IDS: ids[:length], COMPLETION_IDS: whole[length:]}


def _ended(response: str, eos: str) -> str:
    return response if response.endswith(eos) else response + eos


def _template_ids(tokenizer: Any, messages: list[Any], **options: Any) -> list[int]:
    encoded = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=True, **options)
    ids: list[int] = encoded["input_ids"]
    return ids


def _common_length(first: list[int], second: list[int]) -> int:
    pairs = zip(first, second)  # noqa: B905 - the shorter one ends the comparison
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))
