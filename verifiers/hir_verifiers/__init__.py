"""The built-in verifiers: IFEval's 25 constraints, laid out by subject. A plugin like any other."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_verifiers import (
        case,
        combination,
        content,
        format,
        keywords,
        language,
        length,
        punctuation,
        startend,
    )

    for module in (
        case, combination, content, format, keywords, language, length, punctuation, startend
    ):  # fmt: skip
        for cls in module.VERIFIERS:
            register(cls)


@hookimpl
def register_resources(register: Callable[[str, Callable[[], str]], None]) -> None:
    """Say which sentence splitter is in use."""
    register("sentence splitter", _splitter)


def _splitter() -> str:
    from hir_verifiers.punkt import source

    return source()
