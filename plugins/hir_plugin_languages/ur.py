"""Urdu: ، and ؛ are commas, ۔ and ؟ end sentences."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import PERSIAN_LETTERS, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

LANGUAGE = Language(
    code="ur",
    name="Urdu",
    words=words,
    sentences=sentences_by(Abbreviations(others="ق.م ق۔م"), ends="؟۔"),
    commas=regex.compile("[,،؛٬]"),
    quotes=(("«", "»"), ("“", "”"), ("”", "“"), ('"', '"')),
    letters={**PERSIAN_LETTERS, ord("ه"): "ہ"},
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("میں چائے پیتا۔", num_words=3, relation="at least"),
            fails("میں چائے پیتا۔", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("بارش ہو رہی ہے۔ ہم گھر پر ہیں۔", num_sentences=2, relation="at least"),
            passes("قیمت 3.5 ہے۔", num_sentences=2, relation="less than"),
            fails("بارش ہو رہی ہے۔ ہم گھر پر ہیں۔", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("میں چائے پیتا۔", num_letters=5, relation="at least"),
            fails("میں چائے پیتا۔", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("”سلام“، اس نے کہا۔", num_paragraphs=1, nth_paragraph=1, first_word="سلام"),
            fails(
                "بارش ہو رہی ہے۔ ہم گھر پر ہیں۔",
                num_paragraphs=1,
                nth_paragraph=1,
                first_word="tea",
            ),
        ),
        "punctuation:no_comma": (passes("چائے یا دودھ۔"), fails("چائے، دودھ۔")),
        "keywords:existence": (
            passes("کافی پیو۔", keywords=["کافی"]),
            fails("چائے پیو۔", keywords=["کافی"]),
        ),
        "keywords:frequency": (
            passes("کافی پیو۔", keyword="کافی", frequency=1),
            fails("کافی پیو۔", keyword="کافی", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("کتابیں یہاں ہیں۔", forbidden_words=["کتاب"]),
            fails("کتاب یہاں ہے۔", forbidden_words=["کتاب"]),
        ),
        "startend:quotation": (passes("”چائے۔“"), fails("”چائے“ ہے۔")),
        "startend:end_checker": (
            passes("پیو۔ شکریہ!", end_phrase="شکریہ!"),
            fails("شکریہ! سلام۔", end_phrase="شکریہ!"),
        ),
    },
)

define(globals(), LANGUAGE)
