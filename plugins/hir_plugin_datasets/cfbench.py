"""CFBench (PKU-Baichuan-MLSystemLab/CFBench): responses with criteria, and what its judge said.

`criteria` are `[text, priority, type, subtype]`, the priority 主需 (primary) or 次需 (secondary).
Each is a constraint `judge:criterion`. Where the row was judged by its evaluation (`judge_score`,
one 0 or 1 for each criterion, and `judge_parsing` "1"), these verdicts are kept as the response's
`meta.verdicts`; where the judge could not be parsed there are none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    FlatFormat,
    FlatReader,
    Piece,
    Row,
    RowError,
    a_list,
    identifier,
    read_answer,
    required,
    shown,
    string,
)

_PRIORITIES = {"主需": "primary", "次需": "secondary"}
_ABOUT = {"split": "split", "doamin": "domain", "domain": "domain", "scenario": "scenario"}
_SCORES = {"0": "violated", "1": "satisfied"}


class _Reader(FlatReader):
    def read(self, row: Row) -> Piece:
        criteria = [_criterion(item) for item in a_list(row.data, "criteria")]
        meta: dict[str, Any] = {
            new: row.data[old] for old, new in _ABOUT.items() if row.data.get(old) is not None
        }
        meta["priorities"] = [priority for _, priority, _ in criteria]
        meta["categories"] = [category for _, _, category in criteria]
        constraints = [
            ConstraintSpec("judge:criterion", {"criterion": text}) for text, _, _ in criteria
        ]
        answer = read_answer(required(row.data, "response"))
        sample = replace(answer, meta={**_judged(row, len(criteria)), **answer.meta})
        prompt = string(row.data, "prompt")
        return Piece(identifier(row, "idx"), prompt, tuple(constraints), (sample,), meta=meta)


class CfbenchFormat(FlatFormat):
    """Rows as CFBench's inference and evaluation write them."""

    name = "cfbench"
    summary = "CFBench's responses (`prompt`, `criteria`, `response`), with its judge's scores"
    uses: frozenset[str] = frozenset()
    columns = frozenset({"criteria", "prompt", "response"})
    reader = _Reader


def _criterion(item: object) -> tuple[str, str, str]:
    """Return text, priority and type of a criterion."""
    if (
        not isinstance(item, list)
        or len(item) < 3
        or not all(isinstance(part, str) for part in item)
        or item[1] not in _PRIORITIES
    ):
        raise RowError(
            f"a criterion is [text, priority, type, subtype], the priority one of "
            f"{' and '.join(_PRIORITIES)}, got {shown(item)}"
        )
    return item[0], _PRIORITIES[item[1]], item[2]


def _judged(row: Row, count: int) -> dict[str, Any]:
    """Return what the benchmark's judge said, as verdicts, where it could be parsed."""
    if "judge_score" not in row.data or str(row.data.get("judge_parsing")) != "1":
        return {}
    scores = [str(score).removesuffix(".0") for score in a_list(row.data, "judge_score")]
    if len(scores) != count or not set(scores) <= _SCORES.keys():
        raise RowError(
            f"'judge_score' has a 0 or 1 for each of the {count} criteria, got {shown(scores)}"
        )
    return {"verdicts": [{"status": _SCORES[score]} for score in scores]}
