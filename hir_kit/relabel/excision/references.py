"""Words elsewhere in an instruction that point at what would be cut out of it."""

from __future__ import annotations

import re

from hir_kit.relabel.excision.locate import fold

_RULES = (
    r"(?:rules?|constraints?|requirements?|guidelines?|conditions?|criteria|criterion"
    r"|instructions?|restrictions?)"
)
_ADDED = (
    r"(?:additionally|also|furthermore|moreover|in addition|besides|finally|lastly|please|and"
    r"|此外|另外|同时|同時|并且|並且)"
)
_BACK = re.compile(
    rf"""[\s*_'(]*(?:{_ADDED}\s*[,，]?\s*)?(?:
      it(?!(?:\ is|'s)\ (?:also\ )?(?:important|essential|crucial|necessary|required|vital))\b
     |note\ also\b|also\ (?:note|important|crucial|required|essential|mandatory|necessary)\b
     |(?:its|they|their|them|theirs|this|that|these|those|such|both|either|neither|he|she|his|her
        |otherwise|therefore|thus|hence|however|instead|because|but|or|nor|so|then|likewise
        |similarly|conversely|specifically|namely|accordingly|consequently|second(?:ly)?
        |third(?:ly)?|as\ (?:mentioned|stated|noted|such|above)|in\ (?:particular|other\ words|that
        |this|these|those|such)|doing\ so|after\ (?:that|this|which|doing)
        |once\ (?:that|this|done)|following\ (?:that|this)
        |if\ (?:so|not)|for\ (?:example|instance|that|this)
        |e\.g\.|i\.e\.|that\ is|the\ same|the\ other|another|each\ of\ (?:these|those|them)
        |all\ of\ (?:these|those|them|which))\b
     |(?:它|他们|她们|这|這|那|其|该|該|此(?!外)|两者|兩者|二者|前者|后者|後者|上述|以上|否则|否則
        |因此|例如|比如|但|而且|并且|並且)
    )""",
    re.VERBOSE,
)
_ALSO = re.compile(
    r"[^.!?\n]{0,40}?\b(?:must|should|shall|can|may|will|needs? to|has to|have to) also\b"
    r"|[^.!?。！？\n]{0,12}(?:也|还|還)(?:必须|必須|应|應|需|要|得)"
)
_ELLIPTIC = re.compile(
    r"[^,;:]{1,60}\b(?:must|should|shall|may|can|will|would|is|are|do|does)"
    r"(?:n't| not)?(?: (?:either|too))?"
)
"""What leaves its verb to the sentence before it: "Commas must not."."""
_ADDITIVE = re.compile(rf"[\s*_'(]*{_ADDED}(?:\b|[,，])")
_POLITE = re.compile(r"[\s*_'(]*(?:please|and)\b")
_POINTING = re.compile(
    r"\bthe (?:former|latter|aforementioned|above|foregoing)\b"
    rf"|\bthe (?:preceding|previous|other|first|second|last) {_RULES}\b"
    r"|\b(?:mentioned|stated|noted|described|listed|given|specified) (?:above|earlier|before)\b"
    r"|\bas above\b|上述|前述|如上|前一条|上一条"
)
_COUNT = re.compile(
    r"\b(?:both|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:of\s+)?"
    rf"(?:the\s+|these\s+|those\s+|following\s+|above\s+)*(?:[a-z]+\s+){{0,2}}{_RULES}\b"
    r"|(?:[两兩二三四五六七八九十]|\d{1,2})\s*(?:条|條|个|個|项|項|点|點)"
    r"\s*(?:规则|規則|要求|约束|約束|条件|條件|限制|准则|準則)"
)
_NUMBERED = re.compile(
    rf"\b(?:{_RULES}|items?|points?|bullets?)[ \t]*(?:number[ \t]*|no\.?[ \t]*|#[ \t]*)?[(]?\d"
    r"|(?:规则|規則|要求|约束|約束|条件|條件)[ \t]*(?:\d|[一二三四五六七八九十])"
    r"|\b(?:follow|obey|satisfy|meet|respect|see|rules|items|points|of|numbers)[ \t]+"
    r"[(]?\d{1,2}[.)]?[ \t]*(?:to|through|and|&|–|-)[ \t]*[(]?\d{1,2}\b(?![ \t]+[a-z])"
    r"|第\s*(?:\d{1,2}|[一二三四五六七八九十])\s*(?:条|條|项|項|点|點)"
)
_WHOLE_LIST = re.compile(
    rf"\b(?:the|these|all|above|those|given|every|each)\s+(?:[a-z]+\s+){{0,2}}{_RULES}\b"
    r"|(?:上述|以上|所有|这些|這些)(?:规则|規則|要求|约束|約束|条件|條件|限制)"
)
_INTRODUCED = re.compile(
    r"\b(?:an?|one)\s+((?:[\w'-]+\s+){0,4}?[\w-]+)"
    r"(?=\s*(?:[.,;:!?'()]|$|\b(?:with|of|to|in|for|that|which|titled|such|and|or|as|on|at|by|from"
    r"|containing|including|consisting|listing|summari[sz]ing|showing|using|presenting|where)\b))"
)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|said)\s+(?:[\w-]+\s+){0,2}$")
_SUBJECT = re.compile(r"[\s*_'(]*(?:it|(?:the|your|this)\s+([a-z]+))\s+(?=[a-z])")
_IT_ALONE = re.compile(
    rf"[\s*_'(]*(?:{_ADDED}\s*[,，]?\s*)?it\s+(?!\w+(?:\s+\w+)?\s+also\b)[a-z]+\s"
)
_OTHER_THING = re.compile(
    r"\b(?:an?|one|another|its|the|this|that)\s+(?!keywords?\b|words?\b|letters?\b|entire|whole|following\b)"
    r"|\b(?:title|postscript|p\.s|json|list|table|name|line|sentence|paragraph|section)\b(?!s)"
)
# What a constraint names without bringing it into being.
_NO_THINGS = re.compile(
    r"period|maximum|minimum|total|limit|range|words?|letter|sentence|response|answer|output"
    r"|question|mark|point|format|keywords?|way|manner|style|row|case|line|order|end|time|reader"
    r"|requirement|constraint|guideline|user|number|character|column|text|title|topic"
)


