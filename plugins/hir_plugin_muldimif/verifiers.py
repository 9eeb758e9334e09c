"""What MulDimIF's checkers decide, where its sentence says one thing only.

They judge as the published checkers do, which is not how IFEval's do: words are what stands between
white space, keywords are whole words, and the very last character is the ending punctuation.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import AfterValidator, NonNegativeInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown

# Where a response holds one of these, the published checker counts them, and no word.
_CHINESE = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\u3000-\u303f\uff00-\uffef]")
_HAN = re.compile("[\u4e00-\u9fff]")
_MARKS = {"period": ".", "question mark": "?", "exclamation mark": "!", "semicolon": ";"}


class Words(Verifier, id="muldimif:words"):
    """The response has at least, at most, or exactly so many words between white space.

    ## What it checks
    The number of words is not below `min_words` and not above `max_words`. A word is what stands
    between white space: "don't" and "well-known" are one each, and so is a dash by itself.

    ## Known limits
    A response with Chinese characters or full-width signs is `unknown`: the published checker then
    counts these alone, and takes a long English answer with one of them for a single word.

    ## References
    MulDimIF, the checker `Length_Words`.
    """

    min_words: NonNegativeInt = 0
    max_words: NonNegativeInt | None = None

    cases = (
        passes("Don't stop now.", max_words=3),
        passes("One well-known word.", min_words=3, max_words=3),
        fails("One two three four.", max_words=3),
        fails("One two.", min_words=3),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> Words:
        if self.max_words is None and not self.min_words:
            raise ValueError("a min_words above 0 or a max_words is wanted")
        if self.max_words is not None and self.min_words > self.max_words:
            raise ValueError(f"min_words ({self.min_words}) is above max_words ({self.max_words})")
        return self

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return f"The answer must contain {self._wanted()} words."

    def check(self, response: Response) -> Verdict:
        """Compare the number of words."""
        if _CHINESE.search(response.text):
            return unknown("Chinese characters or full-width signs: white space divides no words")
        return self._compare(len(response.text.split()))

    def check_reference(self, response: Response) -> Verdict:
        """Count Chinese characters and full-width signs, where there are any, and no word."""
        signs = len(_CHINESE.findall(response.text))
        return self._compare(signs or len(response.text.split()))

    def _compare(self, n: int) -> Verdict:
        ok = self.min_words <= n and (self.max_words is None or n <= self.max_words)
        return self.verdict(ok, measured=n, reason=f"{counted(n, 'word')}, {self._wanted()} wanted")

    def _wanted(self) -> str:
        if self.max_words is None:
            return f"at least {self.min_words}"
        if not self.min_words:
            return f"at most {self.max_words}"
        if self.min_words == self.max_words:
            return f"exactly {self.max_words}"
        return f"between {self.min_words} and {self.max_words}"


def _quotable(keyword: str) -> str:
    if not keyword.strip() or "'" in keyword:
        raise ValueError("a keyword that is not blank and has no ' is wanted")
    return keyword


class Keywords(Verifier, id="muldimif:keywords"):
    """Every keyword is in the response as a word of its own.

    ## What it checks
    Each keyword stands in the text, without regard to case, with no letter, digit or underscore
    beside it. One with Chinese characters is found wherever it stands.

    ## Known limits
    "key" is not found in "keys".

    ## References
    MulDimIF, the checker `Content_Keywords`.
    """

    keywords: Annotated[list[Annotated[str, AfterValidator(_quotable)]], Len(1)]

    cases = (
        passes("A KEY and a lock.", keywords=["key", "lock"]),
        passes("I write C++.", keywords=["C++"]),
        fails("Two keys.", keywords=["key"]),
        fails("A key.", keywords=["key", "lock"]),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        *others, last = (f"'{keyword}'" for keyword in self.keywords)
        if not others:
            return f"The answer must include the keyword {last}."
        return f"The answer must include the keywords {', '.join(others)} and {last}."

    def check(self, response: Response) -> Verdict:
        """Look for each keyword."""
        missing = [word for word in self.keywords if not _own_word(word).search(response.text)]
        return self.verdict(not missing, reason=f"missing: {', '.join(map(repr, missing))}")


@lru_cache(maxsize=100_000)
def _own_word(keyword: str) -> re.Pattern[str]:
    if _HAN.search(keyword):
        return re.compile(re.escape(keyword))
    return re.compile(rf"(?<!\w){re.escape(keyword)}(?!\w)", re.IGNORECASE)


class EndingPunctuation(Verifier, id="muldimif:ending_punctuation"):
    """The last character of the response is a given punctuation mark.

    ## What it checks
    The text, without white space around it, ends with the mark that `mark` names.

    ## Known limits
    Nothing may follow the mark: `Done.*` and `Done."` do not end with a period.

    ## References
    MulDimIF, the checker `Content_Punctuation`.
    """

    mark: Literal["period", "question mark", "exclamation mark", "semicolon"]

    cases = (
        passes("It rains.", mark="period"),
        passes("Does it rain?\n", mark="question mark"),
        fails("It rains!", mark="period"),
        fails('"It rains."', mark="period"),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        article = "an" if self.mark == "exclamation mark" else "a"
        return f"The answer must end with {article} {self.mark}."

    def check(self, response: Response) -> Verdict:
        """Look at the last character."""
        last = response.text.strip()[-1:]
        return self.verdict(
            last == _MARKS[self.mark], reason=f"ends with {last!r}, a {self.mark} wanted"
        )


class CapitalizedWords(Verifier, id="muldimif:capitalized_words"):
    """No word of the response begins with a small letter.

    ## What it checks
    No piece between white space begins with a letter from a to z. Words in capitals are accepted.

    ## Known limits
    What begins with a sign is accepted, whatever follows: "(so", "**so**", "3rd".

    ## References
    MulDimIF, the checker `Language_English`.
    """

    cases = (
        passes("Tea Is Ready."),
        passes("TEA IS READY IN 3 Minutes."),
        fails("Tea is ready."),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return "The answer must use capitalized letters for each word."

    def check(self, response: Response) -> Verdict:
        """Look at the first character of each word."""
        small = next((word for word in response.text.split() if "a" <= word[0] <= "z"), None)
        return self.verdict(small is None, measured=small, reason=f"{small!r} is not capitalized")


class Uppercase(Verifier, id="muldimif:uppercase"):
    """The response has no small letter.

    ## What it checks
    The text is the same in upper case.

    ## Known limits
    A text without letters is accepted. `ß` has no upper case of its own, and fails.

    ## References
    MulDimIF, the checker `Language_English`.
    """

    cases = (passes("TEA AT 5."), fails("Tea at 5."), fails("TEA at 5."))

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return "The answer must be in all uppercase letters."

    def check(self, response: Response) -> Verdict:
        """Compare the text with itself in upper case."""
        is_upper = response.text == response.text.upper()
        return self.verdict(is_upper, reason="some letter is not in upper case")


VERIFIERS = (Words, Keywords, EndingPunctuation, CapitalizedWords, Uppercase)
