"""SkyRL: `{export_path}/dumped_evals/global_step_{N}_evals/{data_source}.jsonl`.

Written by `dump_per_dataset_eval_results` (skyrl/train/utils/trainer_utils.py) with
`trainer.dump_eval_results`: `input_prompt` and `output_response`, decoded with their special
tokens, `score`, `stop_reason`, `env_class`, `data_source`, and in `env_extras` the dataset's
columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    Row,
    Sample,
    optional_object,
    required,
    string,
)
from hir_plugin_dumps.asking import asked_by, ground_truth_in, read_asking

_KEPT = ("score", "stop_reason", "env_class", "env_metrics")
_REWARD_COLUMNS = ("reward_spec", "reward_model")


class _Reader(FlatReader):
    def read(self, row: Row) -> Piece:
        data = row.data
        prompt, begun = read_asking(string(data, "input_prompt"), self.options)
        own = _ground_truth(optional_object(data, "env_extras"))
        asked = asked_by(prompt, own, self.options)
        answer = required(data, "output_response")
        text = "" if answer is None else string(data, "output_response")
        kept = {name: data[name] for name in _KEPT if name in data}
        group = self.numbers.id(self.files[row.location.file], data["input_prompt"], own)
        meta = {**asked.meta, **begun}
        return Piece(group, prompt, asked.constraints, (Sample(text, meta=kept),), asked.task, meta)


class SkyRLFormat(FlatFormat):
    """The evaluations that SkyRL dumps; a group is a file's prompt and ground truth."""

    name = "skyrl"
    summary = "SkyRL: the evaluations of `trainer.dump_eval_results`"
    columns = frozenset({"input_prompt", "output_response", "env_extras"})
    reader = _Reader


def _ground_truth(columns: Mapping[str, Any]) -> object:
    """Return the constraints among the dataset's columns: the reward's, or columns of their own."""
    rewards = [optional_object(columns, name).get("ground_truth") for name in _REWARD_COLUMNS]
    own = columns if "instruction_id_list" in columns else None
    return ground_truth_in(*rewards, own, columns.get("constraints"))
