"""A language model small enough to train in a demo or a test, on a CPU and without a network.

    python -m hir_trainer.tiny DIRECTORY DATA.jsonl

builds it, with a tokenizer that has learnt its vocabulary from the strings in DATA.jsonl. It has
random weights: it shows that training runs, and nothing about how well it works.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hir_kit.errors import HirKitError, RowError, UsageError
from hir_kit.files.records import records

PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
VOCABULARY = 1024
CONTEXT = 2048

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def build_tiny_model(directory: Path, texts: Iterable[str]) -> Path:
    """Build a model of a few hundred thousand parameters, save it there and return the directory.

    The same texts give the same files; the caller's random state is left as it was.
    """
    import torch

    tokenizer = _build_tokenizer(texts)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = _build_model(tokenizer)
    with _quietly():
        model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Show no progress bar: the model is saved before a person could read it."""
    from transformers.utils import logging

    untyped: Any = logging
    enabled = untyped.is_progress_bar_enabled()
    untyped.disable_progress_bar()
    try:
        yield
    finally:
        if enabled:
            untyped.enable_progress_bar()


def _build_tokenizer(texts: Iterable[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        chat_template=CHAT_TEMPLATE,
        model_max_length=CONTEXT,
    )


def _build_model(tokenizer: Any) -> Any:
    from transformers import Qwen2Config, Qwen2ForCausalLM

    config = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen2ForCausalLM(config)


def read_texts(path: Path) -> Iterator[str]:
    """Yield every string in a file of JSON lines or a Parquet file, keys not included."""
    for record in records(str(path)):
        if isinstance(record.data, RowError):
            raise UsageError(f"{path}, line {record.number}: {record.data}")
        yield from _strings(record.data)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def main(arguments: Sequence[str]) -> int:
    """Build the model from the command line; return the exit code."""
    if len(arguments) != 2:
        print("Usage: python -m hir_trainer.tiny DIRECTORY DATA.jsonl", file=sys.stderr)
        return 2
    directory, data = map(Path, arguments)
    try:
        build_tiny_model(directory, read_texts(data))
    except HirKitError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    print(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
