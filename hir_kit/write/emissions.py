"""From `hir` rows, which carry everything, to the rows that trainers read.

The table of emissions says of each what rows it has, how they are made and ordered, and what a
trainer reads of them. `hir-kit relabel` writes by it, and `hir-kit train` makes by it what a method
needs of a file of `hir` rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from hir_kit.files import jsonl
from hir_kit.files.columns import Columns, columns_of
from hir_kit.model.prompt import as_messages, instruction_of
from hir_kit.model.rows import SCHEMA, DpoRow, HirRow, KtoRow, SftRow, VerlRow
from hir_kit.write.kto_order import interleaved

Row = Mapping[str, Any]
Made = dict[str, Any]


def _hir_rows(rows: Iterable[Row]) -> Iterator[Made]:
    return map(dict, rows)


def _sft_rows(rows: Iterable[Row]) -> Iterator[Made]:
    """Yield prompt and completion of every row whose label is true."""
    for row in rows:
        if row["label"]:
            yield _slim(row, "prompt", "completion")


def _kto_rows(rows: Iterable[Row]) -> Iterator[Made]:
    """Yield prompt, completion and label of every row."""
    for row in rows:
        yield _slim(row, "prompt", "completion", "label")


def _kto_order(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield rows so that neighbours share neither prompt nor completion.

    TRL's KTO reads a file in order and estimates its KL term by pairing each prompt with its
    neighbour's completion in the batch.
    """
    return interleaved(map(_keyed, lines))


def _keyed(line: bytes) -> tuple[bytes, str, tuple[bytes, bytes]]:
    """Return a row with its group, and what neighbours must not share with it."""
    row = jsonl.loads(line)
    keys = (_key("prompt", row["prompt"]), _key("completion", row["completion"]))
    return line, row["group"], keys


def _dpo_rows(rows: Iterable[Row]) -> Iterator[Made]:
    """Yield preference pairs, marked by `kind`.

    `response-pair`: the same instruction, a response that met it over one that did not; the n-th
    success of a group with its n-th failure. `instruction-pair`: the same response, under the
    rewritten over the original instruction (`rejected_prompt`).
    """
    for _, members in groupby(rows, key=_instruction):
        group = list(members)
        originals = [row for row in group if row["kind"] == "original"]
        met = [row for row in originals if row["label"]]
        missed = [row for row in originals if not row["label"]]
        for chosen, rejected in zip(met, missed, strict=False):
            yield _pair(chosen, rejected["completion"], None, "response-pair")
        for row in group:
            if row["kind"] == "replay":
                original = row["hindsight"]["original_prompt"]
                yield _pair(row, row["completion"], original, "instruction-pair")


def _verl_rows(rows: Iterable[Row]) -> Iterator[Made]:
    """Yield the instructions as verl's training data: each once, original or rewritten.

    Responses are left out: verl samples its own, and scores them by `reward_model.ground_truth`.
    """
    for _, members in groupby(rows, key=_instruction):
        seen: list[Any] = []
        for row in members:
            asked = [row["prompt"], [[spec["id"], spec["kwargs"]] for spec in row["constraints"]]]
            if asked not in seen:
                seen.append(asked)
                yield _verl(row)


def _verl_order(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the rows as they are, numbered."""
    for index, line in enumerate(lines):
        row = jsonl.loads(line)
        row["extra_info"]["index"] = index
        yield jsonl.dumps(row)


def _verl(row: Row) -> Made:
    specs = row["constraints"]
    truth = {
        "instruction_id_list": [spec["id"] for spec in specs],
        "kwargs": [spec["kwargs"] for spec in specs],
    }
    return {
        "data_source": "hir-kit",
        "prompt": as_messages(row["prompt"]),
        "ability": "instruction_following",
        "reward_model": {"style": "rule", "ground_truth": jsonl.dumps(truth).decode()},
        "extra_info": {
            "index": 0,
            "split": "train",
            "id": row["id"],
            "group": row["group"],
            "kind": row["kind"],
            "instruction": instruction_of(row["prompt"]),
        },
    }


def _pair(chosen: Row, rejected: Any, rejected_prompt: Any, kind: str) -> Made:
    return {
        "prompt": chosen["prompt"],
        "chosen": chosen["completion"],
        "rejected": rejected,
        "rejected_prompt": rejected_prompt,
        "kind": kind,
        "id": chosen["id"],
        "group": chosen["group"],
        "schema": SCHEMA,
    }


def _slim(row: Row, *columns: str) -> Made:
    return {
        **{column: row[column] for column in columns},
        "kind": row["kind"],
        "id": row["id"],
        "group": row["group"],
        "schema": SCHEMA,
    }


def _instruction(row: Row) -> tuple[Any, Any]:
    """Return what the rows of one instruction share: ids are the user's, and may occur twice."""
    original = row["prompt"] if row["kind"] == "original" else row["hindsight"]["original_prompt"]
    return row["group"], original


def _key(column: str, value: Any) -> bytes:
    parts = [value] if isinstance(value, str) else [str(part["content"]) for part in value]
    return hashlib.blake2b(jsonl.dumps([column, *parts]), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Emission:
    """What rows are written, and how they are ordered.

    Attributes:
        columns: What a row holds.
        rows: What makes them of the `hir` rows of consecutive groups.
        order: What brings all of them, as lines of JSON, into order; None: they stay as they are.
        trains: The columns that the trainer of the method of this name reads; none: there is none.
        notes: What the user of rows of a kind has to know.
    """

    columns: Columns
    rows: Callable[[Iterable[Row]], Iterator[Made]]
    order: Callable[[Iterable[bytes]], Iterator[bytes]] | None = None
    trains: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


_INSTRUCTION_PAIRS = (
    "TRL knows one prompt a pair, so by itself it would find chosen and rejected equal there and "
    "learn nothing of them. `hir-kit train --method dpo` puts each half under its own prompt; for "
    "TRL alone drop them: dataset.filter(lambda row: row['rejected_prompt'] is None)"
)

EMISSIONS = {
    "hir": Emission(columns_of(HirRow), _hir_rows),
    "sft": Emission(columns_of(SftRow), _sft_rows, trains=("prompt", "completion")),
    "kto": Emission(
        columns_of(KtoRow), _kto_rows, _kto_order, trains=("prompt", "completion", "label")
    ),
    "dpo": Emission(
        columns_of(DpoRow),
        _dpo_rows,
        trains=("prompt", "chosen", "rejected", "rejected_prompt"),
        notes={"instruction-pair": _INSTRUCTION_PAIRS},
    ),
    "verl": Emission(columns_of(VerlRow), _verl_rows, _verl_order),
}
"""What `--emit` takes."""


def kind_of(row: Row) -> str:
    """Return the kind of an emitted row: original, replay, or a kind of pair."""
    kind: str = row["kind"] if "kind" in row else row["extra_info"]["kind"]
    return kind
