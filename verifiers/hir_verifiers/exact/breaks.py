"""Whether a sentence ends within a few words: Punkt's decision, token by token.

Punkt cuts the words into tokens and looks at each with the next one. A token without a mark at its
end never ends a sentence, and one that is neither abbreviation, number, initial nor in a
collocation always does with a full stop. For the others NLTK's class decides. What it knows of most
next tokens is whether they begin with a capital, so that few pairs have to be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unicodedata import category

from hir_verifiers.exact.memo import Memo
from hir_verifiers.nltk_modules import nltk_module

_PAIRS = 1 << 15
_LONG_PAIR = 120
# A letter, or a sign but "-", "." and ",".
_IN_NO_NUMBER = re.compile(r"[^\W\d_]|[!-+/:-@\[-`{-~\xa1-\xbf\xd7\xf7\u2010-\u2bff\u3001-\u303f]")
_NUMBER = re.compile(r"-?[.,]?[0-9][0-9,.-]*")  # what Punkt takes for one, in ASCII

_Pair = tuple[str, str]


def _is_sign(char: str) -> bool:
    """Say whether a character is surely none of words: `Ⓐ` and `_` may be."""
    kind = category(char)
    return kind[0] in "PS" and kind != "Pc" and not char.isupper() and not char.islower()


class Breaks:
    """Says what ``PunktSentenceTokenizer.text_contains_sentbreak`` says.

    Args:
        punkt: NLTK's tokenizer with its parameters.
        tokenize: Gives the tokens of a line, as Punkt has them.

    Attributes:
        doubtful: The words, in lower case, whose full stop may end no sentence.
    """

    def __init__(self, punkt: Any, tokenize: Callable[[str], list[str]]) -> None:
        params = punkt._params
        self._token = nltk_module("nltk.tokenize.punkt").PunktToken
        self._annotate = punkt._annotate_tokens
        self._tokenize = tokenize
        self.doubtful = params.abbrev_types | {first for first, _ in params.collocations}
        followers = {second for _, second in params.collocations}
        words = followers | params.sent_starters | set(params.ortho_context)
        self._known = words.union(punkt.PUNCTUATION)
        self._asked: dict[_Pair, bool] = {}
        self._looks: Memo[str, _Pair] = Memo(self._look, _PAIRS)

    def __call__(self, context: str) -> bool:
        """Say whether a sentence ends in the context, before its last token."""
        lines = context.split("\n") if "\n" in context else (context,)
        before = ""
        for line in lines:
            for token in self._tokenize(line) if line.strip() else ():
                if before and before[-1] in ".?!" and self.ends(before, token):
                    return True
                before = token
        return False

    def ends(self, first: str, second: str) -> bool:
        """Say whether the sentence ends with the first of two tokens."""
        if first[-1] != ".":
            return first in ("?", "!")
        if len(first) + len(second) > _LONG_PAIR:
            key = self._look(first)[0], self._look(second)[1]
        else:
            key = self._looks[first][0], self._looks[second][1]
        if not key[0]:
            return True
        known = self._asked.get(key)
        if known is None:
            annotated = self._annotate(map(self._token, (first, second)))
            known = bool(next(annotated).sentbreak)
            self._keep(key, known)
        return known

    def _look(self, token: str) -> _Pair:
        """Give what Punkt looks at of a token: as the first of two, and as the second.

        That is the token itself where Punkt may know it. Of the first it is "" where the sentence
        ends with it whatever comes next.
        """
        word = token.lower()
        form, kind = self._look_of_unknown(token)
        if word[-2:] in (".", "..") or self._is_doubtful(word[:-1]):
            form = token
        if not self._known.isdisjoint((word, word[:-1])):
            kind = token
        return form, kind

    def _is_doubtful(self, word: str) -> bool:
        return word in self.doubtful or word.rpartition("-")[2] in self.doubtful

    def _look_of_unknown(self, token: str) -> _Pair:
        """Give the same for all initials, for all numbers, and for all others of a case."""
        head = token[0]
        case = "upper case" if head.isupper() else "lower case" if head.islower() else "no case"
        is_short = len(token) == 2
        if is_short and head.isalpha():
            return "an initial", case
        if _is_sign(head) if is_short else _IN_NO_NUMBER.search(token):
            return "", case
        if _NUMBER.fullmatch(token) or (seen := self._token(token)).is_number:
            return "a number", "a number"
        return "an initial" if seen.is_initial else "", case

    def _keep(self, key: _Pair, value: bool) -> None:
        if sum(map(len, key)) > _LONG_PAIR:
            return
        if len(self._asked) >= _PAIRS:
            self._asked.clear()
        self._asked[key] = value
