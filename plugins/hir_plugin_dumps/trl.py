"""TRL: `{output_dir}/completions/completions_{step}.parquet` of GRPO with `log_completions`.

Written by `GRPOTrainer.log` (trl/trainer/grpo_trainer.py): `step`, `prompt`, `completion`, a column
per reward function, those that a reward function added by `log_extra`, and `advantage`. Prompts and
completions are the dataset's strings or messages; earlier versions wrote the decoded chat text. The
reward functions of `hir_kit.rewards` add `constraints`, `verdicts`, and the dataset's `id` and
`task`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    Prompt,
    ReadOptions,
    Row,
    Sample,
    integer,
    is_chat,
    jsonl,
    read_answer,
    required,
)
from hir_plugin_dumps.asking import asked_by, read_asking
from hir_plugin_dumps.openai_objects import read_messages

_COLUMNS = frozenset({"step", "prompt", "completion", "advantage"})
_CONSTRAINTS = "constraints"
_READ = frozenset({"step", "prompt", "completion", _CONSTRAINTS, "task"})
_BY_HIR_KIT = frozenset({_CONSTRAINTS, "verdicts"})
_ASKED, _LOGGED = ("prompt", _CONSTRAINTS), ("id", "task")


class _Reader(FlatReader):
    """Reads rows, and counts the groups of each step: a group ends where its instruction does."""

    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._last: bytes = b""
        self._counts: dict[int, int] = {}

    def read(self, row: Row) -> Piece:
        data = row.data
        step = integer(data, "step")
        group = self._group(row, step)
        prompt, begun = _prompt(required(data, "prompt"), self.options)
        asked = asked_by(prompt, data.get(_CONSTRAINTS), self.options)
        answer = read_answer(required(data, "completion"))
        rest = {key: value for key, value in data.items() if key not in _READ}
        return Piece(
            group,
            prompt,
            asked.constraints,
            (Sample(answer.text, meta={**rest, **answer.meta}),),
            asked.task if self.options.instructions else _task(data),
            {**asked.meta, "step": step, **begun},
        )

    def _group(self, row: Row, step: int) -> str:
        names = [*_ASKED, *(_LOGGED if row.data.keys() >= _BY_HIR_KIT else ())]
        key = jsonl.dumps([row.location.file, step, *map(row.data.get, names)])
        if key != self._last:
            self._last = key
            self._counts[step] = self._counts.get(step, -1) + 1
        return f"{step}:{self._counts[step]}"


class TrlFormat(FlatFormat):
    """The completions that TRL's GRPO trainer logs.

    Rows of a step that follow each other with one prompt are a group.
    """

    name = "trl"
    summary = "TRL: `completions_*.parquet` of GRPO with `log_completions`"
    columns = _COLUMNS
    reader = _Reader


def _task(data: Mapping[str, Any]) -> str | None:
    """Return the task that a reward of hir-kit logged; another's column may be anything."""
    task = data.get("task") if data.keys() >= _BY_HIR_KIT else None
    return task if isinstance(task, str) else None


def _prompt(value: object, options: ReadOptions) -> tuple[Prompt, dict[str, Any]]:
    if not isinstance(value, str):
        return read_messages(value), {}
    if is_chat(value) or (options.instructions and options.instructions.find_in(value)):
        return read_asking(value, options)
    return value, {}
