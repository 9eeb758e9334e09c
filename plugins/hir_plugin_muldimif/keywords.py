"""Words that the response holds, or does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from hir_kit import Response, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Fact, Items, Mentions
from hir_plugin_muldimif.analyses import (
    IS_OPEN,
    WORD_END,
    WORD_START,
    Part,
    body_lines,
    ended,
    parts,
    written,
)

_HAN = re.compile("[\u4e00-\u9fff]")
_TIMES = {1: "once", 2: "twice"}


def _quotable(keyword: str) -> str:
    if not keyword.strip():
        raise ValueError("a keyword that is not blank is wanted")
    return keyword


_Finder = Callable[[str], re.Pattern[str]]
Keyword = Annotated[str, AfterValidator(_quotable)]


class Keywords(Verifier, id="muldimif:keywords"):
    """The keywords are in the response, or in each part of it, as words of their own.

    ## What it checks
    Each of `keywords` (with `any_of`, one of them) stands in the text at least `min_count` times,
    without regard to case, with no letter, digit or underscore beside it, but for the underscores
    of `_italics_` and the letters of scripts without spaces ("用Python写"); none of `forbidden`
    does. Curly quotation marks and straight ones are the same, and so are the hyphens, the blanks
    and the ways to write an accent. A keyword with Chinese characters is found wherever it stands.
    With `each`, every part of that kind holds them.

    ## Known limits
    A response without such parts, not all of whose lines hold the keywords, is `unknown`.
    "key" is not found in "keys", and "green tea" not across the end of a line, as for the published
    checker, unless it is forbidden. A full stop that the sentence puts between the quotation marks
    is part of the keyword, as for the published checker.

    ## References
    MulDimIF, the checker `Content_Keywords`, to which "it’s" is not "it's".
    """

    keywords: list[Keyword] = Field(default_factory=list)
    forbidden: list[Keyword] = Field(default_factory=list)
    any_of: bool = False
    min_count: PositiveInt = 1
    each: Part | None = None

    relaxes = Items("keywords", "forbidden")
    cases = (
        passes("A KEY and a lock.", keywords=["key", "lock"]),
        passes("I write C++.", keywords=["C++"]),
        passes("A key.", keywords=["key", "lock"], any_of=True),
        passes("It’s a _key_.", keywords=["it's", "key"]),
        passes("A well\u2011known\u00a0fact.", keywords=["well-known fact"]),
        passes("我用Python写。", keywords=["Python"]),
        passes("- A key.\n- The key.", keywords=["key"], each="item"),
        fails("Two keys.", keywords=["key"]),
        fails("A key.", keywords=["key", "lock"]),
        fails("A key.", keywords=["key"], min_count=2),
        fails("A key and a lock.", keywords=["key"], forbidden=["lock"]),
        fails("I don’t.", forbidden=["don't"]),
        fails("Eine STRASSE.", forbidden=["Straße"]),
        fails("- A key.\n- A lock.", keywords=["key"], each="item"),
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> Keywords:
        if not self.keywords and not self.forbidden:
            raise ValueError("a keyword, or one that is forbidden, is wanted")
        if self.forbidden and (self.each or self.any_of):
            raise ValueError("with forbidden keywords there is no 'each' and no 'any_of'")
        if not self.keywords and self.min_count > 1:
            raise ValueError("'min_count' is of keywords, and there are none")
        if self.any_of and len(self.keywords) < 2:
            raise ValueError("'any_of' is of two keywords or more")
        return self

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        who = f"Each {self.each}" if self.each else "The answer"
        said = []
        if self.keywords:
            said.append(f"include the {_listed(self.keywords, 'or' if self.any_of else 'and')}")
            if self.min_count > 1:
                said[0] += f" at least {_TIMES.get(self.min_count, f'{self.min_count} times')}"
        if self.forbidden:
            said.append(f"avoid the {_listed(self.forbidden, 'and')}")
        return f"{who} must {' and '.join(said)}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = 1 if self.each else self.min_count
        wanted = () if self.any_of else [Mentions(word, n) for word in self.keywords]
        unwanted = [Mentions(word, 0, 0, whole_word=True) for word in self.forbidden]
        return (*wanted, *unwanted)

    def check(self, response: Response) -> Verdict:
        """Look for each keyword, in the response or in each part."""
        return self._read(response, _own_word, _across_lines)

    def check_reference(self, response: Response) -> Verdict:
        """Take each sign for itself."""
        return self._read(response, _published_word, _published_word)

    def _read(self, response: Response, pattern: _Finder, unwanted: _Finder) -> Verdict:
        problem = self._problem(response.text, pattern, unwanted)
        if self.each is None or problem:  # what the whole does not hold, no part does
            return self.verdict(not problem, reason=problem)
        found = parts(response, self.each, whole_rows=True)
        texts = found or response.get(body_lines)
        problems = [self._problem(text, pattern, unwanted) for text in texts]
        wrong = next((text for text in problems if text), None)
        if wrong and not found:
            return unknown(f"no {self.each} is found in the response")
        sure = ended(response, self.each)
        if wrong and sure and not any(self._problem(text, pattern, unwanted) for text in sure):
            return unknown(IS_OPEN)
        return self.verdict(not wrong, reason=f"a {self.each}: {wrong}")

    def _problem(self, text: str, pattern: _Finder, unwanted: _Finder) -> str | None:
        found = [word for word in self.keywords if self._is_in(pattern(word), text)]
        if len(found) < (1 if self.any_of else len(self.keywords)):
            missing = [word for word in self.keywords if word not in found]
            return f"missing: {', '.join(map(repr, missing))}"
        there = next((word for word in self.forbidden if unwanted(word).search(text)), None)
        return None if there is None else f"{there!r} is in the response"

    def _is_in(self, pattern: re.Pattern[str], text: str) -> bool:
        if self.min_count == 1:
            return pattern.search(text) is not None
        matches = pattern.finditer(text)
        return (
            sum(1 for _, _ in zip(range(self.min_count), matches, strict=False)) == self.min_count
        )


def _listed(keywords: list[str], word: str) -> str:
    """Return the keywords between quotation marks that none of them holds."""
    *others, last = map(_quoted, keywords)
    if not others:
        return f"keyword {last}"
    comma = "," if len(others) > 1 else ""
    return f"keywords {', '.join(others)}{comma} {word} {last}"


def _quoted(keyword: str) -> str:
    return f"'{keyword}'" if '"' in keyword else f'"{keyword}"'


@lru_cache(maxsize=100_000)
def _own_word(keyword: str) -> re.Pattern[str]:
    return _alone(keyword, written(keyword, between=r"[^\S\n]+"))


@lru_cache(maxsize=100_000)
def _across_lines(keyword: str) -> re.Pattern[str]:
    return _alone(keyword, written(keyword))


def _alone(keyword: str, found: str) -> re.Pattern[str]:
    if not _HAN.search(keyword):
        found = f"{WORD_START}{found}{WORD_END}"
    return re.compile(found, re.IGNORECASE)


@lru_cache(maxsize=100_000)
def _published_word(keyword: str) -> re.Pattern[str]:
    if _HAN.search(keyword):
        return re.compile(re.escape(keyword))
    return re.compile(rf"(?<!\w){re.escape(keyword)}(?!\w)", re.IGNORECASE)
