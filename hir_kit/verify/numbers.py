"""Numbers as figures and words, and the bounds that sentences set with them."""

from __future__ import annotations

import re

_UNITS = (  # from zero on
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_VALUES = {word: n for n, word in enumerate(_UNITS.split("|"))}
_VALUES |= {word: 10 * n for n, word in enumerate(_TENS.split("|"), 2)}
_UNIT = "|".join(sorted(_UNITS.split("|"), key=len, reverse=True))
_SMALL = rf"(?:(?:{_TENS})(?:[- ](?:{_UNIT}))?|(?:{_UNIT}))"

NUMBER_WORD = (
    rf"(?:(?:{_SMALL}|a) (?:hundred|thousand)(?:(?: and)? {_SMALL})?|{_SMALL}|hundred|thousand)"
)
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,6}}(?![\d.,]\d)|{NUMBER_WORD}\b)"

_TOTAL = r"(?: a total of)?"
_OF = r"(?: (?:length|total|number|limit|count|word count|size|total length))? of"
_A = r"(?:an? |the |its )?(?:strict |overall |total )?"
_EXCEED = (
    rf"(?:(?:does|do|must|should|shall|can|may) )?(?:not|never) (?:to )?(?:exceed|surpass|go over)"
    rf"(?:ing)?(?: {_A}(?:maximum|max|total|limit){_OF})?"
)
_AT_MOST = (
    r"(?:at most|no more than|not more than|no longer than|not longer than|no greater than|up to"
    rf"|not exceeding(?: {_A}(?:maximum|max|total|limit){_OF})?|{_EXCEED}"
    rf"|{_A}(?:maximum|max|maximal|upper)(?:{_OF})?|within|limited to|restricted to|capped at"
    r"|(?:a |the )?(?:strict )?(?:length |word |row |column |sentence "
    r"|paragraph )?limit of|limit(?:ing)? (?:it|them) to)"
)
_AT_LEAST = (
    r"(?:at least|no fewer than|no less than|not less than|not fewer than"
    rf"|{_A}minimum(?:{_OF})?|minimum)"
)
_BELOW = r"(?:fewer than|less than|under|below)"
_ABOVE = r"(?:more than|over|above|exceeding)"
_EXACTLY = r"(?:exactly|precisely|just|only)"
_RANGE = (
    r"(?:(?:with)?in )?(?:(?:(?:a|the) )?range(?: of|:)? (?:from "
    r"|between )?|ranging (?:from|between) "
    r"|between |from )"
)


def bound(name: str, *, bare: bool = False) -> str:
    """Return the pattern of a bound on a number, its groups named after `name`.

    `bare` also takes a number alone and "A to B", which say exactly how many.
    """
    low, high = f"(?P<{name}_low>{NUMBER})", f"(?P<{name}_high>{NUMBER})"
    forms = [
        rf"{_RANGE}{low}(?: to | and | ?[-–] ?){high}",
        rf"{_AT_MOST}:?{_TOTAL} (?P<{name}_max>{NUMBER})",
        rf"{_AT_LEAST}:?{_TOTAL} (?P<{name}_min>{NUMBER})",
        rf"{_BELOW} (?P<{name}_below>{NUMBER})",
        rf"{_ABOVE} (?P<{name}_above>{NUMBER})",
        rf"{_EXACTLY}:?{_TOTAL} (?P<{name}_exact>{NUMBER})",
        rf"(?P<{name}_single>(?:only )?(?:a|one) single|single)",
    ]
    if bare:
        bare_low = f"(?P<{name}_from>{NUMBER})(?: to | ?[-–] ?)(?P<{name}_to>{NUMBER})"
        forms += [bare_low, f"(?P<{name}_bare>{NUMBER})"]
    return f"(?:{'|'.join(forms)})"


