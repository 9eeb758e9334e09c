"""Italian."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = "il bollitore è sul fuoco e il tè sarà pronto quando tornerai a casa questa sera."

_ABBREVIATIONS = Abbreviations(
    titles=(
        "sig sigg sig.ra sig.na dott dott.ssa prof.ssa ing avv arch geom rag on cfr es p.es "
        "egr spett gent mons v.le c.so p.za"
    ),
    names="st",
    numbers="pag pagg vol art artt n nn cap fig tel num sec ca",
    others="ecc a.c d.c s.p.a s.r.l",
    starters=(
        "il lo la i gli le l un uno una e o ma in di da con per se non si suo sua questo "
        "questa questi quel quella egli lui lei loro io tu noi voi anche poi dopo allora così "
        "quando come dove perché dunque c è sono era molto più tutto tutti nessuno niente "
        "oggi ieri qui là ora nel nella al alla"
    ),
)

LANGUAGE = Language(
    code="it",
    name="Italian",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS),
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
