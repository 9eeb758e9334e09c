"""Persian: ، and ؛ are commas, ؟ ends a sentence."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import PERSIAN_LETTERS, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

LANGUAGE = Language(
    code="fa",
    name="Persian",
    words=words,
    sentences=sentences_by(Abbreviations(others="ق.م ه.ش ه.ق"), ends="؟۔"),
    commas=regex.compile("[,،؛٬]"),
    quotes=(("«", "»"), ("“", "”"), ("”", "“"), ('"', '"')),
    letters=PERSIAN_LETTERS,
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("من چای می.", num_words=3, relation="at least"),
            fails("من چای می.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("باران می‌بارد؟ ما خانه‌ایم.", num_sentences=2, relation="at least"),
            passes("قیمت 3.5 است.", num_sentences=2, relation="less than"),
            fails("باران می‌بارد؟ ما خانه‌ایم.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("من چای می.", num_letters=5, relation="at least"),
            fails("من چای می.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("«سلام»، گفت.", num_paragraphs=1, nth_paragraph=1, first_word="سلام"),
            fails("باران می‌بارد؟ ما خانه‌ایم.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("چای یا شیر."), fails("چای، شیر.")),
        "keywords:existence": (
            passes("قهوه بنوش.", keywords=["قهوه"]),
            fails("چای بنوش.", keywords=["قهوه"]),
        ),
        "keywords:frequency": (
            passes("قهوه بنوش.", keyword="قهوه", frequency=1),
            fails("قهوه بنوش.", keyword="قهوه", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("کتابی اینجاست.", forbidden_words=["کتاب"]),
            fails("کتاب اینجاست.", forbidden_words=["کتاب"]),
        ),
        "startend:quotation": (passes("«چای.»"), fails("«چای» است.")),
        "startend:end_checker": (
            passes("بنوش. ممنون!", end_phrase="ممنون!"),
            fails("ممنون! سلام.", end_phrase="ممنون!"),
        ),
    },
)

define(globals(), LANGUAGE)
