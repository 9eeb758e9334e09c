"""Decides MulDimIF's constraints, which are English sentences: a grammar reads them.

`hir_plugin_muldimif.grammar.read_sentence` turns a sentence into the id and kwargs of one of the
verifiers, or says why it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hir_kit import Verifier, hookimpl


def verifiers() -> Iterator[type[Verifier]]:
    """Give the verifiers of every subject."""
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
        yield from module.VERIFIERS


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    for cls in verifiers():
        register(cls)
