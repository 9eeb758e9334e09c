"""RLVR-IFeval's three ways to compare a count with a number."""

from __future__ import annotations

from typing import Literal

Quantifier = Literal["at least", "around", "at most"]


def holds(quantifier: Quantifier, count: int, wanted: int, tolerance: int) -> bool:
    """Return whether the count is at least, at most, or within the tolerance of what is wanted."""
    if quantifier == "at least":
        return count >= wanted
    if quantifier == "at most":
        return count <= wanted
    return abs(count - wanted) <= tolerance


def bounds(quantifier: Quantifier, wanted: int, tolerance: int) -> tuple[int, int | None]:
    """Return the least and the greatest count that `holds`; None where there is no greatest."""
    if quantifier == "at least":
        return wanted, None
    if quantifier == "at most":
        return 0, wanted
    return max(wanted - tolerance, 0), wanted + tolerance


def tenth(wanted: int) -> int:
    """Return a tenth of a number, rounded, and no less than 1."""
    return max(round(wanted * 0.1), 1)