_NOT = (
    r"(?:\b(?:not|never(?:,?\s+ever)?|no\s+(?:circumstances?|case|way|event)|without|cannot|nor|avoid\w*|refrain\w*|évite\w*|sans|nicht|nie|niemals|keine?\w*"
    r"|ohne|vermeide\w*|aucun|jamais|evit\w+|sin(?=\s+\w+[aei]r\b)|nunca)|n['’]t)\b"
)
_DENIED = re.compile(
    rf"{_NOT}(?:\s+(?!(?:and|but|yet|because|forget|hesitate|only)\b)[^\s.,;:!?]+){{0,8}}\s+$"
    r"|\b(?:no|nothing)(?:\s+(?:answer|response|reply|text|output|essay|story|post|one|thing)s?)?\s+$"
    r"|(?:[不别勿](?:要|能|可|得|应|该|准|许)?|避免|禁止)[^，。；！？,.;!?\s]{0,6}$",
    re.IGNORECASE,
)
_UNWANTED = re.compile(
    r"\s*nicht\b|(?:\s+(?:long|lang|in\s+(?:total|all|length)|total|altogether|or\s+(?:more|less)|it|that|this|which|c'est))*\s*\b(?:will\s+|would\s+|may\s+)?(?:fails?\b|failing\b|(?:is|are|be|gets?|counts?)(?:\s+as)?\s+(?:an?\s+|considered\s+|much\s+|far\s+)*"
    r"(?:fail\w*|reject\w*|too\s+\w+|unaccept\w*|inaccept\w*|ignored|penali[sz]ed|forbidden|prohibited|banned|insufficient"
    r"|disqualif\w*|invalid|thrown|discarded|useless|off[ -]limits|wrong)"
    r"|(?:(?:is|are|will|would|does|do|be)(?:\s+not|n['’]t)|won['’]t|cannot|can['’]t|never)\s+(?:be\s+|get\s+|good\s+)*"
    r"(?:enough|do|accept\w*|allow\w*|suffice|count\w*|pass|permitted|sufficient|okay|ok|fine|read|considered|cut\s+it)"
    r"|(?:ist|sind|wären?)\s+(?:zu|nicht|un\w+|verboten)\b|(?:reich\w+|genüg\w+|zähl\w+)\s+nicht"
    r"|(?:c'est|est|sont|serait)\s+(?:trop|insuffisant\w*|refusée?s?|interdite?s?|pas)\b"
    r"|(?:es|son|sería)\s+(?:demasiado|insuficiente|poco))|(?:，|,)?(?:就|则|将|会|都|都算|算|视为|是)*(?:不合格|不行|不可以|无效|不及格|不够|太[短长少多]|失败|不接受|不予)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s(?:and|but|yet|et|mais|und|aber|y)\s+$", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:without|avoid\w*|sans|évite\w*|ohne|vermeide\w*|sin|evit\w+)\s+[^.,;:!?]{1,60}\s(?:in|with|en|avec|mit|con)\s+$",
    re.IGNORECASE,
)


def turned(before: str, after: str) -> bool | None:
    """Return whether what stands around a bound denies it; None where it may, and where it is odd.

    "Do not use more than 50 words", "fewer than 50 words is a fail" and "no answer under 50 words"
    deny theirs. In "without commas and more than 50 words" nobody knows, nor in "without commas in
    more than 50 words".
    """
    is_unwanted = unwanted(after)
    joined = _BOTH.search(before)
    if joined and _DENIED.search(before[: joined.start() + 1]):
        return None
    if _BESIDE.search(before):
        return None
    denied = _DENIED.search(before) is not None
    return None if denied and is_unwanted else denied or is_unwanted


def unwanted(after: str) -> bool:
    """Return whether what follows so many of something says that this will not do."""
    return _UNWANTED.match(after) is not None


Limits = tuple[int, int | None]


def limits(name: str, match: re.Match[str]) -> Limits:
    """Return the smallest and the largest number that a matched bound allows; None: no largest."""
    found = {
        key.removeprefix(f"{name}_"): value
        for key, value in match.groupdict().items()
        if value is not None and key.startswith(f"{name}_")
    }
    if "single" in found:
        return 1, 1
    values = {key: number(text) for key, text in found.items()}
    for low, high in (("low", "high"), ("from", "to")):
        if low in values:
            return min(values[low], values[high]), max(values[low], values[high])
    for exact in ("exact", "bare"):
        if exact in values:
            return values[exact], values[exact]
    if "min" in values or "above" in values:
        return values.get("min", values.get("above", 0) + 1), None
    return 0, values.get("max", values.get("below", 0) - 1)


def number(text: str) -> int:
    """Return the number that figures or words say."""
    digits = text.replace(",", "")
    if digits.isdigit():
        return int(digits)
    total = 0
    for word in re.split(r"[- ]+", text.lower()):
        if word in ("hundred", "thousand"):
            total = max(total, 1) * (100 if word == "hundred" else 1000)
        else:
            total += _VALUES.get(word, 0)
    return total


def spelled(low: int, high: int | None) -> str:
    """Return the words for a bound, as the sentences have them."""
    if high is None:
        return f"at least {low}"
    if low == high:
        return f"exactly {high}"
    return f"between {low} and {high}" if low else f"at most {high}"
