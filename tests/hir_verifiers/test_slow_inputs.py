"""No text makes a built-in verifier slow: its time grows with the text, and no faster.

`benchmarks/slow_inputs.py` searches for the worst texts; these are the kinds that it finds. Four
times the text may take four times the time. Quadratic work would take sixteen times.
"""

from __future__ import annotations

import pytest

from benchmarks.slow_inputs import Shape, seconds, subjects
from hir_kit import Verifier

UNITS = (
    ". ",
    ".)",
    ".(",
    "!",
    "!*A",
    "'. ",
    "é. ",
    "A.'",
    ".{",
    "P.S.```",
    "a@",
    "http://",
    "e\u0301",
    "******",
    "<<",
    "[",
    "-",
    "A' ",
    "?!",
    "1. ",
    "1.\n",
    "p. /\n\n",
    "\u0130#",
    "``",
    "--",
    "A,1",
    " ",
    "\n",
    "x" * 50,
)
SUBJECTS: dict[str, Verifier] = {}
for subject in subjects():
    SUBJECTS.setdefault(subject.verifier.constraint_id, subject.verifier)

MIXED = ("A\"'. ", "Aa1.,:'\"` \n)(!?*-", "é”. A'", "n't CAN")

_SIZE = 10_000
_TOO_SHORT = 0.02  # seconds: what takes less for the longer text is fast enough, and only noise


@pytest.mark.parametrize("id", SUBJECTS)
def test_time_grows_with_the_text_only(id: str) -> None:
    shapes = [Shape("", unit, "") for unit in UNITS]
    for shape in shapes + [Shape("", unit, "", mixed=True) for unit in MIXED]:
        longer = seconds(SUBJECTS[id], shape.text(4 * _SIZE))
        if longer > _TOO_SHORT:
            shorter = seconds(SUBJECTS[id], shape.text(_SIZE), rounds=3)
            if longer >= 9 * shorter:  # or the machine was busy: once more
                longer = seconds(SUBJECTS[id], shape.text(4 * _SIZE), rounds=3)
            assert longer < 9 * shorter, (shape, shorter, longer)