def refers_back(following: str, first: bool) -> bool:
    """Return whether a sentence or item points at the one cut out right before it.

    Args:
        following: What follows the cut.
        first: Whether nothing stands before the cut, so that "Also, ..." adds to nothing.
    """
    start = fold(following[:240]).lstrip()
    if _BACK.match(start) or _ALSO.match(start):
        return True
    sentence = re.split(r"[.!?。！？\n]", start, maxsplit=1)[0]
    if _POINTING.search(sentence) or _ELLIPTIC.fullmatch(sentence.strip()):
        return True
    return first and bool(_ADDITIVE.match(start)) and not _POLITE.match(start)


def goes_on(before: str, gone: str, following: str) -> bool:
    """Return whether "It must ..." means what the sentence cut out before it is about, too.

    It does where that began with "it" as well, or with a thing that was named before, and names no
    other thing that could be meant. All three are folded.
    """
    subject = _SUBJECT.match(gone)
    if (
        subject is None
        or not _IT_ALONE.match(following)
        or _OTHER_THING.search(gone, subject.end())
    ):
        return False
    return subject[1] is None or _find_word(before, subject[1]) >= 0


def points_up(text: str) -> bool:
    """Return whether a kept constraint speaks of something mentioned above."""
    return bool(_POINTING.search(fold(text)))


def counts_rules(folded: str) -> bool:
    """Return whether the instruction says how many rules it has ("these 3 rules")."""
    return bool(_COUNT.search(folded))


def names_rule(folded: str) -> bool:
    """Return whether the instruction speaks of a rule by its number ("rule 2")."""
    return bool(_NUMBERED.search(folded))


def names_list(folded: str) -> bool:
    """Return whether the instruction speaks of its rules ("all rules above")."""
    return bool(_WHOLE_LIST.search(folded))


def introduces(folded: str) -> bool:
    """Return whether a text brings a thing into being ("a table")."""
    return _INTRODUCED.search(folded) is not None


def loses_its_thing(dropped: str, before: str, after: str) -> str | None:
    """Return a thing that the cut text introduces ("a table") and later text relies on.

    Args:
        dropped: The cut text, folded.
        before: What stands before it, folded.
        after: What stands after it, folded.
    """
    for match in _INTRODUCED.finditer(dropped):
        for thing in match[1].split():
            if (
                not _NO_THINGS.fullmatch(thing)
                and len(thing) > 2
                and _relies_on(thing, before, after)
            ):
                return thing
    return None


def _relies_on(thing: str, before: str, after: str) -> bool:
    at = _find_word(after, thing)
    if at < 0 or _find_word(before, thing) >= 0:
        return False
    return bool(_DEFINITE.search(after[max(0, at - 40) : at]))


def _find_word(text: str, word: str) -> int:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        plural_end = end + 1 if text[end : end + 1] == "s" else end
        inside = at > 0 and text[at - 1].isalnum()
        if not inside and not text[plural_end : plural_end + 1].isalnum():
            return at
        at = text.find(word, end)
    return -1
