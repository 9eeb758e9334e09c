"""Sentences on the number of words, sentences and paragraphs."""

from __future__ import annotations

import re

from hir_kit.plugin import numbers
from hir_plugin_muldimif.grammar.bound import Bound, Refused, part_of
from hir_plugin_muldimif.grammar.scanning import Item, Masked, Rules, names
from hir_plugin_muldimif.grammar.words import EVERY, LABEL, LEAD, LINK, PLACE, PRONOUN, VAGUE, WHOLE

_UNITS = {
    "words": r"words?",
    "sentences": r"(?:(?:complete|full|whole|separate|distinct|clear|well-formed"
    r"|short|long|topic) )?"
    r"sentences?",
    "paragraphs": (
        r"(?:(?:complete|full|separate|distinct|clear|well-structured"
        r"|short) )?paragraphs?"
    ),
}
_AFTER = r"(?:long|in length|in total|altogether|overall|in all|total|each|only)"
_FLIPPED = r"(?:or (?:less|fewer|more)|(?:maximum|minimum|at most|at least|max|min))"


def _rules(subject: str, unit: str) -> Rules:
    count = rf"{numbers.bound('n', bare=True)}[ -](?:{unit})\b(?: (?P<flip>{_FLIPPED})\b)?"
    return Rules(
        subject,
        (
            ("count", count),
            ("each", EVERY),
            ("", LABEL),
            ("", r"(?:the |a )?(?:total |overall )?(?:word|sentence|paragraph) count"),
            ("whole", WHOLE),
            ("", LEAD),
            ("whole", PRONOUN),
            ("", LINK),
            ("", VAGUE),
            ("", rf"{_AFTER}\b"),
            ("", PLACE),
            ("", rf"{unit}|length"),
            ("", r"(?:a )?(?:single )?(?:short blurb|blurb)"),
        ),
    )


_RULES = {unit: _rules(unit, pattern) for unit, pattern in _UNITS.items()}
_SHAPES = re.compile(r"(?:whole )*count(?: whole)?|each(?: whole)? count")


def read_length(unit: str, sentence: Masked) -> Bound | Refused:
    """Read a sentence that bounds the number of `unit`: words, sentences or paragraphs."""
    items = _RULES[unit].scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    shape = names(items)
    if shape.count("count") != 1:
        return Refused(f"{shape.count('count') or 'no'} bounds on the number of {unit}")
    if not _SHAPES.fullmatch(shape):
        return Refused("more than the response, or than each part of it, is spoken of")
    return _bound(unit, items, sentence)


def _bound(unit: str, items: list[Item], sentence: Masked) -> Bound | Refused:
    count = next(item.match for item in items if item.name == "count")
    low, high = numbers.limits("n", count)
    if count["n_bare"] and re.search(r"\b(?:limit|restrict)", sentence.text, re.IGNORECASE):
        low = 0
    flip = (count["flip"] or "").lower()
    if flip:
        if low != high:
            return Refused("two relations for one number")
        low, high = (low, None) if re.search("more|min|least", flip) else (0, high)
    kwargs: dict[str, object] = {}
    if low:
        kwargs[f"min_{unit}"] = low
    if high is not None:
        kwargs[f"max_{unit}"] = high
    if items[0].name == "each":
        part = part_of(items[0].match)
        if part is None or part == unit.removesuffix("s"):
            return Refused(f"each {items[0].match['each']} is no part with {unit}")
        kwargs["each"] = part
    return Bound(f"muldimif:{unit}", kwargs)
