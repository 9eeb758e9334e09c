"""The batch of DPO pairs whose two halves answer different prompts.

This module imports TRL: it is itself imported only when a run needs it.
"""

from __future__ import annotations

from typing import Any

from trl.trainer.dpo_trainer import DataCollatorForPreference

from hir_trainer.pairs import COMPLETION_IDS, PROMPT_IDS


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
