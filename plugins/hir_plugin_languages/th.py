"""Thai: words stand without spaces and are found by ICU; nothing tells where a sentence ends."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import thai_sentences, thai_words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language

LANGUAGE = Language(
    code="th",
    name="Thai",
    words=thai_words,
    sentences=thai_sentences,
    quotes=(("“", "”"), ('"', '"')),
    form="NFKC",
    is_spaced=False,
    has_case=False,
    why_a_range="Thai needs ICU to tell more",
    cases={
        "length_constraints:number_words": (
            passes("ฉันดื่มชา", num_words=1, relation="at least"),
            fails("ฉันดื่มชา", num_words=50, relation="at least"),
        ),
        "length_constraints:number_sentences": (
            passes("ฉันดื่มชา", num_sentences=1, relation="at least"),
            fails("ฉันดื่มชา", num_sentences=5, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("น้ำชาดีมาก", num_letters=5, relation="at least"),
            fails("น้ำชาดีมาก", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“สวัสดี” เขาพูด", num_paragraphs=1, nth_paragraph=1, first_word="สวัสดี"),
            fails("นม", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("ชาหรือนม"), fails("ชา, นม")),
        "keywords:existence": (
            passes("ฉันดื่มกาแฟ", keywords=["กาแฟ"]),
            fails("ฉันดื่มชา", keywords=["กาแฟ"]),
        ),
        "keywords:frequency": (
            passes("ฉันดื่มกาแฟ", keyword="กาแฟ", frequency=1),
            fails("ฉันดื่มกาแฟ", keyword="กาแฟ", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("ฉันดื่มนม", forbidden_words=["ชา"]),
            fails("ฉันดื่มชา", forbidden_words=["ชา"]),
        ),
        "startend:quotation": (passes("“ชา”"), fails("“ชา” นี่")),
        "startend:end_checker": (
            passes("ดื่มนะ ขอบคุณ", end_phrase="ขอบคุณ"),
            fails("ขอบคุณ สวัสดี", end_phrase="ขอบคุณ"),
        ),
    },
)

define(globals(), LANGUAGE)
