"""IFEval's constraints in other languages: `zh:length_constraints:number_words`.

Each language is a profile (`profile.py`) that the built-in subjects are read with; its verifiers
are made when one of its ids is first met.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from hir_kit import hookimpl

_IDS = (
    "length_constraints:number_words",
    "length_constraints:number_sentences",
    "length_constraints:number_letters",
    "length_constraints:number_paragraphs",
    "length_constraints:nth_paragraph_first_word",
    "punctuation:no_comma",
    "keywords:existence",
    "keywords:frequency",
    "keywords:forbidden_words",
    "keywords:letter_frequency",
    "startend:quotation",
    "startend:end_checker",
    "change_case:capital_word_frequency",
    "change_case:english_capital",
    "change_case:english_lowercase",
    "combination:repeat_prompt",
    "combination:two_responses",
    "detectable_content:number_placeholders",
    "detectable_content:postscript",
    "detectable_format:constrained_response",
    "detectable_format:json_format",
    "detectable_format:multiple_sections",
    "detectable_format:number_bullet_lists",
    "detectable_format:number_highlighted_sections",
    "detectable_format:title",
    "language:response_language",
)
"""What every language has."""

_SPANISH = (
    "punctuation:question_marks",
    "punctuation:exclamation_marks",
    "special_character:enie",
    "special_character:dieresis",
    "special_character:tildes",
)
_CASED = "change_case:{0}_capital", "change_case:{0}_lowercase"
_OWN = {
    "ar": (),
    "bn": (),
    "ca": (*_SPANISH, *(id.format("catalan") for id in _CASED)),
    "de": tuple(id.format("german") for id in _CASED),
    "en": (),
    "es": (*_SPANISH, *(id.format("spanish") for id in _CASED)),
    "fa": (),
    "fr": (
        "detectable_content:informal_address",
        "detectable_content:no_digits",
        "special_character:accents",
        "special_character:ethel_or_cedilla",
        "special_character:no_accents",
        *(id.format("french") for id in _CASED),
    ),
    "hi": (),
    "it": tuple(id.format("italian") for id in _CASED),
    "ja": (
        "detectable_format:nominal_ending",
        "detectable_format:number_numbered_lists",
        "letters:furigana",
        "letters:hiragana_only",
        "letters:kanji",
        "letters:kansuuji",
        "letters:katakana_only",
        "letters:no_hiragana",
        "letters:no_katakana",
        "punctuation:no_period",
        "startend:sentence_unified_end",
    ),
    "ko": (),
    "pt": tuple(id.format("portuguese") for id in _CASED),
    "ru": tuple(id.format("russian") for id in _CASED),
    "th": (),
    "ur": (),
    "vi": tuple(id.format("vietnamese") for id in _CASED),
    "zh": (),
}
"""What a language has beside that."""

MODULES = {
    f"hir_plugin_languages.{code}": tuple(f"{code}:{id}" for id in (*_IDS, *own))
    for code, own in _OWN.items()
}


@hookimpl
def register_verifier_modules(register: Callable[..., None]) -> None:
    """Register the verifiers of every language, made when one of them is needed.

    Another plugin that has such an id, M-IFEval's own code say, has the better right to it.
    """
    for module, ids in MODULES.items():
        register(module, ids, yields=True)


@hookimpl
def register_resources(register: Callable[[str, Callable[[], str]], None]) -> None:
    """Say which ICU finds the words of Thai, where one is installed."""
    if find_spec("icu4py") is not None:
        register("words of Thai", _icu)


def _icu() -> str:
    from icu4py import icu_version

    return f"ICU {icu_version}"
