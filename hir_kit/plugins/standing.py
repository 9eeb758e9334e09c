"""Parts that stand on something outside, such as a server, and are told when work begins and ends.

Judges and rewriters may be such parts: each of `begin` and `close` may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

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
