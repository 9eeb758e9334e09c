"""A rough estimate of the memory that a run takes on one device, before any weights load.

    weights, gradients, Adam's two moments    parameters x bytes of their type; with LoRA gradients
                                              and moments are those of the adapter
    reference                                 the weights again, with beta > 0 and without LoRA
    activations of a micro-batch              rows x tokens x layers x hidden size x bytes

Bytes of activations per token, layer and hidden unit: 34, as Korthikanti et al. (2022) count a
transformer layer in half precision without its attention scores; with checkpointing 2 for each
layer, and 34 for the one that is computed anew. Generation's cache, the LM head, fragmentation and
sharding are not in it.
"""

from __future__ import annotations

from typing import Any

from hir_trainer.examples import Examples
from hir_trainer.plan import Plan
from hir_trainer.settings import load_trl

_WHOLE_LAYER, _LAYER_INPUT = 34, 2


def memory_line(plan: Plan, rows: int, rows_at_most: int) -> str:
    """Return the estimate in words."""
    training, model = plan.settings.training, plan.settings.model
    config, count, trained = _parameters(plan)
    width = _bytes_of(model.dtype)
    weights = count * width
    moving = 3 * trained * width  # gradients and Adam's two moments
    reference = weights if training.beta and not model.use_peft else 0
    per_row = _tokens(plan) * _activations(config, training)
    parts = {
        "weights": weights,
        "gradients and Adam": moving,
        "reference": reference,
        "activations": rows * per_row,
        "replays": (rows_at_most - rows) * per_row,
    }
    named = ", ".join(f"{name} {_size(size)}" for name, size in parts.items() if size)
    total = f"about {_size(sum(parts.values()))} per device, unsharded ({named})"
    if training.use_vllm and training.vllm_mode == "colocate":
        return f"{total}; vLLM takes {training.vllm_gpu_memory_utilization:g} of the device"
    return total


def _size(count: int) -> str:
    return f"{count / 1e9:.3g} GB" if count >= 1e8 else f"{count / 1e6:.2g} MB"


def _parameters(plan: Plan) -> tuple[Any, int, int]:
    """Return the model's configuration, and how many parameters there are and are trained."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    model, training = plan.settings.model, plan.settings.training
    untyped: Any = AutoModelForCausalLM
    config = AutoConfig.from_pretrained(
        model.model_name_or_path,
        revision=model.model_revision,
        trust_remote_code=training.trust_remote_code,
    )
    with torch.device("meta"):
        module = untyped.from_config(config, trust_remote_code=training.trust_remote_code)
        count = sum(parameter.numel() for parameter in module.parameters())
        adapter = load_trl().get_peft_config(model)
        if adapter is not None:
            from peft import get_peft_model

            module = get_peft_model(module, adapter)
    trained = sum(item.numel() for item in module.parameters() if item.requires_grad)
    return config.get_text_config(), count, trained


def _bytes_of(dtype: str | None) -> int:
    return 2 if dtype in ("bfloat16", "float16") else 4


def _tokens(plan: Plan) -> int:
    """Return the tokens of the longest row: the longest prompt and a response of full length."""
    return _longest_prompt(plan.examples, plan.tokenizer) + int(
        plan.settings.training.max_completion_length
    )


def _longest_prompt(examples: Examples, tokenizer: Any) -> int:
    longest = max((row["prompt"] for row in examples.rows), key=lambda prompt: len(str(prompt)))
    if isinstance(longest, str):
        return len(tokenizer(longest)["input_ids"])
    text = tokenizer.apply_chat_template(longest, tokenize=False, add_generation_prompt=True)
    return len(tokenizer(text)["input_ids"])


def _activations(config: Any, training: Any) -> int:
    """Return the bytes per token."""
    layers, hidden = int(config.num_hidden_layers), int(config.hidden_size)
    if training.gradient_checkpointing or training.activation_checkpointing:
        return (_LAYER_INPUT * layers + _WHOLE_LAYER) * hidden
    return _WHOLE_LAYER * layers * hidden
