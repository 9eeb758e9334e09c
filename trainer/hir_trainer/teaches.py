"""Runs that could not teach the model anything, told before its weights load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_kit.model.prompt import as_messages
from hir_trainer.config import Given

Row = dict[str, Any]


def check_settings(given: Given) -> None:
    """Refuse values under which no step would change the weights."""
    for problem in _problems(given):
        raise ConfigError(f"{problem}, so nothing would be learnt.")


def _problems(given: Given) -> Iterator[str]:
    if given["learning_rate"] <= 0:
        yield f"learning_rate is {given['learning_rate']}"
    if given["max_steps"] == 0 or (given["max_steps"] < 0 and given["num_train_epochs"] <= 0):
        yield f"max_steps is {given['max_steps']} and num_train_epochs {given['num_train_epochs']}"
    for key in ("per_device_train_batch_size", "gradient_accumulation_steps"):
        if given[key] < 1:
            yield f"{key} is {given[key]}"
    if given["use_peft"] and given["lora_r"] < 1:
        yield f"lora_r is {given['lora_r']}"
    yield from _PROBLEMS[given.run.method](given)


def _kto_problems(given: Given) -> Iterator[str]:
    if given["beta"] <= 0:
        yield f"beta is {given['beta']}: the loss does not depend on the model"
    for key, label in (("desirable_weight", "true"), ("undesirable_weight", "false")):
        if given[key] <= 0:
            yield f"{key} is {given[key]}: rows with label {label} do not count, and kto needs both"


def _dpo_problems(given: Given) -> Iterator[str]:
    if given["beta"] <= 0 and "sft" not in given["loss_type"]:
        yield f"beta is {given['beta']}: the loss does not depend on the model"


def _hir_problems(given: Given) -> Iterator[str]:
    if given["num_generations"] is not None and given["num_generations"] < 2:
        yield f"num_generations is {given['num_generations']}: a response alone has no advantage"
    if given["max_completion_length"] is not None and given["max_completion_length"] < 1:
        yield f"max_completion_length is {given['max_completion_length']}"
    greedy = next((key for key, value in (("temperature", 0), ("top_k", 1), ("top_p", 0))
                   if given[key] == value), None)  # fmt: skip
    if greedy and given["hir_advantage"] != "batch":
        yield f"{greedy} is {given[greedy]}: all responses of a group are the same"


_PROBLEMS = {
    "sft": lambda _: iter(()),
    "kto": _kto_problems,
    "dpo": _dpo_problems,
    "hir": _hir_problems,
}


def is_equal_pair(row: Row) -> bool:
    """Tell whether both halves of a preference pair are the same, however they are written."""
    prompts = [row["prompt"], row.get("rejected_prompt") or row["prompt"]]
    answers = [row["chosen"], row["rejected"]]
    return _plain(prompts[0]) == _plain(prompts[1]) and _plain(answers[0]) == _plain(answers[1])


def _plain(text: Any) -> list[Any]:
    """Return what a text says; a string is one message."""
    return [part["content"] for part in as_messages(text)]


def check_rows(rows: Sequence[Row], method: str, where: str) -> None:
    """Refuse examples from which the method cannot learn.

    Args:
        rows: What is trained on.
        method: The method.
        where: The files, or what has left these rows of them.
    """
    if method == "kto":
        _check_labels(rows, where)
    if method == "sft" and not any(_says_something(row["completion"]) for row in rows):
        raise ConfigError(f"{where}: every completion is empty, so there is nothing to imitate.")


def _says_something(text: Any) -> bool:
    return any(str(part).strip() for part in _plain(text))


def _check_labels(rows: Sequence[Row], where: str) -> None:
    labels = {row["label"] for row in rows}
    if len(labels) == 1:
        label = "true" if labels == {True} else "false"
        hint = {
            "true": "Add failures (`hir-kit relabel` writes them unless --no-include-originals is "
            "given), or take method sft, which imitates.",
            "false": "Add successes or replays: `hir-kit verify` shows whether there are any.",
        }[label]
        raise ConfigError(
            f"{where}: all {len(rows)} examples have label {label}, and kto learns from the "
            f"difference between both. {hint}"
        )
    good, bad = ({_key(row) for row in rows if row["label"] is label} for label in (True, False))
    if good == bad:
        raise ConfigError(
            f"{where}: every response stands there with label true and with label false under the "
            "same prompt, so nothing can be learnt of it."
        )


def _key(row: Row) -> bytes:
    return jsonl.dumps([_plain(row["prompt"]), _plain(row["completion"])])
