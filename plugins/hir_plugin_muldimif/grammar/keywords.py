"""Sentences on words that the response has to hold, or must not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.plugin import numbers
from hir_plugin_muldimif.grammar.bound import Bound, Refused, part_of
from hir_plugin_muldimif.grammar.scanning import Item, Masked, Rules, names
from hir_plugin_muldimif.grammar.words import EVERY, LABEL, LEAD, PLACE, PRONOUN, WHOLE

_NOUN = r"(?:key ?words?|key-words?|terms?|words?|phrases?|names?|key ?phrases?|expressions?)"
_WHICH = (
    r"(?:(?:the|a|an|following|specific|exact|essential|key|crucial|important|required|necessary"
    r"|relevant|both|all|english|japanese|spanish|french|german|specified|words?|of) )*"
)
_ONE = r"@\d+@"
_LIST = rf"(?P<list>{_ONE}(?:(?:,? ?(?:and|or|as well as)/?(?:or)? |, ?|; ?){_ONE})*)"
_VERB = (
    r"(?:includ(?:e|es|ed|ing)|incorporat(?:e|es|ed|ing)|contain(?:s|ed|ing)?|us(?:e|es|ed|ing)"
    r"|mention(?:s|ed|ing)?|featur(?:e|es|ed|ing)|ha(?:s|ve|ving)"
    r"|employ(?:s|ed|ing)?|integrat(?:e|es|ed|ing)"
    r"|appear(?:s|ing)?|occur(?:s|ring)?|be present|is present"
    r"|the inclusion of|inclusion|the use of"
    r"|utiliz(?:e|es|ed|ing)|referenc(?:e|es|ed|ing)|reflect(?:s|ed|ing)?)"
)
_NOT = (
    r"(?:(?:(?:must|should|shall|does|do|can|may|is|are) )?(?:not|never) (?:be )?"
    rf"{_VERB}|(?:be )?avoid(?:s|ed|ing)?(?: (?:using|including|mentioning|the use of))?"
    r"|(?:be )?exclud(?:e|es|ed|ing)|(?:be )?omit(?:s|ted|ting)?"
    r"|without (?:using|including|mentioning)"
    r"|refrains? from (?:using|including|mentioning))"
)
_TIMES = (
    rf"(?:(?:for )?(?P<relation>at least|a minimum of|no fewer than"
    rf"|minimum) (?P<times>{numbers.NUMBER}|once|twice|thrice)"
    rf"(?: times?)?|(?P<multiple>multiple times|several times|repeatedly|more than once))"
)
_RULES = Rules(
    "keywords",
    (
        ("", LABEL),
        ("each", rf"(?:(?:in|within|into|for) )?{EVERY}"),
        (
            "each",
            (
                r"(?:in|within|into) (?:the description of )?(?:each"
                r"|every) (?P<each>(?:[a-z][\w'’-]* ?){1,3}?)(?=,| to\b|$|\.$)"
            ),
        ),
        ("not", _NOT),
        (
            "list",
            (
                rf"{_WHICH}(?:{_NOUN}:? )?{_LIST}(?: (?:as|for) (?:a "
                rf"|an )?(?:key ?words?|terms?))?"
            ),
        ),
        ("times", _TIMES),
        ("", PLACE),
        (
            "",
            (
                r"(?:to )?(?:highlight|address|emphasi[sz]e|clarify"
                r"|stress)(?: [a-z]+){1,5} by(?= \w+ing)"
            ),
        ),
        (
            "",
            (
                r"(?:in|within|throughout|into) (?:its|your|the|their"
                r"|this) (?:questions|text|slides|script|narrative|discussion|search"
                r"|response)"
            ),
        ),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", _VERB),
        (
            "",
            (
                r"(?:must|should|shall|will|needs? to|has to|have to|is|are|be|to"
                r"|also|explicitly|specifically|clearly|directly|at least once|in)"
            ),
        ),
    ),
)
_SHAPES = re.compile(
    r"(?:whole )*(?:list|list times|times list|each (?:whole )?list"
    r"|list each|list whole)(?: whole)?"
)
_MENTIONS = re.compile(rf"{_VERB}|{_NOT}|{_NOUN}|need", re.IGNORECASE)


def read_keywords(sentence: Masked) -> Bound | Refused:
    """Read a sentence on keywords."""
    if not sentence.quotes:
        return Refused("no keyword stands between quotation marks")
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    positive, negative = _halves(items)
    if negative and not positive:
        kwargs = _forbidden(negative, sentence)
    elif not negative:
        kwargs = _wanted(positive, sentence)
    else:
        kwargs = _wanted(positive, sentence)
        other = _forbidden(negative, sentence)
        if isinstance(kwargs, dict) and isinstance(other, dict) and "each" not in kwargs:
            kwargs |= other
        else:
            kwargs = Refused("two wishes that are not one for and one against keywords")
    if isinstance(kwargs, Refused):
        return kwargs
    if not _MENTIONS.search(sentence.text):
        return Refused("nothing says what is to be done with the keyword")
    return Bound("muldimif:keywords", kwargs)


def _halves(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Part the items where a prohibition begins; "the keyword must be avoided" begins before."""
    for place, item in enumerate(items):
        if item.name == "not":
            before = [part.name for part in items[:place]]
            after = any(part.name == "list" for part in items[place:])
            cut = place if after else 0
            if not after and before.count("list") != 1:
                return list(items), list(items[place:])
            return [*items[:cut]] if "list" in before[:cut] else [], [*items[cut:]]
    return list(items), []


def _forbidden(items: Sequence[Item], sentence: Masked) -> dict[str, object] | Refused:
    lists = [item for item in items if item.name == "list"]
    if {item.name for item in items} - {"list", "not", "whole"} or len(lists) != 1:
        return Refused("a prohibition is not of keywords alone")
    return {"forbidden": _quoted(lists[0], sentence)}


def _wanted(items: Sequence[Item], sentence: Masked) -> dict[str, object] | Refused:
    if not _SHAPES.fullmatch(names(items)):
        return Refused("more than one list of keywords, or a part that is not told")
    found = {item.name: item for item in items}
    kwargs: dict[str, object] = {"keywords": _quoted(found["list"], sentence)}
    if re.search(r"@,? ?(?:and/)?or ", found["list"].match["list"]):
        if re.search(r"@,? ?(?:and|as) ", found["list"].match["list"]):
            return Refused("both 'and' and 'or' between keywords")
        kwargs["any_of"] = True
    if "times" in found:
        kwargs["min_count"] = _times(found["times"].match)
    if "each" in found:
        part = part_of(found["each"].match)
        if part is None:
            return Refused(f"each {found['each'].match['each']} is no part that can be found")
        kwargs["each"] = part
    return kwargs


def _times(match: re.Match[str]) -> int:
    if match["multiple"]:
        return 2
    words = {"once": 1, "twice": 2, "thrice": 3}
    return words.get(match["times"].lower()) or numbers.number(match["times"])


def _quoted(item: Item, sentence: Masked) -> list[str]:
    return [sentence.quotes[int(place)] for place in re.findall(r"@(\d+)@", item.match["list"])]
