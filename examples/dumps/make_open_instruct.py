"""Write the sample of open-instruct, field by field as `_save_rollouts` does.

The tokenizer, which is trained on the texts here, stands for that of the model.
"""

from __future__ import annotations

from typing import Any

from groups import HERE, Asked, chosen, ground_truth, write
from tokenizers import Tokenizer

RUN, STEP = "grpo", 3
TOKENIZER = HERE / "open_instruct" / "tokenizer" / "tokenizer.json"


def train_tokenizer() -> None:
    """Train a tokenizer with ChatML's special tokens, and save it."""
    from tokenizers import decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [text for asked in chosen() for text in (asked.text, *asked.texts)]
    tokenizer.train_from_iterator(texts, trainer)
    TOKENIZER.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(TOKENIZER), pretty=False)


def _prompt(asked: Asked) -> str:
    turns = (f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in asked.messages)
    return "".join(turns) + "<|im_start|>assistant\n"


def _rollouts() -> list[dict[str, Any]]:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    rows = []
    for number, asked in enumerate(chosen()):
        rewards = [10.0 * sum(follow) / len(follow) for follow in asked.follow]
        mean = sum(rewards) / len(rewards)
        for text, reward in zip(asked.texts, rewards, strict=True):
            response = tokenizer.encode(f"{text}<|im_end|>").ids
            rows.append(
                {
                    "step": STEP,
                    "sample_idx": len(rows),
                    "prompt_idx": number,
                    "prompt_tokens": tokenizer.encode(_prompt(asked)).ids,
                    "response_tokens": response,
                    "reward": reward,
                    "advantage": reward - mean,
                    "finish_reason": "stop",
                    "dataset": "ifeval",
                    # A Python literal, as the data set IF_multi_constraints_upto5 has it.
                    "ground_truth": repr([_literal(asked)]),
                    "request_info": None,
                    "logprobs": [-0.25 - 0.5 * (place % 3) for place in range(len(response))],
                }
            )
    return rows


def _literal(asked: Asked) -> dict[str, Any]:
    pair = ground_truth(asked)
    kwargs = [item or None for item in pair["kwargs"]]
    return {"instruction_id": pair["instruction_id_list"], "kwargs": kwargs}


def files() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each file."""
    return {f"open_instruct/{RUN}_rollouts_000000.jsonl": _rollouts()}


if __name__ == "__main__":
    train_tokenizer()
    write(files())
