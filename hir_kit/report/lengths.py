"""How long responses are, where all was met and where something was missed."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

_BINS = 24
_STEPS = (1, 2, 5)


def lengths(found: Iterable[tuple[int | None, bool | None]]) -> dict[str, Any]:
    """Return a histogram of lengths in words, and medians.

    Args:
        found: The length of each response, None where it is not known, and whether all was met.
    """
    known = [(words, met) for words, met in found if words is not None]
    if not known:
        return {"unit": "words", "bins": [], "median": {"met": None, "missed": None}}
    step = _step(max(words for words, _ in known))
    bins: dict[int, dict[str, int]] = {}
    for words, met in known:
        start = words // step * step
        one = bins.setdefault(start, {"from": start, "to": start + step - 1, **_NONE})
        one[_NAMES[met]] += 1
    for start in range(0, max(bins), step):
        bins.setdefault(start, {"from": start, "to": start + step - 1, **_NONE})
    medians = {
        name: median(own) if (own := [n for n, is_met in known if is_met is met]) else None
        for name, met in (("met", True), ("missed", False))
    }
    return {"unit": "words", "bins": [bins[start] for start in sorted(bins)], "median": medians}


_NAMES = {True: "met", False: "missed", None: "unknown"}
_NONE = dict.fromkeys(_NAMES.values(), 0)


def _step(longest: int) -> int:
    """Return a round width of bins, so that there are not too many."""
    scale = 1
    while True:
        for step in _STEPS:
            if longest // (step * scale) < _BINS:
                return step * scale
        scale *= 10
