"""Bengali: a word holds its vowel signs, and । ends a sentence."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_ABBREVIATIONS = Abbreviations(
    titles="ডা ডাঃ ড মো মোঃ মোসা মোসাঃ অধ্যা",
    names="বি সি ডি এফ এইচ এল এম এন পি আর এস টি ইউ ভি",
    numbers="নং পৃ",
    others="কি.মি সে.মি খ্রি ইং কে জি জে",
)

LANGUAGE = Language(
    code="bn",
    name="Bengali",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS, ends="।॥"),
    quotes=(("“", "”"), ("‘", "’"), ('"', '"'), ("'", "'")),
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("আমি চা খাই।", num_words=3, relation="at least"),
            fails("আমি চা খাই।", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("বৃষ্টি হচ্ছে। আমরা বাড়িতে।", num_sentences=2, relation="at least"),
            passes("3.5 টাকা দাও।", num_sentences=2, relation="less than"),
            fails("বৃষ্টি হচ্ছে। আমরা বাড়িতে।", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("আমি চা খাই।", num_letters=5, relation="at least"),
            fails("আমি চা খাই।", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“নমস্কার”, সে বলল।", num_paragraphs=1, nth_paragraph=1, first_word="নমস্কার"),
            fails("বৃষ্টি হচ্ছে। আমরা বাড়িতে।", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("চা বা দুধ।"), fails("চা, দুধ।")),
        "keywords:existence": (
            passes("কফি খাও।", keywords=["কফি"]),
            fails("চা খাও।", keywords=["কফি"]),
        ),
        "keywords:frequency": (
            passes("কফি খাও।", keyword="কফি", frequency=1),
            fails("কফি খাও।", keyword="কফি", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("ঘরা বড়।", forbidden_words=["ঘর"]),
            fails("ঘর বড়।", forbidden_words=["ঘর"]),
        ),
        "startend:quotation": (passes("“চা।”"), fails("“চা” আছে।")),
        "startend:end_checker": (
            passes("খাও। ধন্যবাদ!", end_phrase="ধন্যবাদ!"),
            fails("ধন্যবাদ! নমস্কার।", end_phrase="ধন্যবাদ!"),
        ),
    },
)

define(globals(), LANGUAGE)
