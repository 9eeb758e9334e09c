"""The first row of each sample in `examples/dumps`, as docs/dump-formats.md shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

DUMPS = Path(__file__).parents[1] / "examples" / "dumps"
SAMPLES = {
    "verl": "verl/12.jsonl",
    "verl-v1": "verl_v1/12.jsonl",
    "trl": "trl/completions_00001.parquet",
    "open-instruct": "open_instruct/grpo_rollouts_000000.jsonl",
    "lm-eval": "lm_eval/samples_ifeval.jsonl",
    "nemo-gym": "nemo_gym/rollouts.jsonl",
    "prime-results": "prime_results/results.jsonl",
    "prime-traces": "prime_traces/traces.jsonl",
    "openai-batch": "openai_batch/responses.jsonl",
    "openai-batch-requests": "openai_batch/requests.jsonl",
    "skyrl": "skyrl/ifeval.jsonl",
}
_LONGEST, _MOST = 60, 3


def parts() -> dict[str, Callable[[], str]]:
    """Return what writes each generated part: `sample-` and the name of the sample."""
    return {f"sample-{name}": partial(_shown, path) for name, path in SAMPLES.items()}


def _shown(path: str) -> str:
    from hir_kit.files.records import records

    row: Any = next(records(str(DUMPS / path))).data
    lines = [f"  {json.dumps(key)}: {_line(value)}" for key, value in row.items()]
    return "\n".join(["```json", "{", ",\n".join(lines), "}", "```"])


def _line(value: Any) -> str:
    return json.dumps(_cut(value), ensure_ascii=False)


def _cut(value: Any) -> Any:
    """Return a value with its long texts and arrays cut."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
    if isinstance(value, list):
        return [_cut(item) for item in value[:_MOST]] + (["..."] if len(value) > _MOST else [])
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    return value
