"""An estimate of the memory that a run takes on one device, before any weights load.

    weights, gradients, Adam's two moments    parameters x bytes of their type; with LoRA gradients
                                              and moments are those of the adapter
    reference                                 the weights again, for kto and dpo, and for hir with
                                              beta > 0; none with LoRA
    activations of a pass                     rows x tokens x what the layers save of a token; with
                                              checkpointing the input of each layer, and what the
                                              one saves that is computed anew
    LM head                                   logits: all of them for sft, in single precision and
                                              with their gradient; one tile of them for the others,
                                              as TRL computes them
    cache                                     keys and values of what is sampled at a time, as far
                                              as that is more than what training takes beside it

What layers save of a token is counted on a model without weights, as autograd would keep it.
Fragmentation, sharding and the libraries themselves are not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hir_trainer.config import Settings
from hir_trainer.online.preview import sizes
from hir_trainer.plan import Plan
from hir_trainer.tokens import ids_of

_PER_HIDDEN = 25  # what a layer saves of a token and hidden unit, where it cannot be counted
_TILE = 4096 * 32768  # TRL's, in tokens and tokens of the vocabulary
_HALVES = {"sft": 1, "kto": 1, "dpo": 2}

Parts = dict[str, int]


def estimate(plan: Plan) -> Parts:
    """Return the bytes on one device, by what takes them."""
    training, model, method = (
        plan.settings.training,
        plan.settings.model,
        plan.settings.run.method,
    )
    width = 2 if model.dtype in ("bfloat16", "float16") else 4
    shape = _shape(training, model, width)
    rows, added = _rows(plan.settings)
    longest = _longest(plan)
    per_row = longest * _activations(shape, training, width)
    compares = training.beta if method == "hir" else "beta" in vars(training)
    gradients = shape.trained * width
    cache = longest * _sampled_at_once(plan.settings) * shape.cache * width
    spare = rows * per_row + gradients
    return {
        "weights": shape.count * width,
        "gradients and Adam": 3 * gradients,
        "reference": shape.count * width if compares and not model.use_peft else 0,
        "activations": rows * per_row,
        "replays": added * per_row,
        "LM head": _logits(rows * longest, shape.vocabulary, method, width),
        "cache": max(0, cache - spare),
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
    """Return the rows of a pass, and those that replays add to it.

    Online, passes are bounded by per_device_train_batch_size (`hir_trainer.online.update`), but for
    sharded models, whose micro-batches stay whole.
    """
    training = settings.training
    if settings.run.method == "hir":
        found = sizes(training)
        sharded = bool(training.fsdp or training.deepspeed)
        return found.rows, (found.rows_at_most - found.rows) if sharded else 0
    return training.per_device_train_batch_size * _HALVES[settings.run.method], 0


def _sampled_at_once(settings: Settings) -> int:
    """Return the responses that transformers samples at a time; vLLM has a memory of its own."""
    training = settings.training
    if settings.run.method != "hir" or training.use_vllm:
        return 0
    return int(training.per_device_train_batch_size * training.steps_per_generation)


def _logits(tokens: int, vocabulary: int, method: str, width: int) -> int:
    """Return the bytes of logits."""
    if method == "sft":
        return tokens * vocabulary * (width + 4 + 4)
    return 2 * 4 * min(tokens * vocabulary, _TILE)


def _size(count: int) -> str:
    return f"{count / 1e9:.3g} GB" if count >= 1e8 else f"{count / 1e6:.2g} MB"


@dataclass(frozen=True)
class _Shape:
    """A model's size.

    Attributes:
        count: Its parameters.
        trained: Those that are trained.
        layers, hidden, vocabulary: As its configuration has them.
        cache: Numbers that generation keeps of a token.
        saved: Bytes that a forward pass keeps of a token, without checkpointing.
    """

    count: int
    trained: int
    layers: int
    hidden: int
    vocabulary: int
    cache: int
    saved: int


def _shape(training: Any, model: Any, width: int) -> _Shape:
    """Return the size of a model, from its configuration."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from trl.trainer.utils import get_peft_config

    untyped: Any = AutoModelForCausalLM
    config = AutoConfig.from_pretrained(
        model.model_name_or_path,
        revision=model.model_revision,
        trust_remote_code=training.trust_remote_code,
    )
    dtype = torch.float32 if width == 4 else torch.bfloat16
    with torch.device("meta"):
        module = untyped.from_config(
            config, trust_remote_code=training.trust_remote_code, dtype=dtype
        )
        count = sum(parameter.numel() for parameter in module.parameters())
        adapter = get_peft_config(model)
        if adapter is not None:
            from peft import get_peft_model

            get_peft_model(module, adapter)
    text = config.get_text_config()
    layers, hidden = int(text.num_hidden_layers), int(text.hidden_size)
    heads = int(text.num_attention_heads)
    keys = int(getattr(text, "num_key_value_heads", None) or heads)
    return _Shape(
        count,
        sum(item.numel() for item in module.parameters() if item.requires_grad),
        layers,
        hidden,
        int(text.vocab_size),
        2 * layers * keys * int(getattr(text, "head_dim", None) or hidden // heads),
        _saved(module.base_model) or _PER_HIDDEN * layers * hidden * width,
    )


def _saved(backbone: Any) -> int | None:
    """Return the bytes that autograd keeps of a token; None where the model needs real weights."""
    import torch
    from torch.autograd.graph import saved_tensors_hooks

    tokens, kept = 64, {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        if not isinstance(tensor, torch.nn.Parameter) and not isinstance(
            tensor._base, torch.nn.Parameter
        ):
            storage = tensor.untyped_storage()
            kept[storage._cdata] = storage
        return tensor

    try:
        with torch.device("meta"), saved_tensors_hooks(keep, lambda tensor: tensor):
            backbone.train()
            outputs = backbone(input_ids=torch.zeros(1, tokens, dtype=torch.long), use_cache=False)
    except (RuntimeError, TypeError, ValueError, AttributeError):
        return None
    del outputs
    return sum(storage.nbytes() for storage in kept.values()) // tokens


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


def _activations(shape: _Shape, training: Any, width: int) -> int:
    """Return the bytes per token."""
    if training.gradient_checkpointing or _is_set(training, "activation_checkpointing"):
        return shape.layers * shape.hidden * width + shape.saved // shape.layers
    return shape.saved


def _is_set(training: Any, key: str) -> bool:
    """Return whether a key is set that older transformers do not have."""
    return bool(getattr(training, key, False))
