"""Characters as langdetect sees them, as small numbers, and tables that are looked up by arrays."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from string import ascii_letters
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.intp]

SPACE = 0
MISSING = -1

_NEW = -1
_ODD = 0x9E3779B97F4A7C15  # 2**64 by the golden ratio: spreads keys over the slots of a table


def code_points(text: str) -> NDArray[np.uint32]:
    """Give the code points of a text, lone surrogates included."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


class Alphabet:
    """The classes of characters: the space, the ASCII letters, other characters of the n-grams.

    Two more classes are for all characters that no n-gram has, capital or not. langdetect's
    replacements are done on the way: a sign is in the class of the space.

    Args:
        known: The characters of the n-grams.

    Attributes:
        none: A number that is no class, for the places of an n-gram that is shorter than three.
        ascii_size: How many classes ASCII texts have; they come first.
        ascii_classes: For `bytes.translate`: the class of each ASCII character.
        capital: Whether a class is one of capitals.
    """

    def __init__(self, known: Iterable[str]) -> None:
        import numpy as np

        ascii_ = " " + ascii_letters
        others = sorted(set(known).difference(ascii_))
        self._numbers = {char: number for number, char in enumerate([*ascii_, *others])}
        self._other, self._other_capital, self.none = range(len(self._numbers), self.size)
        self._bits = self.none.bit_length()
        self.capital = np.array([*map(str.isupper, self._numbers), False, True, False])
        self.ascii_size = len(ascii_)
        self.ascii_classes = bytes(self._class_of(code) for code in range(128)) + bytes(128)
        self._classes = np.full(sys.maxunicode + 1, _NEW, dtype=np.int16)

    @property
    def size(self) -> int:
        """How many numbers there are, with `none`."""
        return len(self._numbers) + 3

    def classes(self, codes: NDArray[Any]) -> Numbers:
        """Give the class of each code point."""
        import numpy as np

        found = self._classes.take(codes)
        if len(found) and found.min() == _NEW:
            for code in np.unique(codes[found == _NEW]).tolist():
                self._classes[code] = self._class_of(code)
            found = self._classes.take(codes)
        return found.astype(np.intp)

    def own(self, text: str) -> Numbers:
        """Give the class of each character of n-grams, which are not replaced."""
        import numpy as np

        table = np.zeros(sys.maxunicode + 1, dtype=np.intp)
        table[[ord(char) for char in self._numbers]] = range(len(self._numbers))
        return table.take(code_points(text))

    def packed(self, first: Any, second: Any, third: Any) -> Any:
        """Give one number for each three classes; arrays or single classes."""
        return (first << 2 * self._bits) | (second << self._bits) | third

    def _class_of(self, code: int) -> int:
        from langdetect.utils.ngram import NGram

        char = str(NGram.normalize(chr(code)))
        other = self._other_capital if char.isupper() else self._other
        return self._numbers.get(char, other)


class Table:
    """A dict from numbers to numbers that is asked with arrays: open addressing, linear probing.

    Args:
        keys: Distinct numbers from 0.
        values: Numbers from 0.
    """

    def __init__(self, keys: Numbers, values: Numbers) -> None:
        import numpy as np

        bits = (8 * len(keys)).bit_length()
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(self._last + 1, MISSING, dtype=np.int64)
        self._values = np.full(self._last + 1, MISSING, dtype=np.int32)
        slots = self._slots(keys)
        while len(keys):
            free = self._keys[slots] == MISSING
            self._keys[slots[free]] = keys[free]  # of several for one slot, one stays
            placed = self._keys[slots] == keys
            self._values[slots[placed]] = values[placed]
            slots, keys, values = self._next(slots[~placed]), keys[~placed], values[~placed]

    def find(self, keys: Numbers) -> NDArray[np.int32]:
        """Give the value of each key, `MISSING` where there is none."""
        return self._found(keys, self._slots(keys))

    def _found(self, keys: Numbers, slots: Numbers) -> NDArray[np.int32]:
        there = self._keys.take(slots)
        found = self._values.take(slots)
        others = ((there != keys) & (there != MISSING)).nonzero()[0]
        if len(others):
            found[others] = self._found(keys[others], self._next(slots[others]))
        return found

    def _slots(self, keys: Numbers) -> Numbers:
        import numpy as np

        return ((keys.astype(np.uint64) * np.uint64(_ODD)) >> self._shift).astype(np.intp)

    def _next(self, slots: Numbers) -> Numbers:
        return (slots + 1) & self._last
