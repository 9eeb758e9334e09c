"""Whether an instruction asks for a weaker goal, and nowhere for the one that it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hir_kit.relabel.statements.examine import Witness, shown
from hir_kit.relabel.statements.find import Hit, Page, Sought, agrees, owned, read
from hir_kit.relabel.statements.quantities import VALUES
from hir_kit.verify.wording import Wording

_RARE = 20
"""Above this a number hardly ever says something else."""
_DIGITS = re.compile(r"(?<![\w.])\d{1,7}(?![\w]|\.\d)")
_MANY = {2: ("both", "twice", "pair", "either", "couple"), 3: ("thrice",), 1: ("once", "single")}


def as_before(text: str, kept: Sequence[Sought], asked: Sequence[Sought]) -> Witness | None:
    """Return where a text still asks for what a weaker goal was made of, if it does.

    Args:
        text: An instruction, or another message.
        kept: What is asked for now.
        asked: For each of them what was asked for before, the same where nothing is weaker.
    """
    page = read(text)
    hits = owned(page, kept)
    for place, (now, was) in enumerate(zip(kept, asked, strict=True)):
        if now == was:
            continue
        others = [hit for n, mine in enumerate(hits) if n != place for hit in mine]
        before = _before(was, now)
        for start, end in (*_numbers(page, hits[place], others, before), *_texts(page, now, was)):
            hit = Hit(start, end, page.at(start), "name")
            return Witness(place, shown(page, hit))
    return None


def unstated(text: str, kept: Sequence[Sought], asked: Sequence[Sought]) -> Witness | None:
    """Return a weaker goal whose number or words an instruction does not say, if there is one."""
    page = read(text)
    for place, (now, was, mine) in enumerate(zip(kept, asked, owned(page, kept), strict=True)):
        if now == was:
            continue
        said = {hit.kind for hit in mine}
        numbers = [hit for hit in mine if hit.quantity is not None]
        if _has_other_bounds(was.wording, now.wording):
            is_said = bool(numbers) and all(
                hit.quantity is None or agrees(now.wording, hit.quantity) for hit in numbers
            )
        else:
            is_said = bool(said & {"word", "text"})
        if not is_said:
            return Witness(place, now.sentences[-1] if now.sentences else "")
    return None


def _has_other_bounds(was: Wording, now: Wording) -> bool:
    return (was.least, was.most) != (now.least, now.most)


def _before(was: Sought, now: Sought) -> set[int]:
    """Return the numbers that were asked for, and are not any more."""
    return _said(was) - _said(now)


def _said(sought: Sought) -> set[int]:
    found = {int(n) for text in sought.sentences[-1:] for n in _DIGITS.findall(text)}
    least, most = sought.wording.least, sought.wording.most
    if most is not None:
        found |= {most, most + 1}  # at most 49 is less than 50
    return found | ({least} if least is not None else set())


def _numbers(
    page: Page, mine: Sequence[Hit], others: Sequence[Hit], before: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield where a number of before stands in what is asked, and is not another's."""
    own = {hit.sentence for hit in mine}
    for match in re.finditer(_pattern(before), page.folded) if before else ():
        number = page.at(match.start())
        if any(hit.start <= match.start() and match.end() <= hit.end for hit in others):
            continue
        asks = number in own or max(before) > _RARE or not page.tasks[number]
        if asks and not page.content(*match.span()):
            yield match.span()


def _pattern(numbers: set[int]) -> str:
    said = [word for word, n in VALUES.items() if n in numbers and n > 1]
    said += [word for n in numbers for word in _MANY.get(n, ())]
    digits = [f"{n:,}" for n in numbers] + [str(n) for n in numbers]
    words = "|".join(
        sorted({*map(re.escape, [*said, *digits])}, key=lambda text: (-len(text), text))
    )
    return rf"(?<![\w.])(?:{words})(?![\w]|[.,]\d)"


def _texts(page: Page, now: Sought, was: Sought) -> Iterator[tuple[int, int]]:
    """Yield where items are asked for that are asked for no longer."""
    gone = tuple(text for text in was.wording.texts if text not in now.wording.texts)
    if not gone:
        return
    sought = Sought(Wording(texts=gone))
    for hit in (*page.hits(sought), *page.traces(sought)):
        yield hit.start, hit.end
