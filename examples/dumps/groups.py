"""The instructions and responses that every sample dump here is made of."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), *(str(ROOT / name) for name in ("verifiers", "plugins", "trainer"))]

CHOSEN = ("demo-01", "demo-04", "demo-08", "demo-12")


@dataclass(frozen=True)
class Asked:
    """One instruction, its responses, and for each of them whether the constraints are met."""

    id: str
    task: str
    constraints: list[dict[str, Any]]
    messages: list[dict[str, str]]
    ids: list[str]
    kwargs: list[dict[str, Any]]
    texts: list[str]
    follow: list[list[bool]]

    @property
    def text(self) -> str:
        return self.messages[-1]["content"]


def chosen() -> Iterator[Asked]:
    """Yield the chosen groups of `examples/rollouts.jsonl`."""
    from hir_kit import load
    from hir_kit.files.jsonl import loads

    kit = load(installed=False)
    for line in (ROOT / "examples" / "rollouts.jsonl").read_bytes().splitlines():
        row = loads(line)
        if row["id"] in CHOSEN:
            yield _asked(kit, row)


def _asked(kit: Any, row: dict[str, Any]) -> Asked:
    from hir_kit.model.constraint import parse_constraints
    from hir_kit.verify.checker import CheckOptions

    untimed = CheckOptions(time_limit=0)  # the same files on a busy machine
    checker = kit.checker(parse_constraints(row["constraints"]), untimed)
    texts = [item["text"] if isinstance(item, dict) else item for item in row["responses"]]
    return Asked(
        row["id"],
        row["task"],
        row["constraints"],
        row["prompt"],
        [item["id"] for item in row["constraints"]],
        [item["kwargs"] for item in row["constraints"]],
        texts,
        [[str(v.status) == "satisfied" for v in checker.check(text).strict] for text in texts],
    )


def ground_truth(asked: Asked) -> dict[str, Any]:
    """Return the constraints as IFEval's training data have them."""
    return {"instruction_id_list": asked.ids, "kwargs": asked.kwargs}


def write(files: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Write the rows of each file, by its path within this folder."""
    for name, rows in files.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        path.write_text("".join(lines), encoding="utf-8")
