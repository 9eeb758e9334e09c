"""Sentences on the punctuation mark at the end, and on marks that are not wanted."""

from __future__ import annotations

import re

from hir_plugin_muldimif.grammar.bound import Bound, Refused, part_of
from hir_plugin_muldimif.grammar.scanning import Masked, Rules, names
from hir_plugin_muldimif.grammar.words import EVERY, LABEL, LEAD, LINK, PLACE, PRONOUN, WHOLE

_NAMES = {
    "period": r"periods?|full stops?",
    "question mark": r"question marks?",
    "exclamation mark": r"exclamation (?:marks?|points?)",
    "semicolon": r"semi-?colons?",
    "colon": r"colons?",
    "comma": r"commas?",
}
_MARK = rf"(?:(?:an?|the|any) )?(?:{'|'.join(_NAMES.values())})"
_MARKS = rf"(?P<marks>{_MARK}(?:,? (?:or |and )?{_MARK})*)"
_END = (
    r"(?:end(?:s|ed|ing)?|conclud(?:e|es|ed|ing)|finish(?:es|ed|ing)?"
    r"|clos(?:e|es|ed|ing)|terminat(?:e|es|ed|ing))"
)
_THE_END = r"(?:the |its )?(?:ending|final|closing|last|terminal) punctuation(?: mark)?"
_RULES = Rules(
    "punctuation",
    (
        ("", LABEL),
        (
            "not_end",
            (
                rf"(?:(?:must|should|shall|does|do) )?(?:not"
                rf"|never) (?:to )?{_END} with {_MARKS}"
            ),
        ),
        (
            "not_use",
            (
                rf"(?:(?:be )?avoid(?:s|ing)?(?: (?:the use of|using|including))?"
                rf"|exclud(?:e|es|ing)|(?:(?:must|should|shall|does|do) )?(?:not"
                rf"|never) (?:use|contain|include|have)|without(?: using| any)?"
                rf"|refrains? from using) (?:any )?{_MARKS}"
            ),
        ),
        ("end", rf"{_END}(?: (?:off|up))? (?:with|in|by|on) {_MARKS}(?: (?:as|for) {_THE_END})?"),
        ("parted", rf"{_END} (?:(?P<each_end>{EVERY})|{WHOLE}) with {_MARKS}"),
        (
            "ending",
            (
                rf"{_THE_END}(?: (?:of|for|in|at the end of) (?:{EVERY}"
                rf"|{WHOLE}))? (?:(?:must|should|shall|needs? to|has to) )?(?:be|is"
                rf"|being) {_MARKS}"
            ),
        ),
        ("each", EVERY),
        ("whole", WHOLE),
        ("paragraph", r"the paragraph"),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", PLACE),
        ("", LINK),
    ),
)
_SHAPES = re.compile(
    r"(?:whole )*(?:end|not_end|not_use|paragraph end|ending|parted)(?: whole)?"
    r"|each(?: whole)? (?:end|not_end)|(?:whole )?end (?:ending)"
)


def read_punctuation(sentence: Masked) -> Bound | Refused:
    """Read a sentence on punctuation."""
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    if not _SHAPES.fullmatch(names(items)):
        return Refused("something other than one end, or one part's, is spoken of")
    found = {item.name: item for item in items}
    said = next(item for item in items if "marks" in item.match.re.groupindex)
    marks = _marks(said.match["marks"])
    if said.name == "not_use":
        return Bound("muldimif:no_punctuation", {"marks": marks})
    if "ending" in found and _marks(found["ending"].match["marks"]) != marks:
        return Refused("two different marks at the end")
    kwargs: dict[str, object] = {"marks": marks}
    if said.name == "not_end":
        kwargs["forbidden"] = True
    spoken = found["each"].match if "each" in found else said.match
    if "each" in spoken.re.groupindex and spoken["each"]:
        part = part_of(spoken)
        if part is None:
            return Refused(f"each {spoken['each']} is no part that ends")
        kwargs["each"] = part
    return Bound("muldimif:ending_punctuation", kwargs)


def _marks(text: str) -> list[str]:
    """Return the marks that a sentence names, in its order."""
    found = []
    for match in re.finditer(
        "|".join(f"({name})" for name in _NAMES.values()), text, re.IGNORECASE
    ):
        assert match.lastindex is not None
        found.append(list(_NAMES)[match.lastindex - 1])
    return found
