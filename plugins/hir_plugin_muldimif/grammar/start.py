"""Sentences on what the response starts with."""

from __future__ import annotations

import re

from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Masked, Rules, names
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, PRONOUN, WHOLE

_RULES = Rules(
    "start",
    (
        ("", LABEL),
        (
            "start",
            (
                r"(?:start|begin)(?:s|ning|ing)? with (?:the )?(?:(?:word|phrase"
                r"|identifier|text|label|title|words) )?@(?P<text>\d+)@"
            ),
        ),
        (
            "end",
            (
                r"(?:end|conclude|finish)(?:e?s|ing)? with (?:the )?(?:(?:word"
                r"|phrase|identifier|text|label|words|sentence) )?@(?P<text>\d+)@"
            ),
        ),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", r"must|should|shall|needs? to|has to|to|also"),
    ),
)
_SHAPES = re.compile(r"(?:whole )*(?:start|end)")


def read_start(sentence: Masked) -> Bound | Refused:
    """Read a sentence on the first or the last words of the response."""
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    if not _SHAPES.fullmatch(names(items)):
        return Refused("neither a beginning nor an end is asked for")
    said = items[-1]
    text = sentence.quotes[int(said.match["text"])]
    return Bound(f"muldimif:{said.name}s_with", {"text": text})
