"""langdetect's random trials on a list of n-grams, with the seed 0, on arrays.

A trial multiplies the probabilities of random n-grams, language by language, and looks after the
first and every fifth of them whether one language has all but everything. What is drawn depends on
the random numbers alone, and these are always the same; so a trial is a cumulative product over
rows of a table, and the place where it stops.

The products here are rounded elsewhere than langdetect's. Where that could matter (a share next to
the threshold, no language that stands out, two that are level), the trials are run again in
langdetect's own order of operations, so that the answer is always the same as its answer.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 0
TRIALS = 7

_BLOCK = 100  # draws looked at together; a multiple of 5
_STREAM = 1 << 14  # random numbers kept
_FEW = 1 << 11  # enough of them for most texts
_DOUBT = 1e-9  # rounding moves a share by less than a thousandth of this
_SCALE = 1024.0  # keeps products away from the smallest floats; a power of two rounds nothing

Shares = list[float]


@dataclass(frozen=True)
class Profiles:
    """What langdetect knows of its languages.

    Attributes:
        codes: The languages, in the order in which langdetect reads them: it decides sums.
        numbers: The number of each n-gram: its row in the table.
        table: The probability of each n-gram in each language, times `_SCALE`.
    """

    codes: tuple[str, ...]
    numbers: dict[str, int]
    table: NDArray[np.float64]


@cache
def profiles() -> Profiles:
    """Read langdetect's profiles from its package."""
    import numpy as np
    from langdetect.detector_factory import PROFILES_DIRECTORY

    paths = [path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file()]
    files = [path for path in paths if not path.name.startswith(".")]
    read = [orjson.loads(path.read_bytes()) for path in files]
    grams = dict.fromkeys(chain.from_iterable(profile["freq"] for profile in read))
    numbers = {gram: number for number, gram in enumerate(grams)}
    table = np.zeros((len(grams), len(read)))
    for column, profile in enumerate(read):
        counts = profile["freq"]
        rows = np.fromiter(map(numbers.__getitem__, counts), dtype=np.intp)
        lengths = np.fromiter(map(len, counts), dtype=np.intp)
        totals = np.array(profile["n_words"], dtype=np.float64)[lengths - 1]
        table[rows, column] = np.fromiter(counts.values(), dtype=np.float64) / totals
    table *= _SCALE
    return Profiles(tuple(profile["name"] for profile in read), numbers, table)


def most_likely(features: bytes) -> str:
    """Return the code of the language that langdetect finds, "unknown" where none stands out.

    Args:
        features: The numbers of the text's n-grams in order, as C ints; at least one.
    """
    import numpy as np

    grams = np.frombuffer(features, dtype=np.intc)
    return _quickly(grams) or _exactly(grams)


# Quickly, on arrays.


@dataclass(frozen=True)
class _Draws:
    """All that the random numbers can draw from a text.

    Attributes:
        grams: The n-grams, in the order in which they would be drawn.
        places: The place of the random number that draws each; a number too large draws none.
    """

    grams: NDArray[np.intc]
    places: NDArray[np.intp]


def _draws(grams: NDArray[np.intc], size: int) -> _Draws:
    numbers = _stream()[:size] >> (32 - len(grams).bit_length())
    places = (numbers < len(grams)).nonzero()[0]
    return _Draws(grams[numbers[places]], places)


def _quickly(grams: NDArray[np.intc]) -> str | None:
    """Return the language with the highest mean share over the trials, None where it is in doubt.

    A trial adds at most a seventh to a language. Once the first is further ahead than the trials
    to come can make good, the decision stands: four that agree are enough.
    """
    return _decided(_draws(grams, _FEW)) or _decided(_draws(grams, _STREAM))


def _decided(draws: _Draws) -> str | None:
    """Return the language, None where it is in doubt or the draws do not suffice."""
    import numpy as np

    codes = profiles().codes
    sums = np.zeros(len(codes))
    position, spare = 0, None
    for left in reversed(range(TRIALS)):
        normal, position, spare = _gauss(position, spare)
        ended = _trial(draws, normal, position)
        if ended is None:
            return None
        shares, position = ended
        sums += shares
        second, first = np.partition(sums, -2)[-2:]
        if first - second > left + _DOUBT:
            is_clear = first > TRIALS * (detector().PROB_THRESHOLD + _DOUBT)
            return codes[int(sums.argmax())] if is_clear else None
    return None


def _trial(draws: _Draws, normal: float, position: int) -> tuple[NDArray[np.float64], int] | None:
    """Return the shares that a trial ends with, and where the random numbers go on.

    None where it cannot be told for sure after which draw it ends.
    """
    weight, limit, ones = _weight(normal) * _SCALE, detector().ITERATION_LIMIT, _ones()
    first = int(draws.places.searchsorted(position))
    before: NDArray[np.float64] | float = 1.0
    for drawn in range(0, limit + 1, _BLOCK):
        grams = draws.grams[first + drawn : first + drawn + _BLOCK]
        if len(grams) < _BLOCK:
            return None
        looked_at, after = _products(grams, weight, before)
        totals = looked_at @ ones
        tops = looked_at.max(axis=1) / totals
        end = 0 if drawn == limit else _first_end(tops)
        if end is not None:
            if drawn != limit and abs(tops[end] - detector().CONV_THRESHOLD) < _DOUBT:
                return None
            return looked_at[end] / totals[end], int(draws.places[first + drawn + 5 * end]) + 1
        before = after / (after @ ones)
    return None


