"""lm-evaluation-harness: `samples_{task}_{date}.jsonl`, written with `--log_samples`.

Built in lm_eval/evaluator.py and written by `EvaluationTracker.save_results_samples`: one line per
document and filter, with the dataset row as `doc`, and `resps` as one list of responses per
request. A generation task has one request; its responses are the task's `repeats`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Piece,
    ReadOptions,
    Row,
    RowError,
    Sample,
    a_list,
    an_object,
    as_id,
    each_answer,
    integer,
    jsonl,
    required,
    shown,
    string,
)
from hir_plugin_dumps.asking import asked_by

_SAME_FOR_EVERY_FILTER = ("doc", "resps")


class _Reader(FlatReader):
    """Reads rows, and knows the documents that it has read under another filter."""

    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._seen: dict[tuple[str, int], tuple[bytes, set[str]]] = {}

    def read(self, row: Row) -> Piece | None:
        data = row.data
        doc = an_object(data, "doc")
        key, prompt = required(doc, "key"), string(doc, "prompt")
        key = as_id(key, "'key'")
        answers = _responses(data)
        meta = _metrics(data) if len(answers) == 1 else {}  # of repeats, one is scored
        samples = tuple(replace(one, meta=meta) for one in answers)
        own = doc if "instruction_id_list" in doc else None
        asked = asked_by(prompt, own, self.options)
        piece = Piece(key, prompt, asked.constraints, samples, asked.task, asked.meta)
        return piece if self._is_new(row) else None

    def _is_new(self, row: Row) -> bool:
        """Return whether this is the document's first line: the others are other filters of it."""
        data = row.data
        filter = string(data, "filter") if "filter" in data else "none"
        same = jsonl.dumps([data[name] for name in _SAME_FOR_EVERY_FILTER])
        digest = hashlib.blake2b(same, digest_size=16).digest()
        place = (row.location.file, integer(data, "doc_id"))
        if place not in self._seen:
            self._seen[place] = (digest, {filter})
            return True
        first, filters = self._seen[place]
        if filter in filters:
            raise RowError(f"doc_id {place[1]} with the filter {filter!r} stood in the file before")
        if first != digest:
            raise RowError(f"doc_id {place[1]} stood in the file before, with other responses")
        filters.add(filter)
        return False


class LmEvalFormat(FlatFormat):
    """The samples that lm-evaluation-harness logs of its IFEval tasks.

    A group is a document, also where several files have it.
    """

    name = "lm-eval"
    summary = "lm-evaluation-harness: `samples_*.jsonl` of `--log_samples`, tasks like `ifeval`"
    columns = frozenset({"doc_id", "doc", "resps", "filtered_resps"})
    reader = _Reader


def _metrics(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the harness's own verdicts on a document's response."""
    names = data.get("metrics")
    if not isinstance(names, list):
        return {}
    return {name: data[name] for name in names if isinstance(name, str) and name in data}


def _responses(data: Mapping[str, Any]) -> tuple[Sample, ...]:
    requests = a_list(data, "resps")
    if len(requests) != 1 or not isinstance(requests[0], list):
        raise RowError(f"'resps' holds one list of responses, got {shown(requests)}")
    texts = requests[0]
    if not any(isinstance(text, str | None) for text in texts):
        raise RowError(f"'resps' holds one list of strings, not empty, got {shown(requests)}")
    return each_answer(texts)
