"""verl: `{step}.jsonl` of `trainer.rollout_data_dir` and `trainer.validation_data_dir`.

Written by `RayPPOTrainer._write_generations` (verl/trainer/ppo/ray_trainer.py) and by the v1
trainer (verl/trainer/ppo/v1/trainer_base.py): `input`, `output`, `gts` (not in early releases),
`score`, `step`, then what the reward function returned, and in v1 `uid`, which reads
`{sample}_{rollout}_{output}`.
`input` and `output` are decoded without special tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    Row,
    RowError,
    Sample,
    integer,
    read_answer,
    required,
    shown,
    string,
)
from hir_plugin_dumps.asking import asked_by, read_asking

_COLUMNS = frozenset({"input", "output", "score", "step"})
_UID = re.compile(r"(.+)_(\d+)_(\d+)", re.DOTALL)


class _Reader(FlatReader):
    """Reads rows, and numbers the prompts of each step: verl mixes the order of a batch."""

    def read(self, row: Row) -> Piece:
        data = row.data
        prompt, begun = read_asking(string(data, "input"), self.options)
        asked = asked_by(prompt, data.get("gts"), self.options)
        step, answer = integer(data, "step"), read_answer(required(data, "output"))
        return Piece(
            self._group(row, step),
            prompt,
            asked.constraints,
            (Sample(answer.text, meta={**_rest(data), **answer.meta}),),
            asked.task,
            {**asked.meta, "step": step, **begun},
        )

    def _group(self, row: Row, step: int) -> str:
        if "uid" in row.data:
            return f"{step}:{_sample_of(row.data)}"
        key = (row.location.file, row.data["input"], row.data.get("gts"))
        return self.numbers.id(step, *key)


class VerlFormat(FlatFormat):
    """verl's dumps of generations, of the trainers before and since v1.

    A group is a step and a prompt, or a step and a `uid`.
    """

    name = "verl"
    summary = "verl: `{step}.jsonl` of `trainer.rollout_data_dir` and `validation_data_dir`"
    columns = _COLUMNS
    reader = _Reader


def _rest(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the score and what the reward function returned besides."""
    known = (_COLUMNS - {"score"}) | {"gts"}
    return {key: value for key, value in data.items() if key not in known}


def _sample_of(data: Mapping[str, Any]) -> str:
    uid = string(data, "uid")
    parts = _UID.fullmatch(uid)
    if parts is None:
        raise RowError(f"'uid' reads sample_rollout_output, got {shown(uid)}")
    if int(parts[3]) > 0:
        raise RowError(
            f"'uid' {shown(uid)} is a later output of a rollout; only a single answer is verified"
        )
    return parts[1]
