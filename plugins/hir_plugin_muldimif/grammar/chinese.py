"""Sentences on Simplified and Traditional Chinese."""

from __future__ import annotations

import re

from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Masked, Rules, names
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, LINK, PRONOUN, WHOLE

_CHINESE = r"chinese(?: (?:characters?|language|script|text))?"
_RULES = Rules(
    "chinese",
    (
        ("", LABEL),
        ("simplified", rf"(?:the )?simplified {_CHINESE}"),
        ("traditional", rf"(?:the )?traditional {_CHINESE}"),
        ("", r"the language used"),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", LINK),
        ("", r"translated|converted?|conducted|translate|entirely|fully"),
    ),
)
_OWN_LANGUAGE = {
    "simplified": re.compile(
        r"(?:请注意[,，])?(?:回答|答案|问题|文本)?(?:必须|应|应该|需要|请)?(?:使用|用)?(?:简体中文|中文简体)"
        r"(?:书写|提供|描述|回答|表达)?[。.]?"
    ),
    "traditional": re.compile(
        r"(?:回答|答案|問題|文本)?(?:必須|應|應該|需要|請)?(?:使用|用)?(?:繁體中文|中文繁體)"
        r"(?:書寫|提供|描述|回答|表達)?[。.]?"
    ),
}


def read_chinese(sentence: Masked) -> Bound | Refused:
    """Read a sentence that asks for one of the two ways of writing Chinese."""
    for script, pattern in _OWN_LANGUAGE.items():
        if pattern.fullmatch(sentence.text):
            return Bound("muldimif:chinese", {"script": script})
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    scripts = [name for name in names(items).split() if name != "whole"]
    if len(scripts) != 1:
        return Refused("not one way of writing Chinese")
    return Bound("muldimif:chinese", {"script": scripts[0]})
