"""Taking items out of a list of words that an instruction asks for, or forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hir_kit.relabel.excision.cuts import Edit
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.find import Hit, Page
from hir_kit.relabel.statements.plan import WovenError

_OPENING, _CLOSING = r"['\"*\[(<_`“«]{0,4}", r"['\"*\])>_`”»]{0,4}"
_SEPARATOR = (
    r"\s{0,4}(?:[,;，；、/&]|\n\s{0,8}[*•-])\s{0,4}(?:(?:and|or|nor|et|ou|und|oder)\s{1,4})?"
    r"|\s{1,4}(?:and|or|nor|et|ou|und|oder)\s{1,4}|\s{0,4}(?:和|或|以及|及|与)\s{0,4}"
)
_NOUN = re.compile(r"\b(?:key[\s-]?word|word|term|phrase|name)(s)\b\s*[:：]?\s*\W*$")
_MANY = re.compile(r"\b(?:all|each|every|both|any|either|neither|these|those|several)\b[^.;]*$")
_AGREES = re.compile(r"\W*\s*(?:are|were|have|each|all|both|appear|occur|in (?:that|this) order)\b")
_OPEN = re.compile(
    r"(?:\b(?:such as|like|e\.g\.?,?|for (?:example|instance),?|including|similar to)|例如|比如|如)"
    r"\s*:?\s*$"
)
_GOES_ON = re.compile(
    r"\W*\b(?:etc|and so on|and so forth|(?:and|or) (?:the like|similar|others?|anything|any))\b|等"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_COUNTS = (
    "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
)


def shortened(
    page: Page, hits: Sequence[Hit], was: Sequence[str], now: Sequence[str]
) -> list[Edit]:
    """Return what takes items out of the lists in which they are asked for.

    Args:
        page: The instruction.
        hits: Where the constraint is stated.
        was: The items.
        now: Those that stay, in the same order.

    Raises WovenError where an item stands by itself, or something counts the items.
    """
    if not now or not set(now) < set(was):
        raise WovenError("no list of which items stay states it")
    sentences = sorted({hit.sentence for hit in hits})
    edits = [edit for number in sentences for edit in _sentence(page, number, was, now)]
    if not edits:
        raise WovenError("its items do not stand together in a list")
    return edits


def _sentence(page: Page, number: int, was: Sequence[str], now: Sequence[str]) -> Iterator[Edit]:
    one = page.sentences[number]
    if re.search(rf"\b(?:{len(was)}|{_count(len(was))})\b", page.folded[one.start : one.end]):
        raise WovenError(page.text[one.start : one.end])  # it may say how many there are
    kept = {_plain(text) for text in now}
    names = sorted({_plain(text) for text in was}, key=len, reverse=True)
    item = "|".join(map(_whole, names))
    whole = rf"{_OPENING}(?:{item}){_CLOSING}"
    for run in re.finditer(
        rf"{whole}(?:(?:{_SEPARATOR}){whole})*", page.folded[one.start : one.end]
    ):
        start = one.start + run.start()
        items = [
            (start + match.start(), start + match.end(), _plain(match[1]))
            for match in re.finditer(rf"{_OPENING}({item}){_CLOSING}", run[0])
        ]
        if all(name in kept for _, _, name in items):
            continue
        left = [span for span in items if span[2] in kept]
        before, end = page.folded[max(0, start - 40) : start], one.start + run.end()
        if not left or _OPEN.search(before) or _GOES_ON.match(page.folded, end):
            raise WovenError(page.text[start:end])  # what goes on beyond its items holds them all
        yield from _shorter(page, items, left)


Item = tuple[int, int, str]


def _shorter(page: Page, items: Sequence[Item], left: Sequence[Item]) -> Iterator[Edit]:
    """Write the items that are left, with the separators that were there."""
    text = page.text
    gaps = [text[one[1] : two[0]] for one, two in pairwise(items)]
    begin, end = items[0][0], items[-1][1]
    opened, closed = _bracket(text, items[0], items[-1])
    written = [text[a:b] for a, b, _ in left]
    if opened:  # a bracket around the whole list belongs to none of its items
        written[0] = opened + written[0].removeprefix(opened)
        written[-1] = written[-1].removesuffix(closed) + closed
    last = gaps[-1] if gaps else ""
    if len(left) == 2 and re.search(r"\w", last):
        last = re.sub(r"^\s*[,;]\s*", " ", last)
    joints = [gaps[0]] * (len(left) - 2) + [last] * (len(left) > 1)
    pieces = [piece for pair in zip(written, [*joints, ""], strict=True) for piece in pair]
    if len(left) == 1:
        yield from _singular(page, begin, end)
    yield begin, end, "".join(pieces)


def _bracket(text: str, first: Item, last: Item) -> tuple[str, str]:
    """Return the bracket that opens before the first item and closes after the last, if any."""
    for opening, closing in ("[]", "()"):
        around = text[first[0]] == opening and text[last[1] - 1] == closing
        if around and closing not in text[first[0] : first[1]]:
            return opening, closing
    return "", ""


def _singular(page: Page, begin: int, end: int) -> Iterator[Edit]:
    """Write "the word" for "the words" before the one item that is left."""
    before = page.folded[max(0, begin - 60) : begin]
    if _AGREES.match(page.folded, end) or _MANY.search(before):
        raise WovenError(page.text[max(0, begin - 60) : end + 20])
    if noun := _NOUN.search(before):
        at = begin - len(before) + noun.start(1)
        yield at, at + 1, ""


def _count(n: int) -> str:
    return _COUNTS[n] if n < len(_COUNTS) else str(n)


def _whole(name: str) -> str:
    """Return the pattern of a word by itself; scripts without spaces have no such thing."""
    before = "" if _UNSPACED.match(name[0]) else r"(?<![^\W_])"
    after = "" if _UNSPACED.match(name[-1]) else r"(?![^\W_])"
    return before + re.escape(name).replace(r"\ ", r"\s{1,4}") + after


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
