"""RLVR-IFeval's 25 functions (open-instruct), by subject, under ids of their own: `rlvr:...`.

They mean other things than IFEval's checkers of like names: counts are exact or "around" a number,
case matters more often, dividers differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hir_kit import hookimpl

MODULES = {
    "hir_plugin_rlvr.case": (
        "rlvr:validate_uppercase",
        "rlvr:validate_lowercase",
        "rlvr:validate_frequency_capital_words",
    ),
    "hir_plugin_rlvr.content": (
        "rlvr:validate_response_language",
        "rlvr:validate_placeholders",
        "rlvr:verify_postscript",
        "rlvr:validate_choice",
        "rlvr:validate_no_commas",
    ),
    "hir_plugin_rlvr.form": (
        "rlvr:verify_bullet_points",
        "rlvr:validate_title",
        "rlvr:validate_highlighted_sections",
        "rlvr:validate_sections",
        "rlvr:validate_json_format",
    ),
    "hir_plugin_rlvr.keywords": (
        "rlvr:verify_keywords",
        "rlvr:verify_keyword_frequency",
        "rlvr:validate_forbidden_words",
        "rlvr:verify_letter_frequency",
    ),
    "hir_plugin_rlvr.length": (
        "rlvr:validate_word_constraint",
        "rlvr:verify_sentence_constraint",
        "rlvr:verify_paragraph_count",
        "rlvr:validate_paragraphs",
    ),
    "hir_plugin_rlvr.parts": (
        "rlvr:validate_repeat_prompt",
        "rlvr:validate_two_responses",
        "rlvr:validate_end",
        "rlvr:validate_quotation",
    ),
}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifiers of every subject, imported when one of them is needed."""
    for module, ids in MODULES.items():
        register(module, ids)
