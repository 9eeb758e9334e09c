"""Sentences on headings and block quotes in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.plugin import numbers
from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Item, Masked, Rules
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, PLACE, PRONOUN, WHOLE

_H = r"head(?:ing|er)s?"
_LEVEL = "|".join(
    (
        (
            rf"(?:markdown )?(?:sub)?heading(?:s)? (?:(?:at|of|with|in) )?(?:a "
            rf"|the )?level (?:of )?h?(?P<l1>{numbers.NUMBER})(?! and {numbers.NUMBER})"
        ),
        rf"(?:markdown )?level[- ](?P<l2>{numbers.NUMBER})(?: markdown)? {_H}",
        rf"{_H} (?:should|must) be (?:at|in|of) level (?P<l3>{numbers.NUMBER})",
        rf"(?:heading )?(?:level )?h(?P<l4>[1-6])(?: {_H})?",
        rf"level (?P<l5>{numbers.NUMBER})",
    )
)
_PAIR = (
    rf"heading levels (?P<p1>{numbers.NUMBER})(?:, (?P<p2>{numbers.NUMBER}),?)? and "
    rf"(?P<p3>{numbers.NUMBER})"
)
_UP_TO = (
    r"heading levels? (?:up to|no deeper than|not deeper than|(?:must"
    r"|should) not exceed|(?:should|must)"
    rf" be limited to) (?:heading )?(?:level )?h?(?P<deepest>{numbers.NUMBER})"
)
_KINDS = (
    r"(?:(?:different|distinct|separate|clear|markdown|appropriate|specific|various|multiple) )*"
)
_LEVELS = rf"{_KINDS}(?:(?:sub)?heading levels?|levels? of (?:sub-?)?headings?)"
_COUNT = (
    rf"(?:{numbers.bound('n', bare=True)} {_LEVELS}|headings (?:with|at|in|on"
    rf"|that includes?|including|using)"
    rf" {numbers.bound('m', bare=True)} {_KINDS}(?:heading )?levels)"
)
_NAMED = r"(?:titled|entitled|named|labell?ed|called|with the (?:text|title)|that reads|reading)"
_WORD = (
    r"(?:(?!(?:must|should|shall|not|only|levels?|h[1-6]|headings?"
    r"|subheadings?|exactly|no|without|never|bullets?"
    rf"|bold|italics?|tables?|json|markdown|at least|at most|block"
    rf"|{numbers.NUMBER_WORD})\b)[A-Za-z\d][\w'’&/.-]*)"
)
_THING = (
    rf"(?:the|your|each|every|any|all|this|these|those|main|key"
    rf"|important) {_WORD}(?:,? {_WORD}){{0,8}}?"
    r"(?= (?:must|should|is|are|be|being|using|with|as|in|under|into|by"
    r"|identified|presented|formatted|to)\b)"
)
_UNTIL = (
    r"(?=\s*[,.;:(]|\s*$| (?:and|to|using|in|with|as|at|is|are|while"
    r"|ensuring|so|which|where|that)\b)"
)
_TOPIC = (
    r"(?:for|on|about|of|under|within|before|by|into|from|between|among) "
    rf"(?:(?:the|each|every|any|all|their|its|a|an|these"
    rf"|different) )*{_WORD}(?:,?(?: or| and)? {_WORD}){{0,10}}?{_UNTIL}"
)
_EXAMPLES = (
    r"(?:such as|like|for example|for instance|e\.g\.,?) (?:(?!\b(?:must|should|not)\b)[^.])*?"
    r"(?=,? (?:to|ensuring|so that|which|in order)\b|\.?$|\. )"
)
_ONE_AND_OTHER = (
    r"(?:where )?one (?:that )?(?:serves |serving )?(?:as"
    r"|for) [^:@]{1,60}? and (?:another|one|the other) "
    r"(?:serves )?(?:as |for )?[^:@]{1,80}?(?=,|\.|$| to )"
)
_LINKS = r"""
must|should|shall|will|needs? to|has to|have to|be|is|are|being
|also|includ(?:e|es|ed|ing)|incorporat(?:e|es|ing|ed)|contain(?:s|ing)?
|us(?:e|es|ed|ing)|utiliz(?:e|es|ing|ed)|featur(?:e|es|ing|ed)
|employ(?:s|ing|ed)?|format(?:s|ted|ting)?|present(?:s|ed|ing)?
|structur(?:e|es|ed|ing)
|organi[sz](?:e|es|ed|ing)|ha(?:s|ve|ving)|add(?:s|ing|ed)?|provid(?:e|es|ed|ing)
|introduc(?:e|es|ed|ing)|identified|written|serve[sd]?|detailed
|categori[sz]e
|separated?|divid(?:e|ed|ing)|effectively|clearly|specifically
|explicitly|following|syntax|style|separate|indicated|marked|labell?ed
|highlight(?:ed)?
|delineated?|distinguish(?:ed)?|denotes?|there|where|that|which
|one|another|with|using|a|an|the|in|as|by|to|and|at|on|of|under
|into|or
"""
_RULES = Rules(
    "markdown",
    (
        ("", LABEL),
        ("hashes", r"which means (?:starting|beginning) with (?P<hashes>@\d+@)"),
        ("begin", r"(?:begin|start|open)(?:s|ning|ing)? with"),
        (
            "quotes",
            (
                r"(?:us(?:e|es|ed|ing)|employ(?:s|ing)?|includ(?:e|es|ing)"
                r"|incorporat(?:e|es|ing)|add(?:ing)?|with) (?:a |at least one "
                r"|markdown |the )*block ?quotes?(?: format(?:ting)?)?"
            ),
        ),
        ("all_quoted", r"(?:in|as) (?:a |markdown |the )*block ?quotes?(?: format(?:ting)?)?"),
        (
            "own",
            (
                r"(?P<own_title>@\d+@) (?:is |presented |shown |formatted )*as (?:a "
                r"|an |the )?(?:level (?P<o1>\d) heading|heading level (?P<o2>\d)"
                r"|h(?P<o3>\d)(?: heading)?)"
            ),
        ),
        ("deepest", _UP_TO),
        ("count", _COUNT),
        ("levels", _PAIR),
        (
            "levels",
            (
                rf"(?:at least (?:one|1) |an? |one |the |specific "
                rf"|main )*(?:{_LEVEL})(?: title(?! @))?"
            ),
        ),
        ("named", rf"(?:{_NAMED}|title) (?:as )?(?P<title>@\d+@)"),
        ("hashes", r"(?P<hashes>@\d+@)(?= (?:is|are|for|before|to|at|denotes?)\b)"),
        ("hashes", r"(?:starting|beginning|prefixed) with (?P<hashes>@\d+@)"),
        ("", _EXAMPLES),
        (
            "",
            (
                rf"(?:to|into|for|that|with) (?:(?!\b(?:must|should|not|least|most"
                rf"|exactly)\b)[\w'’&/-]+,? ){{1,16}}?{_EXAMPLES}"
            ),
        ),
        (
            "",
            (
                r"(?:the )?(?:main |sub-?)?headings?(?= (?:as|at"
                r"|in) (?:an? )?(?:heading )?(?:level|h\d))"
            ),
        ),
        ("", r"(?:for|to) (?:the |each |any )*(?:main |sub-?)(?:headings?|titles?)"),
        ("", r"heading levels(?= h\d)|each one"),
        (
            "two",
            (
                r"(?:an? |the )?main (?:heading"
                r"|title)(?: for(?: [a-z]+){1,5}?)?,? (?:and"
                r"|with) (?:an? )?sub-?headings?"
            ),
        ),
        (
            "some",
            (
                rf"(?:the use of )?{_KINDS}(?:{_LEVELS}|markdown headings?|headings?"
                rf"|subheadings)(?! (?:up to|no deeper|not deeper|(?:(?:at|in|with|on"
                rf"|that includes?|including|using) )?(?:least|at least|at most"
                rf"|exactly|an? (?:min|max)imum|h?\d|{numbers.NUMBER_WORD}|level)\b))"
            ),
        ),
        (
            "",
            (
                r"(?:(?:using|in|with|of|the|use|a) )*markdown(?: (?:format(?:ting)?"
                r"|style|syntax))*(?: guidelines)?"
            ),
        ),
        ("", _ONE_AND_OTHER),
        ("", r"at the (?:beginning|start|top)"),
        ("", PLACE),
        ("", _TOPIC),
        ("", r"which (?:requires|involves|means|is indicated by)(?: the use of| using)?"),
        (
            "",
            (
                r"(?:two|2|three|3|one|1"
                r"|a)"
                r" hash"
                r" symbols?(?:"
                r" \(#+\))?(?: followed by a space and then(?: [a-z]+){1,4}"
                r"| before(?: [a-z]+){1,4})?"
            ),
        ),
        ("", _THING),
        ("", rf"{_WORD}(?: {_WORD}){{0,2}}(?= as (?:an? )?(?:level|h\d))"),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", "".join(_LINKS.split("\n"))),
    ),
)


def read_markdown(sentence: Masked) -> Bound | Refused:
    """Read a sentence on headings or block quotes."""
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    said = [item for item in items if item.name != "whole"]
    if not said:
        return Refused("neither headings nor block quotes are asked for")
    if said[0].name in ("quotes", "all_quoted"):
        if len(said) > 1:
            return Refused("block quotes and something else are asked for")
        return Bound(
            "muldimif:block_quotes", {"all_lines": True} if said[0].name != "quotes" else {}
        )
    kwargs = _headings(said, sentence)
    if isinstance(kwargs, Refused):
        return kwargs
    return Bound("muldimif:headings", kwargs or {"min_levels": 1})


def _headings(items: Sequence[Item], sentence: Masked) -> dict[str, object] | Refused:
    kwargs: dict[str, object] = {}
    names = [item.name for item in items]
    levels = _levels(items, sentence)
    if levels is None:
        return Refused("a quoted sign is no mark of a heading")
    if {"quotes", "all_quoted"} & set(names) or names.count("count") > 1:
        return Refused("headings and something else, or two counts of them, are asked for")
    titled = [item.match["own_title"] for item in items if item.name == "own"]
    if "named" in names:
        if len(levels) != 1 or names.count("named") > 1 or titled:
            return Refused("a title without one level")
        titled = [next(item.match["title"] for item in items if item.name == "named")]
    if titled:
        texts = [sentence.quotes[int(mask.strip("@"))].strip() for mask in titled]
        marked = _own_levels(items) or levels
        kwargs["titles"] = [f"{'#' * n} {text}" for n, text in zip(marked, texts, strict=True)]
    elif levels:
        kwargs["levels"] = sorted(set(levels))
    if "begin" in names:
        if len(levels) != 1:
            return Refused("which heading begins the response is not told")
        kwargs["first_level"] = levels[0]
    return kwargs | _counts(items, kwargs)


def _counts(items: Sequence[Item], kwargs: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in items:
        if item.name == "count":
            name = (
                "n" if any(v for k, v in item.match.groupdict().items() if k[:2] == "n_") else "m"
            )
            low, high = numbers.limits(name, item.match)
            if low:
                found["min_levels"] = low
            if high is not None and not item.match[f"{name}_bare"]:  # "two levels": more may be
                found["max_levels"] = high
                found.setdefault("min_levels", 1)
        elif item.name == "deepest":
            found |= {"deepest": numbers.number(item.match["deepest"])}
        elif item.name == "two" and "levels" not in kwargs:
            found.setdefault("min_levels", 2)
    return found


def _levels(items: Sequence[Item], sentence: Masked) -> list[int] | None:
    """Return the levels that are named, in order; None where a quoted sign is no such mark."""
    found = []
    for item in items:
        groups = item.match.groupdict()
        if item.name == "hashes":
            sign = sentence.quotes[int(groups["hashes"].strip("@"))].strip()
            if not re.fullmatch("#{1,6}", sign):
                return None
            found.append(len(sign))
        elif item.name == "levels":
            found += [
                numbers.number(text) for key, text in groups.items() if text and key[0] in "lp"
            ]
    return found


def _own_levels(items: Sequence[Item]) -> list[int]:
    return [
        int(item.match["o1"] or item.match["o2"] or item.match["o3"])
        for item in items
        if item.name == "own"
    ]
