"""Spanish: with what M-IFEval and lm-eval ask of it (hir_plugin_languages.spanish)."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages import spanish
from hir_plugin_languages.analyses import words_and_numbers
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import sentences_by

_KETTLE = "la tetera está puesta y el té estará listo cuando vuelvas a casa esta tarde."

LANGUAGE = Language(
    code="es",
    name="Spanish",
    words=words_and_numbers,
    sentences=sentences_by(spanish.ABBREVIATIONS),
    quotes=(('"', '"'),),
    relations=spanish.RELATIONS,
    at_most=True,
    counts_tokens=True,
    asks=spanish.ASKS,
    cases={
        "length_constraints:number_words": (
            passes("Son 3,14 euros.", num_words=3, relation="at least"),
            fails("Son 3,14 euros.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Llueve. Nos quedamos.", num_sentences=2, relation="at least"),
            passes("El Sr. Zorro salió.", num_sentences=2, relation="less than"),
            fails("Llueve. Nos quedamos.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Son 3,14 euros.", num_letters=5, relation="at least"),
            fails("Son 3,14 euros.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("¡Hola, Ana!", num_paragraphs=1, nth_paragraph=1, first_word="hola"),
            fails("Llueve. Nos quedamos.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Té o leche."), fails("Té, leche.")),
        "keywords:existence": (
            passes("Un cafe\u0301.", keywords=["café"]),
            fails("Un té.", keywords=["café"]),
        ),
        "keywords:frequency": (
            passes("Un cafe\u0301.", keyword="café", frequency=1),
            fails("Un cafe\u0301.", keyword="café", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Una casada.", forbidden_words=["casa"]),
            fails("Una casa.", forbidden_words=["casa"]),
        ),
        "startend:quotation": (passes('"Té."'), fails("«Té».")),
        "startend:end_checker": (
            passes("Bébelo. Adiós.", end_phrase="Adiós"),
            fails("Adiós. Hola.", end_phrase="Adiós"),
        ),
        "change_case:spanish_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:spanish_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE, spanish.OWN)
