"""What `--dry-run` shows of an online run: its batches, a replay as it would be, and memory.

A rough estimate of the memory that a run takes on one device, before any weights load.

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

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.verdict import Status, Verdict
from hir_kit.plugins.kit import Kit
from hir_kit.relabel.contract import Rewriter
from hir_kit.relabel.engine import Relabelled, relabel
from hir_kit.relabel.rewriting import Claim, choose_rewriters
from hir_kit.verify.checker import Checked, CheckedGroup
from hir_trainer.online.batch import slots_needed
from hir_trainer.online.data import Row, group_of

_TRIED = 200
_MET, _MISSED = Verdict(Status.SATISFIED), Verdict(Status.VIOLATED)

Line = tuple[str, str]


@dataclass(frozen=True)
class Sizes:
    """The arithmetic of a generation batch.

    Attributes:
        devices: Processes that train.
        groups: Instructions, over all devices.
        responses: Responses, over all devices.
        replays: Replays at most, over all devices.
        rows: Rows of a micro-batch without replays.
        added: Rows that the replays add at most, over all devices: one each, or a whole group.
        rows_at_most: Rows of a micro-batch with as many of these as there can be.
        updates: Optimizer steps per generation batch.
    """

    devices: int
    groups: int
    responses: int
    replays: int
    rows: int
    added: int
    rows_at_most: int
    updates: float


def sizes(training: Any) -> Sizes:
    """Return the arithmetic of a configuration."""
    m, parts = training.num_generations, training.steps_per_generation
    rows, devices = training.per_device_train_batch_size, training.world_size
    groups = rows * parts // m
    replays = groups * min(training.hir_top_k, m)
    added = replays * m if training.hir_advantage == "regroup" else replays
    return Sizes(
        devices=devices,
        groups=groups * devices,
        responses=rows * parts * devices,
        replays=replays * devices,
        rows=rows,
        added=added * devices,
        rows_at_most=rows + slots_needed(added, parts) // parts,
        updates=parts * training.num_iterations / training.gradient_accumulation_steps,
    )


def batch_lines(training: Any) -> list[Line]:
    """Return what is sampled, replayed and trained on at a time."""
    found = sizes(training)
    devices = f" on {found.devices} devices" if found.devices > 1 else ""
    each = f"{found.updates:g} optimizer steps" if found.updates != 1 else "each optimizer step"
    asked = f"{found.groups} instructions x {training.num_generations} responses"
    rows = f"{found.rows} rows per device, at most {found.rows_at_most} with replays"
    again = f"at most {found.replays} of them again (hir_top_k {training.hir_top_k})"
    if found.added > found.replays:
        again += f", each with its group: {found.added} rows at most"
    return [
        ("sample", f"{asked} = {found.responses} for {each}{devices}"),
        ("replay", again),
        ("micro-batch", rows),
    ]


def replay_lines(training: Any, rows: Sequence[Row]) -> tuple[list[Line], dict[str, Any]]:
    """Return how many instructions can be rewritten, and one with its would-be replay.

    The failure is made up: a response that meets every constraint but the last.
    """
    kit = training.load_kit()
    rewriters = choose_rewriters(kit.rewriters, training.hir_rewriters)
    tried = [group_of(row) for row in rows[:_TRIED]]
    results = [_made_up(kit, group, rewriters) for group in tried if len(group.constraints) > 1]
    replays = [replay for result in results for replay in result.replays]
    by = ", ".join(f"{n} by {name}" for name, n in Counter(r.rewriter for r in replays).items())
    line = f"{len(replays)} of {len(results)} instructions without their last constraint"
    shown = next((result for result in results if result.replays), results[0] if results else None)
    return [("rewrite", f"{line} ({by})" if by else line)], _shown(shown) if shown else {}


def _shown(result: Relabelled) -> dict[str, Any]:
    original = {"original": result.group.prompt}
    if not result.replays:
        reasons = result.refused[0].reasons if result.refused else {}
        return {**original, "refused": {name: item.reason for name, item in reasons.items()}}
    replay = result.replays[0]
    return {
        **original,
        "replay": replay.prompt,
        "dropped": [spec.to_json() for spec in replay.dropped],
        "rewriter": replay.rewriter,
    }


def _made_up(kit: Kit, group: Group, rewriters: Sequence[Rewriter]) -> Relabelled:
    checker = kit.checker(group.constraints)
    rollout = Rollout(f"{group.id}/0", "...", entropy=0.0)
    asked = Group(group.id, group.prompt, group.constraints, (rollout,), group.location, group.task)
    verdicts = (*[_MET] * (len(group.constraints) - 1), _MISSED)
    item = CheckedGroup(asked, checker, (Checked(verdicts),))
    return relabel([item], rewriters, recheck=_believed)[0]


def _believed(claims: Sequence[Claim]) -> list[tuple[Verdict, ...]]:
    """Take the made-up response to satisfy what it is said to."""
    return [(_MET,) * len(specs) for _, _, specs in claims]


_WHOLE_LAYER, _LAYER_INPUT = 34, 2


def memory_line(training: Any, model: Any, tokenizer: Any, examples: Sequence[Row]) -> str:
    """Return the estimate in words.

    Args:
        training: The configuration of the trainer.
        model: That of the model, TRL's ModelConfig.
        tokenizer: The model's.
        examples: The instructions.
    """
    found = sizes(training)
    config, count, trained = _parameters(training, model)
    width = 2 if model.dtype in ("bfloat16", "float16") else 4
    tokens = _longest_prompt(examples, tokenizer) + int(training.max_completion_length)
    per_row = tokens * _activations(config, training)
    parts = {
        "weights": count * width,
        "gradients and Adam": 3 * trained * width,
        "reference": count * width if training.beta and not model.use_peft else 0,
        "activations": found.rows * per_row,
        "replays": (found.rows_at_most - found.rows) * per_row,
    }
    named = ", ".join(f"{name} {_size(size)}" for name, size in parts.items() if size)
    total = f"about {_size(sum(parts.values()))} per device, unsharded ({named})"
    if training.use_vllm and training.vllm_mode == "colocate":
        return f"{total}; vLLM takes {training.vllm_gpu_memory_utilization:g} of the device"
    return total


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


def _longest_prompt(examples: Sequence[Row], tokenizer: Any) -> int:
    longest = max((row["prompt"] for row in examples), key=lambda prompt: len(str(prompt)))
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
