"""Words left in an instruction that point at what is gone, or count it.

"Both are mandatory." says something else, or nothing, once one of two demands is gone; so does a
short sentence that only went with another one ("Not allowed."). In doubt such a text is refused.
"""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hir_kit.relabel.statements.demands import commands
from hir_kit.relabel.statements.find import Page, read
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.sought import Sought

_DEMANDS = (
    r"(?:rules?|constraints?|requirements?|guidelines?|conditions?|criteria|criterion|instructions?"
    r"|restrictions?|demands?|musts|must-haves?|wishes|requests?|stipulations?|limits?|limitations?|commandments?"
    r"|specifications?|specs|obligations?|no-?gos?|orders|asks|règles?|contraintes?|exigences?|consignes?|critères?"
    r"|regeln?|vorgaben?|bedingungen|anforderungen|auflagen|wünsche|reglas?|requisitos?|condiciones|restricciones)"
)
_THINGS = r"(?:things?|points?|boxes|items?|aspects?|parts|bits|checks|tests|goals?|targets?|tasks|punkte|dinge|choses|cosas|puntos)"
_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|deux|trois|quatre|zwei|drei|vier|dos|tres|cuatro)"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|last|final|former|latter|next|other|previous|top)"
)
_COUNTED = re.compile(
    rf"\b(?:{_NUMBER}|both|beiden?|ambos|ambas|either|neither|a (?:couple|pair) of|couple of)\s+(?:of\s+)?(?:the\s+|these\s+|those\s+|my\s+|following\s+)*"
    rf"(?:(?!and\b|or\b|with\b|in\b)[\w-]+\s+){{0,2}}{_DEMANDS}\b"
    rf"|\b(?:the|my|your|this|that)\s+{_ORDINAL}\s+(?:{_DEMANDS}\b|must(?=\s+(?:is|has)\b))"
    rf"|\b{_DEMANDS}\s+(?:number\s+|no\.?\s*|#\s*)?(?:one|{_NUMBER}|1|[abc])\b(?!\s*(?:words?|sentences?|times|paragraphs?|%))"
    rf"|\b{_NUMBER}\s+(?:[\w-]+\s+)?(?:things|points|items|boxes)\s+(?:that\s+)?(?:i\s|to (?:keep|remember|observe|obey|respect|note|mind|tick|check|follow)|you (?:must|should|have))"
    r"|[两兩二三四五六七八九十\d]\s*(?:条|條|个|個|项|項|点|點)\s*(?:规则|規則|要求|约束|約束|条件|條件|限制|准则|準則)"
    r"|(?:以上|上述|上面|前述|前面)(?:的|所有|这|這|那|几|幾|[一两兩二三四五六七八九十\d]){0,3}(?:条|條|点|點|项|項|个|個|要求|规则|規則|条件|條件|限制|内容|内容|都|均)"
    r"|[这這那](?:[两兩二三四五六七八九十几幾]|\d+)\s*(?:条|條|点|點|项|項|个|個|样|樣|者|件)"
    r"|[两兩二三四五]者|缺一不可|[两兩二三四五六](?:条|條|点|點|项|項|样|樣)(?:都|均|缺)"
    r"|両方|両者|どちらも|いずれも|[二三四五2345]つとも|(?:上記|以上)の"
)
_STOPS = (
    r"(?=\s*(?:[.,;:!?)…'\"]|-|–|$)|\s+(?:are|is|were|must|have|has|need|needs|should|shall|will|would|can|may|apply"
    r"|applies|matters?|counts?|come|comes|hold|holds|go|goes|at|together|simultaneously|in|with|without|before|or you|and you|if|when|please|too|as well|equally"
    r"|missing|failing|broken|ignored|violated"
    r"|sont|doivent|comptent|importent|sind|müssen|zählen|gelten|ist|muss|zählt|gilt|son|deben|importan|cuentan)\b"
    rf"|\s+(?:of\s+)?(?:the\s+|these\s+|those\s+|my\s+)*(?:{_DEMANDS}|{_THINGS})\b)"
)
_ALL = re.compile(
    rf"\bboth{_STOPS}|\bboth of (?:them|these|those|which|it)\b"
    rf"|\b(?:the|these|those|all)\s+(?:two|three|four|five|six|2|3|4|5|6)(?:{_STOPS}|\s+of\s+(?:them|these|those|which|the\s+above))"
    r"|\bthe pair\b(?! of)|\bone (?:of the two|without the other)\b|^(?:[\w,']+ ){0,4}?(?:each|all|any|none|one|some|neither|either) of (?:them|these|those|the (?:two|three|above)|which)\b"
    rf"|\bneither\b(?![^.;!?]*\bnor\b){_STOPS}|\bneither one\b|\beither\b(?![^.;!?]*\bor\b)|\beither one\b"
    rf"|\b{_NUMBER}\s+(?:things|points|boxes|checks)\b"
    r"|\b(?:the\s+)?same\s+(?:goes|applies|holds|is true|for)\b|\bditto\b|\bas above\b|\bsee above\b"
    r"|\b(?:les|ces|des|tous(?: les)?|toutes(?: les)?) (?:deux|trois|quatre)(?=\s*(?:[.,;:!?)]|$)|\s+(?:sont|doivent|comptent|importent|compte|est|doit|points|choses)\b)"
    r"|\bl'une? (?:et|ou|sans) l'autre\b|\bni l'une? ni l'autre\b"
    r"|\bbeides\b|\b(?:alle )?beiden?\b(?=\s*(?:[.,;:!?)]|$)|\s+(?:sind|müssen|zählen|gelten|punkte|sachen|dinge|werden)\b)|\balle (?:drei|vier|fünf)\b|\b(?:diese|die) (?:zwei|drei)(?=\s*(?:[.,;:!?)]|$)|\s+(?:sind|müssen|zählen|gelten|punkte|sachen|dinge)\b)"
    r"|\b(?:ambos|ambas|entrambi|entrambe|tutti e due|tutte e due)\b|\b(?:los|las|estos|estas|os|as|le|i) (?:dos|tres|dois|duas|due|tre)\b"
)
_PARTS_GONE = re.compile(
    rf"\b(?:the|your|in the)\s+{_ORDINAL}\b(?:\s+(?:ones?|points?|bullets?|items?|paragraphs?|sections?|parts?|sentences?|lines?|versions?|answers?|responses?|entry)\b"
    r"|(?=\s*(?:[.,;:!?)]|$)|\s+(?:is|are|must|should|has|about|will|needs|in|on|to|with|can|may)\b))"
    r"|\bparts? (?:one|two|three|i|ii|\d|a|b)\b|\b(?:the (?:better|other|longer|shorter|funnier|best)|each|every|either|neither) (?:one|version|half)\b"
    r"|\bonce in\b|\b(?:between|separat\w+) (?:them|the two)\b|\b(?:两|兩|第[一二三四五六\d]+)(?:个|個|条|條|段|部分|点|點|项|項)"
)
_PARTS = {"bullet", "paragraph", "section", "answer", "sentence", "line", "row", "column", "highlight", "placeholder", "time"}  # fmt: skip
_SCOPE = re.compile(
    r"\b(?:(?<!for )(?<!in )(?<!of )(?:each|every)|none|both|either|neither|which|same|respectively|former|latter|instead|chaque|jede\w*|cada)\b|每|各"
)
_SCOPE_BEHIND = re.compile(
    r"\b(?:in|for|of|to) (?:both|either|each)(?: (?:case|one|of them|cases))?\s*$"
)
_QUOTED = re.compile(r"(?<!\w)'[^'\n]{1,80}'(?!\w)")
_GOES_ON = re.compile(
    r"\s*(?:and |or |but |nor )?(?:also )?(?:should|must|may|has|have|needs?|can|will|shall|is|are|be|do|does|not|no)\b"
)
_CLAUSE = re.compile(r"[,;:.!?()，。；：！？]")
_POLITE = re.compile(
    r"(?:thanks?|thank you|please|good luck|have fun|hi|hello|hey|cheers|merci|danke|gracias|enjoy|ok(?:ay)?|sure|great|谢谢|謝謝)\b"
)
_ELLIPTIC = re.compile(
    r"(?:well,?|even|not|once|twice|less|more|fewer|never|none|nothing|zero|the (?:fewer|more|less|shorter|longer)|at (?:least|most|all)|exactly|allowed|forbidden"
    r"|(?:just |simply )?(?:call|name|make|use|say|write) (?:it|them|him|her|that|this|those) \b.*\binstead|no (?:more|less|fewer)|anything (?:less|more|else|longer|shorter)|under no circumstances|on no account|i (?:mean|repeat)|a single"
    r"|(?:a|one) (?:tweet|postcard|page|glance)|même|auch nicht|nicht|pas|ni siquiera|也不|一个也|绝不|絕不)\b"
    r"|.*\b(?:not|n't|never) (?:be )?(?:allowed|enough|accepted|acceptable|ok|okay|welcome|tolerated|permitted|optional|negotiable|needed)\b|.*\b(?:enough|plenty|unacceptable|forbidden|prohibited|banned|taboo|unwelcome)[.!]*$"
)
_FOLLOWS = 4
_SHORT = 8


