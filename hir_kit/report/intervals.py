"""95 % intervals of shares, by the bootstrap over instructions.

The responses to one instruction are no independent samples, so instructions are drawn, with all
that belongs to them. Draws come from one seed: the same input gives the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Interval = tuple[float, float] | tuple[None, None]

DRAWS = 1000
_SEED = 0
_DIGITS = 6  # the last ones of a sum depend on its order
_CELLS = 1 << 23  # of draws by instructions, held at once


class Bootstrap:
    """Draws of instructions with replacement: the same ones for every share of the same run.

    Args:
        size: How many instructions there are.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    @cached_property
    def _weights(self) -> list[Any]:
        """How often each instruction is drawn, in blocks of draws."""
        import numpy as np

        random = np.random.Generator(np.random.PCG64(_SEED))
        step = max(1, _CELLS // max(self.size, 1))
        share = np.full(self.size, 1 / self.size)
        counts = [min(step, DRAWS - start) for start in range(0, DRAWS, step)]
        return [
            random.multinomial(self.size, share, size=count).astype(np.uint8) for count in counts
        ]

    def drawn(self, parts: Sequence[float]) -> Floats:
        """Return the sum of each draw of these parts, one part an instruction."""
        import numpy as np

        column = np.asarray(parts, dtype=np.float64)
        return np.concatenate([block.astype(np.float64) @ column for block in self._weights])

    def interval(self, above: Sequence[float], below: Sequence[float]) -> Interval:
        """Return the 95 % interval of the ratio of two sums over instructions.

        One instruction has none: every draw of it is the same.
        """
        return (None, None) if _is_of_one(below) else _middle(self.ratios(above, below))

    def ratios(self, above: Sequence[float], below: Sequence[float]) -> Floats:
        """Return the ratio in each draw; not a number where nothing was drawn."""
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.drawn(above) / self.drawn(below))


def _is_of_one(below: Sequence[float]) -> bool:
    return sum(map(bool, below)) < 2


def _middle(values: Floats) -> tuple[float, float]:
    import numpy as np

    known = values[np.isfinite(values)]
    low, high = np.quantile(known, (0.025, 0.975))
    return round(float(low), _DIGITS), round(float(high), _DIGITS)


def difference(bootstrap: Bootstrap, one: Any, other: Any) -> Interval:
    """Return the paired 95 % interval of the difference of two ratios, `other` less `one`.

    Both are pairs of parts by instruction, the same instruction at the same place. One instruction
    has none.
    """
    if any(_is_of_one(below) for _, below in (one, other)):
        return None, None
    return _middle(bootstrap.ratios(*other) - bootstrap.ratios(*one))
