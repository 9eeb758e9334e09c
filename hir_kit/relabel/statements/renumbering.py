"""Writing another number where an instruction states one, as it writes numbers: "300", "five"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hir_kit.relabel.excision.cuts import Edit
from hir_kit.relabel.statements.find import Hit, Page
from hir_kit.relabel.statements.plan import WovenError
from hir_kit.relabel.statements.quantities import VALUES, Quantity, value_of
from hir_kit.relabel.statements.sought import agrees
from hir_kit.relabel.tongues import language_of
from hir_kit.verify.numbers import NUMBER_WORD
from hir_kit.verify.relaxing import rounded_down
from hir_kit.verify.wording import Wording

Span = tuple[int, int]

_WORDS = {n: word for word, n in reversed(VALUES.items()) if n <= 20 and " " not in word}
_WORDS |= {n: word for word, n in list(VALUES.items())[:21]}
_ENGLISH = frozenset(_WORDS.values())
_CHINESE = "零一两三四五六七八九十"
_IN_ENGLISH = re.compile(rf"{NUMBER_WORD}|(?:half )?a dozen|a single|single|a (?:couple|pair) of")
_IN_DIGITS = re.compile(r"[\d,]+|[一二两兩三四五六七八九十百零]+")  # Chinese writes both
_SPECIAL = {1: "once", 2: "twice"}
_BETWEEN = re.compile(r"\s*(?:-|–|~|\b(?:to|and|or|à|et|bis|und)\b|[到至])\s*")
_TO = {"or": " to ", "ou": " à ", "oder": " bis "}
_OVER = re.compile(r"(?<!no )(?<!not )(?:more than|over|above)\s+$")
_UP_TO = re.compile(r"(?:no more than|not more than|at most|up to|(?:a )?maximum of)\s+$")
_UNDER = re.compile(r"(?:less than|fewer than|under|below)\s+$")
_STAYING = re.compile(r"\b(?:stay|stays|staying|keep|keeps|keeping|kept|remain)\b[^.;:,!?\n]*$")
_ARTICLE = re.compile(r"(?<![^\W_])(an?)\s+$", re.IGNORECASE)
_PLURAL = re.compile(
    r"(?P<between>[\s*_'\"-]*(?:[a-z'*-]+\s+){0,3}?)(?P<noun>(?:word|sentence|paragraph|point|bullet|item"
    r"|section|part|placeholder|highlight|character|line|row|column|letter|hashtag|emoji|level"
    r"|attribute|phrase|passage|time|step|topic|space|field|piece)s)\b(?P<after>\s+\w+)?"
)
_PARTED = re.compile(r",? (?:(?:that|which) are )?(?:separat|divid|split)")
_OR_MORE = re.compile(r"\s*or (?:more|fewer|less)\b")
_THE = re.compile(r"\b(?:the|these|those|both) $")
_SINGLE = re.compile(r"-(?:word|sentence|paragraph|point|section|part|line|row|column|level)\b")
_WINDOW = 300
_LISTED = re.compile(
    r"[^.,;:()]{0,24}(?:[:：]\s*[^\s.'\"]|\((?!such|like|e\.g|i\.e|that|which|us|with|mark|separat)"
    r"[^()]*(?:,|\band\b)[^()]*\))"
)
_ONE_BY_ONE = re.compile(
    r"\b(?:one|first|1st)\b[^.]*\b(?:another|(?:the )?others?|second|2nd|last)\b"
    r"|\b(?:namely|respectively)\b|\bone (?:for|per|about|on|in|from) (?:each|every)\b|\bhalf of\b"
    r"|\b(?:half|twice|double|triple|a (?:third|quarter)|as many)\b"
    r"[^.;]{0,20}\b(?:my|your|the|as|usual|that|what)\b"
)
_AGREES = re.compile(r"\s+(?:are|were|have|each|all|that|which|both)\b")


def renumbered(page: Page, hits: Sequence[Hit], was: Wording, now: Wording) -> list[Edit]:
    """Return what writes the bounds of one wording where those of another are stated.

    Args:
        page: The instruction.
        hits: Where the constraint is stated.
        was: How it is talked about.
        now: The same of the weaker goal.

    Raises WovenError where a number says something else, or cannot be written in its place.
    """
    found = [(hit, hit.quantity) for hit in hits if hit.quantity is not None]
    if not found or (was.least, was.most) == (now.least, now.most) or was.unit != now.unit:
        raise WovenError("no number that is known states it")
    edits: list[Edit] = []
    for hit, quantity in found:
        if not agrees(was, quantity) or _shows_as_many(page, hit, was) or _names_each(page, hit):
            raise WovenError(page.text[hit.start : hit.end])
        edits += _Place(page, quantity, was, now).edits()
    return edits


def _shows_as_many(page: Page, hit: Hit, was: Wording) -> bool:
    """Return whether an example that belongs to a sentence has as many lines as were asked for."""
    one = page.sentences[hit.sentence]
    lines = [line for line in page.text[one.body : one.end].splitlines() if line.strip()]
    return len(lines) > 0 and len(lines) in (was.least, was.most)


def _names_each(page: Page, hit: Hit) -> bool:
    """Return whether a sentence goes on to say what each of so many is: "3 parts: a, b and c"."""
    end = min(page.sentences[hit.sentence].body, hit.end + _WINDOW)
    after = page.folded[hit.end : end]
    return bool(_LISTED.match(after) or _ONE_BY_ONE.search(after))


class _Place:
    """One number of an instruction, with what it means there."""

    def __init__(self, page: Page, quantity: Quantity, was: Wording, now: Wording) -> None:
        self.page, self.quantity, self.was, self.now = page, quantity, was, now

    def edits(self) -> Iterator[Edit]:
        if self.quantity.is_range and not self.quantity.is_exact:
            yield from self._range()
        else:
            yield from self._single()

    def _range(self) -> Iterator[Edit]:
        """Write one bound of "600 to 700 words", or both."""
        start, end = self.quantity.number
        text = self.page.folded[start:end]
        joint = next((m for m in _BETWEEN.finditer(text) if value_of(text[: m.start()])), None)
        if joint is None:
            raise WovenError(text)
        low, high = self.quantity.least, self.quantity.most
        least = self.now.least if self.was.least is not None else low
        most = self.now.most if self.was.most is not None else high
        if least is None or most is None or not 0 < least < most:
            raise WovenError(text)
        if joint[0].strip() in ("or", "ou", "oder") and most - least > 1:  # "5 or 6" to "4 to 6"
            yield start + joint.start(), start + joint.end(), _TO[joint[0].strip()]
        if least != low:
            yield start, start + joint.start(), self._written(least, (start, start + joint.start()))
        if most != high:
            yield start + joint.end(), end, self._written(most, (start + joint.end(), end))

    def _single(self) -> Iterator[Edit]:
        start, end = self.quantity.number
        if self.quantity.is_exact and self.was.least != self.was.most:
            raise WovenError(self.page.text[start:end])
        old, new = self._values()
        if new == 1:
            yield from self._one()
            return
        if old == 1 and self.page.folded[start:end] != "once":
            raise WovenError(self.page.text[start : self.quantity.end])  # its noun is singular
        yield self._with_relation(new) or (start, end, self._written(new, (start, end)))
        yield from self._article(new)

    def _values(self) -> tuple[int, int]:
        """Return the number that stands there, and the one that is to stand there."""
        start, end = self.quantity.number
        word = self.page.folded[start:end]
        old = {"once": 1, "twice": 2, "thrice": 3}.get(word, value_of(word))
        low, high = self.quantity.least, self.quantity.most
        if low is not None and self.was.least is not None:
            moved = _moved(self.was.least, self.now.least)
        elif high is not None and self.was.most is not None and not self.quantity.bare:
            moved = _moved(self.was.most, self.now.most)
        else:
            moved = None  # such as "3 times" for "at most 3 times": it says more
        if old is None or moved is None or old + moved < 1:
            raise WovenError(self.page.text[start:end])
        return old, old + moved

    def _with_relation(self, new: int) -> Edit | None:
        """Return "at least 280" for "more than 299", which is not to become "more than 279"."""
        start, end = self.quantity.number
        if rounded_down(new) == new or self.quantity.start == start:
            return None
        before = self.page.folded[self.quantity.start : start]
        is_least = self.quantity.most is None  # not in "don't use more than 3"
        for pattern, said, number, fits in (
            (_UP_TO, "less than ", new + 1, not is_least),
            (_OVER, "at least ", new + 1, is_least),
            (_UNDER, "at most ", new - 1, not is_least),
        ):
            found = pattern.search(before) if fits else None
            if found is not None and rounded_down(number) == number:
                begin = self.quantity.start + found.start()
                if said == "at most " and _STAYING.search(self.page.folded, 0, begin):
                    said = "within "
                said = said.capitalize() if self.page.text[begin].isupper() else said
                return begin, end, said + self._written(number, (start, end))
        return None

    def _one(self) -> Iterator[Edit]:
        """Write "one", and its noun in the singular."""
        start, end = self.quantity.number
        if self.page.folded[start:end] in ("twice", "thrice"):
            yield start, end, "once"
            return
        if _SINGLE.match(self.page.folded, end):
            yield start, end, self._written(1, (start, end))
            yield from self._article(1)
            return
        if _THE.search(self.page.folded, max(0, start - 8), start):
            raise WovenError(self.page.text[start : self.quantity.end])  # "between the two"
        if _PARTED.match(self.page.folded, self.quantity.end):
            raise WovenError(self.page.text[start : self.quantity.end])  # "paragraphs, separated"
        noun = _PLURAL.match(self.page.folded, end)
        if noun is None or _AGREES.match(self.page.folded, noun.end("noun")):
            raise WovenError(self.page.text[start : self.quantity.end])
        if noun["noun"] == "times" and not noun["between"].strip():
            yield start, noun.end("noun"), "once"
            return
        yield start, end, self._written(1, (start, end))
        if not _OR_MORE.match(noun["between"]):
            yield noun.end("noun") - 1, noun.end("noun"), ""
        yield from self._article(1)

    def _written(self, number: int, span: Span) -> str:
        """Return a number as the one that stands there is written."""
        old = self.page.text[slice(*span)]
        folded = old.lower()
        if folded in ("once", "twice", "thrice"):
            return _SPECIAL.get(number, f"{_WORDS.get(number, number)} times")
        english = not self._is_foreign(folded)
        if folded in _ENGLISH and number in _WORDS and english:
            return _WORDS[number].capitalize() if old[0].isupper() else _WORDS[number]
        if old in _CHINESE and number < len(_CHINESE):
            return _CHINESE[number]
        if not english and not _IN_DIGITS.fullmatch(old):
            raise WovenError(old)  # there are no words of other languages to write it in
        return f"{number:,}" if "," in old and number >= 1000 else str(number)

    def _is_foreign(self, folded: str) -> bool:
        """Return whether a number in words is not in English ("fünf", "six phrases" in French)."""
        known = folded in _ENGLISH or _IN_ENGLISH.fullmatch(folded) is not None
        return not known or language_of(self.page.text) not in ("en", None)

    def _article(self, new: int) -> Iterator[Edit]:
        """Write "an 80-word essay" for "a 90-word essay"."""
        start, _ = self.quantity.number
        found = _ARTICLE.search(self.page.text, max(0, start - 4), start)
        if found is None:
            return
        wanted = "an" if re.match(r"8|11(?!\d\b)|18(?!\d\b)", str(new)) else "a"
        if found[1].lower() != wanted:
            yield *found.span(1), wanted.capitalize() if found[1][0].isupper() else wanted


def _moved(was: int, now: int | None) -> int | None:
    return None if now is None else now - was
