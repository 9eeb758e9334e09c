"""Parts that stand on something outside, such as a server, and are told when work begins and ends.

Judges and rewriters may be such parts: each of `begin`, `close` and `used` may be missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from hir_kit.errors import boundary


class _Named(Protocol):
    name: str


@contextmanager
def standing(kind: str, parts: Iterable[_Named]) -> Iterator[None]:
    """Tell parts that work comes, and that no more comes when the block is left.

    Raises what they raise: errors of hir-kit as they are, and CrashError.

    Args:
        kind: What they are, such as "judge".
        parts: The parts.
    """
    with ExitStack() as stack:
        for part in parts:
            _tell(kind, part, "begin")
            stack.callback(_tell, kind, part, "close")
        yield


def _tell(kind: str, part: _Named, what: str) -> None:
    if (method := getattr(part, what, None)) is not None:
        with boundary(part, f"the {kind} {part.name!r}: {what}()"):
            method()


def used_by(kind: str, part: _Named) -> dict[str, Any]:
    """Return what a part took to answer; nothing where it does not say.

    Raises CrashError where it raises.
    """
    used = getattr(part, "used", None)
    if used is None:
        return {}
    with boundary(part, f"the {kind} {part.name!r}: used()"):
        return dict(used())


class Using:
    """What parts take, from one look to the next.

    Args:
        kind: What they are, such as "rewriter".
        parts: The parts.
    """

    def __init__(self, kind: str, parts: Sequence[_Named]) -> None:
        self._kind, self._parts = kind, parts
        self._seen: Counter[str] = Counter()

    def since(self) -> Counter[str]:
        """Return the numbers that were added since the last look, as `PART: NAME`."""
        now = Counter[str]()
        for part in self._parts:
            for name, value in used_by(self._kind, part).items():
                if isinstance(value, int | float):
                    now[f"{part.name}: {name}"] = value  # type: ignore[assignment]  # a cost
        new = Counter(
            {key: now[key] - self._seen[key] for key in now if now[key] > self._seen[key]}
        )
        self._seen = now
        return new
