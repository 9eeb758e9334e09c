"""The built-in verifiers: IFEval's 25 constraints, laid out by subject. A plugin like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hir_kit import hookimpl

MODULES = {
    "hir_verifiers.case": (
        "change_case:capital_word_frequency",
        "change_case:english_capital",
        "change_case:english_lowercase",
    ),
    "hir_verifiers.combination": (
        "combination:two_responses",
        "combination:repeat_prompt",
    ),
    "hir_verifiers.content": (
        "detectable_content:number_placeholders",
        "detectable_content:postscript",
    ),
    "hir_verifiers.format": (
        "detectable_format:number_bullet_lists",
        "detectable_format:constrained_response",
        "detectable_format:number_highlighted_sections",
        "detectable_format:multiple_sections",
        "detectable_format:json_format",
        "detectable_format:title",
    ),
    "hir_verifiers.keywords": (
        "keywords:existence",
        "keywords:frequency",
        "keywords:forbidden_words",
        "keywords:letter_frequency",
    ),
    "hir_verifiers.language": ("language:response_language",),
    "hir_verifiers.length": (
        "length_constraints:number_words",
        "length_constraints:number_sentences",
        "length_constraints:number_paragraphs",
        "length_constraints:nth_paragraph_first_word",
    ),
    "hir_verifiers.punctuation": ("punctuation:no_comma",),
    "hir_verifiers.startend": (
        "startend:end_checker",
        "startend:quotation",
    ),
}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifiers of every subject, imported when one of them is needed."""
    for module, ids in MODULES.items():
        register(module, ids)


@hookimpl
def register_resources(register: Callable[[str, Callable[[], str]], None]) -> None:
    """Say which sentence splitter is in use."""
    register("sentence splitter", _splitter)


def _splitter() -> str:
    from hir_verifiers.punkt import source

    return source()
