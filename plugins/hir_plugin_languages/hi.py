"""Hindi: a word holds its vowel signs, and । ends a sentence."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_ABBREVIATIONS = Abbreviations(
    titles="डॉ प्रो पं श्री श्रीमती कु इंजी",
    names="बी सी डी एफ एच जे के एल एम एन पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड",
    numbers="सं नं पृ क्र रु",
    others="कि.मी से.मी मि.मी कि.ग्रा ई.पू म.प्र उ.प्र बी.ए एम.ए आई जी ई ए ओ",
)

LANGUAGE = Language(
    code="hi",
    name="Hindi",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS, ends="।॥"),
    commas=regex.compile("[,،，]"),
    quotes=(("“", "”"), ("‘", "’"), ('"', '"'), ("'", "'")),
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("मैं चाय पीता।", num_words=3, relation="at least"),
            fails("मैं चाय पीता।", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("बारिश हो रही है। हम घर पर हैं।", num_sentences=2, relation="at least"),
            passes("3.5 रुपये दो।", num_sentences=2, relation="less than"),
            fails("बारिश हो रही है। हम घर पर हैं।", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("मैं चाय पीता।", num_letters=5, relation="at least"),
            fails("मैं चाय पीता।", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“नमस्ते”, उसने कहा।", num_paragraphs=1, nth_paragraph=1, first_word="नमस्ते"),
            fails(
                "बारिश हो रही है। हम घर पर हैं।", num_paragraphs=1, nth_paragraph=1, first_word="tea"
            ),
        ),
        "punctuation:no_comma": (passes("चाय या दूध।"), fails("चाय, दूध।")),
        "keywords:existence": (
            passes("कॉफ़ी पियो।", keywords=["कॉफ़ी"]),
            fails("चाय पियो।", keywords=["कॉफ़ी"]),
        ),
        "keywords:frequency": (
            passes("कॉफ़ी पियो।", keyword="कॉफ़ी", frequency=1),
            fails("कॉफ़ी पियो।", keyword="कॉफ़ी", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("घरा बड़ा है।", forbidden_words=["घर"]),
            fails("घर बड़ा है।", forbidden_words=["घर"]),
        ),
        "startend:quotation": (passes("“चाय।”"), fails("“चाय” है।")),
        "startend:end_checker": (
            passes("पियो। धन्यवाद!", end_phrase="धन्यवाद!"),
            fails("धन्यवाद! नमस्ते।", end_phrase="धन्यवाद!"),
        ),
    },
)

define(globals(), LANGUAGE)
