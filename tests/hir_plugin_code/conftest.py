"""One sandbox for all tests of the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Verdict

Ask = Callable[..., Verdict]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Give what decides whether a response follows a function, with code allowed."""
    kit = hir_kit.load(installed=False, set={"code.allow": True, "code.seconds": 0.3})

    def asked(source: str, response: str = "Tea is hot.", **kwargs: object) -> Verdict:
        spec = ConstraintSpec("code:python", {"source": source, **kwargs})
        return kit.checker([spec]).check(response).strict[0]

    yield asked
    hir_kit.load(installed=False)  # the options of the pack are its process's
