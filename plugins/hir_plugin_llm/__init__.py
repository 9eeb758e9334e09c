"""A model behind an OpenAI-compatible server: one client for judges, and the rewriter `llm`.

Nothing is sent anywhere unless a base URL was given; see `LlmOptions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hir_kit import hookimpl

if TYPE_CHECKING:
    from hir_kit.plugin import Rewriter
    from hir_plugin_llm.rewriter import LlmRewriter

_registered: list[LlmRewriter] = []
"""The rewriter that was registered last."""


@hookimpl
def register_rewriters(register: Callable[[Rewriter], None]) -> None:
    """Register the rewriter, whose options are those of the client."""
    from hir_plugin_llm.rewriter import LlmRewriter

    _registered[:] = [LlmRewriter()]
    register(_registered[0])


def model() -> LlmRewriter:
    """Return the part `llm` of the plugins that are being loaded: its options, and its client.

    A judge calls it in its `configure`, and keeps what it gets.
    """
    from hir_plugin_llm.rewriter import LlmRewriter

    return (_registered or [LlmRewriter()])[0]
