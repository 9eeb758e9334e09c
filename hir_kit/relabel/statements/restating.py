"""Putting a weaker goal in the place of the one that an instruction states.

A number is put where the asked one stands, items are taken out of a list, or the verifier's own
sentence takes the place of the one that is known. What cannot be written so is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hir_kit.relabel.excision.cuts import Edit
from hir_kit.relabel.excision.list_items import Lines
from hir_kit.relabel.excision.sentences import starts_sentence
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.listing import shortened
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.plan import WovenError
from hir_kit.relabel.statements.renumbering import renumbered
from hir_kit.relabel.statements.sought import Sought


def restated(text: str, asked: Sequence[Sought], weaker: Mapping[int, Sought]) -> str:
    """Return an instruction that asks for weaker goals.

    Args:
        text: The instruction.
        asked: What it asks for, in order.
        weaker: By their places, the goals that are to stand there instead.

    Raises WovenError, with the witness, where a goal cannot be written in its place.
    """
    page = read(text)
    hits = owned(page, asked)
    edits: list[Edit] = []
    for place, goal in weaker.items():
        edits += _edits(page, hits[place], asked[place], goal)
    return _applied(text, edits)


def _edits(page: Page, hits: Sequence[Hit], was: Sought, now: Sought) -> list[Edit]:
    try:
        if not hits:
            raise WovenError("nothing in the instruction states it")
        if was.wording.texts != now.wording.texts:
            return shortened(page, hits, was.wording.texts, now.wording.texts)
        return renumbered(page, hits, was.wording, now.wording)
    except WovenError:
        if (edit := _sentence(page, hits, was, now)) is None:
            raise
        return [edit]


def _sentence(page: Page, hits: Sequence[Hit], was: Sought, now: Sought) -> Edit | None:
    """Return the verifier's sentence in the place of the known one, where it holds all there is."""
    own = [hit for hit in hits if hit.kind == "text"]
    if not now.sentences or len({(one.start, one.end) for one in own}) != 1:
        return None
    known, sentence = own[0], now.sentences[-1]
    if sentence == was.sentences[-1] or any(
        hit.start < known.start or hit.end > known.end for hit in hits
    ):
        return None
    mark = page.text[known.end : known.end + 1]
    if not starts_sentence(Lines(page.text), known.start) or mark not in ("", "\n", ".", "!"):
        return None  # a part of a sentence, which another sentence would break
    if mark in ("", "\n"):
        return known.start, known.end, sentence
    return known.start, known.end + 1, sentence if sentence.endswith(".") else f"{sentence}."


def _applied(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits, the same of two constraints once."""
    pieces, end = [], 0
    for start, stop, new in sorted(set(edits)):
        if start < end:
            raise WovenError(text[start:stop])
        pieces += [text[end:start], new]
        end = stop
    return "".join([*pieces, text[end:]])
