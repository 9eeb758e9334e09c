"""Arabic: ، and ؛ are commas, ؟ ends a sentence; a word may have and, by, the before it."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import VOWEL_MARKS, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

LANGUAGE = Language(
    code="ar",
    name="Arabic",
    words=words,
    sentences=sentences_by(Abbreviations(others="ق.م إلخ الخ"), ends="؟۔"),
    commas=regex.compile("[,،؛،﹐﹑، ٬]".replace(" ", "")),
    before="(?:[وف]?(?:[بك]?(?:ال)?|لل?))",
    quotes=(("«", "»"), ("“", "”"), ("”", "“"), ('"', '"')),
    letters=VOWEL_MARKS,
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("أنا أشرب الشاي.", num_words=3, relation="at least"),
            fails("أنا أشرب الشاي.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("هل تمطر؟ نحن في البيت.", num_sentences=2, relation="at least"),
            passes("السعر 3.5 دولار.", num_sentences=2, relation="less than"),
            fails("هل تمطر؟ نحن في البيت.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("أنا أشرب الشاي.", num_letters=5, relation="at least"),
            fails("أنا أشرب الشاي.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("«مرحبا»، قال.", num_paragraphs=1, nth_paragraph=1, first_word="مرحبا"),
            fails("هل تمطر؟ نحن في البيت.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("شاي أو حليب."), fails("شاي، حليب.")),
        "keywords:existence": (
            passes("أشرب القهوة.", keywords=["قهوة"]),
            fails("أشرب الشاي.", keywords=["قهوة"]),
        ),
        "keywords:frequency": (
            passes("أشرب القهوة.", keyword="قهوة", frequency=1),
            fails("أشرب القهوة.", keyword="قهوة", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("كتابي هنا.", forbidden_words=["كتاب"]),
            fails("والكتاب هنا.", forbidden_words=["كتاب"]),
            fails("للكتاب.", forbidden_words=["كتاب"]),
        ),
        "startend:quotation": (passes("«شاي.»"), fails("«شاي» هنا."), fails("«شاي» و«حليب»")),
        "startend:end_checker": (
            passes("اشرب. شكرا!", end_phrase="شكرا!"),
            fails("شكرا! مرحبا.", end_phrase="شكرا!"),
        ),
    },
)

define(globals(), LANGUAGE)
