"""Verifiers for the 58 constraints of IFBench (arXiv 2507.02833), laid out by subject."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_plugin_ifbench import (
        bullets,
        count,
        custom,
        format,
        nesting,
        places,
        questions,
        ratio,
        repeat,
        sentence,
        start_verb,
        style,
        syllables,
        tables,
        vocabulary,
        words,
    )

    for module in (
        bullets, count, custom, format, nesting, places, questions, ratio, repeat, sentence,
        start_verb, style, syllables, tables, vocabulary, words,
    ):  # fmt: skip
        for cls in module.VERIFIERS:
            register(cls)


@hookimpl
def register_resources(register: Callable[[str, Callable[[], str]], None]) -> None:
    """Say by what the first word of a response is told to be a verb."""
    register("tagger of words:start_verb", _tagger)


def _tagger() -> str:
    from hir_plugin_ifbench.start_verb import tagger

    return tagger()
