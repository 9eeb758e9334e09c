"""langdetect's profiles: how probable each n-gram is in each of its languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING, Any

import orjson

from hir_kit import loading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MOST_ADDED = 1e-4
_ROWS = 1 << 12
SCALE = 1024.0  # keeps products away from the smallest floats; a power of two rounds nothing

_Profile = Mapping[str, Any]


@dataclass(frozen=True)
class Candidates:
    """Languages to decide between, and all the others as one.

    Attributes:
        codes: The languages, in the order in which langdetect reads them: it decides sums.
        table: For each n-gram its probability in each language, times `SCALE`, and in a last
            column the largest of those in the others.
        start: For each column the number of its languages.
        ones: 1 for each language, 0 for the last column.
    """

    codes: tuple[str, ...]
    table: Floats
    start: Floats
    ones: Floats

    @property
    def all(self) -> bool:
        """Whether there are no others."""
        return not self.start[-1]


@dataclass(frozen=True)
class Profiles:
    """What langdetect knows of its languages.

    Attributes:
        numbers: The number of each n-gram: its row in the tables.
        every: All languages.
        latin: Those written in Latin letters. No other has an n-gram beyond its table's end.
        owners: For each n-gram the place in `every` of the language that it speaks for, more than
            for any other; -1 where there is none.
    """

    numbers: dict[str, int]
    every: Candidates
    latin: Candidates
    owners: NDArray[np.int8]


@cache
@loading
def profiles() -> Profiles:
    """Read langdetect's profiles from its package."""
    from langdetect.detector_factory import PROFILES_DIRECTORY

    paths = [path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file()]
    files = [path for path in paths if not path.name.startswith(".")]
    read = [orjson.loads(path.read_bytes()) for path in files]
    latin = [column for column, profile in enumerate(read) if _is_latin(profile)]
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new n-gram has the next number
    rows = {column: _numbered(read[column], numbers) for column in latin}
    ends = len(numbers)
    for column in sorted(rows.keys() ^ range(len(read))):
        rows[column] = _numbered(read[column], numbers)
    every = _every(read, rows, len(numbers))
    return Profiles(dict(numbers), every, _some(every, latin, ends), _owners(every))


@cache
def detector() -> Any:
    """Return langdetect's detector class, for its constants and patterns."""
    from langdetect.detector import Detector

    return Detector


def _is_latin(profile: _Profile) -> bool:
    """Return whether most of a language's characters are letters from A to Z."""
    letters = sum(profile["freq"].get(char, 0) for char in ascii_letters)
    return bool(2 * letters > profile["n_words"][0])


def _numbered(profile: _Profile, numbers: Mapping[str, int]) -> NDArray[np.intp]:
    import numpy as np

    grams = profile["freq"]
    return np.fromiter(map(numbers.__getitem__, grams), dtype=np.intp, count=len(grams))


def _every(
    read: Sequence[_Profile], rows: Mapping[int, NDArray[np.intp]], count: int
) -> Candidates:
    import numpy as np

    table = np.zeros((count, len(read) + 1))
    for column, profile in enumerate(read):
        counts = profile["freq"]
        lengths = np.fromiter(map(len, counts), dtype=np.intp, count=len(counts))
        totals = np.array(profile["n_words"], dtype=np.float64)[lengths - 1]
        found = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        table[rows[column], column] = found / totals * SCALE
    ones = np.append(np.ones(len(read)), 0.0)
    return Candidates(tuple(profile["name"] for profile in read), table, ones, ones)


def _owners(every: Candidates) -> NDArray[np.int8]:
    """Find the language whose share each n-gram raises above those of all others.

    By one part in a hundred at least, whatever a trial adds to the probabilities: it is less than
    `_MOST_ADDED`, because `random.gauss` gives nothing beyond 8.6.
    """
    import numpy as np

    owners = np.empty(len(every.table), dtype=np.int8)
    for at in range(0, len(owners), _ROWS):  # a copy of all of it would take longer to make
        rows = every.table[at : at + _ROWS]
        second, first = np.partition(rows, -2, axis=1)[:, -2:].T
        clear = first + _MOST_ADDED * SCALE > 1.01 * (second + _MOST_ADDED * SCALE)
        owners[at : at + _ROWS] = np.where(clear, rows.argmax(axis=1), -1)
    return owners


def _some(every: Candidates, columns: list[int], rows: int) -> Candidates:
    import numpy as np

    others = np.delete(np.arange(len(every.codes)), columns)
    table = np.empty((rows, len(columns) + 1))
    for at in range(0, rows, _ROWS):
        some = every.table[at : min(at + _ROWS, rows)]
        table[at : at + _ROWS, :-1] = some.take(columns, axis=1)
        table[at : at + _ROWS, -1] = some.take(others, axis=1).max(axis=1)
    ones = np.append(np.ones(len(columns)), 0.0)
    start = np.append(ones[:-1], float(len(others)))
    codes = tuple(every.codes[column] for column in columns)
    return Candidates(codes, table, start, ones)
