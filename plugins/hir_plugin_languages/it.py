"""Italian."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import sentences_by, words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language

_KETTLE = "il bollitore è sul fuoco e il tè sarà pronto quando tornerai a casa questa sera."

LANGUAGE = Language(
    code="it",
    name="Italian",
    words=words,
    sentences=sentences_by(
        abbreviations="sig sigg sig.ra dott dott.ssa prof ecc es pag vol cfr art n"
    ),
    quotes=(("«", "»"), ("“", "”"), ('"', '"')),
    cases={
        "length_constraints:number_words": (
            passes("Uno due tre.", num_words=3, relation="at least"),
            fails("Uno due tre.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Piove. Restiamo.", num_sentences=2, relation="at least"),
            passes("Il sig. Volpe esce.", num_sentences=2, relation="less than"),
            fails("Piove. Restiamo.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Uno due tre.", num_letters=5, relation="at least"),
            fails("Uno due tre.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("«Ciao», disse.", num_paragraphs=1, nth_paragraph=1, first_word="ciao"),
            fails("Piove. Restiamo.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Tè o latte."), fails("Tè, latte.")),
        "keywords:existence": (
            passes("Un caffe\u0300.", keywords=["caffè"]),
            fails("Un tè.", keywords=["caffè"]),
        ),
        "keywords:frequency": (
            passes("Un caffe\u0300.", keyword="caffè", frequency=1),
            fails("Un caffe\u0300.", keyword="caffè", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Una casata.", forbidden_words=["casa"]),
            fails("Una casa.", forbidden_words=["casa"]),
        ),
        "startend:quotation": (passes("«Tè.»"), fails("«Tè» è.")),
        "startend:end_checker": (
            passes("Bevi. Ciao!", end_phrase="Ciao!"),
            fails("Ciao! Addio.", end_phrase="Ciao!"),
        ),
        "change_case:italian_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:italian_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE)
