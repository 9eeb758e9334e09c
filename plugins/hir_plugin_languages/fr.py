"""French: with what M-IFEval asks of it (hir_plugin_languages.french)."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages import french
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import sentences_by

_KETTLE = (
    "la bouilloire est sur le feu et le thé sera prêt quand vous rentrerez à la maison ce soir."
)

LANGUAGE = Language(
    code="fr",
    name="French",
    words=words,
    sentences=sentences_by(french.ABBREVIATIONS),
    quotes=(('"', '"'), ("'", "'"), ("«", "»"), ("“", "”")),
    relations=french.RELATIONS,
    asks=french.ASKS,
    cases={
        "length_constraints:number_words": (
            passes("Je bois du.", num_words=3, relation="at least"),
            fails("Je bois du.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Il pleut. Nous restons.", num_sentences=2, relation="at least"),
            passes("M. Renard est sorti.", num_sentences=2, relation="less than"),
            fails("Il pleut. Nous restons.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Je bois du.", num_letters=5, relation="at least"),
            fails("Je bois du.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("« Bonjour » !", num_paragraphs=1, nth_paragraph=1, first_word="bonjour"),
            fails("Il pleut. Nous restons.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Thé ou lait."), fails("Thé, lait.")),
        "keywords:existence": (
            passes("Un cafe\u0301.", keywords=["café"]),
            fails("Un thé.", keywords=["café"]),
        ),
        "keywords:frequency": (
            passes("Un cafe\u0301.", keyword="café", frequency=1),
            fails("Un cafe\u0301.", keyword="café", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Une maisonnette.", forbidden_words=["maison"]),
            fails("Une maison.", forbidden_words=["maison"]),
            fails("De l’eau.", forbidden_words=["l'eau"]),
            fails("_La maison_ est.", forbidden_words=["maison"]),
        ),
        "startend:quotation": (
            passes("« Thé. »"),
            fails("« Thé » est."),
            fails("« Thé » et « lait »"),
        ),
        "startend:end_checker": (
            passes("Buvez. Merci !", end_phrase="Merci !"),
            fails("Merci ! Bonjour.", end_phrase="Merci !"),
        ),
        "change_case:french_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:french_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE, french.OWN)
