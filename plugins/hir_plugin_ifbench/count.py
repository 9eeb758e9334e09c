"""How many words, numbers, marks and keywords a response has."""

from __future__ import annotations

import re
import string

from pydantic import NonNegativeInt, PositiveInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Between, Fact, Mentions, Number
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import Text, edge_words

_MARKS = ".,!?;:"
_INTERROBANGS = ("?!", "!?", "‽")
_DIGITS = re.compile(r"\d+")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class WordCountRange(Verifier, id="count:word_count_range"):
    r"""The number of words lies between two numbers, both included.

    ## What it checks
    `min_words` to `max_words` words. A word is a run of `\w`, so that "don't" counts as two.

    ## References
    IFBench (arXiv 2507.02833), `count:word_count_range`.
    """

    min_words: NonNegativeInt
    max_words: NonNegativeInt

    english_only = True
    relaxes = Between("min_words", "max_words")
    cases = (
        passes("One two three.", min_words=2, max_words=3),
        fails("One.", min_words=2, max_words=3),
        fails("One two three four.", min_words=2, max_words=3),
    )

    @model_validator(mode="after")
    def _is_a_range(self) -> WordCountRange:
        if self.min_words > self.max_words:
            raise ValueError(
                f"min_words ({self.min_words}) is greater than max_words ({self.max_words})"
            )
        return self

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"The response must contain between {self.min_words} and {self.max_words} words."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("words", self.min_words, self.max_words),)

    def check(self, response: Response) -> Verdict:
        """Count the words."""
        n = response.word_count
        return self.verdict(
            self.min_words <= n <= self.max_words,
            measured=n,
            reason=f"{counted(n, 'word')}, {self.min_words} to {self.max_words} wanted",
        )


