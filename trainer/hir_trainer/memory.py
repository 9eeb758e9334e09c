"""A rough estimate of the memory that a run takes on one device, before any weights load.

    weights, gradients, Adam's two moments    parameters x bytes of their type; with LoRA gradients
                                              and moments are those of the adapter
    reference                                 the weights again, for kto and dpo, and for hir with
                                              beta > 0; none with LoRA
    activations of a micro-batch              rows x tokens x layers x hidden size x bytes

Bytes of activations per token, layer and hidden unit: 34, as Korthikanti et al. (2022) count a
transformer layer in half precision without its attention scores; with checkpointing 2 for each
layer, and 34 for the one that is computed anew. Generation's cache, the LM head, fragmentation and
sharding are not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hir_trainer.config import Settings
from hir_trainer.online.preview import sizes
from hir_trainer.plan import Plan
from hir_trainer.tokens import ids_of

_WHOLE_LAYER, _LAYER_INPUT = 34, 2
_HALVES = {"sft": 1, "kto": 1, "dpo": 2}

Parts = dict[str, int]


def estimate(plan: Plan) -> Parts:
    """Return the bytes on one device, by what takes them."""
    training, model = plan.settings.training, plan.settings.model
    config, count, trained = _parameters(training, model)
    width = 2 if model.dtype in ("bfloat16", "float16") else 4
    rows, added = _rows(plan.settings)
    per_row = _longest(plan) * _activations(config, training)
    compares = training.beta if plan.settings.run.method == "hir" else "beta" in vars(training)
    return {
        "weights": count * width,
        "gradients and Adam": 3 * trained * width,
        "reference": count * width if compares and not model.use_peft else 0,
        "activations": rows * per_row,
        "replays": added * per_row,
    }


def memory_line(plan: Plan) -> str:
    """Return the estimate in words."""
    training, parts = plan.settings.training, estimate(plan)
    named = ", ".join(f"{name} {_size(size)}" for name, size in parts.items() if size)
    total = f"about {_size(sum(parts.values()))} per device, unsharded ({named})"
    if getattr(training, "use_vllm", False) and training.vllm_mode == "colocate":
        return f"{total}; vLLM takes {training.vllm_gpu_memory_utilization:g} of the device"
    return total


def what_to_lower(plan: Plan) -> str:
    """Return which keys lower what takes the most memory."""
    parts, training = estimate(plan), plan.settings.training
    fixed = sum(parts[name] for name in ("weights", "gradients and Adam", "reference"))
    size = training.per_device_train_batch_size
    batch = (
        f"per_device_train_batch_size (it is {size}; raise gradient_accumulation_steps by as much)"
    )
    length = "max_completion_length" if plan.settings.run.method == "hir" else "max_length"
    keys = [batch] if size > _least(plan.settings) else []
    keys.append(f"{length} (it is {getattr(training, length)})")
    if parts["replays"]:
        keys.append(f"hir_top_k (it is {training.hir_top_k})")
    if fixed > sum(parts.values()) - fixed:
        lora = "" if plan.settings.model.use_peft else "set use_peft, "
        return (
            f"The weights take the most: {lora}set dtype bfloat16, or shard. Then lower {keys[0]}"
        )
    advice = f"Lower {', then '.join(keys)}"
    checkpointed = training.gradient_checkpointing or _is_set(training, "activation_checkpointing")
    return advice if checkpointed else f"{advice}, or set gradient_checkpointing"


def _least(settings: Settings) -> int:
    """Return the smallest batch that a method takes."""
    return {"kto": 2, "hir": getattr(settings.training, "num_generations", 1)}.get(
        settings.run.method, 1
    )


def _rows(settings: Settings) -> tuple[int, int]:
    """Return the rows of a micro-batch, and those that replays may add."""
    if settings.run.method == "hir":
        found = sizes(settings.training)
        return found.rows, found.rows_at_most - found.rows
    size: int = settings.training.per_device_train_batch_size
    return size * _HALVES[settings.run.method], 0


def _size(count: int) -> str:
    return f"{count / 1e9:.3g} GB" if count >= 1e8 else f"{count / 1e6:.2g} MB"


def _parameters(training: Any, model: Any) -> tuple[Any, int, int]:
    """Return the model's configuration, and how many parameters there are and are trained."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from trl.trainer.utils import get_peft_config

    untyped: Any = AutoModelForCausalLM
    config = AutoConfig.from_pretrained(
        model.model_name_or_path,
        revision=model.model_revision,
        trust_remote_code=training.trust_remote_code,
    )
    with torch.device("meta"):
        module = untyped.from_config(config, trust_remote_code=training.trust_remote_code)
        count = sum(parameter.numel() for parameter in module.parameters())
        adapter = get_peft_config(model)
        if adapter is not None:
            from peft import get_peft_model

            module = get_peft_model(module, adapter)
    trained = sum(item.numel() for item in module.parameters() if item.requires_grad)
    return config.get_text_config(), count, trained


def _longest(plan: Plan) -> int:
    """Return the tokens of the longest row, as far as they are trained on."""
    training, rows = plan.settings.training, plan.examples.rows
    if plan.settings.run.method == "hir":
        prompt = _tokens(plan.tokenizer, *_longest_of(rows, "prompt"))
        return prompt + int(training.max_completion_length)
    column = "chosen" if plan.settings.run.method == "dpo" else "completion"
    found = _tokens(plan.tokenizer, *_longest_of(rows, "prompt", column))
    return min(found, training.max_length or found)


def _longest_of(rows: Sequence[dict[str, Any]], *columns: str) -> list[Any]:
    row = max(rows, key=lambda row: sum(len(str(row[name])) for name in columns))
    return [row[name] for name in columns]


def _tokens(tokenizer: Any, prompt: Any, response: Any = None) -> int:
    return len(ids_of(tokenizer, prompt, response))


def _activations(config: Any, training: Any) -> int:
    """Return the bytes per token."""
    layers, hidden = int(config.num_hidden_layers), int(config.hidden_size)
    if training.gradient_checkpointing or _is_set(training, "activation_checkpointing"):
        return (_LAYER_INPUT * layers + _WHOLE_LAYER) * hidden
    return _WHOLE_LAYER * layers * hidden


def _is_set(training: Any, key: str) -> bool:
    """Return whether a key is set that older transformers do not have."""
    return bool(getattr(training, key, False))
