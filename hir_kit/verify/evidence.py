"""Where in a response that is what a verifier's facts name: its evidence, unless it says better."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hir_kit.verify.facts import Begins, Ends, Fact, Mentions

Span = tuple[int, int]
"""Begin and end in a text, in characters."""


def places_of(facts: Iterable[Fact], text: str) -> list[Span]:
    """Return where the texts stand that facts name: mentioned, forbidden, at the begin or end."""
    return [span for fact in facts for span in _places(fact, text)]


def _places(fact: Fact, text: str) -> list[Span]:
    if isinstance(fact, Mentions):
        pattern = _pattern(fact.text, fact.any_case, fact.whole_word)
        return [match.span() for match in pattern.finditer(text)]
    if isinstance(fact, Begins | Ends):
        longest_first = sorted(fact.texts, key=len, reverse=True)
        found = (_at_an_end(fact, wanted, text) for wanted in longest_first)
        return next(([span] for span in found if span), [])
    return []


def _at_an_end(fact: Begins | Ends, wanted: str, text: str) -> Span | None:
    """Return where a text stands at the begin or end of the response, white space aside."""
    if isinstance(fact, Begins):
        start = len(text) - len(text.lstrip())
    else:
        start = len(text.rstrip()) - len(wanted)
    match = _pattern(wanted, fact.any_case, False).match(text, max(start, 0))
    return match.span() if match and match.start() == start else None


@lru_cache(maxsize=10_000)
def _pattern(wanted: str, any_case: bool, whole_word: bool) -> re.Pattern[str]:
    before = r"(?<!\w)" if whole_word and re.match(r"\w", wanted) else ""
    after = r"(?!\w)" if whole_word and re.search(r"\w\Z", wanted) else ""
    return re.compile(f"{before}{re.escape(wanted)}{after}", re.IGNORECASE if any_case else 0)
