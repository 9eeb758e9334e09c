"""Which constraints fail together, more often than each by itself would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import Any

_MOST = 20
_LEAST = 3


def together(found: Iterable[tuple[tuple[str, ...], str]]) -> list[dict[str, Any]]:
    """Return pairs of constraints that fail together, those with the most above chance first.

    Args:
        found: Of each rollout the ids of its constraints, and a letter for each: s, v or u.
    """
    asked: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    first: Counter[tuple[str, str]] = Counter()
    second: Counter[tuple[str, str]] = Counter()
    for ids, letters in found:
        missed = {
            id: letter == "v"
            for id, letter in zip(ids, letters, strict=True)
            if id and letter != "u"
        }
        for pair in combinations(sorted(missed), 2):
            one, other = missed[pair[0]], missed[pair[1]]
            asked[pair] += 1
            both[pair] += one and other
            first[pair] += one
            second[pair] += other
    rows: list[dict[str, Any]] = [
        {
            "one": pair[0],
            "other": pair[1],
            "asked": n,
            "both": both[pair],
            "expected": first[pair] * second[pair] / n,
        }
        for pair, n in asked.items()
        if both[pair] >= _LEAST
    ]
    rows = [row for row in rows if row["both"] > row["expected"]]
    rows.sort(key=lambda row: (row["expected"] - row["both"], row["one"], row["other"]))
    return rows[:_MOST]
