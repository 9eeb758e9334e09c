"""Verifiers for the 58 constraints of IFBench (arXiv 2507.02833), laid out by subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hir_kit import hookimpl

MODULES = {
    "hir_plugin_ifbench.bullets": (
        "format:sub-bullets",
        "format:no_bullets_bullets",
    ),
    "hir_plugin_ifbench.count": (
        "count:word_count_range",
        "count:unique_word_count",
        "count:numbers",
        "count:punctuation",
        "count:words_japanese",
        "count:keywords_multiple",
    ),
    "hir_plugin_ifbench.custom": (
        "custom:multiples",
        "custom:reverse_newline",
        "custom:word_reverse",
        "custom:character_reverse",
        "custom:sentence_alphabet",
        "custom:european_capitals_sort",
        "custom:date_format_list",
    ),
    "hir_plugin_ifbench.format": (
        "format:options",
        "format:newline",
        "format:line_indent",
        "format:list",
        "format:output_template",
        "format:no_whitespace",
    ),
    "hir_plugin_ifbench.nesting": (
        "format:parentheses",
        "format:quotes",
        "format:quote_unquote",
    ),
    "hir_plugin_ifbench.places": (
        "words:last_first",
        "words:paragraph_last_first",
        "words:keywords_specific_position",
        "words:words_position",
    ),
    "hir_plugin_ifbench.questions": ("custom:mcq_count_length",),
    "hir_plugin_ifbench.ratio": (
        "ratio:stop_words",
        "ratio:sentence_type",
        "ratio:sentence_balance",
        "ratio:overlap",
        "ratio:sentence_words",
    ),
    "hir_plugin_ifbench.repeat": (
        "repeat:repeat_change",
        "repeat:repeat_simple",
        "repeat:repeat_span",
    ),
    "hir_plugin_ifbench.sentence": (
        "sentence:keyword",
        "sentence:increment",
        "sentence:alliteration_increment",
    ),
    "hir_plugin_ifbench.start_verb": ("words:start_verb",),
    "hir_plugin_ifbench.style": (
        "format:emoji",
        "format:thesis",
        "format:title_case",
    ),
    "hir_plugin_ifbench.syllables": ("words:odd_even_syllables",),
    "hir_plugin_ifbench.tables": (
        "custom:csv_city",
        "custom:csv_special_character",
        "custom:csv_quotes",
    ),
    "hir_plugin_ifbench.vocabulary": (
        "count:conjunctions",
        "count:person_names",
        "count:pronouns",
    ),
    "hir_plugin_ifbench.words": (
        "words:alphabet",
        "words:vowel",
        "words:consonants",
        "words:palindrome",
        "words:prime_lengths",
        "words:repeats",
        "words:no_consecutive",
    ),
}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifiers of every subject, imported when one of them is needed."""
    for module, ids in MODULES.items():
        register(module, ids)


@hookimpl
def register_resources(register: Callable[..., None]) -> None:
    """Say by what the first word of a response is told to be a verb."""
    register("tagger of words:start_verb", _tagger, ids=("words:start_verb",))


def _tagger() -> str:
    from hir_plugin_ifbench.start_verb import tagger

    return tagger()
