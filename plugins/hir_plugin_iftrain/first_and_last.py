"""The first and the last word of a response, or of each of its sentences."""

from __future__ import annotations

import re
import string
from typing import Annotated

from annotated_types import Len

from hir_kit import Response, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Fact, Mentions
from hir_plugin_iftrain.analyses import Text, blocks, end_tokens, is_ended
from hir_plugin_iftrain.splitting import (
    distinct_sentences,
    listed_sentences,
    spoken_sentences,
    words_of,
)

_EMPHASIS = f"*_{string.whitespace}"
_NEITHER_WORD_NOR_SPACE = re.compile(r"[^\w\s]")

Word = Text | Annotated[list[Text], Len(1)]
"""A word, or a list of which the first one is meant, as some of the data have it."""


def _meant(word: str | list[str]) -> str:
    return (word if isinstance(word, str) else word[0]).strip()


def _wanted(word: str) -> list[str]:
    """Return the words to compare with: more than one where the kwarg holds a phrase."""
    return [part.lower() for part in words_of(word)] or [word.lower()]


def _begins(text: str, wanted: list[str]) -> bool:
    return [word.lower() for word in words_of(text)[: len(wanted)]] == wanted


def _ends(text: str, wanted: list[str]) -> bool:
    return [word.lower() for word in words_of(text)[-len(wanted) :]] == wanted


