"""open-instruct: `{run}_rollouts_{shard}.jsonl`, written with `--save_traces`.

Written by `_save_rollouts` (open_instruct/rl_utils.py, `RolloutRecord`): token ids of prompt and
response, `step`, `prompt_idx`, `reward`, `advantage`, `finish_reason`, `dataset`, `ground_truth`,
`request_info` and `logprobs`. There is no text: `--tokenizer` names the model's tokenizer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    ReadOptions,
    Row,
    RowError,
    Sample,
    UsageError,
    a_list,
    integer,
    mean,
    optional_object,
    shown,
)
from hir_plugin_dumps.asking import asked_by, read_asking
from hir_plugin_dumps.tokens import load_decoder

_VERIFIER = "ifeval"
_KEPT = ("reward", "advantage", "finish_reason", "sample_idx")


class OpenInstructOptions(BaseModel):
    """What is known of a run of open-instruct besides its files."""

    tokenizer: str | None = Field(
        default=None,
        description="The model's tokenizer: a folder, a `tokenizer.json`, or a name on the hub",
    )


class _Reader(FlatReader):
    def __init__(self, options: ReadOptions, tokenizer: str | None) -> None:
        super().__init__(options)
        if tokenizer is None:
            raise UsageError(
                "open-instruct saves token ids: name the tokenizer of its model by --tokenizer; "
                "the metadata file beside the rollouts has it as 'model_name'"
            )
        self._decoder = load_decoder(tokenizer)

    def read(self, row: Row) -> Piece:
        data = row.data
        group = f"{self.files[row.location.file]}:{integer(data, 'step')}"
        group = f"{group}:{integer(data, 'prompt_idx')}"
        _refuse_tools(data)
        ids = a_list(data, "response_tokens")
        text = self._decoder.with_special(a_list(data, "prompt_tokens"), "prompt_tokens")
        prompt, begun = read_asking(text, self.options)
        asked = asked_by(prompt, self._ground_truth(data), self.options)
        logprobs = data.get("logprobs")
        aligned = isinstance(logprobs, list) and len(logprobs) == len(ids)
        sample = Sample(
            self._decoder.plain(ids, "response_tokens"),
            logprob=mean(logprobs) if aligned else None,
            meta={name: data[name] for name in _KEPT if name in data},
        )
        meta = {**asked.meta, "step": data["step"], **begun}
        return Piece(group, prompt, asked.constraints, (sample,), asked.task, meta)

    def _ground_truth(self, data: Mapping[str, Any]) -> object:
        """Return the constraints of a row that IFEval's verifier judged, and no other with it."""
        judges = data.get("dataset")
        if judges in (None, _VERIFIER, [_VERIFIER]):
            return data.get("ground_truth")
        if self.options.instructions is not None:
            return None
        raise RowError(f"the rollout was judged by {shown(judges)}, and not by 'ifeval' alone")


class OpenInstructFormat(FlatFormat):
    """The rollouts that open-instruct's GRPO saves, as token ids.

    A group is a file's step and `prompt_idx`.
    """

    name = "open-instruct"
    summary = "open-instruct: `*_rollouts_*.jsonl` of `--save_traces`; needs --tokenizer"
    columns = frozenset({"step", "prompt_idx", "prompt_tokens", "response_tokens"})
    options = OpenInstructOptions

    def __init__(self) -> None:
        self._options = OpenInstructOptions()

    def configure(self, options: OpenInstructOptions) -> None:
        """Take the tokenizer's name."""
        self._options = options

    def reader(self, options: ReadOptions) -> FlatReader:
        """Return what reads the rows with the model's tokenizer."""
        return _Reader(options, self._options.tokenizer)


def _refuse_tools(data: Mapping[str, Any]) -> None:
    info = optional_object(data, "request_info")
    if info.get("tool_calleds") or info.get("num_calls"):
        raise RowError("the rollout called tools; only a single answer is verified")
