"""NeMo-Gym: what `ng_collect_rollouts` (`gym eval run`) writes.

A line is the input row (`responses_create_params`, `verifier_metadata`) with the agent's answer: a
Responses object `response`, `reward`, the verifier's fields, and the numbers `_ng_task_index` and
`_ng_rollout_index` (nemo_gym/global_config.py). Older rows of the server `instruction_following`
have the fields of `verifier_metadata` at top level.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    Prompt,
    Row,
    RowError,
    Sample,
    an_object,
    as_messages,
    integer,
    optional_object,
    required,
)
from hir_plugin_dumps.asking import asked_by, ground_truth_in
from hir_plugin_dumps.openai_objects import read_messages, read_response

_KEPT = ("reward", "follow_all_instructions", "follow_instruction_list", "_ng_rollout_index")


class _Reader(FlatReader):
    """Reads rows, and numbers the instructions of files without `_ng_task_index`."""

    def read(self, row: Row) -> Piece:
        data = row.data
        prompt = _prompt(an_object(data, "responses_create_params"))
        metadata = optional_object(data, "verifier_metadata")
        places = [item for item in (metadata, data) if "instruction_id_list" in item]
        own = ground_truth_in(*places)
        if own is None and places:
            own = places[0]  # it cannot be read, and its error says why
        asked = asked_by(prompt, own, self.options)
        answer = read_response(an_object(data, "response"))
        kept = {name: data[name] for name in _KEPT if name in data}
        sample = Sample(answer.text, logprob=answer.logprob, meta={**kept, **answer.meta})
        group = self._group(row, prompt, own)
        return Piece(group, prompt, asked.constraints, (sample,), asked.task, asked.meta)

    def _group(self, row: Row, prompt: Prompt, own: object) -> str:
        file = self.files[row.location.file]
        if "_ng_task_index" in row.data:
            return f"{file}:{integer(row.data, '_ng_task_index')}"
        return self.numbers.id(file, prompt, own)


class NemoGymFormat(FlatFormat):
    """The rollouts that NeMo-Gym collects.

    A group is a file's `_ng_task_index`, or its instruction where there is none.
    """

    name = "nemo-gym"
    summary = "NeMo-Gym's collected rollouts (`responses_create_params`, `response`)"
    columns = frozenset({"responses_create_params", "response"})
    reader = _Reader


def _prompt(params: Mapping[str, Any]) -> Prompt:
    """Return what was sent: the input, after the `instructions` where there are any."""
    prompt = read_messages(required(params, "input"))
    system = params.get("instructions")
    if system is None:
        return prompt
    if not isinstance(system, str):
        raise RowError("'instructions' is a string or null")
    return [{"role": "system", "content": system}, *as_messages(prompt)]