@dataclass(frozen=True, slots=True)
class _Left:
    """A sentence of what is left: its words, where it stands, and how it came there."""

    number: int
    body: str
    before: int | None
    """Its place in the instruction as it was; None where it was another sentence."""


def pointing(
    before: str, after: str, kept: Sequence[Sought], dropped: Sequence[Sought]
) -> str | None:
    """Return the sentence of an instruction that points at what is gone, or counts it.

    Args:
        before: The instruction as it was.
        after: As it is to be.
        kept: What it asks for.
        dropped: What it does not ask for any more.
    """
    old, new = read(before), read(after)
    explained = {hit.sentence for mine in owned(new, kept) for hit in mine}
    parts = any(
        one.wording.unit in _PARTS or "two_answers" in one.wording.topics for one in dropped
    )
    for one in _left(old, new):
        if (
            _counts(one.body)
            or (_means_all(one.body) and not _has_antecedent(old, new, one))
            or (
                parts
                and (one.before is None or one.number not in explained)
                and _PARTS_GONE.search(one.body)
            )
            or (one.number not in explained and _is_torn_off(old, new, one))
        ):
            return new.shown(one.number)
    return _scoped(old, new, kept)


def pointed(text: str) -> str | None:
    """Return the sentence of another message that counts demands, if there is one."""
    page = read(text)
    for number in range(len(page.sentences)):
        if _counts(page.words(number)):
            return page.shown(number)
    return None


