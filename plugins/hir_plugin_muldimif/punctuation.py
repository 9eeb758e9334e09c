"""The punctuation mark at the end, and marks that are not wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from annotated_types import Len

from hir_kit import Response, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Ends, Fact, Items, Mentions
from hir_plugin_muldimif.analyses import (
    IS_OPEN,
    SIGNS,
    SYMBOLS,
    Part,
    body_lines,
    ended,
    parts,
    punkt_sentences,
    sentences,
    shown,
)

Mark = Literal["period", "question mark", "exclamation mark", "semicolon", "colon", "comma"]


class EndingPunctuation(Verifier, id="muldimif:ending_punctuation"):
    """The response, or each part of it, ends with one of the given punctuation marks.

    ## What it checks
    The last character, white space aside, is one of `marks`, full-width or as another script has it
    (`。`, `？`, `،`); with `forbidden`, it is none of them.
    With `each`, every part of that kind ends so: sentences as NLTK cuts them, paragraphs, sections
    (else paragraphs), cells, items of lists (else of tables, else sentences). No sentence goes on
    in another paragraph or item.

    ## Known limits
    Nothing may follow the mark: `Done.*` and `Done."` do not end with a period. A line or an item
    that no mark ends may be a sentence or not: `unknown` where it decides. Headings are none.

    ## References
    MulDimIF, the checker `Content_Punctuation`. It takes sentences for every "each", lines for
    paragraphs and sections, and knows the signs of ASCII alone.
    """

    marks: Annotated[list[Mark], Len(1)]
    forbidden: bool = False
    each: Part | None = None

    cases = (
        passes("It rains.", marks=["period"]),
        passes("Does it rain?\n", marks=["period", "question mark"]),
        passes("It rains", marks=["period"], forbidden=True),
        passes("下雨了。", marks=["period"]),
        passes("- It rains.\n- It pours.", marks=["period"], each="item"),
        passes("Is it “wet?” or not. It is.", marks=["period"], each="sentence"),
        fails("It rains!", marks=["period"]),
        fails('"It rains."', marks=["period"]),
        fails("It rains ❗", marks=["exclamation mark"], forbidden=True),
        fails("1. It rains!\n2. It pours.", marks=["period"], each="sentence"),
        fails("It rains! It pours.", marks=["period"], each="sentence"),
        fails("It rains\n\nIt pours.", marks=["period"], each="paragraph"),
        fails("下雨了！停了。", marks=["period"], each="sentence"),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        who = f"Each {self.each}" if self.each else "The answer"
        return f"{who} must {'not ' if self.forbidden else ''}end with {_named(self.marks)}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        if self.forbidden or self.each is not None:
            return ()
        return (Ends(tuple(sign for mark in self.marks for sign in SIGNS[mark])),)

    def check(self, response: Response) -> Verdict:
        """Look at the last character, of the response or of each part."""
        texts = self._texts(response)
        if not texts:
            return unknown(f"no {self.each if self.each else 'text'} is found")
        signs = _signs if self.forbidden else SIGNS.__getitem__
        wanted = "".join(map(signs, self.marks))
        verdict, sure = self._compared(texts, wanted), ended(response, self.each)
        if sure and not verdict.satisfied and self._compared(sure, wanted).satisfied:
            return unknown(IS_OPEN)
        return verdict

    def check_reference(self, response: Response) -> Verdict:
        """Take lines for paragraphs and sections, and sentences for all other parts."""
        if self.each in (None, "cell"):
            texts = self._texts(response)
            if not texts:
                return self.check(response)
        elif self.each in ("paragraph", "section"):
            texts = [line for line in response.lines if line.strip()]
        else:
            texts = response.get(punkt_sentences)
        return self._compared(texts, _ascii(self.marks))

    def _compared(self, texts: Sequence[str], signs: str) -> Verdict:
        for text in texts:
            last = shown(text)[-1:]
            if (last != "" and last in signs) is self.forbidden:
                what = "not wanted" if self.forbidden else f"{_named(self.marks)} wanted"
                return self.verdict(False, measured=last, reason=f"ends with {last!r}, {what}")
        return self.verdict(True)

    def _texts(self, response: Response) -> list[str]:
        if self.each is None:
            return [response.text]
        found = parts(response, self.each)
        if found or self.each == "cell":
            return found
        if self.each == "section":
            return parts(response, "paragraph")
        return response.get(sentences) if self.each == "item" else response.get(body_lines)


class NoPunctuation(Verifier, id="muldimif:no_punctuation"):
    """The response has none of the given punctuation marks.

    ## What it checks
    None of the characters that `marks` name is in the text, full-width and those of other scripts
    among them: `！`, `，`, `、`, `。`, `؟`. Nor is an emoji or a sign that holds one: `❗`, `⁉`.

    ## References
    MulDimIF, the checker `Content_Punctuation`, which looks at the last character alone.
    """

    marks: Annotated[list[Mark], Len(1)]

    relaxes = Items("marks")
    cases = (
        passes("It rains.", marks=["exclamation mark"]),
        fails("Oh! It rains.", marks=["exclamation mark"]),
        fails("下雨了！", marks=["exclamation mark"]),
        fails("It rains ❗", marks=["exclamation mark"]),
        fails("It rains⁉", marks=["question mark"]),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        names = [f"{mark}s" for mark in self.marks]
        *others, last = names
        said = f"{', '.join(others)} and {last}" if others else last
        return f"The answer must avoid using {said}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(Mentions(sign, 0, 0) for mark in self.marks for sign in SIGNS[mark])

    def check(self, response: Response) -> Verdict:
        """Look for each mark."""
        found = [mark for mark in self.marks if any(map(response.text.__contains__, _signs(mark)))]
        return self.verdict(not found, reason=f"there is a {' and a '.join(found)}")

    def check_reference(self, response: Response) -> Verdict:
        """Look at the last character."""
        last = response.text.strip()[-1:]
        is_found = last != "" and last in _ascii(self.marks)
        return self.verdict(not is_found, reason=f"ends with {last!r}")


def _signs(mark: Mark) -> str:
    """Return all that must not be where a mark must not be."""
    return SIGNS[mark] + SYMBOLS.get(mark, "")


def _ascii(marks: Sequence[Mark]) -> str:
    return "".join(SIGNS[mark][0] for mark in marks)


def _named(marks: list[Mark]) -> str:
    *others, last = (f"{'an' if mark[0] == 'e' else 'a'} {mark}" for mark in marks)
    return f"{', '.join(others)} or {last}" if others else last
