"""Emoji, italics and capital letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, pairwise
from typing import Any

from hir_kit import Response, Verdict, Verifier, fails, loading, passes, unknown
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import (
    EDGES,
    blocks,
    is_ended,
    punkt_sentences,
    sentence_tokens,
    sentences,
)

_LONGEST_EMOJI = 10
_ITALICS = re.compile(r"<(i|em)>")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\s–—―…]+")
_APOSTROPHE = re.compile("['’]")


@cache
@loading
def _emoji() -> Any:
    import emoji

    return emoji


def begins_with_emoji(text: str) -> bool:
    """Return whether a text begins with an emoji, of one or more characters."""
    return any(_emoji().is_emoji(text[:n]) for n in range(1, min(len(text), _LONGEST_EMOJI) + 1))


def ends_with_emoji(text: str) -> bool:
    """Return whether a text ends with an emoji, of one or more characters."""
    return any(_emoji().is_emoji(text[-n:]) for n in range(1, min(len(text), _LONGEST_EMOJI) + 1))


class EmojiSentence(Verifier, id="format:emoji"):
    """Each sentence ends with an emoji.

    ## What it checks
    An emoji stands at the end of every sentence, before or after its mark. Flags and emoji of
    several characters count. A piece without a letter, such as the number of an item, is no
    sentence.

    ## Known limits
    A sentence without a mark or an emoji at its end goes on into the next line, as in the
    reference. Where that is another paragraph or item of a list it is `unknown`.

    ## References
    IFBench (arXiv 2507.02833), `format:emoji`; the package emoji (BSD).
    """

    cases = (
        passes("Tea is hot 🍵. Milk is cold! 🥛 We drink both. 🇬🇧"),
        passes("Tea is hot\nand milk is cold 🥛"),
        fails("Tea is hot 🍵. Milk is cold!"),
        fails("🍵 Tea is hot."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Please use an emoji at the end of every sentence."

    def check(self, response: Response) -> Verdict:
        """Look at the end of each sentence and at what follows it."""
        found = [piece.strip(EDGES) for piece in response.get(sentences)]
        spoken = 0
        for piece, following in pairwise([*found, ""]):
            if not any(map(str.isalpha, piece)):
                continue
            spoken += 1
            if not ends_with_emoji(piece) and not begins_with_emoji(following):
                return self.verdict(False, reason=f"no emoji after {piece[-40:]!r}")
        bare = next((block for block in response.get(blocks) if _is_bare(block)), None)
        if spoken and bare is not None:
            return unknown(f"no mark ends {bare[-40:]!r}: it may be a sentence or not")
        return self.verdict(spoken > 0, reason="no sentence")

    def check_reference(self, response: Response) -> Verdict:
        """See emoji of a single character only, and the last character but one, too."""
        is_emoji = _emoji().is_emoji
        found = map(published.deleted, published.each_sentence(response.text))
        for piece, following in pairwise(chain(map(str.strip, found), [""])):
            if not piece or not (any(map(is_emoji, piece[-2:])) or is_emoji(following[:1])):
                return self.verdict(False, reason=f"no emoji after {piece[-40:]!r}")
        return self.verdict(True)


def _is_bare(block: str) -> bool:
    """Return whether a paragraph or item ends without a mark and without an emoji."""
    has_end = is_ended(block) or ends_with_emoji(block.strip(EDGES))
    return not has_end and any(map(str.isalpha, block))


class Thesis(Verifier, id="format:thesis"):
    """A thesis in italics of HTML, with text after it.

    ## What it checks
    The first `<i>` or `<em>` that holds text is closed, and text follows it.

    ## Known limits
    Sections are not told apart: one thesis is enough, and text may stand before it, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `format:thesis`.
    """

    cases = (
        passes("<p><em>Tea is good.</em></p>\n<p>It is hot.</p>"),
        passes("It is hot. <i>Tea is good.</i> So it is."),
        fails("<em></em> Tea is hot."),
        fails("<p><i>Tea is good.</i></p>"),
        fails("*Tea is good.* It is hot."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Each section must begin with a thesis statement in italics, use HTML to indicate the "
            "italics."
        )

    def check(self, response: Response) -> Verdict:
        """Find the element, then the text after it."""
        text = response.text
        for match in _ITALICS.finditer(text):
            end = text.find(f"</{match[1]}>", match.end())
            if end < 0:
                break
            if _TAG.sub("", text[match.end() : end]).strip():
                rest = _TAG.sub("", text[end:]).strip()
                return self.verdict(bool(rest), reason="nothing follows the thesis")
        return self.verdict(False, reason="no thesis in <i> or <em>")

    def check_reference(self, response: Response) -> Verdict:
        """Cut off as many characters as `<i>` and `</i>` have, also for `<em>`."""
        text = response.text
        start = text.find("<i>") if "<i>" in text else text.find("<em>")
        rest = text[start:]
        end = rest.find("</i>") if "</i>" in rest else rest.find("</em>")
        if start < 0 or end < 0:
            return self.verdict(False, reason="no thesis in <i> or <em>")
        holds = rest[3:end].strip() and rest[end + 4 :].strip()
        return self.verdict(bool(holds), reason="the thesis, or what follows it, is blank")


_SMALL = re.compile(r"(?<!\S)[a-z]{2,}(?!\S)")
_PARTED = frozenset(("cannot", "gimme", "gonna", "gotta", "lemme", "wanna"))
"""What NLTK makes two tokens of, also where it has capitals; each begins with a letter."""
_CONTRACTED = re.compile(r"n't(?<=[A-Za-z]n't)(?!\S)")
_KINDS = bytes(97 if 97 <= code <= 122 else 65 if 65 <= code <= 90 else 32 for code in range(256))
"""Of each character of ASCII whether it is a small letter (a), a capital (A) or none."""


class TitleCase(Verifier, id="format:title_case"):
    """Every word begins with a capital letter.

    ## What it checks
    No word of two letters or more begins with a small letter and goes on in small letters only, or
    in capitals only. What follows an apostrophe is no word; single letters may be small. Of two
    words or more, one has a small letter: not all is in capitals.

    ## Known limits
    Articles and prepositions ("of", "the") and web addresses must have capitals, too, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `format:title_case`, in the version of 2025.
    """

    english_only = True
    cases = (
        passes("I’m a Tea Party’s Guest"),
        passes("Don't Drink It With An iPhone"),
        fails("A Cup of Tea"),
        fails("**tea** Is Hot"),
        fails("TEA IS HOT"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Write the entire response in title case (capitalize the first letter of every major "
            "word)."
        )

    def check(self, response: Response) -> Verdict:
        """Look at the beginning of each word, and for one that is not in capitals."""
        if response.text.isupper() and len(response.text.split()) > 1:
            return self.verdict(False, reason="all is in capitals")
        words = (match[0].strip(EDGES) for match in _WORD.finditer(response.text))
        return self._none_small(_APOSTROPHE.split(word, maxsplit=1)[0] for word in words)

    def check_reference(self, response: Response) -> Verdict:
        """Look at NLTK's tokens: the n't of "Don't" is one that is small."""
        if not _may_have_small(response.text):
            return self.verdict(True)
        if contracted := _CONTRACTED.search(response.text):
            return self._none_small([contracted[0]])
        for word in _SMALL.finditer(response.text):
            if word[0] not in _PARTED:  # it is a token, and small
                return self._none_small([word[0]])
        pieces = filter(_may_have_small, punkt_sentences(response.text))
        return self._none_small(token for piece in pieces for token in sentence_tokens(piece))

    def _none_small(self, words: Iterable[str]) -> Verdict:
        for word in words:
            if word[:1].islower() and (word[1:].islower() or word[1:].isupper()):
                return self.verdict(False, measured=word[:40], reason=f"{word[:40]!r}")
        return self.verdict(True)


def _may_have_small(text: str) -> bool:
    """Return whether NLTK may make a token of the text that begins with a small letter."""
    if not text.isascii() or b" a" in b" " + text.encode().translate(_KINDS):
        return True
    lower = text.lower()
    return "'t" in lower or any(map(lower.__contains__, _PARTED))
