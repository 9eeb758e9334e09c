"""OpenAI's batch files, and vLLM's `run-batch`: requests in one file, responses in another.

A request is `{"custom_id", "method", "url", "body"}`, a response `{"id", "custom_id", "response":
{"status_code", "body"}, "error"}` (vllm/entrypoints/openai/run_batch.py: `BatchRequestInput`,
`BatchRequestOutput`). A response does not hold its prompt: it is joined by `custom_id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hir_kit.plugin import (
    Feedback,
    Group,
    Instruction,
    Instructions,
    Piece,
    ReadOptions,
    Row,
    RowError,
    Sample,
    UsageError,
    an_object,
    read_flat,
    required,
    shown,
    string,
)
from hir_plugin_dumps.asking import ground_truth_in, named_constraints
from hir_plugin_dumps.openai_objects import read_choices, read_messages, read_response

_OK = 200


class OpenAIBatchFormat:
    """The responses of a batch, joined to their requests or instructions by `custom_id`."""

    name = "openai-batch"
    summary = "OpenAI's and vLLM's batch output, joined to --prompts by `custom_id`"
    uses = frozenset({"prompts"})

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first row of a file is a response of a batch."""
        return {"custom_id", "response"} <= row.keys()

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group per `custom_id`; several files of one batch's responses form groups."""
        known = options.instructions
        if known is None:
            raise UsageError(
                "a batch's responses do not hold their prompts: give by --prompts the requests, "
                "with their constraints, or instructions whose id is the custom_id"
            )
        return read_flat(files, options, feedback, lambda row: _piece(row, known))


def _piece(row: Row, known: Instructions) -> Piece:
    data = row.data
    item = known.find_key(string(data, "custom_id"))
    if data.get("error") is not None:
        raise RowError(f"the request failed: {shown(data['error'])}")
    response = an_object(data, "response")
    if required(response, "status_code") != _OK:
        raise RowError(f"the request failed: 'status_code' is {shown(response['status_code'])}")
    samples = _samples(an_object(response, "body"))
    return Piece(item.key, item.prompt, item.constraints, samples, item.task, item.meta)


def _samples(body: Mapping[str, Any]) -> tuple[Sample, ...]:
    if body.get("object") == "response":
        return (read_response(body),)
    return tuple(read_choices(body))


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
