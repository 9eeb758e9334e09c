"""English under its own prefix: as IFEval, after Unicode normalisation."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import count_english_sentences, words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language

LANGUAGE = Language(
    code="en",
    name="English",
    words=words,
    sentences=count_english_sentences,
    quotes=(('"', '"'), ("“", "”")),
    cases={
        "length_constraints:number_words": (
            passes("One two three.", num_words=3, relation="at least"),
            fails("One two three.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("It rains. We stay.", num_sentences=2, relation="at least"),
            passes("Mr. Fox is out.", num_sentences=2, relation="less than"),
            fails("It rains. We stay.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("One two three.", num_letters=5, relation="at least"),
            fails("One two three.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“Rain” fell.", num_paragraphs=1, nth_paragraph=1, first_word="rain"),
            fails("It rains. We stay.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Tea or milk."), fails("Tea, milk.")),
        "keywords:existence": (
            passes("A cafe\u0301.", keywords=["café"]),
            fails("A tea.", keywords=["café"]),
        ),
        "keywords:frequency": (
            passes("A cafe\u0301.", keyword="café", frequency=1),
            fails("A cafe\u0301.", keyword="café", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("A category.", forbidden_words=["cat"]),
            fails("A Cat sleeps.", forbidden_words=["cat"]),
        ),
        "startend:quotation": (passes("“Tea.”"), fails("“Tea” is.")),
        "startend:end_checker": (
            passes("Drink. Enjoy!", end_phrase="Enjoy!"),
            fails("Enjoy! Bye.", end_phrase="Enjoy!"),
        ),
    },
)

define(globals(), LANGUAGE)
