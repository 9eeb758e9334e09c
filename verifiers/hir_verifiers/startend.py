"""How a response begins and ends."""

from __future__ import annotations

from hir_kit import Response, Verdict, Verifier, fails, passes
from hir_kit.plugin import Begins, Ends, Fact, Wording
from hir_verifiers.patterns import Text, folded


class EndChecker(Verifier, id="startend:end_checker"):
    """The response ends with a given phrase.

    ## What it checks
    The text, without white space and with or without double quotation marks at its ends, ends with
    the phrase, without regard to case. Curly quotation marks and straight ones are the same, and so
    are blanks and the end of a line.

    ## Known limits
    The phrase may begin within a word ("Goodbye now." ends with "bye now."), as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "End Checker".
    """

    end_phrase: Text

    cases = (
        passes("Drink it hot. Enjoy your tea!", end_phrase="Enjoy your tea!"),
        passes('"Drink it hot. enjoy your TEA!"', end_phrase="Enjoy your tea!"),
        passes("Goodbye now.", end_phrase="Bye now."),
        fails("Enjoy your tea! And come again.", end_phrase="Enjoy your tea!"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"Finish your response with this exact phrase {self.end_phrase.strip()}. "
            "No other words should follow this phrase."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Ends((self.end_phrase.strip(),)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("ending",), texts=(self.end_phrase.strip(),))

    def check(self, response: Response) -> Verdict:
        """Compare the end of the text, and of the text within quotation marks."""
        phrase, text = folded(self.end_phrase).lower(), response.text.strip()
        bare = text.strip('"')
        end = _end(bare, phrase)
        ends = [end] if len(bare) == len(text) else [_end(text, phrase), end]
        return self.verdict(
            any(one.lower().endswith(phrase) for one in ends),
            reason=f"ends with {end[-len(phrase) :]!r}, {self.end_phrase.strip()!r} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Compare the end of the text within quotation marks, character by character."""
        text = response.text.strip().strip('"')
        phrase = self.end_phrase.strip().lower()
        return self.verdict(
            text.lower().endswith(phrase),
            reason=f"ends with {text[-len(phrase) :]!r}, {self.end_phrase.strip()!r} wanted",
        )


def _end(text: str, phrase: str) -> str:
    """Return the end of a text, folded, of at least so many words and characters if it has them."""
    for words in (3 * (phrase.count(" ") + 1), len(phrase)):
        end = folded(" ".join(text.rsplit(maxsplit=words)[-words:]))
        if len(end) >= len(phrase):
            break
    return end


class Quotation(Verifier, id="startend:quotation"):
    """The whole response stands in double quotation marks.

    ## What it checks
    The text, without surrounding white space, is longer than one character and begins and ends
    with `"`.

    ## Known limits
    Typographic quotation marks do not count, and marks in between are not looked at
    (`"Tea" and "milk"`), as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Quotation".
    """

    cases = (
        passes('"Tea is ready."'),
        passes('"Tea" and "milk"'),
        fails("“Tea is ready.”"),
        fails('"Tea" is ready.'),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return "Wrap your entire response with double quotation marks."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins(('"',)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("quotation",))

    def check(self, response: Response) -> Verdict:
        """Look at the first and the last character."""
        text = response.text.strip()
        quoted = len(text) > 1 and text[0] == text[-1] == '"'
        return self.verdict(quoted, reason='does not begin and end with "')

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the marks at the begin and the end are."""
        text = response.text
        ends = (len(text) - len(text.lstrip()), len(text.rstrip()) - 1)
        return [(at, at + 1) for at in ends if text[at] == '"']
