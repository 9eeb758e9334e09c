"""The form of a response: brackets around words, hyphens between sentences, signs left out."""

from __future__ import annotations

import re
from collections.abc import Callable

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Fact, Mentions
from hir_plugin_iftrain.analyses import SIGNS, SYMBOLS
from hir_plugin_iftrain.splitting import split_sentences

_HYPHEN_AFTER_SENTENCE = re.compile(r"(?<=[.?!…\"'”’)\]*])-")
_LOOSE_HYPHEN = re.compile(r"\s-|-\s")
_ENDS = re.compile(r"[.?!…][\"'”’)\]*]*$")


class BigramWrapping(Verifier, id="detectable_format:bigram_wrapping"):
    """Each two words stand in double angular brackets, `<<so written>>`.

    ## What it checks
    The text is cut at white space, and the pieces are taken by twos: the first of each pair begins
    with `<<`, the second ends with `>>`, and neither is wrapped by itself.

    ## Known limits
    An odd last word need not be wrapped, so that a single word passes, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `BiGramWrappingChecker` of open-instruct, for which words that are
    wrapped one by one are wrapped by twos.
    """

    english_only = True
    cases = (
        passes("<<Green tea>> <<is hot.>>"),
        passes("<<Green tea>> <<is hot>> today"),
        fails("<<Green tea>> is hot."),
        fails("<<Green tea is hot.>>"),
        fails("<<Green>> <<tea>> <<is>> <<hot.>>"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "Wrap every word bigram in double angular brackets, such as <<I am>> <<at home>> "
            "<<with my>> <<cute dog>>."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Mentions("<<"), Mentions(">>")

    def check(self, response: Response) -> Verdict:
        """Look at the words by twos."""
        return self._by_twos(
            response,
            lambda first, second: (
                _is_wrapped(first, second) and ">>" not in first and "<<" not in second
            ),
        )

    def check_reference(self, response: Response) -> Verdict:
        """Accept words that are wrapped one by one."""
        return self._by_twos(response, _is_wrapped)

    def _by_twos(self, response: Response, is_wrapped: Callable[[str, str], bool]) -> Verdict:
        words = response.get(str.split)
        for first, second in zip(words[::2], words[1::2], strict=False):
            if not is_wrapped(first, second):
                return self.verdict(False, reason=f"not wrapped: {f'{first} {second}'[:80]!r}")
        return self.verdict(True, measured=len(words) // 2)


def _is_wrapped(first: str, second: str) -> bool:
    return first.startswith("<<") and second.endswith(">>")


class SentenceHyphens(Verifier, id="detectable_format:sentence_hyphens"):
    """The sentences are joined by hyphens, without spaces.

    ## What it checks
    No hyphen stands beside white space, and the text has one line. It is cut at each hyphen that
    follows the end of a sentence: `.`, `?`, `!` or `…`, and closing quotes or brackets. Each part
    holds one sentence; the last one may be empty. White space at the ends of the text does not
    matter.

    ## Known limits
    A sentence ends at each `.`, `?` and `!`, save for some English abbreviations, numbers and web
    addresses. A single sentence passes. Both as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `SentenceHyphenChecker` of open-instruct, to which any hyphen ends
    a sentence, also that of "well-known".
    """

    english_only = True
    cases = (
        passes("Tea is hot.-Milk is cold.-Is it?"),
        passes("Tea is a well-known drink.-Milk is cold."),
        fails("Tea is hot. Milk is cold."),
        fails("Tea is hot.- Milk is cold."),
        fails("Tea is hot.-Milk is cold. Is it?"),
        fails("- Tea\n- Milk"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return "All sentences must be connected using hyphens, with no spaces between them."

    def check(self, response: Response) -> Verdict:
        """Look at the hyphens, then at what stands between those after sentences."""
        text = response.text.strip()
        if "\n" in text or _LOOSE_HYPHEN.search(text):
            return self.verdict(False, reason="a line break, or white space beside a hyphen")
        parts = _cut_after_sentences(text)
        for part in parts if parts[-1] else parts[:-1]:
            if part[:1] in ("", "-") or len(split_sentences(part)) > 1:
                return self.verdict(False, reason=f"not one sentence: {part[:80]!r}")
        return self.verdict(True, measured=len(parts))

    def check_reference(self, response: Response) -> Verdict:
        """Compare the parts between all hyphens with the sentences that the text then has."""
        sentences = split_sentences(response.text.replace("-", " "))
        parts = response.text.split("-")
        for part, sentence in zip(parts, sentences, strict=False):
            if part.strip() != part or part != sentence:
                return self.verdict(False, reason=f"no sentence: {part[:80]!r}")
        return self.verdict(True)


class SquareBrackets(Verifier, id="detectable_format:square_brackets"):
    """Every word stands in square brackets.

    ## What it checks
    The text is cut at white space. Each piece begins with `[` and ends with `]`.

    ## Known limits
    Punctuation stands within the brackets: `[tea].` violates, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `SquareBracketChecker` of open-instruct.
    """

    cases = (
        passes("[Tea] [is] [hot.]"),
        fails("[Tea] is [hot]"),
        fails("[Tea is hot.]"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return "Enclose every word in your response within square brackets."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Mentions("["), Mentions("]")

    def check(self, response: Response) -> Verdict:
        """Look at each piece between white space."""
        bare = [
            word
            for word in response.get(str.split)
            if not (word.startswith("[") and word.endswith("]"))
        ]
        return self.verdict(
            not bare, measured=len(bare), reason=counted(len(bare), "word") + " without brackets"
        )


class NoDot(Verifier, id="punctuation:punctuation_dot"):
    """The response has no full stop.

    ## What it checks
    Neither `.` nor a full stop of another script stands in the text: `。`, `．`, `।`, `۔`.

    ## Known limits
    `…` is no dot, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `PunctuationDotChecker` of open-instruct.
    """

    cases = (
        passes("Tea is hot!"),
        fails("Tea is hot."),
        fails("It costs 2.50"),
        fails("茶很热。"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "In your entire response, refrain from the use of . (i.e. dots) as punctuation and in "
            "general."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(".", 0, 0),)

    def check(self, response: Response) -> Verdict:
        """Count the dots."""
        return self._none_of(SIGNS["period"], response)

    def check_reference(self, response: Response) -> Verdict:
        """Count those of ASCII."""
        return self._none_of(".", response)

    def _none_of(self, dots: str, response: Response) -> Verdict:
        n = sum(map(response.text.count, dots))
        return self.verdict(n == 0, measured=n, reason=counted(n, "dot"))


class NoExclamation(Verifier, id="punctuation:punctuation_exclamation"):
    """The response has no exclamation mark.

    ## What it checks
    Neither `!` nor the full-width `！` stands in the text, nor an emoji or a sign that holds one:
    `❗`, `‼`, `⁉`, `‽`.

    ## Known limits
    `¡` alone is no exclamation mark, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `PunctuationExclamationChecker` of open-instruct.
    """

    cases = (passes("Tea is hot."), fails("Tea is hot!"), fails("茶很热！"), fails("Tea ❗"))

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "In your entire response, refrain from the use of ! (i.e. exclamation marks) as "
            "punctuation and in general."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions("!", 0, 0),)

    def check(self, response: Response) -> Verdict:
        """Count the exclamation marks."""
        return self._none_of(SIGNS["exclamation mark"] + SYMBOLS["exclamation mark"], response)

    def check_reference(self, response: Response) -> Verdict:
        """Count those of ASCII."""
        return self._none_of("!", response)

    def _none_of(self, marks: str, response: Response) -> Verdict:
        n = sum(map(response.text.count, marks))
        return self.verdict(n == 0, measured=n, reason=counted(n, "exclamation mark"))


def _cut_after_sentences(text: str) -> list[str]:
    """Return the parts between hyphens that follow the end of a sentence."""
    parts: list[str] = []
    start = 0
    for match in _HYPHEN_AFTER_SENTENCE.finditer(text):
        if _ENDS.search(text, max(start, match.start() - 8), match.start()):
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
