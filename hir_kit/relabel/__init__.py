"""Relabelling: from failures to replays."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit.hookspecs import hookimpl
from hir_kit.relabel.engine import (
    Refused,
    Relabelled,
    RelabelOptions,
    Replay,
    choose_rewriters,
    relabel_group,
)
from hir_kit.relabel.refusal import Refusal
from hir_kit.relabel.strategies import Excise, Render, Rewriter, Rewriting, Stated, Waive

__all__ = [
    "Refusal",
    "Refused",
    "RelabelOptions",
    "Relabelled",
    "Replay",
    "Rewriter",
    "Rewriting",
    "Stated",
    "choose_rewriters",
    "relabel_group",
]


@hookimpl
def register_rewriters(register: Callable[[Rewriter], None]) -> None:
    """Register the engine's own strategies, in the order in which they are tried."""
    register(Render())
    register(Excise())
    register(Waive())