def counts_demands(page: Page) -> str | None:
    """Return the sentence of a text that counts demands, or means several, if there is one."""
    for number in range(len(page.sentences)):
        body = page.words(number)
        if _counts(body) or _means_all(body):
            return page.shown(number)
    return None


@lru_cache(maxsize=1024)  # instructions share sentences, and so do those made of one
def _counts(body: str) -> bool:
    return _COUNTED.search(body) is not None


@lru_cache(maxsize=1024)
def _means_all(body: str) -> bool:
    return _ALL.search(body) is not None


def changed_sentences(before: str, after: str) -> list[str]:
    """Return the sentences of an instruction that were others before, folded."""
    return [one.body for one in _left(read(before), read(after)) if one.before is None]


@lru_cache(maxsize=32)
def _left(old: Page, new: Page) -> list[_Left]:
    """Return the sentences that are no quotation, with their places before."""
    places = {old.words(number): number for number in reversed(range(len(old.sentences)))}
    return [
        _Left(number, new.words(number), places.get(new.words(number)))
        for number, sentence in enumerate(new.sentences)
        if not new.content(sentence.start, sentence.end)
    ]


def _has_antecedent(old: Page, new: Page, one: _Left) -> bool:
    """Return whether "both" can mean what the task speaks of, which is as it was."""
    if one.before is None:
        return False
    if new.tasks[one.number] and len(one.body.split()) > _SHORT:
        return True
    if one.before == 0 or one.number == 0:
        return len(one.body.split()) > _SHORT
    previous = old.words(one.before - 1)
    return (
        old.tasks[one.before - 1] or one.before == 1
    ) and previous == new.words(one.number - 1) and bool(
        re.search(r"\b(?:and|or|two|three|et|und|y|vs)\b|和|与|跟|或", previous)
    )  # fmt: skip


def _is_torn_off(old: Page, new: Page, one: _Left) -> bool:
    """Return whether a short sentence only went with one that is gone ("Commas? Not allowed.")."""
    size = len(one.body.split())
    if one.number == 0 or size > _SHORT or new.tasks[one.number] or _POLITE.match(one.body):
        return False
    if _ELLIPTIC.match(one.body):
        return True
    if one.before is None or one.before == 0 or size > _FOLLOWS or commands(one.body):
        return False
    if one.body.rstrip("*_ ").endswith((":", "：")):
        return False
    return old.words(one.before - 1) not in _said(new)


def _scoped(old: Page, new: Page, kept: Sequence[Sought]) -> str | None:
    """Return a sentence in which a kept constraint came under an "each" or "none of which"."""
    text = _unquoted(new.folded)
    if "each" not in text and not _scopes(text)[1]:
        return None
    for was, now in zip(owned(old, kept), owned(new, kept), strict=True):
        known = {word for hit in was for word in _scope(old, hit.start, hit.end)}
        for hit in now:
            if was and set(_scope(new, hit.start, hit.end)) - known:
                return new.shown(hit.sentence)
    return None


@lru_cache(maxsize=32)
def _said(page: Page) -> frozenset[str]:
    return frozenset(page.said)


@lru_cache(maxsize=32)
def _unquoted(folded: str) -> str:
    return _QUOTED.sub(lambda match: "_" * len(match[0]), folded)


@lru_cache(maxsize=32)
def _clauses(text: str) -> tuple[list[int], list[int]]:
    """Return where the marks between clauses end, and where what each clause belongs to begins.

    A clause that goes on with a verb has the subject of the one before it.
    """
    marks, begins = list[int](), list[int]()
    for mark in _CLAUSE.finditer(text):
        goes_on = mark[0] == "," and _GOES_ON.match(text, mark.end())
        marks.append(mark.end())
        begins.append((begins[-1] if begins else 0) if goes_on else mark.end())
    return marks, begins


@lru_cache(maxsize=32)
def _scopes(text: str) -> tuple[list[int], list[str]]:
    """Return the words of scope, and where each ends."""
    found = list(_SCOPE.finditer(text))
    return [word.end() for word in found], [word[0] for word in found]


def _scope(page: Page, start: int, end: int) -> list[str]:
    """Return the words of scope in the clause around a place."""
    text = _unquoted(page.folded)
    (marks, begins), (ends, words) = _clauses(text), _scopes(text)
    clause = bisect_right(marks, start)
    low = bisect_right(ends, begins[clause - 1] if clause else 0)
    stop = _CLAUSE.search(text, end)
    behind = text[end : stop.start() if stop else len(text)]
    return [*words[low : bisect_right(ends, start)], *_SCOPE_BEHIND.findall(behind)]
