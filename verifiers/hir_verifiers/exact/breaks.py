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

from hir_verifiers.exact.memo import Memo

_PAIRS = 1 << 15
_LONG_PAIR = 120
# A letter, or a sign but "-", "." and ",".
_IN_NO_NUMBER = re.compile(r"[^\W\d_]|[!-+/:-@\[-`{-~\xa1-\xbf\xd7\xf7\u2010-\u2bff\u3001-\u303f]")
_NUMBER = re.compile(r"-?[.,]?[0-9][0-9,.-]*")  # what Punkt takes for one, in ASCII

_Pair = tuple[str, str]


class Breaks:
    """Says what ``PunktSentenceTokenizer.text_contains_sentbreak`` says.

    Args:
        punkt: NLTK's tokenizer with its parameters.
        tokenize: Gives the tokens of a line, as Punkt has them.

    Attributes:
        doubtful: The words, in lower case, whose full stop may end no sentence.
    """

    def __init__(self, punkt: Any, tokenize: Callable[[str], list[str]]) -> None:
        from nltk.tokenize.punkt import PunktToken

        params = punkt._params
        self._token = PunktToken
        self._annotate = punkt._annotate_tokens
        self._tokenize = tokenize
        self.doubtful = params.abbrev_types | {first for first, _ in params.collocations}
        followers = {second for _, second in params.collocations}
        words = followers | params.sent_starters | set(params.ortho_context)
        self._known = words.union(punkt.PUNCTUATION)
        self._asked: dict[_Pair, bool] = {}
        self._forms: Memo[str, str] = Memo(self._form, _PAIRS)
        self._kinds: Memo[str, str] = Memo(self._kind, _PAIRS)

    def __call__(self, context: str) -> bool:
        """Say whether a sentence ends in the context, before its last token."""
        lines = context.split("\n") if "\n" in context else (context,)
        before = ""
        for line in lines:
            for token in self._tokenize(line) if line.strip() else ():
                if before and self.ends(before, token):
                    return True
                before = token
        return False

    def ends(self, first: str, second: str) -> bool:
        """Say whether the sentence ends with the first of two tokens."""
        if first[-1] != ".":
            return first in ("?", "!")
        return self._is_ordinary(first[:-1]) or self._answer(first, second)

    def _is_ordinary(self, word: str) -> bool:
        """Say whether a sentence ends with this word and a full stop, whatever comes next."""
        if len(word) < 2 or word[-1] == "." or not _IN_NO_NUMBER.search(word):
            return False
        return not self._is_doubtful(word)

    def _is_doubtful(self, word: str) -> bool:
        word = word.lower()
        return word in self.doubtful or word.rpartition("-")[2] in self.doubtful

    def _answer(self, first: str, second: str) -> bool:
        """Ask NLTK about a pair, once for all that it cannot tell from it."""
        if len(first) + len(second) > _LONG_PAIR:
            key = self._form(first), self._kind(second)
        else:
            key = self._forms[first], self._kinds[second]
        known = self._asked.get(key)
        if known is None:
            annotated = self._annotate(map(self._token, (first, second)))
            known = bool(next(annotated).sentbreak)
            self._keep(key, known)
        return known

    def _form(self, first: str) -> str:
        """Give the token itself, but the same for all initials and numbers with one full stop."""
        word = first[:-1]
        if len(word) == 1 and word.isalpha():
            return first if self._is_doubtful(word) else "an initial"
        if not _NUMBER.fullmatch(word) or word[-1] == "." or self._is_doubtful(word):
            return first
        return "a number"

    def _kind(self, second: str) -> str:
        """Give the token itself where Punkt may know it, else what it looks at of others."""
        word = second.lower()
        if not self._known.isdisjoint((word, word[:-1])):
            return second
        if not _IN_NO_NUMBER.search(second):
            return "a number" if _NUMBER.fullmatch(second) else second
        head = second[0]
        return "upper case" if head.isupper() else "lower case" if head.islower() else "no case"

    def _keep(self, key: _Pair, value: bool) -> None:
        if sum(map(len, key)) > _LONG_PAIR:
            return
        if len(self._asked) >= _PAIRS:
            self._asked.clear()
        self._asked[key] = value
