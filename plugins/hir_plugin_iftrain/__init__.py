"""The 29 constraints of IFTrain, which IF-RLVR's training sets add to IFEval's, by subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hir_kit import hookimpl

MODULES = {
    "hir_plugin_iftrain.copying": (
        "copy:copy",
        "copy:copying_simple",
        "copy:copying_multiple",
        "new:copy_span_idx",
    ),
    "hir_plugin_iftrain.counting": (
        "count:lowercase_counting",
        "count:count_unique",
        "count:counting_composition",
        "count:count_increment_word",
    ),
    "hir_plugin_iftrain.first_and_last": (
        "first_word:first_word_sent",
        "first_word:first_word_answer",
        "last_word:last_word_sent",
        "last_word:last_word_answer",
        "keywords:start_end",
    ),
    "hir_plugin_iftrain.form": (
        "detectable_format:bigram_wrapping",
        "detectable_format:sentence_hyphens",
        "detectable_format:square_brackets",
        "punctuation:punctuation_dot",
        "punctuation:punctuation_exclamation",
    ),
    "hir_plugin_iftrain.keywords": (
        "keywords:exclude_word_harder",
        "keywords:word_once",
        "keywords:word_count_different_numbers",
        "keywords:keyword_specific_position",
    ),
    "hir_plugin_iftrain.letters": (
        "letters:letter_counting",
        "letters:letter_counting2",
        "keywords:no_adjacent_consecutive",
        "keywords:palindrome",
    ),
    "hir_plugin_iftrain.paragraphs": (
        "paragraphs:paragraphs",
        "paragraphs:paragraphs2",
    ),
    "hir_plugin_iftrain.phrases": ("copy:repeat_phrase",),
}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifiers of every subject, imported when one of them is needed."""
    for module, ids in MODULES.items():
        register(module, ids)
