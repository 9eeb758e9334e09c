"""Tokens of DPO pairs whose two halves answer different prompts.

TRL knows one prompt a pair. Asked to find it by itself in an instruction pair (one response under
the rewritten and under the original instruction), it would take the longest common beginning for
the prompt and train on the rest of the instruction. So both prompts are named here, and the
collator lays the second one under the rejected half.

This module imports TRL: it is itself imported only when a run needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trl.trainer.dpo_trainer import DataCollatorForPreference

from hir_trainer.tokens import split_ids

if TYPE_CHECKING:
    from datasets import Dataset

    from hir_trainer.data import Row


PROMPT_IDS = "rejected_prompt_ids"
COMPLETION_IDS = "rejected_completion_ids"


def add_rejected_ids(dataset: Dataset, tokenizer: Any, config: Any) -> Dataset:
    """Tokenize each rejected half under its own prompt; pairs with one prompt get None."""
    from datasets import Sequence, Value

    features = dataset.features.copy()
    features[PROMPT_IDS] = features[COMPLETION_IDS] = Sequence(Value("int64"))
    return dataset.map(
        _rejected_ids,
        fn_kwargs={"tokenizer": tokenizer},
        features=features,
        num_proc=config.dataset_num_proc,
        desc="Tokenizing rejected prompts",
    )


def _rejected_ids(row: Row, tokenizer: Any) -> dict[str, list[int] | None]:
    if row["rejected_prompt"] is None:
        return {PROMPT_IDS: None, COMPLETION_IDS: None}
    prompt, response = split_ids(tokenizer, row["rejected_prompt"], row["rejected"])
    return {PROMPT_IDS: prompt, COMPLETION_IDS: response}


class PromptPairCollator(DataCollatorForPreference):
    """TRL's preference collator, with the rejected half under `rejected_prompt_ids` where given.

    What differs from the parent: each half is handed to it as an example of its own, so that
    truncation, masks and padding stay TRL's. Where `max_length` cuts a response that stands under
    two prompts, both halves keep equally many of its tokens: the loss compares their sums.
    """

    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the batch: all chosen halves, then all rejected halves."""
        halves = [self._half(example, "chosen") for example in examples]
        halves += [self._half(example, "rejected") for example in examples]
        batch = super().torch_call(halves)
        # The parent has put every half under `chosen` and an empty response under `rejected`.
        return {
            name: tensor[: len(examples) if name.startswith("ref_") else len(halves)]
            for name, tensor in batch.items()
        }

    def _half(self, example: dict[str, Any], side: str) -> dict[str, Any]:
        prompts = {"chosen": example["prompt_ids"], "rejected": example.get(PROMPT_IDS)}
        responses = {"chosen": example["chosen_ids"], "rejected": example.get(COMPLETION_IDS)}
        if prompts["rejected"] is None:
            prompts["rejected"], responses["rejected"] = prompts["chosen"], example["rejected_ids"]
            room = None
        else:
            room = self._room(max(len(prompt) for prompt in prompts.values()))
        references = {name: value for name, value in example.items() if name.startswith("ref_")}
        return {
            "prompt_ids": prompts[side],
            "chosen_ids": responses[side][:room],
            "rejected_ids": [],
            **references,
        }

    def _room(self, prompt_length: int) -> int | None:
        if self.max_length is None or self.truncation_mode != "keep_start":
            return None
        return max(self.max_length - prompt_length, 0)