class FirstWordSentence(Verifier, id="first_word:first_word_sent"):
    """Each sentence begins with a given word.

    ## What it checks
    The first word of each sentence is `first_word`, without regard to case and to punctuation
    around it. Of a list the first word is meant.

    ## Known limits
    A sentence ends at each `.`, `?` and `!`, save for some English abbreviations, numbers and web
    addresses, as in the reference. A line end is no end of a sentence, unless an item of a list
    follows.

    ## References
    IFTrain (arXiv 2507.02833), `FirstWordSentChecker` of open-instruct.
    """

    first_word: Word

    english_only = True
    cases = (
        passes("Tea is hot. Tea, then, is ready!", first_word="tea"),
        passes("Tea is hot.", first_word=["tea", "milk"]),
        passes("1. Tea is hot.\n2. Tea is ready.", first_word="tea"),
        fails("Tea is hot. It is ready.", first_word="tea"),
        fails("Teas are hot.", first_word="tea"),
        fails("- Tea is hot\n- Milk is cold", first_word="tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"The first word of each sentence should be the word {_meant(self.first_word)}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(_meant(self.first_word).strip()),)

    def check(self, response: Response) -> Verdict:
        """Compare the first word of each sentence."""
        wanted = _wanted(_meant(self.first_word))
        sentences = dict.fromkeys(response.get(listed_sentences))
        other = next((said for said in sentences if not _begins(said, wanted)), None)
        return self.verdict(
            bool(sentences) and other is None, reason=f"begins otherwise: {(other or '')[:80]!r}"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Compare what stands before the first white space of each sentence."""
        wanted = _meant(self.first_word).lower()
        for said in response.get(distinct_sentences):
            if not said or said.split(maxsplit=1)[0].lower() != wanted:
                return self.verdict(False, reason=f"begins otherwise: {said[:80]!r}")
        return self.verdict(True)


class FirstWordAnswer(Verifier, id="first_word:first_word_answer"):
    """The response begins with a given word.

    ## What it checks
    The first word of the text is `first_word`, without regard to case and to punctuation around
    it.

    ## References
    IFTrain (arXiv 2507.02833), `FirstWordAnswerChecker` of open-instruct.
    """

    first_word: Text

    english_only = True
    cases = (
        passes('"Tea, then," she said.', first_word="tea"),
        fails("The tea is hot.", first_word="tea"),
        fails("Teas are hot.", first_word="tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"The first word of your response should be the word {self.first_word.strip()}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.first_word.strip()),)

    def check(self, response: Response) -> Verdict:
        """Compare the first word."""
        wanted = _wanted(self.first_word.strip())
        found = " ".join(response.get(words_of)[: len(wanted)])
        return self._compare(found, " ".join(wanted))

    def check_reference(self, response: Response) -> Verdict:
        """Compare what stands before the first white space."""
        found = response.text.split(maxsplit=1)[0]
        return self._compare(found, self.first_word.strip().lower())

    def _compare(self, found: str, wanted: str) -> Verdict:
        return self.verdict(
            found.lower() == wanted,
            measured=found,
            reason=f"begins with {found[:80]!r}, {wanted!r} wanted",
        )


class LastWordSentence(Verifier, id="last_word:last_word_sent"):
    """Each sentence ends with a given word, before its punctuation.

    ## What it checks
    The last word of each sentence is `last_word`, without regard to case and to punctuation around
    it. Of a list the first word is meant.

    ## Known limits
    A sentence ends at each `.`, `?` and `!`, save for some English abbreviations, numbers and web
    addresses, as in the reference. A line end is no end of a sentence; where the end of a paragraph
    or of an item of a list decides, without a mark, it is `unknown`.

    ## References
    IFTrain (arXiv 2507.02833), `LastWordSentChecker` of open-instruct.
    """

    last_word: Word

    english_only = True
    cases = (
        passes("We drink tea. Who else drinks (green) tea?!", last_word="tea"),
        passes("We drink tea.", last_word=["tea", "milk"]),
        passes("1. We drink tea.\n2. They drink tea.", last_word="tea"),
        fails("We drink tea. It is hot.", last_word="tea"),
        fails("We drink iced-tea.", last_word="tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "The last word of each sentence, before punctuation, should be the word "
            f"{_meant(self.last_word)}."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(_meant(self.last_word).strip()),)

    def check(self, response: Response) -> Verdict:
        """Compare the last word of each sentence."""
        wanted = _wanted(_meant(self.last_word))
        sentences = dict.fromkeys(response.get(spoken_sentences))
        other = next((said for said in sentences if not _ends(said, wanted)), None)
        if sentences and other is None:
            ends = (block for block in dict.fromkeys(response.get(blocks)) if not is_ended(block))
            bare = next((block for block in ends if not _ends(block, wanted)), None)
            if bare is not None:
                return unknown(f"no mark ends {bare[-40:]!r}: it may be a sentence or not")
        return self.verdict(
            bool(sentences) and other is None, reason=f"ends otherwise: {(other or '')[-80:]!r}"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Compare what stands after the last white space, without any punctuation."""
        wanted = _meant(self.last_word).lower()
        for said in response.get(distinct_sentences):
            if not said or _bare_end(said) != wanted:
                return self.verdict(False, reason=f"ends otherwise: {said[-80:]!r}")
        return self.verdict(True)


class LastWordAnswer(Verifier, id="last_word:last_word_answer"):
    """The response ends with a given word.

    ## What it checks
    The last word of the text is `last_word`, without regard to case and to punctuation around it.

    ## References
    IFTrain (arXiv 2507.02833), `LastWordAnswerChecker` of open-instruct.
    """

    last_word: Text

    english_only = True
    cases = (
        passes("We drink tea!", last_word="Tea"),
        fails("Tea is hot.", last_word="tea"),
        fails("We drink iced-tea.", last_word="tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"The last word of your response should be the word {self.last_word.strip()}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.last_word.strip()),)

    def check(self, response: Response) -> Verdict:
        """Compare the last word."""
        wanted = _wanted(self.last_word.strip())
        found = " ".join(response.get(words_of)[-len(wanted) :])
        return self._compare(found, " ".join(wanted))

    def check_reference(self, response: Response) -> Verdict:
        """Compare what stands after the last white space, without any punctuation."""
        return self._compare(_bare_end(response.text), self.last_word.strip().lower())

    def _compare(self, found: str, wanted: str) -> Verdict:
        return self.verdict(
            found.lower() == wanted,
            measured=found,
            reason=f"ends with {found[-80:]!r}, {wanted!r} wanted",
        )


class StartEnd(Verifier, id="keywords:start_end"):
    """The response begins and ends with the same word.

    ## What it checks
    The first and the last word are the same, without regard to case and to signs before them.
    Nothing follows the last one but asterisks of bold print.

    ## Known limits
    A text of a single word violates.

    ## References
    IFTrain (arXiv 2507.02833), `StartEndChecker` of open-instruct, which compares NLTK's tokens,
    signs among them: `*Tea is hot*` begins and ends with the same one.
    """

    english_only = True
    cases = (
        passes("Tea is what we drink: tea"),
        passes("“Don't spill it”, they say: don’t"),
        fails("Tea is what we drink: tea."),
        passes("**Tea** is what we drink: **tea**"),
        fails("*Tea is hot*"),
        fails("Tea is what we drink"),
        fails("Tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "Start and end your response with the same word (do not write anything after the last "
            "word, not even punctuation)."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the first and the last word."""
        words = response.get(words_of)
        if len(words) < 2:
            return self.verdict(False, reason="a single word")
        last = words[-1]
        if not response.text.rstrip(_EMPHASIS).replace("’", "'").endswith(last):
            return self.verdict(False, measured=last, reason=f"something follows {last[-80:]!r}")
        return self._compare(words[0], last)

    def check_reference(self, response: Response) -> Verdict:
        """Compare the first and the last token."""
        ends = response.get(end_tokens)
        if ends is None:
            return self.verdict(False, reason="a single word")
        return self._compare(*ends)

    def _compare(self, first: str, last: str) -> Verdict:
        return self.verdict(
            first.lower() == last.lower(),
            measured=last,
            reason=f"begins with {first[:80]!r}, ends with {last[-80:]!r}",
        )


def _bare_end(text: str) -> str:
    last = text.split()[-1]
    return _NEITHER_WORD_NOR_SPACE.sub("", last).lower()
