"""From relabelled groups to rows that trainers read.

`hir` rows carry everything. The other emissions are made from `hir` rows, so that a file written
by `hir-kit relabel` can be turned into any of them later: `sft_rows`, `kto_rows`, `dpo_rows`,
`verl_rows`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

from hir_kit import jsonl
from hir_kit.checking import Checked
from hir_kit.interleave import interleaved
from hir_kit.relabel import Relabelled, Replay
from hir_kit.rollouts import Group, Prompt, as_messages, instruction_of
from hir_kit.specs import ConstraintSpec

SCHEMA = 1

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HirRows:
    """Makes `hir` rows of relabelled groups.

    Attributes:
        provenance: What goes under `provenance` of every row: versions and settings.
        originals: Whether the original rollouts with a known result are written too.
        messages: Whether string prompts become a user message, as chat models are trained.
    """

    provenance: Mapping[str, Any]
    originals: bool = True
    messages: bool = True

    def of(self, relabelled: Relabelled) -> Iterator[Row]:
        """Yield the rows of one group: its originals in order, then its replays, best first."""
        if self.originals:
            yield from self._originals(relabelled.group, relabelled.checked)
        for replay in relabelled.replays:
            yield self._replay(relabelled.group, replay)

    def _originals(self, group: Group, checked: Iterable[Checked]) -> Iterator[Row]:
        prompt, constraints = self._prompt(group.prompt), _specs(group.constraints)
        for rollout, result in zip(group.rollouts, checked, strict=True):
            label = result.follow_all
            if label is not None:
                yield {
                    "prompt": prompt,
                    "completion": _completion(prompt, rollout.text),
                    "label": label,
                    "reward": float(label),
                    "kind": "original",
                    "id": rollout.id,
                    "group": group.id,
                    "constraints": constraints,
                    "verdicts": [verdict.to_json() for verdict in result.strict],
                    "provenance": self.provenance,
                    "schema": SCHEMA,
                }

    def _replay(self, group: Group, replay: Replay) -> Row:
        prompt = self._prompt(replay.prompt)
        return {
            "prompt": prompt,
            "completion": _completion(prompt, replay.rollout.text),
            "label": True,
            "reward": 1.0,
            "kind": "replay",
            "id": replay.rollout.id,
            "group": group.id,
            "constraints": _specs(replay.kept),
            "verdicts": [verdict.to_json() for verdict in replay.verdicts],
            "hindsight": {
                "dropped": _specs(replay.dropped),
                "original_prompt": self._prompt(group.prompt),
                "rewriter": replay.rewriter,
                "f_div": replay.candidate.f_div,
                "f_div_from": replay.diversity,
                "f_int": replay.candidate.f_int,
                "lambda": replay.candidate.lambda_,
                "score": replay.candidate.score,
                "step": replay.step,
            },
            "provenance": self.provenance,
            "schema": SCHEMA,
        }

    def _prompt(self, prompt: Prompt) -> Prompt:
        return as_messages(prompt) if self.messages else prompt


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


def _completion(prompt: Prompt, text: str) -> Prompt:
    """Return a completion of the kind of the prompt, as TRL wants it."""
    return text if isinstance(prompt, str) else [{"role": "assistant", "content": text}]


def _specs(constraints: Iterable[ConstraintSpec]) -> list[Row]:
    return [spec.to_json() for spec in constraints]


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
