"""OpenAI's batch files, and vLLM's `run-batch`: requests in one file, responses in another.

A request is `{"custom_id", "method", "url", "body"}`, a response `{"id", "custom_id", "response":
{"status_code", "body"}, "error"}` (vllm/entrypoints/openai/run_batch.py: `BatchRequestInput`,
`BatchRequestOutput`). A response does not hold its prompt: it is joined by `custom_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Instruction,
    Piece,
    ReadOptions,
    Row,
    RowError,
    Sample,
    UsageError,
    an_object,
    required,
    shown,
    string,
)
from hir_plugin_dumps.asking import ground_truth_in, named_constraints
from hir_plugin_dumps.openai_objects import read_choices, read_messages, read_response

_OK = 200


class _Reader(FlatReader):
    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        if options.instructions is None:
            raise UsageError(
                "a batch's responses do not hold their prompts: give by --prompts the requests, "
                "with their constraints, or instructions whose id is the custom_id"
            )
        self._known = options.instructions

    def read(self, row: Row) -> Piece:
        data = row.data
        item = self._known.find_key(string(data, "custom_id"))
        if data.get("error") is not None:
            raise RowError(f"the request failed: {shown(data['error'])}")
        response = an_object(data, "response")
        if required(response, "status_code") != _OK:
            raise RowError(f"the request failed: 'status_code' is {shown(response['status_code'])}")
        samples = _samples(an_object(response, "body"))
        return Piece(item.key, item.prompt, item.constraints, samples, item.task, item.meta)


class OpenAIBatchFormat(FlatFormat):
    """The responses of a batch, joined to their requests or instructions by `custom_id`.

    A group is a `custom_id`, also where several files of one batch's responses have it.
    """

    name = "openai-batch"
    summary = "OpenAI's and vLLM's batch output, joined to --prompts by `custom_id`"
    columns = frozenset({"custom_id", "response"})
    reader = _Reader


def _samples(body: Mapping[str, Any]) -> tuple[Sample, ...]:
    if body.get("object") == "response":
        return (read_response(body),)
    return read_choices(body)


class OpenAIBatchRequests:
    """The requests of a batch, with their constraints beside the body or in its `metadata`."""

    name = "openai-batch"
    summary = "a batch's requests (`custom_id`, `body`), with a key `constraints` beside them"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first row of a file is a request of a batch."""
        return {"custom_id", "body"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a request."""
        body = an_object(row.data, "body")
        asked = next((body[name] for name in ("messages", "input", "prompt") if name in body), None)
        if asked is None:
            raise RowError("the body has no 'messages', 'input' or 'prompt'")
        metadata = body.get("metadata")
        inside = metadata if isinstance(metadata, Mapping) else {}
        found = ground_truth_in(row.data.get("constraints"), inside.get("constraints"), metadata)
        if found is None:
            raise RowError(
                "the request has no constraints: add a key 'constraints' to it, or give instead "
                "instructions whose id is the custom_id"
            )
        key = string(row.data, "custom_id")
        return Instruction(key, read_messages(asked), named_constraints(found), row.location)
