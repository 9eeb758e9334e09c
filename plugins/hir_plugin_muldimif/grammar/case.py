"""Sentences on capital and small letters."""

from __future__ import annotations

import re

from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Masked, Rules, names
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, PRONOUN, WHOLE

_CAPITAL = r"(?:capitali[sz]ed|capital|upper-?case|initial capital)"
_EACH_WORD = r"(?:each|every|all|each and every) (?:individual )?words?(?:['’]s)?"
_OF_WORD = rf"(?:for|of|in|at the (?:start|beginning) of) {_EACH_WORD}"
_FIRST = r"(?:the )?(?:first|initial) letters?"
_BE = r"(?:(?:must|should|shall|needs? to|has to|have to) )?(?:be|is|are|being)"
_HAVE = (
    r"(?:us(?:e|es|ed|ing)|hav(?:e|ing)|has|employ(?:s|ing)?|appl(?:y"
    r"|ies)|adopt(?:s|ing)?|contain(?:s|ing)?)"
)
_IN_PART = (
    r"(?: (?:in|of|within|for) (?:all |the |all the "
    r"|any )*(?P<part{0}>(?:titles and headings|headings"
    r"|headings and titles|section headings|headers|table headers"
    r"|(?:the )?headers (?:in|of) the table"
    r"|table(?: entries| cells| content)?|entries (?:in|of) the table"
    r"|json keys|keys (?:in|of) the json)))?"
)
_CAPITALIZED = (
    rf"(?:{_HAVE} (?:the )?{_CAPITAL} letters? {_OF_WORD}"
    rf"|(?:(?:with|ha(?:s|ve|ving)) )?{_EACH_WORD}(?P<place> (?:in|of"
    rf"|throughout|within) PLACE)?{_IN_PART.format(1)}"
    rf" (?:{_BE} )?(?:capitali[sz]ed|written with a capital letter)"
    rf"|{_EACH_WORD}(?P<place2> (?:in|of|throughout|within) PLACE)?{_IN_PART.format(2)}"
    rf" (?:(?:must|should|shall|needs? to|has to) )?(?:begin|start)(?:s"
    rf"|ning|ing)? with an? (?:capital(?:i[sz]ed)?|upper-?case) letter"
    rf"|capitali[sz](?:e|es|ing|ed)(?: {_FIRST} (?:of|in))? {_EACH_WORD}"
    rf"|{_EACH_WORD} {_FIRST} {_BE} capitali[sz]ed|title case)"
)
_WHERE = r" (?:in|of|throughout|within) (?P<w>)"
_LETTERS = r"(?: letters?| characters?| text| form| format)?"
_UPPER = (
    rf"(?:(?:(?:entirely |completely "
    rf"|fully )?in )?(?:all[- ]?(?:of )?(?:upper-?case|capital|capitals"
    rf"|caps)|(?:entirely|completely|fully) (?:in )?(?:upper-?case"
    rf"|capital|capitalized))|in upper-?case"
    rf"|in capital(?= letters))(?:{_LETTERS})"
)
_LOWER = (
    rf"(?:(?:entirely |completely "
    rf"|fully )?(?:in )?(?:all[- ]?(?:of )?lower-?case"
    rf"|lower-?case)){_LETTERS}"
)


def _placed(pattern: str) -> str:
    """Put what the whole response is called where a pattern leaves place for it."""
    return pattern.replace("PLACE", WHOLE)


_RULES = Rules(
    "case",
    (
        ("", LABEL),
        ("capitalized", rf"{_placed(_CAPITALIZED)}{_IN_PART.format(3)}"),
        (
            "part",
            (
                r"(?:all |the |all the )+(?P<part4>headings|section headings"
                r"|table headers)(?: in WHOLE)?"
            ).replace("WHOLE", WHOLE),
        ),
        ("part_capitalized", rf"{_BE} capitali[sz]ed"),
        ("uppercase", rf"{_UPPER}(?: {_OF_WORD})?"),
        ("lowercase", _LOWER),
        ("english", r"(?:(?:in|be|using) )?(?:the )?english(?: language)?"),
        ("", r"(?:the )?language used(?: (?:in|for|throughout) WHOLE)?".replace("WHOLE", WHOLE)),
        (
            "",
            (
                rf"(?:in|of|throughout|within|across) (?:{WHOLE}|(?:the"
                rf"|its) (?:sentences|questions and answers|text|whole text))"
            ),
        ),
        ("", r"(?:throughout|consistently)"),
        (
            "",
            (
                r"the stylistic requirement of"
                r"|a consistent stylistic presentation(?: by)?"
                r"|in such a way(?: that)?"
            ),
        ),
        (
            "",
            (
                r"as per (?:the |english )?(?:[a-z]+ ){0,3}(?:requirements?"
                r"|conventions?)(?= to\b|\s|$)(?: of| to)?"
            ),
        ),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        (
            "",
            (
                r"must|should|shall|will|needs? to|has to|be|is|are|was|written"
                r"|provided|presented|composed|crafted|formatted|given|done"
                r"|adheres? to|adhering to|maintains?|using|uses?|with|have|has|and"
                r"|that|in|to|by|which|edited|also|of"
            ),
        ),
    ),
)
_SHAPES = re.compile(
    r"(?:whole )*(?:english )?(?:whole )*(?:capitalized|uppercase|lowercase)(?: (?:whole|english))*"
    r"(?: (?P<again>capitalized|uppercase|lowercase))?|part part_capitalized"
)
_PARTS = (
    ("table_headers", r"header"),
    ("headings", r"heading|title"),
    ("json_keys", r"keys"),
    ("table", r"table"),
)


def read_case(sentence: Masked) -> Bound | Refused:
    """Read a sentence on capital letters, all capitals or small letters."""
    if sentence.quotes:
        return Refused("something is quoted")
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    shape = _SHAPES.fullmatch(names(items))
    if not shape:
        return Refused("no single wish for capital or small letters")
    said = [item for item in items if item.name in ("capitalized", "uppercase", "lowercase")]
    if len({item.name for item in said}) > 1:
        return Refused("two different wishes for letters")
    name = said[0].name if said else "capitalized"
    kwargs: dict[str, object] = {}
    parts = [part for item in items for part in _parts(item.match)]
    if parts:
        kwargs["part"] = parts[0]
    if any(item.name == "english" for item in items):
        kwargs["english"] = True
    return Bound(f"muldimif:{name}_words" if name == "capitalized" else f"muldimif:{name}", kwargs)


def _parts(match: re.Match[str]) -> list[str]:
    found = [text for key, text in match.groupdict().items() if key.startswith("part") and text]
    return [
        next(part for part, pattern in _PARTS if re.search(pattern, text, re.IGNORECASE))
        for text in found
    ]
