"""The sentences of a text, cut where NLTK's Punkt tokenizer for English cuts them.

NLTK looks at each ``.``, ``?`` or ``!`` before a space or a closing mark, and decides by the words
on both sides. `Splitter` goes over the same candidates. Most follow a plain word that is no
abbreviation, where the answer is known; for the others NLTK's class decides, once for each context.

Whose parameters they are says `hir_verifiers.punkt`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from hir_kit import loading
from hir_verifiers.exact.breaks import Breaks
from hir_verifiers.exact.memo import Memo
from hir_verifiers.nltk_modules import nltk_module
from hir_verifiers.punkt import parameters

Span = tuple[int, int]

_CONTEXTS = 1 << 15
_LONG_CONTEXT, _SHORT_CONTEXT = 120, 12

# What Punkt cuts off a word or takes as a sign (its WordStart, NonWord and MultiChar patterns, and
# digits, which it reads as numbers): a word with none of these is one token to it.
_SIGN = re.compile(r"""[\s\d("`{\[:;&#*@)}\]\-,.'?!‘’“”«»]""")
_OPENERS = frozenset('("`{[:;&#*@)}],')
_SEPARATORS = "\x1c\x1d\x1e\x1f"  # white space to `re`, and not to `regex`
_SPACES = {r"\s": r"[^\S\x1c-\x1f]", r"\S": r"[\S\x1c-\x1f]"}
_SPACE_IN_CLASS = re.compile(r"\[(?:\\.|[^\\\]])*\\[sS]")
_TOKENS = re.compile(r"""[("{\[:;*@)}\]]""")  # signs that end the token before them
_ENDERS = re.compile(r"[.?!]")


def sentences(text: str) -> list[str]:
    """List the sentences of `text`, as ``nltk.sent_tokenize`` does."""
    return [text[start:stop] for start, stop in _splitter().spans(text)]


def count_sentences(text: str) -> int:
    """Count the sentences of `text`."""
    return len(list(_splitter().spans(text)))


def sentence_spans(text: str) -> Iterator[Span]:
    """Give the start and end of each sentence of `text`."""
    return _splitter().spans(text)


class Splitter:
    """NLTK's ``PunktSentenceTokenizer`` with the given parameters; the same cuts, found faster."""

    def __init__(self, params: Any) -> None:
        punkt = nltk_module("nltk.tokenize.punkt")
        params.ortho_context = _Orthography(params.ortho_context)
        rules = punkt.PunktLanguageVars()
        self._decide = Breaks(punkt.PunktSentenceTokenizer(params, lang_vars=rules), self._tokens)
        self._decided: Memo[str, bool] = Memo(self._decide, _CONTEXTS)
        self._short: dict[str, bool] = {}
        self._doubtful = self._decide.doubtful
        self._patterns = _Patterns.of(rules, re.compile)
        self._closes: Memo[str, bool] = Memo(self._is_closing, _CONTEXTS)
        is_re = isinstance(untimed(rules.period_context_re()), re.Pattern)
        self._nltks_patterns = self._patterns if is_re else _Patterns.of(rules, _compiled_as_regex)

    def spans(self, text: str) -> Iterator[Span]:
        """Give start and end of each sentence, closing marks moved to the sentence they close."""
        patterns = self._patterns_for(text)
        pieces = self._pieces(text, patterns)
        start, stop = next(pieces)
        for after, end in pieces:
            if after < end and self._closes[text[after]]:
                closing = patterns.closing.match(text, after, end)
                if closing:
                    yield start, after + len(closing.group().rstrip())
                    start, stop = closing.end(), end
                    continue
            if start < stop:
                yield start, stop
            start, stop = after, end
        if start < stop:
            yield start, stop

    def _is_closing(self, char: str) -> bool:
        return bool(self._patterns.closing.match(char))

    def _pieces(self, text: str, patterns: _Patterns) -> Iterator[Span]:
        last = 0
        for start, end, following in _contexts(text, patterns.candidate):
            if self._breaks(text, start, end, following, patterns.word):
                yield last, end
                last = following if following >= 0 else end
        yield last, len(text.rstrip())

    def _breaks(self, text: str, start: int, end: int, following: int, a_word: Any) -> bool:
        """Say whether the sentence ends at this candidate."""
        word = text[start : end - 1]
        if _is_harmless(text[following] if following >= 0 else "-") and (
            text[end - 1] != "." or (_is_plain(word) and word.lower() not in self._doubtful)
        ):
            return True
        stop = end + 1 if following < 0 else a_word.match(text, following).end()
        context = text[start:stop]
        known = self._short.get(context)
        if known is None:
            known = self._looked_up(word, context, following - start)
            if len(context) <= _SHORT_CONTEXT:
                if len(self._short) >= _CONTEXTS:
                    self._short.clear()
                self._short[context] = known
        return known

    def _looked_up(self, word: str, context: str, following: int) -> bool:
        """Ask NLTK about a context, in the simplest form that it answers alike."""
        if word and following >= 0 and context[len(word)] == "." and _is_token(word):
            after = context[following:]
            if _is_harmless(after[0]) and _is_token(after.removesuffix(".")):
                return self._decide.ends(f"{word}.", after)
        if ("?" in context or "!" in context) and self._patterns.within.search(context):
            return True
        skipped = _last_token(word)
        word, context, following = word[skipped:], context[skipped:], following - skipped
        if len(context) > _LONG_CONTEXT:
            return self._decide(context)
        end = len(word) + 1
        after = context[following:]
        if following > 0 and _is_harmless(after[0]) and not context[end:following].strip(" \n"):
            if word.isascii() and word.isdecimal() and self._doubtful.isdisjoint((word, "1")):
                word = "1"
            if not _ENDERS.search(after):
                after = after[0] if after[0] in _OPENERS else _first_token(after)
            context = f"{word}{context[end - 1]} {after}"
        return self._decided[context]

    def _tokens(self, line: str) -> list[str]:
        found: list[str] = self._patterns_for(line).token.findall(line)
        return found

    def _patterns_for(self, text: str) -> _Patterns:
        for separator in _SEPARATORS:
            if separator in text:
                return self._nltks_patterns
        return self._patterns


@dataclass(frozen=True)
class _Patterns:
    """What sentences are found by.

    Attributes:
        candidate: A mark that may end a sentence, with the first character of the next word. Of a
            row of candidates within a word it finds the last.
        word: A word.
        token: What Punkt takes for a token.
        within: A mark within a word that ends a sentence whatever stands around it.
        closing: Marks at the beginning of a sentence that close the one before.
    """

    candidate: Any
    word: Any
    token: Any
    within: Any
    closing: Any

    @classmethod
    def of(cls, rules: Any, compile: Callable[[str], Any]) -> _Patterns:
        """Compile the patterns from NLTK's characters."""
        mark, after = rules._re_sent_end_chars, rules._re_non_word_chars
        in_row = rf"(?!(?<={mark}{mark}){mark}(?:{after}|\s+\S))"
        candidate = rf"{mark}{in_row}(?={after}|\s+(\S))"
        within = rf"(?!\.){mark}(?={after})"
        token = f"(?x){rules._word_tokenizer_re().pattern}"
        closing = f"(?m){rules.re_boundary_realignment.pattern}"
        return cls(*map(compile, (candidate, r"\S+", token, within, closing)))


def _compiled_as_regex(pattern: str) -> Any:
    """Compile a pattern for what `regex` takes for a space; by `re`, which is faster, if it can."""
    if _SPACE_IN_CLASS.search(pattern):
        import regex

        return regex.compile(pattern)
    return re.compile(re.sub(r"\\[sS]", lambda match: _SPACES[match[0]], pattern))


def _contexts(text: str, candidate: Any) -> Iterator[tuple[int, int, int]]:
    """Give the start of a candidate's word, the candidate's end, the start of the next word.

    The last is -1 where a mark follows. Of candidates in one word only the last counts. A space
    in the very first place of the text is overlooked, as in NLTK.
    """
    spaces = [space for space in string.whitespace if space in text]
    find_last = text.rfind
    start = stop = 0
    end = following = -1
    for match in candidate.finditer(text):
        here, found = match.start(), stop
        for space in spaces:
            place = find_last(space, found, here)
            if place > found:
                found = place
        word = found + 1 if found > stop else start
        if end > 0 and stop <= word:
            yield start, end, following
        start, stop, end, following = word, here, here + 1, match.start(1)
    if end > 0:
        yield start, end, following


class _Orthography(dict[str, int]):
    """NLTK's table of contexts, without its habit of growing by each word that is looked up."""

    def __missing__(self, key: str) -> int:
        return 0


def _last_token(word: str) -> int:
    """Say where the last token of a word that ends in a full stop may begin.

    A sign that is a token always parts it from the tokens before, which say nothing about it. They
    do matter if one of them may end a sentence.
    """
    if not _TOKENS.search(word):
        return 0
    first = len(word) - len(_TOKENS.split(word)[-1])
    return 0 if _ENDERS.search(word, 0, first) else first


def _first_token(word: str) -> str:
    """Cut a word without marks after its first token, at a sign that is a token always."""
    sign = _TOKENS.search(word, 1)
    return word[: sign.start()] if sign else word


def _is_plain(word: str) -> bool:
    """Say whether Punkt takes the word as one token that is neither initial nor number."""
    return len(word) > 1 and _is_token(word)


def _is_token(word: str) -> bool:
    """Say whether the word is surely one token to Punkt, also with a full stop after it."""
    return word.isalpha() or (word.isprintable() and not _SIGN.search(word))


def _is_harmless(head: str) -> bool:
    """Say whether a next word with this first character is a token, and none with the full stop."""
    return head >= "!" and head != "."


def untimed(pattern: Any) -> Any:
    """Lift the wall-clock limit that nltk 3.10 sets on a pattern; these take linear time."""
    if isinstance(pattern, re.Pattern):
        return pattern
    return nltk_module("nltk.redos").compile(pattern, timeout=None)


@cache
@loading
def _splitter() -> Splitter:
    return Splitter(parameters())
