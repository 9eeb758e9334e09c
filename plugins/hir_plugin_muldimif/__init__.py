"""Decides MulDimIF's constraints, which are English sentences: a grammar reads them.

`read_sentence` turns a sentence into the id and kwargs of one of the verifiers, or says why not.
"""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_plugin_muldimif import (
        chinese,
        keywords,
        length,
        letters,
        markdown,
        punctuation,
        start,
        structured,
        table,
    )

    for module in (
        length, keywords, punctuation, letters, markdown, table, structured, chinese, start
    ):  # fmt: skip
        for cls in module.VERIFIERS:
            register(cls)
