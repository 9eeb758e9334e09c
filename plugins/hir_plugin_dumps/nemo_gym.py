"""NeMo-Gym: what `ng_collect_rollouts` (`gym eval run`) writes.

A line is the input row (`responses_create_params`, `verifier_metadata`) with the agent's answer: a
Responses object `response`, `reward`, the verifier's fields, and the numbers `_ng_task_index` and
`_ng_rollout_index` (nemo_gym/global_config.py). Older rows of the server `instruction_following`
have the fields of `verifier_metadata` at top level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hir_kit.plugin import (
    Feedback,
    FileNames,
    Group,
    GroupNumbers,
    Piece,
    Prompt,
    ReadOptions,
    Row,
    RowError,
    Sample,
    an_object,
    as_messages,
    integer,
    optional_object,
    read_flat,
    required,
)
from hir_plugin_dumps.asking import asked_by, ground_truth_in
from hir_plugin_dumps.openai_objects import read_messages, read_response

_KEPT = ("reward", "follow_all_instructions", "follow_instruction_list", "_ng_rollout_index")


class NemoGymFormat:
    """The rollouts that NeMo-Gym collects."""

    name = "nemo-gym"
    summary = "NeMo-Gym's collected rollouts (`responses_create_params`, `response`)"
    uses = frozenset({"prompts"})

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first row of a file is one of NeMo-Gym's."""
        return {"responses_create_params", "response"} <= row.keys()

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group per file and `_ng_task_index`, or per file and instruction without."""
        return read_flat(files, options, feedback, _Reader(options).read)


class _Reader:
    """Reads rows, and numbers the instructions of files without `_ng_task_index`."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._files = FileNames()
        self._numbers = GroupNumbers()

    def read(self, row: Row) -> Piece:
        data = row.data
        prompt = _prompt(an_object(data, "responses_create_params"))
        metadata = optional_object(data, "verifier_metadata")
        places = [item for item in (metadata, data) if "instruction_id_list" in item]
        own = ground_truth_in(*places)
        if own is None and places:
            own = places[0]  # it cannot be read, and its error says why
        asked = asked_by(prompt, own, self._options)
        answer = read_response(an_object(data, "response"))
        kept = {name: data[name] for name in _KEPT if name in data}
        sample = Sample(answer.text, logprob=answer.logprob, meta={**kept, **answer.meta})
        group = self._group(row, prompt, own)
        return Piece(group, prompt, asked.constraints, (sample,), asked.task, asked.meta)

    def _group(self, row: Row, prompt: Prompt, own: object) -> str:
        file = self._files[row.location.file]
        if "_ng_task_index" in row.data:
            return f"{file}:{integer(row.data, '_ng_task_index')}"
        return self._numbers.id(file, prompt, own)


def _prompt(params: Mapping[str, Any]) -> Prompt:
    """Return what was sent: the input, after the `instructions` where there are any."""
    prompt = read_messages(required(params, "input"))
    system = params.get("instructions")
    if system is None:
        return prompt
    if not isinstance(system, str):
        raise RowError("'instructions' is a string or null")
    return [{"role": "system", "content": system}, *as_messages(prompt)]
