"""From relabelled groups to rows that trainers read.

`hir` rows carry everything. The other emissions are made from `hir` rows, so that a file written
by `hir-kit relabel` can be turned into any of them later: `sft_rows`, `kto_rows`, `dpo_rows`,
`verl_rows`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

from hir_kit.files import jsonl
from hir_kit.model.prompt import as_messages, instruction_of
from hir_kit.model.rows import SCHEMA
from hir_kit.write.kto_order import interleaved
from hir_kit.write.rows import Row

T = TypeVar("T")


def hir_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield `hir` rows as they are."""
    yield from rows


def sft_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield prompt and completion of every row whose label is true."""
    for row in rows:
        if row["label"]:
            yield _slim(row, "prompt", "completion")


def kto_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield prompt, completion and label of every row, ordered for KTO.

    TRL's KTO reads a file in order and estimates its KL term by pairing each prompt with its
    neighbour's completion in the batch: neighbours must share neither.
    """
    return _apart(_Keyed.of(row, row) for row in _kto(rows))


def _kto(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield _slim(row, "prompt", "completion", "label")


def _kto_order(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield KTO's rows, as lines of JSON, in the order of `kto_rows`."""
    return _apart(_Keyed.of(jsonl.loads(line), line) for line in lines)


def dpo_rows(rows: Iterable[Row]) -> Iterator[Row]:
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


def verl_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the instructions as verl's training data: each once, original or rewritten.

    Responses are left out: verl samples its own, and scores them by `reward_model.ground_truth`.
    """
    return map(_numbered, count(), _verl_rows(rows))


def _verl_rows(rows: Iterable[Row]) -> Iterator[Row]:
    for _, members in groupby(rows, key=_instruction):
        seen: list[Any] = []
        for row in members:
            asked = [row["prompt"], [[spec["id"], spec["kwargs"]] for spec in row["constraints"]]]
            if asked not in seen:
                seen.append(asked)
                yield _verl(row)


def _verl_order(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield verl's rows, as lines of JSON, numbered as `verl_rows` does."""
    return map(jsonl.dumps, map(_numbered, count(), map(jsonl.loads, lines)))


def _numbered(index: int, row: Row) -> Row:
    row["extra_info"]["index"] = index
    return row


def _verl(row: Row) -> Row:
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


@dataclass(frozen=True, slots=True)
class Emission:
    """What rows are written, and how they are ordered.

    Attributes:
        rows: What makes them of the `hir` rows of consecutive groups.
        order: What brings all of them, as lines of JSON, into order; None: they stay as they are.
        joins_groups: Whether pieces of one group that follow each other must be given at once.
    """

    rows: Callable[[Iterable[Row]], Iterator[Row]]
    order: Callable[[Iterable[bytes]], Iterator[bytes]] | None = None
    joins_groups: bool = False


EMISSIONS = {
    "hir": Emission(hir_rows),
    "sft": Emission(sft_rows),
    "kto": Emission(_kto, _kto_order),
    "dpo": Emission(dpo_rows, joins_groups=True),
    "verl": Emission(_verl_rows, _verl_order, joins_groups=True),
}
"""What `--emit` takes."""


def kind_of(row: Row) -> str:
    """Return the kind of an emitted row: original, replay, or a kind of pair."""
    kind: str = row["kind"] if "kind" in row else row["extra_info"]["kind"]
    return kind


def _pair(chosen: Row, rejected: Any, rejected_prompt: Any, kind: str) -> Row:
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


def _slim(row: Row, *columns: str) -> Row:
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


@dataclass(frozen=True, slots=True)
class _Keyed(Generic[T]):
    """A row in any form, with its group, and what neighbours must not share with it."""

    item: T
    group: str
    keys: tuple[bytes, bytes]

    @classmethod
    def of(cls, row: Row, item: T) -> _Keyed[T]:
        keys = (_key("prompt", row["prompt"]), _key("completion", row["completion"]))
        return cls(item, row["group"], keys)


def _apart(rows: Iterable[_Keyed[T]]) -> Iterator[T]:
    return (row.item for row in interleaved(rows, attrgetter("group"), attrgetter("keys")))


def _key(column: str, value: Any) -> bytes:
    parts = [value] if isinstance(value, str) else [str(part["content"]) for part in value]
    return hashlib.blake2b(jsonl.dumps([column, *parts]), digest_size=16).digest()
