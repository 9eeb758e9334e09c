"""A constraint that is looked for in an instruction: how it is talked about, and its sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hir_kit.relabel.contract import Stated
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.quantities import Quantity
from hir_kit.relabel.statements.wordings import texts_of, told
from hir_kit.verify.wording import Wording

_EACH = re.compile(r"\b(?:each|every|per)\b|每")


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A constraint that is looked for in an instruction; one object for what is said alike.

    Attributes:
        wording: How it is talked about.
        sentences: The sentences that state it, as far as they are known.
    """

    wording: Wording
    sentences: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, wording: Wording | None, text: str | None, description: str | None,
        kwargs: Mapping[str, Any],
    ) -> Sought:  # fmt: skip
        """Return what is looked for: the verifier's own wording, then what its sentences tell."""
        return _sought(wording, text, description, tuple(texts_of(kwargs)))

    @classmethod
    def of_stated(cls, stated: Stated) -> Sought:
        """Return what is looked for where a constraint is known as a strategy knows it."""
        return cls.of(stated.wording, stated.text, stated.description, stated.spec.kwargs)

    @classmethod
    def of_text(cls, text: str) -> Sought:
        """Return what is looked for where only the sentence is known."""
        return _sought(None, text, None, ())

    @property
    def counts(self) -> bool:
        """Whether it is about a number."""
        return self.wording.unit is not None

    @property
    def is_exact(self) -> bool:
        """Whether it is about one number, neither more nor less."""
        return self.wording.least is not None and self.wording.least == self.wording.most

    @property
    def is_of_each(self) -> bool:
        """Whether it is about each of several parts."""
        return _speak_of_each(self.sentences)


@lru_cache(maxsize=1024)
def _speak_of_each(sentences: tuple[str, ...]) -> bool:
    return any(_EACH.search(fold(text)) for text in sentences)


@lru_cache(maxsize=1024)
def _sought(
    wording: Wording | None, text: str | None, description: str | None, texts: tuple[str, ...]
) -> Sought:
    sentence = description if description is not None else text
    known = told(sentence, texts)
    if text is not None and description is not None and text != description:
        known = known.or_else(told(text, texts))
    whole = known if wording is None else wording.or_else(known)
    return Sought(whole, tuple(filter(None, (text, description))))


def bounds_only(kept: Sought, gone: Sought) -> bool:
    """Return whether two constraints count the same, the one at least and the other at most."""
    one, other = kept.wording, gone.wording
    same = (one.topics, one.texts, one.unit) == (other.topics, other.texts, other.unit)
    return (
        same
        and one.unit is not None
        and (one.most, other.least) == (None, None)
        and one.least is not None
        and other.most is not None
    )


def agrees(wording: Wording, quantity: Quantity) -> bool:
    """Return whether what is said is what is wanted: the same bound, where it says one.

    A range is said by both of its bounds, or one at a time.
    """
    if wording.least is None and wording.most is None:
        return True
    if quantity.bare:
        number = quantity.least
        if wording.least is not None and wording.most is not None:
            return wording.least == number == wording.most
        return wording.bare and number in (wording.least, wording.most)
    if quantity.is_range:
        return (wording.least in (None, quantity.least)) and (wording.most in (None, quantity.most))
    if None not in (wording.least, wording.most) and wording.least != wording.most:
        return (quantity.least, quantity.most) in ((wording.least, None), (None, wording.most))
    return quantity.least == wording.least and quantity.most == wording.most
