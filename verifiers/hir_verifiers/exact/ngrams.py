"""The n-grams of a text that langdetect knows, in its order, found with arrays.

langdetect walks the text character by character. It replaces many characters by others, reads runs
of spaces as one, and looks up the one, two and three characters that end at each place. Here
characters become small numbers (`alphabet`), and all places are looked up at once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hir_verifiers.exact.alphabet import MISSING, SPACE, Alphabet, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.intp]


class NGrams:
    """Finds the n-grams that have a number.

    Args:
        numbers: The number of each n-gram of one to three characters.
    """

    def __init__(self, numbers: dict[str, int]) -> None:
        import numpy as np

        self._alphabet = Alphabet("".join(numbers))
        windows = self._windows(list(numbers))
        values = np.fromiter(numbers.values(), dtype=np.int32, count=len(numbers))
        listed = self._listed(windows)
        windows, values = windows[listed], values[listed]
        several = windows[:, 1] != self._alphabet.none
        self._single = np.full(self._alphabet.size, MISSING, dtype=np.int32)
        self._single[windows[~several, 2]] = values[~several]
        self._several = Table(self._alphabet.packed(*windows[several].T), values[several])
        self._ascii = self._ascii_table(windows, values)

    def of(self, codes: NDArray[Any]) -> NDArray[np.int32]:
        """Give the numbers of the known n-grams of a text, which comes as its code points."""
        return _known(self._grams(_spaced(self._alphabet.classes(codes))))

    def of_ascii(self, text: bytes) -> NDArray[np.int32]:
        """Give the same for a text in ASCII, whose n-grams stand in a table of their own."""
        import numpy as np

        classes = text.translate(self._alphabet.ascii_classes)
        x = _spaced(np.frombuffer(classes, dtype=np.uint8).astype(np.intp))
        size = self._alphabet.ascii_size
        return _known(self._ascii.take((x[:-2] * size + x[1:-1]) * size + x[2:], axis=0))

    def _windows(self, grams: list[str]) -> Numbers:
        """Give the classes of each n-gram in three columns, the shorter ones to the right."""
        import numpy as np

        lengths = np.fromiter(map(len, grams), dtype=np.intp, count=len(grams))
        ends = lengths.cumsum()
        classes = self._alphabet.own("".join(grams))
        windows = np.full((len(grams), 3), self._alphabet.none, dtype=np.intp)
        for back in range(3):
            there = lengths > back
            windows[there, 2 - back] = classes[ends[there] - 1 - back]
        return windows

    def _listed(self, windows: Numbers) -> NDArray[np.bool_]:
        """Leave out what langdetect never lists: a space alone, and one between two characters."""
        first, second, third = windows.T
        none = self._alphabet.none
        alone = (second == none) & (third == SPACE)
        between = (first != none) & (second == SPACE)
        result: NDArray[np.bool_] = ~(alone | between)
        return result

    def _grams(self, x: Numbers) -> NDArray[np.int32]:
        """Give the numbers of the one, two and three classes that end at each place from the third.

        langdetect lists none at the second and later capitals of a run. None with a space in the
        middle is in the tables: there it has forgotten what stands before the space.
        """
        import numpy as np

        alphabet = self._alphabet
        first, second, third = x[:-2], x[1:-1], x[2:]
        grams = np.empty((len(third), 3), dtype=np.int32)
        grams[:, 0] = self._single.take(third)
        pairs = alphabet.packed(alphabet.none, second, third)
        triples = alphabet.packed(first, second, third)
        grams[:, 1:] = self._several.find(np.concatenate((pairs, triples))).reshape(2, -1).T
        capital = alphabet.capital.take(x)
        grams[capital[2:] & capital[1:-1]] = MISSING
        return grams

    def _ascii_table(self, windows: Numbers, values: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give what `_grams` gives for each window of three classes of ASCII, by its number."""
        import numpy as np

        size, none = self._alphabet.ascii_size, self._alphabet.none
        table = np.full((size, size, size, 3), MISSING, dtype=np.int32)
        table[..., 0] = self._single[:size]
        pairs = (windows[:, 0] == none) & (windows[:, 1:] < size).all(axis=1)
        table[:, windows[pairs, 1], windows[pairs, 2], 1] = values[pairs]
        triples = (windows < size).all(axis=1)
        table[windows[triples, 0], windows[triples, 1], windows[triples, 2], 2] = values[triples]
        capitals = self._alphabet.capital[:size].nonzero()[0]
        table[:, capitals[:, None], capitals] = MISSING
        return table.reshape(-1, 3)


def _known(grams: NDArray[np.int32]) -> NDArray[np.int32]:
    return grams[grams >= 0]


def _spaced(x: Numbers) -> Numbers:
    """Give the classes with one space for each run of them, and two before the text."""
    import numpy as np

    kept = x != SPACE
    kept[1:] |= x[:-1] != SPACE
    return np.concatenate((_two_spaces(), x[kept]))


@cache
def _two_spaces() -> Numbers:
    import numpy as np

    return np.full(2, SPACE)