def _products(
    grams: NDArray[np.intc], weight: float, before: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the products after the first and every fifth draw of a block, and after the last.

    With `_BLOCK` draws nothing leaves the range of floats: the largest share of `before` is at
    least 1/55, and a scaled factor is at least 0.007 (the smallest weight that the random numbers
    can give) and at most 1,025.
    """
    import numpy as np

    factors = profiles().table.take(grams, axis=0)
    factors += weight
    fives = factors.reshape(_BLOCK // 5, 5, -1)
    running = np.empty((_BLOCK // 5 + 1, factors.shape[1]))
    running[0] = before
    np.multiply.reduce(fives, axis=1, out=running[1:])
    np.multiply.accumulate(running, axis=0, out=running)
    return fives[:, 0] * running[:-1], running[-1]


def _first_end(tops: NDArray[np.float64]) -> int | None:
    above = tops > detector().CONV_THRESHOLD - _DOUBT
    end = int(above.argmax())
    return end if above[end] else None


def _gauss(position: int, spare: float | None) -> tuple[float, int, float | None]:
    """Do as `random.gauss`: two numbers at a time, the second one for the next call."""
    if spare is not None:
        return spare, position, None
    angle = _random(position) * math.tau
    radius = math.sqrt(-2.0 * math.log(1.0 - _random(position + 2)))
    return math.cos(angle) * radius, position + 4, math.sin(angle) * radius


def _random(position: int) -> float:
    """Do as `random.random`, which takes two numbers of 32 bits."""
    high, low = _stream_list()[position : position + 2]
    return ((high >> 5) * 67108864.0 + (low >> 6)) / 9007199254740992.0


@cache
def _stream() -> NDArray[np.uint32]:
    """Give the first numbers of 32 bits that `random.Random(SEED)` gives."""
    import numpy as np

    draw = random.Random(SEED).getrandbits
    return np.array([draw(32) for _ in range(_STREAM)], dtype=np.uint32)


@cache
def _stream_list() -> list[int]:
    numbers: list[int] = _stream().tolist()
    return numbers


@cache
def _ones() -> NDArray[np.float64]:
    import numpy as np

    return np.ones(len(profiles().codes))


def _weight(normal: float) -> float:
    known = detector()
    return float((known.ALPHA_DEFAULT + normal * known.ALPHA_WIDTH) / known.BASE_FREQ)


@cache
def detector() -> Any:
    """Return langdetect's detector class, for its constants and patterns."""
    from langdetect.detector import Detector

    return Detector


# Exactly, in langdetect's order of operations.


def _exactly(grams: NDArray[np.intc]) -> str:
    """Average the languages' probabilities over seven random trials, as far as they can matter.

    A trial adds at most a seventh to a language. Once the first is further ahead than the trials
    to come can make good, the decision stands.
    """
    known, draws = profiles(), random.Random(SEED)
    share = [0.0] * len(known.codes)
    for left in reversed(range(TRIALS)):
        trial = _exact_trial(grams, len(share), draws)
        share = [s + p / TRIALS for s, p in zip(share, trial, strict=True)]
        second, first = sorted(share)[-2:]
        if first - second > left / TRIALS + _DOUBT:
            break
    best = max(share)
    return known.codes[share.index(best)] if best > detector().PROB_THRESHOLD else "unknown"


def _exact_trial(grams: NDArray[np.intc], size: int, draws: random.Random) -> Shares:
    """Multiply the rows of random n-grams until one language is all but certain.

    langdetect normalises after the first draw and after every fifth from there. The division is
    left for the next pass, where it is the first operation on each probability.
    """
    known = detector()
    weight = _weight(draws.gauss(0.0, 1.0))
    draw = _drawer(grams, draws)
    start = 1.0 / size
    shares = [start * (weight + a) for a in draw()]
    total = sum(shares)
    for _ in range(0, known.ITERATION_LIMIT, 5):
        if max(shares) / total > known.CONV_THRESHOLD:
            break
        five = zip(shares, draw(), draw(), draw(), draw(), draw(), strict=True)
        shares = [
            p / total * (weight + a) * (weight + b) * (weight + c) * (weight + d) * (weight + e)
            for p, a, b, c, d, e in five
        ]
        total = sum(shares)
    return [p / total for p in shares]


def _drawer(grams: NDArray[np.intc], draws: random.Random) -> Callable[[], Shares]:
    """Give a function that draws an n-gram and returns its row."""
    table, numbers = profiles().table, range(len(grams))

    def draw() -> Shares:
        row: Shares = (table[grams[draws.choice(numbers)]] / _SCALE).tolist()
        return row

    return draw
