"""A response and its analyses: each is computed once and shared by all verifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

_NEW: Any = object()
_MAX_REPLACED = 16

_ASCII_WORDS = re.compile(r"\w+", re.ASCII)
_ASCII = bytes(range(128))
_WORD_OR_NOT = bytes(ord("w") if _ASCII_WORDS.match(chr(code)) else 32 for code in range(256))
_WORDS_ALONE = bytes(code if _ASCII_WORDS.match(chr(code)) else 32 for code in range(256))
_LOWER_WORDS_ALONE = _WORDS_ALONE.lower()


class Response:
    """The text of one response, with its analyses computed at most once.

    Args:
        text: The text to verify, exactly as the model wrote it (after its thinking, if any).
        part_of: The text that it is a part of, which loose evaluation cut lines off; "" for none.

    An analysis is a pure function of the text. `response.get(count_emoji)` runs it on first use
    and returns the same object afterwards, whichever verifier asks.
    """

    __slots__ = ("_analyses", "part_of", "text")

    def __init__(self, text: str, part_of: str = "") -> None:
        self.text, self.part_of = text, part_of
        self._analyses: dict[Callable[[str], Any], Any] = {}

    def __repr__(self) -> str:
        shown = self.text if len(self.text) <= 60 else f"{self.text[:57]}..."
        return f"Response({shown!r})"

    def get(self, analysis: Callable[[str], T]) -> T:
        """Return `analysis(text)`, computed on first use. Do not change the result."""
        result: T = self._analyses.get(analysis, _NEW)
        if result is _NEW:
            result = self._analyses[analysis] = analysis(self.text)
        return result

    @property
    def words(self) -> list[str]:
        r"""The words: runs of `\w`, as the IFEval reference counts them (see `words`)."""
        return self.get(words)

    @property
    def word_count(self) -> int:
        """The number of `words`, found without making a list of them."""
        return self.get(count_words)

    @property
    def lines(self) -> list[str]:
        """The text cut at line feeds, white space kept."""
        return self.get(lines)

    @property
    def paragraphs(self) -> list[str]:
        """The non-blank parts between blank lines, without white space around them."""
        return self.get(paragraphs)

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.get(str.lower)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.text or self.text.isspace()

    @property
    def loose_variants(self) -> tuple[Response, ...]:
        """The distinct texts that loose evaluation looks at, this response first."""
        return (self, *self.get(_other_variants))

    @property
    def whole_variants(self) -> tuple[Response, ...]:
        """Those of the `loose_variants` that have all lines, this response left out."""
        return self.get(_other_variants)[:1] if "*" in self.text else ()


def _other_variants(text: str) -> tuple[Response, ...]:
    """Return the loose variants without the response, which must not be in its own analyses."""
    texts = loose_texts(text)
    bare = texts[1]
    wholes = ("", text, text, text, bare, bare, bare)
    # Without an asterisk there are but the three that lines are cut off.
    some = slice(None) if "*" in text else slice(1, 4)
    seen = [text]
    distinct = []
    for variant, whole in zip(texts[1:][some], wholes[some], strict=True):
        if variant not in seen:  # the lengths of most differ: hashes would cost more
            seen.append(variant)
            distinct.append(Response(variant, whole))
    return tuple(distinct)


def words(text: str) -> list[str]:
    r"""Return the runs of `\w`.

    This is NLTK's `RegexpTokenizer(r"\w+")`, which IFEval's reference uses. From NLTK 3.10 on it
    runs on the `regex` module, whose `\w` holds combining marks (a word of Hindi is one word) and
    leaves out signs such as `½`; that is what is done here, whichever NLTK is installed.
    """
    if text.isascii():
        return text.encode().translate(_WORDS_ALONE).decode().split()
    import regex

    return regex.findall(r"\w+", text)


def lower_words(text: str) -> frozenset[str]:
    """Return the distinct `words` in lower case."""
    if text.isascii():
        return frozenset(text.encode().translate(_LOWER_WORDS_ALONE).decode().split())
    return frozenset(word.lower() for word in words(text))  # some letters look at their neighbours


def count_words(text: str) -> int:
    """Return `len(words(text))`: in ASCII, the places where a word follows something else.

    A few other characters, such as typographic quotes, are replaced by ASCII ones that are in
    words where they are.
    """
    if not text.isascii():
        others = _not_ascii(text)
        if len(others) > _MAX_REPLACED:
            return len(words(text))
        for char in others:
            text = text.replace(char, "w" if _is_in_words(char) else " ")
    return (b" " + text.encode("ascii").translate(_WORD_OR_NOT)).count(b" w")


def _not_ascii(text: str) -> set[str]:
    """Return the distinct characters that are not ASCII: deleting bytes is the fastest way."""
    others = text.encode("utf-8", "surrogatepass").translate(None, delete=_ASCII)
    return set(others.decode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _is_in_words(char: str) -> bool:
    return bool(words(char))


def lines(text: str) -> list[str]:
    """Return the text cut at line feeds, white space kept."""
    return text.split("\n")


def paragraphs(text: str) -> list[str]:
    """Return the non-blank parts between blank lines, without white space around them."""
    parts = re.split(r"\n[ \t\r\f\v]*\n", text)
    return [part.strip() for part in parts if part.strip()]


def loose_texts(text: str) -> tuple[str, ...]:
    """Return IFEval's eight transformed responses, in the reference's order, duplicates included.

    The response itself; without its first line, its last line, both; and these four without
    asterisks (arXiv 2311.07911, section 2.2: markdown, an opening phrase, a closing phrase).
    """
    first, last = text.find("\n"), text.rfind("\n")
    plain = [text, "", "", ""]
    if first >= 0:
        plain[1:] = text[first + 1 :].strip(), text[:last].strip(), text[first + 1 : last].strip()
    bare = [part.replace("*", "") for part in plain] if "*" in text else plain
    return (text, bare[0], *plain[1:], *bare[1:])
