"""Sentences on the rows and columns of tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.plugin import numbers
from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.scanning import Item, Masked, Rules
from hir_plugin_muldimif.grammar.words import LABEL, LEAD, LINK, PRONOUN, VAGUE, WHOLE

_WORD = (
    r"(?:(?!(?:must|should|shall|not|only|exactly|no|without|never"
    r"|tables?|tabular|rows?|columns?|if"
    rf"|at least|at most|maximum|minimum|limit\w*|ensur\w+|make sure|each"
    rf"|{numbers.NUMBER_WORD})\b)[A-Za-z][\w'’&/-]*)"
)
_TABLE = r"(?:tables?|tabular (?:data|format|form))(?: format)?"
_USED = (
    r"(?:used|included|utili[sz]ed|incorporated|presented|provided"
    r"|chosen|employed|shown|created|added)"
)
_USING = (
    r"(?:us(?:e|ing)|includ(?:e|ing)|utili[sz](?:e|ing)|incorporat(?:e"
    r"|ing)|present(?:ing)?|provid(?:e|ing)|employ(?:ing)?|add(?:ing)?"
    r"|creat(?:e|ing))"
)
_FREE = (
    rf"(?: (?:in|to|for|into|within|of|on|as|with|about|your"
    rf"|the) (?:{_WORD} ?){{1,9}}?(?=,|$| (?:is|are|be|must|should)\b"
    rf"|\.$))?"
)
_IF = (
    rf"(?:if|when|whenever|in case|should) (?:(?:an?|any"
    rf"|the) )*{_TABLE} (?:is|are|be) {_USED}{_FREE}"
    rf"|if you (?:(?:choose|decide|opt|wish|want) to )?{_USING} (?:(?:an?"
    rf"|any|the) )*{_TABLE}{_FREE}"
    rf"|(?:if|when) (?:(?:the|any|your) {_WORD} (?:is|are) )?(?:{_USED}"
    rf"|{_USING}) ?(?:(?:the|any|your) (?:{_WORD} ?){{1,4}})?(?:in|as"
    rf"|using)? ?(?:(?:an?|any) )?{_TABLE}{_FREE}"
)
_ANY = (
    rf"(?:any|each|every|all) {_TABLE}(?: (?:that (?:is"
    rf"|are) )?{_USED})?(?: (?:in|within|for) (?:the"
    rf"|your) (?:{_WORD} ?){{1,3}}?(?=,|$| (?:is|are|be|must|should|has"
    rf"|have|does|do|contains?|to)\b))?"
    rf"|any (?:supplementary |additional |relevant )?(?:information|data"
    rf"|{_WORD}) {_USED} (?:must|should) be (?:organi[sz]ed|presented"
    rf"|shown|provided) in an? {_TABLE}"
)
_ABOUT = (
    r"(?:to|for|that|which|summari[sz]ing|comparing|detailing|showing"
    r"|listing|displaying|presenting|outlining|illustrating|containing"
    rf"|describing|highlighting|with (?:each|every) (?:row|column"
    rf"|question)|where each (?:row|column)|each(?= (?:containing"
    rf"|representing))|specifically (?:including|focusing on)"
    rf"|one (?:for|dedicated)|and (?:another|one|the other) (?:for|to"
    rf"|dedicated))(?: {_WORD}(?:,(?! (?:ensur|with|which"
    rf"|but))(?: and)?)?){{1,16}}?(?=[,.;:]|$| (?:with|in|is|are|must"
    rf"|should|but|using|if|and (?:with|is|are|must|should|ensure|not"
    rf"|the table))\b)"
)
_PRESENT = (
    rf"(?:(?:please )?(?:present|provide|display|organi[sz]e|structure"
    rf"|format|show|give|list|arrange|summari[sz]e|put|write)(?:ed|s"
    rf"|ing)?)"
    rf"(?: (?:the|your|this|these|all|any|key|relevant"
    rf"|its)(?: {_WORD}){{1,7}}?)?(?= (?:in|as|into|using|with|to)\b)"
)
_THING = (
    rf"(?:the|your|this|these) {_WORD}(?: {_WORD}){{0,7}}?(?= (?:must"
    rf"|should|is|are|be|to|can|in|does)\b)"
)
_COLUMNS = r"(?P<names>@\d+@(?:(?:,? and |, ?)@\d+@)*)"
_PLAIN = rf"(?P<plain>{_WORD}(?: {_WORD})*(?:(?:, and |, | and ){_WORD}(?: {_WORD})*)+)(?=\.?$)"


def _limit(name: str, noun: str) -> str:
    return (
        rf"(?:(?:an? )?(?:strict )?{noun} limit of (?P<{name}_limit>{numbers.NUMBER})"
        rf"|(?:the )?number of {noun}s (?:(?:must|should|does|to) )?{numbers.bound(f'{name}b')}"
        rf"|{numbers.bound(name, bare=True)} {noun}s?\b)"
    )


_RULES = Rules(
    "table",
    (
        ("", LABEL),
        ("", r"when \w+ing (?!tables?|tabular)(?:(?!\btabl|\btabul)[a-z'’ ])+?(?=,)"),
        ("optional", _IF),
        ("optional", _ANY),
        (
            "columns",
            (
                rf"(?:labell?ed|named|titled|called|entitled"
                rf"|specifically(?: including)?|including|for|are)?:? ?{_COLUMNS}"
            ),
        ),
        ("rows", _limit("r", "row")),
        ("cols", _limit("c", "column")),
        ("plain", rf"(?<=columns: ){_PLAIN}"),
        (
            "",
            (
                rf"one (?:for|dedicated to) {_WORD}(?: {_WORD}){{0,10}}?,? and (?:one"
                rf"|another|the other) (?:for|to"
                rf"|dedicated to) {_WORD}(?: {_WORD}){{0,10}}"
            ),
        ),
        (
            "table",
            (
                rf"(?:(?:in|as|into|using|with|a|an|the|this|use|one"
                rf"|of) )*(?:markdown )?{_TABLE}"
            ),
        ),
        (
            "",
            (
                r"(?:(?:with|where) )?each(?: row| column)? (?:represent|correspond"
                r"|list|show|describ)(?:ing|s|ing to|s to|ed)(?: (?!must|should|not"
                r"|only)[\w'’-]+){1,12}?(?=[,.;]|$)"
            ),
        ),
        ("", _ABOUT),
        ("", _PRESENT),
        ("", r"(?:in (?:all|total)|overall|per slide|if necessary|in length)"),
        ("thing", _THING),
        ("whole", WHOLE),
        ("whole", PRONOUN),
        ("", LEAD),
        ("", VAGUE),
        ("", LINK),
        (
            "",
            (
                r"constraint of|limitation that|but|or|columns?|rows?|(?:row"
                r"|column) limit|adher\w+|illustrated?|comparative data"
                r"|relevant (?:data|information)|the relationship|for clarity"
            ),
        ),
    ),
)


def read_table(sentence: Masked) -> Bound | Refused:
    """Read a sentence on a table."""
    items = _RULES.scan(sentence.text)
    if isinstance(items, str):
        return Refused(f"not understood: {items!r}")
    named = [item.name for item in items]
    if named.count("rows") > 1 or named.count("cols") > 1:
        return Refused("two bounds on the same rows or columns")
    if "rows" not in named and "cols" not in named:
        return Refused("no bound on rows or columns")
    if not {"table", "optional"} & set(named) and not _is_of_pronoun(items):
        return Refused("rows and columns of something that is called no table")
    return _table(items, sentence)


def _is_of_pronoun(items: Sequence[Item]) -> bool:
    spoken = [item.match[0].lower() for item in items if item.name in ("whole", "thing")]
    return set(spoken) <= {"it", "they", "them", "this"}


def _table(items: Sequence[Item], sentence: Masked) -> Bound | Refused:
    kwargs: dict[str, object] = {}
    shared = re.search(r"\blimit", sentence.text, re.IGNORECASE) is not None
    for item in items:
        if item.name in ("rows", "cols"):
            low, high = _range(item.match, item.name[0])
            if item.match[f"{item.name[0]}_bare"] and shared:
                low = 0
            shared = low == 0
            unit = "rows" if item.name == "rows" else "columns"
            kwargs |= {f"min_{unit}": low} if low else {}
            kwargs |= {f"max_{unit}": high} if high is not None else {}
        elif item.name == "columns":
            found = [sentence.quotes[int(n)] for n in re.findall(r"@(\d+)@", item.match["names"])]
            kwargs["columns"] = [name.strip(" ,.") for name in found]
        elif item.name == "plain":
            kwargs["columns"] = re.split(r", and |, | and ", item.match["plain"])
    named = {item.name for item in items}
    optional = [item.match[0].lower() for item in items if item.name == "optional"]
    if not optional and "table" in named:
        return Bound("muldimif:table", kwargs)
    is_every = bool(optional) and all(text.startswith(("each ", "every ")) for text in optional)
    kwargs["every" if is_every else "optional"] = True
    return Bound("muldimif:table", kwargs)


def _range(match: re.Match[str], name: str) -> tuple[int, int | None]:
    groups = match.groupdict()
    if groups[f"{name}_limit"]:
        return 0, numbers.number(groups[f"{name}_limit"])
    if any(text for key, text in groups.items() if key.startswith(f"{name}b_")):
        return numbers.limits(f"{name}b", match)
    return numbers.limits(name, match)
