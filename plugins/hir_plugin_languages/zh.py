"""Chinese: characters are words, and full-width signs end sentences."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import east_asian_sentences, east_asian_words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language

LANGUAGE = Language(
    code="zh",
    name="Chinese",
    words=east_asian_words,
    sentences=east_asian_sentences,
    why_a_range="an ellipsis or a quotation can be the end of a sentence",
    commas=regex.compile("[,，、﹐﹑､]"),
    quotes=(("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'), ("＂", "＂")),
    form="NFKC",
    is_spaced=False,
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("我喜欢喝绿茶。", num_words=6, relation="at least"),
            passes("我用Python写代码。", num_words=6, relation="at least"),
            fails("我喜欢喝绿茶。", num_words=6, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("你好！今天下雨。我们在家。", num_sentences=3, relation="at least"),
            passes("他说：“下雨了。回家吧。”", num_sentences=2, relation="less than"),
            passes("我不知道……", num_sentences=1, relation="at least"),
            fails("今天下雨，我们在家。", num_sentences=2, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("我喜欢绿茶。", num_letters=6, relation="at least"),
            fails("我喜欢绿茶。", num_letters=6, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("今天。\n\n明天下雨。", num_paragraphs=2, nth_paragraph=2, first_word="明天"),
            fails("今天。\n\n后天下雨。", num_paragraphs=2, nth_paragraph=2, first_word="明天"),
        ),
        "punctuation:no_comma": (passes("茶或牛奶。"), fails("茶，牛奶。"), fails("茶、牛奶。")),
        "keywords:existence": (
            passes("我用ＡＩ写诗。", keywords=["AI"]),
            fails("我写诗。", keywords=["AI"]),
        ),
        "keywords:frequency": (
            passes("雨，雨，雨。", keyword="雨", frequency=3),
            fails("雨，雨。", keyword="雨", frequency=3),
        ),
        "keywords:forbidden_words": (
            passes("我喝牛奶。", forbidden_words=["绿茶"]),
            fails("我喝绿茶。", forbidden_words=["绿茶"]),
        ),
        "startend:quotation": (passes("“茶好了。”"), passes("「茶好了。」"), fails("“茶”好了。")),
        "startend:end_checker": (
            passes("“趁热喝，请慢用！”", end_phrase="请慢用!"),
            fails("请慢用！再来。", end_phrase="请慢用！"),
        ),
    },
)

define(globals(), LANGUAGE)
