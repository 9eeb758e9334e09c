"""Japanese: as Chinese, with what M-IFEval asks of it (hir_plugin_languages.japanese)."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages import japanese
from hir_plugin_languages.analyses import east_asian_sentences, east_asian_words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language

LANGUAGE = Language(
    code="ja",
    name="Japanese",
    words=east_asian_words,
    sentences=east_asian_sentences,
    why_a_range="an ellipsis or a quotation can be the end of a sentence",
    commas=regex.compile(r"[、，､﹐﹑]|(?<!\d),|,(?!\d)"),
    quotes=(("「", "」"), ("『", "』"), ('"', '"'), ("“", "”")),
    form="NFKC",
    is_spaced=False,
    has_case=False,
    relations={"以上": "at least", "未満": "less than"},
    asks={
        "length_constraints:number_sentences": (
            "応答は{num_sentences}文{relation}の文章で構成させてください。"
        ),
        "length_constraints:number_letters": "{num_letters}文字{relation}で答えてください。",
        "punctuation:no_comma": "応答全体で読点を使用しないでください。",
        "startend:quotation": "応答全体を鉤括弧で囲んでください。",
        "keywords:existence": "応答に次のキーワード {keywords} を含めてください。",
        "keywords:frequency": (
            "応答の中で、{keyword} という単語を{frequency}回{relation}出現させてください。"
        ),
        "keywords:forbidden_words": "応答に {forbidden_words} という単語を含めないでください。",
        "keywords:letter_frequency": (
            "応答には、文字「{letter}」を{let_frequency}回{let_relation}出現させてください。"
        ),
    },
    cases={
        "length_constraints:number_words": (
            passes("お茶を飲む。", num_words=5, relation="at least"),
            fails("お茶を飲む。", num_words=6, relation="at least"),
        ),
        "length_constraints:number_sentences": (
            passes("雨だ。家にいる。", num_sentences=2, relation="以上"),
            passes("彼は「雨だ。帰ろう。」と言った。", num_sentences=2, relation="未満"),
            fails("雨なので、家にいる。", num_sentences=2, relation="以上"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("雨だ。\n\n「桜が咲く」", num_paragraphs=2, nth_paragraph=2, first_word="桜"),
            fails("雨だ。\n\n梅が咲く。", num_paragraphs=2, nth_paragraph=2, first_word="桜"),
        ),
        "punctuation:no_comma": (
            passes("お茶は1,000円です。"),
            fails("お茶、ください。"),
            fails("Tea, milk."),
        ),
        "keywords:existence": (
            passes("ｺｰﾋｰを飲む。", keywords=["コーヒー"]),
            fails("お茶を飲む。", keywords=["コーヒー"]),
        ),
        "keywords:frequency": (
            passes("雨、雨、雨。", keyword="雨", frequency=3, relation="以上"),
            fails("雨、雨。", keyword="雨", frequency=3, relation="以上"),
        ),
        "keywords:forbidden_words": (
            passes("牛乳を飲む。", forbidden_words=["お茶"]),
            fails("お茶を飲む。", forbidden_words=["お茶"]),
        ),
        "startend:quotation": (passes("「お茶です。」"), fails("お茶です。")),
        "startend:end_checker": (
            passes("お茶です。他にご質問は？」", end_phrase="他にご質問は？"),
            fails("他にご質問は？以上。", end_phrase="他にご質問は？"),
        ),
    },
)

define(globals(), LANGUAGE, japanese.OWN)
