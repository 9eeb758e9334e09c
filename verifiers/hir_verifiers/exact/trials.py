"""langdetect's random trials on a list of n-grams, with the seed 0, on arrays.

A trial multiplies the probabilities of random n-grams, language by language, and looks after the
first and every fifth of them whether one language has all but everything. What is drawn depends on
the random numbers alone, and these are always the same; so a trial is a cumulative product over
rows of a table, and the place where it stops.

A text in Latin letters is decided between the languages written in them. All others together count
as one, with the largest of their probabilities each time: they have at most that much. The trials
stop where they do in langdetect if that is so little that it cannot matter.

The products here are rounded elsewhere than langdetect's. Where that or the others could matter (a
share next to the threshold, no language that stands out, two that are level), the trials are run
again, with all languages and at last in langdetect's own order of operations (`exact_trials`), so
that the answer is always the same as its answer.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hir_kit import loading
from hir_verifiers.exact.exact_trials import SEED, TRIALS, exactly, weight
from hir_verifiers.exact.profiles import SCALE, Candidates, detector, profiles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLOCK = 100  # draws looked at together; a multiple of 5
_STREAM = 1 << 14  # random numbers kept
_FEW = 1 << 10  # enough of them for most texts
_DOUBT = 1e-9  # rounding moves a share by less than a thousandth of this
_MOST_OTHERS = 1e6  # so many times what the languages have together: they are not the ones
_DOUBT_WITH_OTHERS = 1e-3  # others as one move a mean share by less than a tenth of this


def most_likely(text: NDArray[np.int32]) -> str:
    """Return the code of the language that langdetect finds, "unknown" where none stands out.

    Args:
        text: The numbers of its n-grams, in order; at least one.
    """
    known, draws = profiles(), _Draws(text)
    in_latin = text.max() < len(known.latin.table)
    found = _decided(draws, known.latin) if in_latin else _owner(text)
    return found or _decided(draws, known.every) or exactly(text)


def _owner(text: NDArray[np.int32]) -> str | None:
    """Return the language that every n-gram speaks for, as where a script has only one.

    Whichever are drawn, each draw raises its share above the others, in every trial.
    """
    known = profiles()
    first = int(known.owners[text[0]])
    if first < 0 or not (known.owners.take(text) == first).all():
        return None
    return known.every.codes[first]


class _Draws:
    """What the random numbers draw from a text, as far as it has been asked for.

    Attributes:
        grams: The n-grams, in the order in which they are drawn.
        places: The place of the random number that draws each; a number too large draws none.
    """

    def __init__(self, text: NDArray[np.int32]) -> None:
        self._text = text
        self._draw(_FEW)

    def _draw(self, size: int) -> None:
        self._size = size
        numbers = _choices(len(self._text).bit_length())[:size]
        self.places = (numbers < len(self._text)).nonzero()[0]
        self.grams = self._text.take(numbers.take(self.places))

    def first(self, position: int) -> int:
        """Give the number of the first draw by a random number at or after a place."""
        while position > self._size < _STREAM:
            self._draw(4 * self._size)
        return bisect_left(self.places, position)  # faster here than numpy's own

    def block(self, first: int) -> NDArray[np.int32] | None:
        """Give `_BLOCK` n-grams from the draw `first` on; None where the numbers do not suffice."""
        if first + _BLOCK > len(self.grams) and self._size < _STREAM:
            self._draw(4 * self._size)
            return self.block(first)
        found = self.grams[first : first + _BLOCK]
        return found if len(found) == _BLOCK else None


def _decided(draws: _Draws, among: Candidates) -> str | None:
    """Return the language with the highest mean share over the trials, None where it is in doubt.

    A trial has one share to give. A language with more than half of those of all trials is first,
    whatever the trials to come say: four that agree are enough. A trial in which it does matter
    what the others have is run with all languages.
    """
    doubt = _DOUBT if among.all else _DOUBT_WITH_OTHERS
    ends: list[_End] = []
    gained: defaultdict[str, float] = defaultdict(float)
    position, spare = 0, None
    for _ in range(TRIALS):
        normal, position, spare = _gauss(position, spare)
        added = weight(normal) * SCALE
        end = _trial(draws, among, added, position)
        if end is None and not among.all:
            end = _trial(draws, profiles().every, added, position)
        if end is None:
            return None
        ends.append(end)
        position = end.place + 1
        gained[end.code] += end.share
        if gained[end.code] > (TRIALS + doubt) / 2:
            return end.code
    return _compared(ends, among, doubt)


def _compared(ends: list[_End], among: Candidates, doubt: float) -> str | None:
    """Return the language with the largest sum of shares, None where it is in doubt."""
    import numpy as np

    if any(len(end.products) != len(among.start) for end in ends):
        return None
    sums = sum((end.products / end.total for end in ends), np.zeros(len(among.start)))
    second, first = np.partition(sums, -2)[-2:]
    is_clear = first - second > doubt and first > TRIALS * (detector().PROB_THRESHOLD + doubt)
    return among.codes[int(sums.argmax())] if is_clear else None


class _End(NamedTuple):
    """How a trial ends.

    Attributes:
        products: The product for each language, and the largest of the others.
        total: Their sum, without the others.
        code: The first language.
        share: Its share of the total.
        place: Where the last random number was.
    """

    products: Floats
    total: float
    code: str
    share: float
    place: int

    @property
    def is_sure(self) -> bool:
        """Whether it is above the threshold whatever rounding and the others do."""
        rest = float(self.products[-1]) / self.total
        return bool(self.share > (detector().CONV_THRESHOLD + _DOUBT) * (1 + rest))


def _trial(draws: _Draws, among: Candidates, added: float, position: int) -> _End | None:
    """Return how a trial ends; None where it cannot be told for sure after which draw it does."""
    limit = detector().ITERATION_LIMIT
    first = draws.first(position)
    before = among.start
    for drawn in range(0, limit + 1, _BLOCK):
        grams = draws.block(first + drawn)
        if grams is None:
            return None
        looked_at, after = _products(among.table, grams, added, before)
        totals = looked_at.dot(among.ones)
        language = int(after[:-1].argmax())
        shares = (looked_at[:, language] / totals).tolist()
        row = 0 if drawn == limit else _first_above(shares, looked_at, totals)
        if row is not None:
            place = int(draws.places[first + drawn + 5 * row])
            end = _end(among, looked_at[row], float(totals[row]), place)
            return end if (among.all if drawn == limit else end.is_sure) else None
        total = after.dot(among.ones)
        if after[-1] > _MOST_OTHERS * total:
            return None
        before = after / total
    return None


def _end(among: Candidates, products: Floats, total: float, place: int) -> _End:
    language = int(products[:-1].argmax())
    return _End(products, total, among.codes[language], float(products[language]) / total, place)


def _first_above(shares: list[float], looked_at: Floats, totals: Floats) -> int | None:
    """Return the first row in which the largest share is above the threshold, about.

    Args:
        shares: Those of the language that is first in the end. Where it has a little, no other can
            be above the threshold, so that mostly no other need be looked at.
        looked_at: The products of all languages, and of the others.
        totals: Their sums, without the others.
    """
    threshold = detector().CONV_THRESHOLD - _DOUBT
    little = 2 * (1 - threshold)
    for row, share in enumerate(shares):
        if share > threshold:
            return row
        if not share > little:
            above = looked_at[:, :-1].max(axis=1) > threshold * totals
            return int(above.argmax()) if above.any() else None
    return None


def _products(
    table: Floats, grams: NDArray[np.int32], added: float, before: Floats
) -> tuple[Floats, Floats]:
    """Return the products after the first and every fifth draw of a block, and after the last.

    With `_BLOCK` draws nothing leaves the range of floats: the largest share of `before` is at
    least 1/55, that of the others at most `_MOST_OTHERS`, and a scaled factor is at least 0.007
    (the smallest weight that the random numbers can give) and at most 1,025.
    """
    import numpy as np

    fives = grams.reshape(-1, 5).T  # the first of each five, the second of each five, ...
    factors = table.take(fives, axis=0)
    factors += added
    running = np.empty((_BLOCK // 5 + 1, len(before)))
    running[0] = before
    np.multiply.reduce(factors, axis=0, out=running[1:])
    np.multiply.accumulate(running, axis=0, out=running)
    return factors[0] * running[:-1], running[-1]


# The random numbers.


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
@loading
def _stream() -> NDArray[np.uint32]:
    """Give the first numbers of 32 bits that `random.Random(SEED)` gives."""
    import numpy as np

    draw = random.Random(SEED).getrandbits
    return np.array([draw(32) for _ in range(_STREAM)], dtype=np.uint32)


@cache
def _choices(bits: int) -> NDArray[np.intp]:
    """Give what `random.choice` makes of each number: its first bits."""
    import numpy as np

    return (_stream() >> (32 - bits)).astype(np.intp)


@cache
def _stream_list() -> list[int]:
    numbers: list[int] = _stream().tolist()
    return numbers
