"""Shares: of stop words, of kinds of sentences, of trigrams."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import lower_words, mark_of, sentences
from hir_plugin_ifbench.stop_words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.unsignedinteger[Any]]

Percentage = Annotated[float, Field(ge=0, le=100)]


_RUN = 3
_WITHIN = 2  # percent that an overlap may be off
_ASCII, _OTHER = bytes(range(128)), 255
_MOST_SIGNS = _OTHER - len(_ASCII)


def count_marks(text: str) -> tuple[int, int, int]:
    """Return how many sentences end with a full stop, a question and an exclamation mark.

    Quotation marks and brackets after the mark are set aside.
    """
    marks = [mark_of(sentence) for sentence in sentences(text)]
    return marks.count("."), marks.count("?"), marks.count("!")


def count_published_marks(text: str) -> tuple[int, int, int]:
    """Return the same as the published checkers count it: the last character of a sentence."""
    marks = [sentence[-1:] for sentence in published.sentences(text)]
    return marks.count("."), marks.count("?"), marks.count("!")


class StopWordShare(Verifier, id="ratio:stop_words"):
    r"""At most such a percentage of the words are stop words.

    ## What it checks
    Of the words (runs of `\w`) no more than `percentage` percent are in NLTK's list of English stop
    words, without regard to case. A response without a word fails.

    ## References
    IFBench (arXiv 2507.02833), `ratio:stop_words`; NLTK's `stopwords` corpus.
    """

    percentage: Percentage

    english_only = True
    relaxes = Number("percentage", "at most")
    cases = (
        passes("The kettle boils water.", percentage=25),
        fails("The kettle is on.", percentage=50),
        fails("...", percentage=50),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            f"Ensure that stop words constitute no more than {self.percentage:g}% of the total "
            "words in your response."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the share."""
        share = response.get(stop_word_share)
        if share is None:
            return self.verdict(False, reason="no word")
        return self.verdict(
            share <= self.percentage,
            measured=round(share, 2),
            reason=f"{share:.2f} % stop words, at most {self.percentage:g} % wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Give up on a response without a word."""
        if response.get(stop_word_share) is None:
            return published.raises("ZeroDivisionError: division by zero")
        return self.check(response)


def stop_word_share(text: str) -> float | None:
    """Return the percentage of words that are stop words; None where there is no word."""
    words = Response(text).words
    stopped = sum(word.lower() in STOP_WORDS for word in words)
    return stopped / len(words) * 100 if words else None


class SentenceType(Verifier, id="ratio:sentence_type"):
    """There are twice as many declarative as interrogative sentences.

    ## What it checks
    Twice as many sentences end with a full stop as with a question mark, quotation marks and
    brackets after it set aside, and there is at least one of the latter.

    ## Known limits
    The last mark decides: an exclamation counts for neither.

    ## References
    IFBench (arXiv 2507.02833), `ratio:sentence_type`.
    """

    english_only = True
    cases = (
        passes('Tea is hot. Milk is cold. He asks, "Is water?"'),
        fails("Tea is hot. Is milk? Is water?"),
        fails("Tea is hot!"),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return "Maintain a 2:1 ratio of declarative to interrogative sentences in your response."

    def check(self, response: Response) -> Verdict:
        """Compare the two kinds."""
        stops, questions, _ = response.get(count_marks)
        return self._compared(stops, questions, vacuous=False)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a response with no sentence of either kind."""
        stops, questions, _ = response.get(count_published_marks)
        return self._compared(stops, questions, vacuous=True)

    def _compared(self, stops: int, questions: int, *, vacuous: bool) -> Verdict:
        return self.verdict(
            stops == 2 * questions and (vacuous or questions > 0),
            measured=f"{stops}:{questions}",
            reason=f"{stops} end with a full stop, {questions} with a question mark",
        )


class SentenceBalance(Verifier, id="ratio:sentence_balance"):
    """There are as many declarative as interrogative as exclamatory sentences.

    ## What it checks
    As many sentences end with a full stop as with a question mark and with an exclamation mark,
    quotation marks and brackets after it set aside; at least one each.

    ## References
    IFBench (arXiv 2507.02833), `ratio:sentence_balance`.
    """

    english_only = True
    cases = (
        passes("Tea is hot. Is milk? So it is!"),
        fails("Tea is hot. Is milk? Milk is cold."),
        fails("Tea, milk, sugar"),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            "Ensure that the ratio of sentence types (declarative, interrogative, exclamatory) in "
            "your response is balanced."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the three kinds."""
        return self._compared(response.get(count_marks), vacuous=False)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a response with no sentence of any kind."""
        return self._compared(response.get(count_published_marks), vacuous=True)

    def _compared(self, counts: tuple[int, int, int], *, vacuous: bool) -> Verdict:
        return self.verdict(
            len(set(counts)) == 1 and (vacuous or counts[0] > 0),
            measured=":".join(map(str, counts)),
            reason="{} end with a full stop, {} with a question mark, {} with an exclamation "
            "mark".format(*counts),
        )


class Overlap(Verifier, id="ratio:overlap"):
    """Such a percentage of the trigrams are those of a reference text, give or take two.

    ## What it checks
    Of the different runs of three characters of the response, `percentage` percent (2 more or less)
    are in `reference_text`, too.

    ## Known limits
    Trigrams of characters, not of words; case and white space count, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `ratio:overlap`.
    """

    reference_text: str
    percentage: Percentage

    english_only = True
    relaxes = Number("percentage", "exactly", within=_WITHIN)
    cases = (
        passes("green tea", reference_text="green tea", percentage=100),
        passes("abcdx", reference_text="abcd", percentage=66),
        fails("green tea", reference_text="green tea", percentage=50),
        fails("gr", reference_text="green tea", percentage=0),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            f"Maintain a trigram overlap of {self.percentage:g}% (±2%) with the provided reference "
            "text."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the sets of trigrams."""
        if len(response.text) < _RUN:
            return self.verdict(False, reason="less than three characters")
        if response.part_of and self._is_far(response):
            return self.verdict(False, reason="less is cut off than would be needed")
        shared, different = _compared(response.text, self.reference_text)
        overlap = shared / different * 100
        return self.verdict(
            self.percentage - _WITHIN <= overlap <= self.percentage + _WITHIN,
            measured=round(overlap, 2),
            reason=f"{overlap:.2f} % overlap, {self.percentage:g} % (±2 %) wanted",
        )

    def _is_far(self, response: Response) -> bool:
        """Return whether the whole is so far off that what is cut off it cannot make up for it."""
        shared, different = _compared(response.part_of, self.reference_text)
        cut = len(response.part_of) - len(response.text)  # each may have cost one trigram
        low, high = (shared - cut) / different * 100, shared / max(different - cut, 1) * 100
        return high < self.percentage - _WITHIN or low > self.percentage + _WITHIN

    def check_reference(self, response: Response) -> Verdict:
        """Give up on a response that is too short for a trigram."""
        if len(response.text) < _RUN:
            return published.raises("ZeroDivisionError: division by zero")
        return self.check(response)


def trigrams(text: str) -> tuple[str, Codes]:
    """Return the signs beyond ASCII, and the runs of three characters, told apart as numbers.

    The numbers are in their order, each as often as its run occurs.
    """
    signs = "" if text.isascii() else _beyond_ascii(text)
    codes = _codes(text, signs)
    codes.sort()
    return signs, codes


def _beyond_ascii(text: str) -> str:
    """Return the distinct characters that are not ASCII, in their order."""
    others = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return "".join(sorted(set(others.decode("utf-8", "surrogatepass"))))


def _codes(text: str, signs: str) -> Codes:
    """Return the runs of three characters as numbers.

    Where the signs beyond ASCII are few each has one byte, so that numbers are small, which are
    sorted faster.
    """
    import numpy as np

    if len(signs) > _MOST_SIGNS:
        chars = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype("u8")
        wide: Codes = chars[:-2] | chars[1:-1] << np.uint64(21) | chars[2:] << np.uint64(42)
        return wide
    for byte, sign in enumerate(signs, len(_ASCII)):
        text = text.replace(sign, chr(byte))  # which is none of those that are still to come
    fours = np.ndarray(
        max(len(text) - 2, 0), "<u4", text.encode("latin-1") + bytes(4), strides=(1,)
    )
    codes: Codes = fours & np.uint32((1 << 24) - 1)
    return codes


@lru_cache(maxsize=8)  # a response, and what its loose variants are parts of
def _compared(text: str, reference: str) -> tuple[int, int]:
    """Return how many trigrams of a text are in the reference, too, and how many it has."""
    import numpy as np

    signs, codes = trigrams(text)
    others = _trigrams_of_reference(reference, signs)
    places = codes.searchsorted(others)
    shared = np.count_nonzero(codes.take(places, mode="clip") == others)
    return int(shared), int(np.count_nonzero(codes[1:] != codes[:-1])) + 1


def _trigrams_of_reference(text: str, signs: str) -> Codes:
    """Return the different runs of a text as the numbers that they have beside these signs."""
    return _different(text, "" if text.isascii() and len(signs) <= _MOST_SIGNS else signs)


@lru_cache(maxsize=100)
def _different(text: str, signs: str) -> Codes:
    import numpy as np

    if len(signs) <= _MOST_SIGNS:
        bytes_of = {ord(sign): byte for byte, sign in enumerate(signs, len(_ASCII))}
        others = dict.fromkeys(map(ord, _beyond_ascii(text)), _OTHER)
        text, signs = text.translate(others | bytes_of), ""
    return np.unique(_codes(text, signs))


class SentenceWords(Verifier, id="ratio:sentence_words"):
    """Three sentences of as many characters each, in which no word comes twice.

    ## What it checks
    Exactly three sentences, of the same length in characters, and all words differ, without regard
    to case and punctuation.

    ## References
    IFBench (arXiv 2507.02833), `ratio:sentence_words`.
    """

    english_only = True
    cases = (
        passes("Tea is hot. Ice melted. We saw sun."),
        fails("Tea is hot. Ice is not. Sun is out."),
        fails("Tea is hot. Milk stays cold. We saw sun."),
        fails("Tea is hot. Ice melted."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Respond with three sentences, all containing the same number of characters but using "
            "all different words."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the lengths, then the words."""
        verdict = self._of_one_length(response.get(sentences))
        if not verdict.satisfied:
            return verdict
        word, times = Counter(response.get(lower_words)).most_common(1)[0]
        return self.verdict(times == 1, reason=f"{word[:40]!r} comes {counted(times, 'time')}")

    def check_reference(self, response: Response) -> Verdict:
        """Compare the lengths only."""
        return self._of_one_length(response.get(published.sentences))

    def _of_one_length(self, found: list[str]) -> Verdict:
        if len(found) != 3:
            return self.verdict(
                False, measured=len(found), reason=f"{counted(len(found), 'sentence')}, 3 wanted"
            )
        lengths = [len(sentence) for sentence in found]
        return self.verdict(
            len(set(lengths)) == 1, reason="characters: {}, {}, {}".format(*lengths)
        )
