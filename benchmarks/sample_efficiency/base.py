"""The model that all arms start from: trained on instructions with one or two constraints."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from benchmarks.sample_efficiency.world import Instruction, World, vocabulary

RATE, BATCH = 3e-3, 64
PAD, USER, ANSWER, END = "<pad>", "<user>", "<answer>", "<end>"
TEMPLATE = (
    "{% for message in messages %}"
    "{{ ('<user>' if message['role'] == 'user' else '<answer>') + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ '<end>' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<answer>' }}{% endif %}"
)
# One token for a word with the space before it, and for each sign; every text comes back unchanged.
PIECES = r"\n-|\nP\.S\.| ?[A-Za-z]+| ?[0-9]+| \[| \*|<<|>>|."


def build_tokenizer() -> Any:
    """Return the tokenizer of the world."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens = {token: number for number, token in enumerate((PAD, USER, ANSWER, END, *vocabulary()))}
    core = Tokenizer(models.WordLevel(tokens, unk_token=PAD))
    core.pre_tokenizer = pre_tokenizers.Split(Regex(PIECES), "isolated")
    core.decoder = decoders.Fuse()
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=core,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ANSWER],
        clean_up_tokenization_spaces=False,
        chat_template=TEMPLATE,
        model_max_length=256,
    )


def build_model(tokenizer: Any, width: int, layers: int, seed: int) -> Any:
    """Return a randomly initialised transformer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=max(2, width // 64),
        num_key_value_heads=max(2, width // 64),
        max_position_embeddings=256,
        tie_word_embeddings=True,
        initializer_range=0.1,  # narrow models learn to copy words sooner than from 0.02
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


Tokens = tuple[list[int], list[int]]


def demonstrations(world: World, tokenizer: Any, count: int, seed: int) -> list[Tokens]:
    """Return prompts with one or two constraints, each with a text that meets them, as tokens."""
    rng = random.Random(f"base-{seed}")
    drawn = (world.draw(rng, f"s{i}", 1, 2) for i in range(count))
    return [_tokens(tokenizer, instruction) for instruction in drawn]


def _tokens(tokenizer: Any, instruction: Instruction) -> Tokens:
    prompt = tokenizer.apply_chat_template(
        instruction.prompt, add_generation_prompt=True, return_dict=False
    )
    return prompt, [*tokenizer(instruction.witness)["input_ids"], tokenizer.eos_token_id]


def train_base(
    directory: Path, world: World, *, width: int, layers: int, examples: int, seed: int
) -> Path:
    """Train a model, save it and return the directory; a model that is there stays."""
    if (directory / "tokenizer.json").exists():
        return directory
    tokenizer = build_tokenizer()
    model = build_model(tokenizer, width, layers, seed)
    _fit(model, demonstrations(world, tokenizer, examples, seed), tokenizer.pad_token_id)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def _fit(model: Any, data: list[Tokens], pad: int) -> None:
    """Minimise the loss of the responses, one pass over the data."""
    import torch

    model.to("cuda" if torch.cuda.is_available() else "cpu").train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    steps = len(data) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps, pct_start=0.1, cycle_momentum=False
    )
    for step in range(steps):
        ids, labels = _padded(data[step * BATCH : (step + 1) * BATCH], pad)
        batch = {"input_ids": ids, "attention_mask": (ids != pad).long(), "labels": labels}
        loss = model(**{name: value.to(model.device) for name, value in batch.items()}).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def _padded(rows: list[Tokens], pad: int) -> tuple[Any, Any]:
    """Return the token ids, padded on the right, and the labels, which leave the prompt out."""
    import torch

    longest = max(len(prompt) + len(answer) for prompt, answer in rows)
    ids = torch.full((len(rows), longest), pad)
    labels = torch.full((len(rows), longest), -100)
    for place, (prompt, answer) in enumerate(rows):
        whole = torch.tensor(prompt + answer)
        ids[place, : len(whole)] = whole
        labels[place, len(prompt) : len(whole)] = whole[len(prompt) :]
    return ids, labels
