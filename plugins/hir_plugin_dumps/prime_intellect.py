"""PrimeIntellect's verifiers and prime-rl: `results.jsonl`, and `traces.jsonl` since v1.

`results.jsonl` (verifiers/legacy/utils/save_utils.py, `state_to_output`): a rollout a line, with
`example_id`, `prompt`, `completion`, `reward`, and the dataset's `answer` and `info`.

`traces.jsonl` (verifiers/v1/episode.py, trace.py, graph.py): an episode a line, with `task`,
`group` and `traces`, or in earlier v1 versions a trace alone. A trace is a graph of messages:
each node has its `parent`, and `sampled` where the model wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    Row,
    RowError,
    Sample,
    a_list,
    an_object,
    as_id,
    jsonl,
    mean,
    optional_object,
    read_answer,
    required,
    shown,
)
from hir_plugin_dumps.asking import asked_by, ground_truth_in
from hir_plugin_dumps.openai_objects import read_messages

_KEPT = ("reward", "metrics", "is_truncated", "stop_condition")


class _Results(FlatReader):
    def read(self, row: Row) -> Piece:
        data = row.data
        prompt = read_messages(required(data, "prompt"))
        places = _places(_decoded(data.get("info")))
        asked = asked_by(prompt, ground_truth_in(*places, data.get("answer")), self.options)
        if data.get("error") is not None:
            raise RowError(f"the rollout failed: {shown(data['error'])}")
        answer = read_answer(required(data, "completion"))
        kept = {name: data[name] for name in _KEPT if name in data}
        sample = Sample(answer.text, meta={**kept, **answer.meta})
        group = f"{self.files[row.location.file]}:{_id(required(data, 'example_id'))}"
        return Piece(group, prompt, asked.constraints, (sample,), asked.task, asked.meta)


class PrimeResultsFormat(FlatFormat):
    """The rollouts of verifiers before v1; a group is a file's `example_id`."""

    name = "prime-results"
    summary = "PrimeIntellect verifiers before v1: `results.jsonl`"
    columns = frozenset({"example_id", "prompt", "completion"})
    reader = _Results


def _id(value: object) -> str:
    return as_id(value, "'example_id'")


def _decoded(value: object) -> object:
    """Return a column that some datasets encode as JSON; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return jsonl.loads(value)
    except ValueError:
        return value


def _places(columns: object) -> tuple[object, ...]:
    """Return where among a dataset's columns the constraints may stand."""
    if not isinstance(columns, Mapping):
        return (columns,)
    own = columns if "instruction_id_list" in columns else None
    return (own, columns.get("constraints"), columns.get("ground_truth"))


class _Traces(FlatReader):
    """Reads episodes, and numbers the tasks of files whose episodes belong to no group."""

    def read(self, row: Row) -> Piece:
        data = row.data
        trace = _only_trace(data)
        if data.get("ok", trace.get("ok")) is False:
            raise RowError(f"the episode failed: {shown(data.get('errors', trace.get('errors')))}")
        messages, node = _conversation(a_list(trace, "nodes"))
        prompt = read_messages(messages)
        columns = an_object(an_object(data, "task"), "data")
        found = ground_truth_in(
            *_places(columns), *_places(_decoded(columns.get("info"))), columns.get("answer")
        )
        asked = asked_by(prompt, found, self.options)
        answer = read_answer(an_object(node, "message"))
        kept = {name: trace[name] for name in ("rewards", *_KEPT) if name in trace}
        if end := node.get("finish_reason"):
            kept["finish_reason"] = end
        sample = Sample(
            answer.text, logprob=mean(node.get("logprobs")), meta={**kept, **answer.meta}
        )
        group = self._group(row)
        return Piece(group, prompt, asked.constraints, (sample,), asked.task, asked.meta)

    def _group(self, row: Row) -> str:
        step = optional_object(optional_object(row.data, "run"), "work").get("step")
        group = optional_object(row.data, "group").get("id")
        if group is not None:
            return _id(group) if step is None else f"{_id(step)}:{_id(group)}"
        task = an_object(row.data, "task")
        key = task.get("key", task.get("hash", task["data"]))
        return self.numbers.id(self.files[row.location.file], step, key)


class PrimeTracesFormat(FlatFormat):
    """The traces of verifiers since v1, and of prime-rl.

    A group is one of the run, or a file's task where the run has none.
    """

    name = "prime-traces"
    summary = "PrimeIntellect verifiers since v1, and prime-rl: `traces.jsonl`"
    reader = _Traces

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first row of a file is an episode or a trace."""
        return "task" in row and ("traces" in row or "nodes" in row)


def _only_trace(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if "traces" not in data:
        return data
    traces = a_list(data, "traces")
    if len(traces) != 1 or not isinstance(traces[0], Mapping):
        raise RowError(f"only an episode of one trace is read; this one has {len(traces)}")
    trace: Mapping[str, Any] = traces[0]
    return trace


def _conversation(nodes: list[Any]) -> tuple[list[Any], Mapping[str, Any]]:
    """Return the messages of the prompt, and the node of the one answer that was sampled."""
    if not nodes or not all(isinstance(node, Mapping) for node in nodes):
        raise RowError(f"'nodes' is a list of objects, not empty, got {shown(nodes)}")
    parents = [node.get("parent") for node in nodes]
    sampled = [bool(node.get("sampled")) for node in nodes]
    line = [None, *range(len(nodes) - 1)]
    if parents != line or sampled != [False] * (len(nodes) - 1) + [True]:
        raise RowError("only a single answer is verified; the trace has several, or branches")
    return [required(node, "message") for node in nodes[:-1]], nodes[-1]
