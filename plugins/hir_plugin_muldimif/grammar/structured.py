"""Sentences on JSON, XML and bullet points."""

from __future__ import annotations

import re

from hir_kit.plugin import numbers
from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Masked, Rules, names
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, LINK, PLACE, PRONOUN, VAGUE, WHOLE

_DEEP = r"(?:levels? (?:of (?:object )?nesting|deep)|(?:object )?nesting levels?)"
_THE_JSON = (
    r"(?:(?:the|this|an?|any|each|all|your) )?json(?: (?:object|example"
    r"|format|data|structure|output|snippet|code|block|document"
    r"|response))?s?"
)
_ASIDE = (
    ("", r"(?:data|structure|information|format|response|output)"),
    ("", r"represent(?:ed|s|ing)?|to [a-z ]+ (?:about|on) @\d+@"),
    ("whole", WHOLE),
    ("whole", PRONOUN),
    ("", LEAD),
    ("", PLACE),
    ("", VAGUE),
    ("", LINK),
)
_JSON = Rules(
    "data",
    (
        ("", LABEL),
        (
            "count",
            (
                rf"(?:(?:object )?nesting levels?|levels? of nesting) (?:(?:must"
                rf"|should|shall) )?(?:be |is |are "
                rf"|of )?{numbers.bound('m', bare=True)}(?: levels?)?"
            ),
        ),
        ("count", rf"{numbers.bound('n', bare=True)} {_DEEP}"),
        (
            "optional",
            (
                r"if (?:any |a |an )?json (?:object|example|data|format)?s? ?(?:is"
                r"|are) (?:included|provided|used|presented)"
            ),
        ),
        ("json", _THE_JSON),
        ("", r"(?:the |with )?structure"),
        ("", r"(?:for example|such as|e\.g\.)[, ]+[{(\[][^.]*"),
        ("", r"(?:provide )?a solution or explanation"),
        ("", r"the (?:data|structure|object|objects)"),
        *_ASIDE,
    ),
)
_XML = Rules(
    "xml",
    (
        ("", LABEL),
        (
            "count",
            (
                rf"(?:the )?number of attributes (?:(?:must|should) )?(?:be "
                rf"|is )?{numbers.bound('m', bare=True)}"
            ),
        ),
        ("count", rf"{numbers.bound('n', bare=True)} attributes?"),
        (
            "optional",
            (
                r"if (?:you (?:choose|decide|opt) to use xml|you use xml|xml is used"
                r"|using xml)(?: (?:for|in) [a-z' ]+?(?=,))?"
            ),
        ),
        ("element", r"(?:each|every|any|all|the) (?:xml )?(?:elements?|tags?)"),
        (
            "",
            (
                r"(?:(?:the|an?|each|every|any) )?xml(?: (?:format|data structure"
                r"|structure|document|data|code))?"
            ),
        ),
        *_ASIDE,
    ),
)
_NO_BULLETS = re.compile(
    r"(?:(?:the (?:answer|response) )?(?:must|should) )?(?:no|not (?:use|contain|include)(?: any)?"
    r"|avoid(?: using)?|contain no|do not use) bullet points\.?",
    re.IGNORECASE,
)


def read_json(sentence: Masked) -> Bound | Refused:
    """Read a sentence on how deep JSON is nested."""
    items = _JSON.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    counts = [item for item in items if item.name == "count"]
    if len(counts) != 1:
        return Refused("not one bound on the levels of nesting")
    kwargs = _limits(counts[0].match, "levels")
    if any(item.name == "optional" for item in items):
        kwargs["optional"] = True
    return Bound("muldimif:json_nesting", kwargs)


def read_other(sentence: Masked) -> Bound | Refused:
    """Read a sentence on attributes in XML, or one that wants no bullet points."""
    if _NO_BULLETS.fullmatch(sentence.text):
        return Bound("muldimif:no_bullet_points", {})
    items = _XML.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    counts = [item for item in items if item.name == "count"]
    if len(counts) != 1:
        return Refused(f"not one bound on the number of attributes: {names(items)}")
    kwargs = _limits(counts[0].match, "attributes")
    if any(item.name == "optional" for item in items):
        kwargs["optional"] = True
    return Bound("muldimif:xml_attributes", kwargs)


def _limits(match: re.Match[str], unit: str) -> dict[str, object]:
    name = "n" if any(v for k, v in match.groupdict().items() if k.startswith("n_")) else "m"
    low, high = numbers.limits(name, match)
    found: dict[str, object] = {f"min_{unit}": low} if low else {}
    return found | ({f"max_{unit}": high} if high is not None else {})
