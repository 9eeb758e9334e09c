"""Vietnamese: a word is a syllable, as it is written."""

from __future__ import annotations

from unicodedata import normalize

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = "ấm nước đang ở trên bếp và trà sẽ sẵn sàng khi bạn về nhà tối nay."

_ABBREVIATIONS = Abbreviations(
    titles="tp ts gs pgs ths bs ks tt",
    others="v.v",
)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SPELLINGS = {
    normalize("NFC", f"{first}{tone}{second}"): normalize("NFC", f"{first}{second}{tone}")
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
"""The tone of "hòa" stands on either vowel: "hoà"."""

LANGUAGE = Language(
    code="vi",
    name="Vietnamese",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS),
    quotes=(("“", "”"), ("«", "»"), ('"', '"')),
    spellings=_SPELLINGS,
    cases={
        "length_constraints:number_words": (
            passes("Một hai ba.", num_words=3, relation="at least"),
            fails("Một hai ba.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Trời mưa. Ở nhà.", num_sentences=2, relation="at least"),
            passes("Trời mưa nên ở nhà.", num_sentences=2, relation="less than"),
            fails("Trời mưa. Ở nhà.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Một hai ba.", num_letters=5, relation="at least"),
            fails("Một hai ba.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“Chào”, anh nói.", num_paragraphs=1, nth_paragraph=1, first_word="chào"),
            fails("Trời mưa. Ở nhà.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Trà hay sữa."), fails("Trà, sữa.")),
        "keywords:existence": (
            passes("Ca\u0300 phê.", keywords=["cà"]),
            fails("Trà.", keywords=["cà"]),
        ),
        "keywords:frequency": (
            passes("Ca\u0300 phê.", keyword="cà", frequency=1),
            fails("Ca\u0300 phê.", keyword="cà", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Con mèo.", forbidden_words=["chó"]),
            fails("Con chó.", forbidden_words=["chó"]),
        ),
        "startend:quotation": (passes("“Trà.”"), fails("“Trà” đây.")),
        "startend:end_checker": (
            passes("Uống đi. Cảm ơn!", end_phrase="Cảm ơn!"),
            fails("Cảm ơn! Chào.", end_phrase="Cảm ơn!"),
        ),
        "change_case:vietnamese_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:vietnamese_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE)