class UniqueWordCount(Verifier, id="count:unique_word_count"):
    """The response has at least so many different words.

    ## What it checks
    The words between white space, in lower case and without punctuation at their ends: at least
    `N` differ.

    ## Known limits
    Forms of a word ("tea", "teas") are different words, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `count:unique_word_count`.
    """

    N: NonNegativeInt

    english_only = True
    relaxes = Number("N", "at least")
    more_lines_never_hurt = True
    cases = (
        passes("Tea, milk and sugar.", N=4),
        fails("Tea and tea and tea.", N=3),
        fails("Tea - milk", N=3),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"Use at least {self.N} unique words in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("unique words", self.N), Amount("words", self.N, called=())

    def check(self, response: Response) -> Verdict:
        """Count the different words."""
        return self._at_least(len(set(response.get(edge_words))))

    def check_reference(self, response: Response) -> Verdict:
        """Count what is left of a word of punctuation alone, which is nothing, as a word."""
        return self._at_least(
            len({word.strip(published.ENDS) for word in set(response.lower.split())})
        )

    def _at_least(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.N, measured=n, reason=f"{counted(n, 'different word')}, {self.N} wanted"
        )


class Numbers(Verifier, id="count:numbers"):
    """The response has exactly so many numbers.

    ## What it checks
    The runs of digits after the punctuation of ASCII is deleted, so that "3.14" and "1,000" are
    one each.

    ## Known limits
    So are "10-20", "3/4", "9:30" and "2024-05-06", digits within a word ("a1b2") are numbers, and
    numbers in words are none, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `count:numbers`.
    """

    N: NonNegativeInt

    relaxes = Number("N", "exactly")
    cases = (
        passes("3 cups at 1.50 each.", N=2),
        passes("No digit.", N=0),
        passes("3/4 of a cup at 9:30", N=2),
        passes("Mail a1b2", N=2),
        fails("3 cups at 4 in 2024.", N=2),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"Include exactly {self.N} numbers in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("numbers", self.N, self.N),)

    def check(self, response: Response) -> Verdict:
        """Count the runs of digits."""
        n = len(_DIGITS.findall(response.get(published.deleted)))
        return self.verdict(
            n == self.N, measured=n, reason=f"{counted(n, 'number')}, {self.N} wanted"
        )


class PunctuationCover(Verifier, id="count:punctuation"):
    """The response has every standard punctuation mark, and an interrobang.

    ## What it checks
    `?!`, `!?` or `‽`, and beside it each of `. , ! ? ; :` at least once.

    ## References
    IFBench (arXiv 2507.02833), `count:punctuation`.
    """

    more_lines_never_hurt = True
    cases = (
        passes("Tea?! Yes; no: well, maybe. Why? Now!"),
        passes("Tea‽ Yes; no: well, maybe. Why? Now!"),
        fails("Tea?! Yes; no: well, maybe."),
        fails("Tea. Yes; no: well, maybe. Why? Now!"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Use every standard punctuation mark at least once, including semicolons, colons, and "
            "the interrobang (?!)."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(map(Mentions, _MARKS))

    def check(self, response: Response) -> Verdict:
        """Take one interrobang out, then look for each mark."""
        text = response.text
        used = next((sign for sign in _INTERROBANGS if sign in text), None)
        if used is None:
            return self.verdict(False, reason="no interrobang")
        rest = text.replace(used, "", 1)
        missing = " ".join(mark for mark in _MARKS if mark not in rest)
        return self.verdict(not missing, reason=f"not there: {missing}")


class WordsJapanese(Verifier, id="count:words_japanese"):
    """Every N-th word is in Japanese.

    ## What it checks
    Of the words between white space, each N-th holds a kana or a CJK ideograph. Numbers and
    punctuation in its place are let pass.

    ## Known limits
    Chinese passes for Japanese, and a response of less than `N` words has no N-th word that could
    fail, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `count:words_japanese`.
    """

    N: PositiveInt

    cases = (
        passes("Green お茶 is 熱い.", N=2),
        passes("one 2 three お茶", N=2),
        fails("Green tea is hot.", N=2),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"Every {ordinal(self.N)} word of your response must be in Japanese."

    def check(self, response: Response) -> Verdict:
        """Look at each N-th word."""
        for word in response.text.split()[self.N - 1 :: self.N]:
            bare = word.strip(string.punctuation)
            if bare and not bare.isdigit() and not _JAPANESE.search(bare):
                return self.verdict(False, measured=bare[:40], reason=f"{bare[:40]!r}")
        return self.verdict(True)


def ordinal(n: int, sign: str = "") -> str:
    """Return "1st", "2nd", "13th" and so on, with a sign before the ending."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{n}{sign}{'th' if n % 100 in (11, 12, 13) else endings.get(n % 10, 'th')}"


class KeywordsMultiple(Verifier, id="count:keywords_multiple"):
    """Five keywords occur once, twice, three, five and seven times.

    ## What it checks
    Each keyword occurs exactly as often as asked, without regard to case.

    ## Known limits
    Keywords are found within words ("fish" in "fishing"), as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `count:keywords_multiple`.
    """

    keyword1: Text
    keyword2: Text
    keyword3: Text
    keyword4: Text
    keyword5: Text

    cases = (
        passes(
            "a bb cc bb cc cc dddd dddd dddd dddd dddd e e e e e e e",
            keyword1="a", keyword2="bb", keyword3="cc", keyword4="dddd", keyword5="e",
        ),
        fails(
            "a bb cc bb cc cc dddd dddd dddd dddd e e e e e e e",
            keyword1="a", keyword2="bb", keyword3="cc", keyword4="dddd", keyword5="e",
        ),
    )  # fmt: skip

    def describe(self) -> str:
        """Return IFBench's sentence."""
        one, two, three, four, five = (keyword.strip() for keyword in self._keywords)
        return (
            f"Include keyword {one} once in your response, keyword {two} twice in your response, "
            f"keyword {three} three times in your response, keyword {four} five times in your "
            f"response, and keyword {five} seven times in your response."
        )

    @property
    def _keywords(self) -> tuple[str, ...]:
        return self.keyword1, self.keyword2, self.keyword3, self.keyword4, self.keyword5

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(
            Mentions(keyword.strip(), n, n)
            for keyword, n in zip(self._keywords, (1, 2, 3, 5, 7), strict=True)
        )

    def check(self, response: Response) -> Verdict:
        """Count each keyword."""
        for keyword, wanted in zip(self._keywords, (1, 2, 3, 5, 7), strict=True):
            n = response.lower.count(keyword.strip().lower())
            if n != wanted:
                return self.verdict(False, measured=n, reason=f"{keyword!r}: {n}, {wanted} wanted")
        return self.verdict(True)
