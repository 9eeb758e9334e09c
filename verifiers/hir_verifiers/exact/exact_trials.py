"""langdetect's random trials, in its own order of operations: slower, and equal to the last bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from hir_verifiers.exact.profiles import SCALE, detector, profiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 0
TRIALS = 7

_DOUBT = 1e-9  # rounding moves a mean share by less than a thousandth of this

Shares = list[float]


def weight(normal: float) -> float:
    """Give what a trial adds to each probability, by its normally distributed random number."""
    known = detector()
    return float((known.ALPHA_DEFAULT + normal * known.ALPHA_WIDTH) / known.BASE_FREQ)


def exactly(grams: NDArray[np.int32]) -> str:
    """Average the languages' probabilities over seven random trials, as far as they can matter.

    A trial adds at most a seventh to a language. Once the first is further ahead than the trials
    to come can make good, the decision stands.
    """
    known, draws = profiles().every, random.Random(SEED)
    share = [0.0] * len(known.codes)
    for left in reversed(range(TRIALS)):
        trial = _exact_trial(grams, len(share), draws)
        share = [s + p / TRIALS for s, p in zip(share, trial, strict=True)]
        second, first = sorted(share)[-2:]
        if first - second > left / TRIALS + _DOUBT:
            break
    best = max(share)
    return known.codes[share.index(best)] if best > detector().PROB_THRESHOLD else "unknown"


def _exact_trial(grams: NDArray[np.int32], size: int, draws: random.Random) -> Shares:
    """Multiply the rows of random n-grams until one language is all but certain.

    langdetect normalises after the first draw and after every fifth from there. The division is
    left for the next pass, where it is the first operation on each probability.
    """
    known = detector()
    added = weight(draws.gauss(0.0, 1.0))
    draw = _drawer(grams, draws)
    start = 1.0 / size
    shares = [start * (added + a) for a in draw()]
    total = sum(shares)
    for _ in range(0, known.ITERATION_LIMIT, 5):
        if max(shares) / total > known.CONV_THRESHOLD:
            break
        five = zip(shares, draw(), draw(), draw(), draw(), draw(), strict=True)
        shares = [
            p / total * (added + a) * (added + b) * (added + c) * (added + d) * (added + e)
            for p, a, b, c, d, e in five
        ]
        total = sum(shares)
    return [p / total for p in shares]


def _drawer(grams: NDArray[np.int32], draws: random.Random) -> Callable[[], Shares]:
    """Give a function that draws an n-gram and returns its row."""
    table, numbers = profiles().every.table, range(len(grams))

    def draw() -> Shares:
        row: Shares = (table[grams[draws.choice(numbers)], :-1] / SCALE).tolist()
        return row

    return draw
