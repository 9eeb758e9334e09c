"""Catalan: as Spanish, as lm-eval asks of it (hir_plugin_languages.spanish)."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages import spanish
from hir_plugin_languages.analyses import words_and_numbers
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = (
    "la tetera és al foc i el te estarà llest quan tornis a casa aquesta tarda amb els teus amics."
)

_ABBREVIATIONS = Abbreviations(
    titles="sr sra srs dr dra d prof profa ing mons p.ex ex c av avda sta st hble",
    names="st",
    numbers="pàg pàgs núm núms art vol ed fig cap tel s aprox cf",
    others="ee.uu a.c d.c s.a s.l cia ff.aa rr.hh jj.oo cc.oo",
    starters=(
        "el la els les un una uns unes i o però en de amb per si no es el aquest aquesta "
        "aquests això ell ella ells elles jo tu nosaltres també després llavors així quan com "
        "on perquè hi ha és són era molt més tot tots ningú res avui ahir aquí allà ara"
    ),
)

LANGUAGE = Language(
    code="ca",
    name="Catalan",
    words=words_and_numbers,
    sentences=sentences_by(_ABBREVIATIONS),
    quotes=(('"', '"'),),
    relations=spanish.RELATIONS,
    at_most=True,
    counts_tokens=True,
    asks=spanish.ASKS,
    cases={
        "length_constraints:number_words": (
            passes("Són 3,14 euros.", num_words=3, relation="at least"),
            fails("Són 3,14 euros.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Plou. Ens quedem.", num_sentences=2, relation="at least"),
            passes("El Sr. Guineu surt.", num_sentences=2, relation="less than"),
            fails("Plou. Ens quedem.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Són 3,14 euros.", num_letters=5, relation="at least"),
            fails("Són 3,14 euros.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("«Hola, Anna!»", num_paragraphs=1, nth_paragraph=1, first_word="hola"),
            fails("Plou. Ens quedem.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Te o llet."), fails("Te, llet.")),
        "keywords:existence": (
            passes("Un cafe\u0300.", keywords=["cafè"]),
            fails("Un te.", keywords=["cafè"]),
        ),
        "keywords:frequency": (
            passes("Un cafe\u0300.", keyword="cafè", frequency=1),
            fails("Un cafe\u0300.", keyword="cafè", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Una casada.", forbidden_words=["casa"]),
            fails("Una casa.", forbidden_words=["casa"]),
        ),
        "startend:quotation": (passes('"Te."'), fails("«Te».")),
        "startend:end_checker": (
            passes("Beu-lo. Adéu.", end_phrase="Adéu"),
            fails("Adéu. Hola.", end_phrase="Adéu"),
        ),
        "change_case:catalan_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:catalan_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE, spanish.OWN)
