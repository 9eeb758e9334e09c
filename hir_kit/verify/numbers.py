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
