"""Portuguese."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = "a chaleira está no fogo e o chá estará pronto quando você voltar para casa hoje à noite."

_ABBREVIATIONS = Abbreviations(
    titles="sr sra srs srta dra profa eng exmo exma ilmo d p.ex av sto sta",
    names="ex st r",
    numbers="pág págs p vol art n cap fig tel séc ed aprox",
    others="a.c d.c s.a ltda cia e.u.a",
    starters=(
        "o a os as um uma uns umas e ou mas em de do da no na com por para se não seu sua "
        "este esta isto esse essa isso aquele ele ela eles elas eu tu você nós também depois "
        "então assim quando como onde porque há foi é são era muito mais tudo todos ninguém "
        "nada hoje ontem aqui ali agora"
    ),
)

LANGUAGE = Language(
    code="pt",
    name="Portuguese",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS),
    quotes=(("“", "”"), ("«", "»"), ('"', '"')),
    cases={
        "length_constraints:number_words": (
            passes("Um dois três.", num_words=3, relation="at least"),
            fails("Um dois três.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Chove. Ficamos.", num_sentences=2, relation="at least"),
            passes("O Sr. Raposo saiu.", num_sentences=2, relation="less than"),
            fails("Chove. Ficamos.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Um dois três.", num_letters=5, relation="at least"),
            fails("Um dois três.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“Oi”, disse.", num_paragraphs=1, nth_paragraph=1, first_word="oi"),
            fails("Chove. Ficamos.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Chá ou leite."), fails("Chá, leite.")),
        "keywords:existence": (
            passes("Um cafe\u0301.", keywords=["café"]),
            fails("Um chá.", keywords=["café"]),
        ),
        "keywords:frequency": (
            passes("Um cafe\u0301.", keyword="café", frequency=1),
            fails("Um cafe\u0301.", keyword="café", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Uma casada.", forbidden_words=["casa"]),
            fails("Uma casa.", forbidden_words=["casa"]),
        ),
        "startend:quotation": (passes("“Chá.”"), fails("“Chá” é.")),
        "startend:end_checker": (
            passes("Beba. Tchau!", end_phrase="Tchau!"),
            fails("Tchau! Oi.", end_phrase="Tchau!"),
        ),
        "change_case:portuguese_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:portuguese_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE)
