"""What a response holds: its language, placeholders, a postscript, an option, no commas."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Len
from pydantic import NonNegativeInt, field_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Fact, InLanguage, Mentions, Number
from hir_plugin_rlvr.analyses import (
    LANGUAGES,
    SIGNS,
    Text,
    count_placeholders,
    detect,
    own_word,
    placeholders_compared,
)

_CHINESE = ("zh-cn", "zh-tw")


class ResponseLanguage(Verifier, id="rlvr:validate_response_language"):
    """The whole response is in one language.

    ## What it checks
    langdetect, seeded with 0 for every call, finds the wanted language. `zh` is met by both kinds
    of Chinese. A text without anything to detect (digits, signs) is `unknown`.

    ## Known limits
    One language is found per text: a foreign sentence in a long text passes. Short texts and
    related languages are often confused.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_response_language` of open-instruct;
    langdetect 1.0.9.
    """

    language: str

    cases = (
        passes("Il pleut depuis ce matin et nous restons à la maison.", language="fr"),
        fails("It has been raining since this morning, so we stay in.", language="fr"),
    )

    @field_validator("language")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in LANGUAGES:
            raise ValueError(f"{code!r} is not a language that can be told: {', '.join(LANGUAGES)}")
        return code

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Your ENTIRE response should be in {LANGUAGES[self.language]}, "
            "no other language is allowed."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (InLanguage(self.language),)

    def check(self, response: Response) -> Verdict:
        """Compare with the language found."""
        return self._compare(response, _CHINESE if self.language == "zh" else (self.language,))

    def check_reference(self, response: Response) -> Verdict:
        """Compare with langdetect's own codes: none is `zh`."""
        return self._compare(response, (self.language,))

    def _compare(self, response: Response, wanted: tuple[str, ...]) -> Verdict:
        found = response.get(detect)
        if found is None:
            return unknown("no language can be detected in this text")
        return self.verdict(
            found in wanted, measured=found, reason=f"found {found}, {self.language} wanted"
        )


class Placeholders(Verifier, id="rlvr:validate_placeholders"):
    """The response has at least so many placeholders in square brackets.

    ## What it checks
    The number of `[...]` within a line, counted from the first open bracket to the next closing
    one, is at least `N`. Where blank ones (`[]`, the `[ ]` of a task list) decide it is `unknown`.

    ## Known limits
    Any bracket that is not blank counts: a Markdown link, an index such as `a[0]`.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_placeholders` of open-instruct.
    """

    N: NonNegativeInt

    relaxes = Number("N", "at least")
    cases = (
        passes("Dear [name], meet me at [place].", N=2),
        fails("Dear [name], meet me at (place).", N=2),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"The response must contain at least {self.N} placeholders represented by square "
            "brackets, such as [address]."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("placeholders", self.N), Mentions("[", self.N), Mentions("]", self.N)

    def check(self, response: Response) -> Verdict:
        """Count the bracketed parts, those that are not blank and all."""
        return placeholders_compared(response, self._compare)

    def check_reference(self, response: Response) -> Verdict:
        """Count all bracketed parts."""
        return self._compare(response.get(count_placeholders))

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.N,
            measured=n,
            reason=f"{counted(n, 'placeholder')}, at least {self.N} wanted",
        )


class Postscript(Verifier, id="rlvr:verify_postscript"):
    """The response has a postscript that begins with a given marker.

    ## What it checks
    The marker stands somewhere in the text, to the letter, and something follows where it first
    stands.

    ## Known limits
    The marker need not begin a line or stand near the end, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_postscript` of open-instruct.
    """

    postscript_marker: Text

    cases = (
        passes("Yours, Ann\n\nP.S. Bring tea.", postscript_marker="P.S."),
        fails("Yours, Ann\n\nP.S.", postscript_marker="P.S."),
        fails("Yours, Ann\n\np.s. Bring tea.", postscript_marker="P.S."),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "At the end of your response, please explicitly add a postscript "
            f"starting with {self.postscript_marker}"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.postscript_marker.strip(), any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Look for the marker, and for what follows."""
        marker = self.postscript_marker
        at = response.text.find(marker)
        found = at >= 0 and len(response.text[at:].strip()) > len(marker)
        return self.verdict(found, reason=f"no postscript starting with {marker!r}")


class Choice(Verifier, id="rlvr:validate_choice"):
    """The response holds one of the given options.

    ## What it checks
    One of the options stands somewhere in the text, to the letter, and not within a word.

    ## Known limits
    Other text may stand around it ("not A", "A or B"), as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_choice` of open-instruct. Before May 2026 it
    asked the other way round, whether the response stands in an option. It finds "no" in "know".
    """

    options: Annotated[list[Text], Len(1)]

    cases = (
        passes("My answer is yes.", options=["My answer is yes.", "My answer is no."]),
        fails("Perhaps.", options=["My answer is yes.", "My answer is no."]),
        fails("My", options=["My answer is yes.", "My answer is no."]),
        fails("I know nothing.", options=["yes", "no"]),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"Answer with one of the following options: {', '.join(self.options)}"

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        only, *others = self.options
        return () if others else (Mentions(only, any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Look for each option by itself."""
        return self._one_of([one for one in self.options if self._is_in(one, response.text)])

    def check_reference(self, response: Response) -> Verdict:
        """Look for it within words, too."""
        return self._one_of([one for one in self.options if one in response.text])

    @staticmethod
    def _is_in(option: str, text: str) -> bool:
        return any(match[0] == option for match in own_word(option).finditer(text))

    def _one_of(self, found: list[str]) -> Verdict:
        first = found[0] if found else None
        return self.verdict(bool(found), measured=first, reason="none of the options")


class NoCommas(Verifier, id="rlvr:validate_no_commas"):
    """The response has no comma.

    ## What it checks
    Neither `,` nor a comma of another script stands in the text: `，`, `、`, `،`.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_no_commas` of open-instruct.
    """

    cases = (passes("Tea or milk."), fails("Tea, milk."), fails("茶，牛奶。"))

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return "In your entire response, refrain from the use of any commas."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(",", 0, 0),)

    def check(self, response: Response) -> Verdict:
        """Count the commas."""
        return self._none_of(SIGNS["comma"], response)

    def check_reference(self, response: Response) -> Verdict:
        """Count those of ASCII."""
        return self._none_of(",", response)

    def _none_of(self, commas: str, response: Response) -> Verdict:
        n = sum(map(response.text.count, commas))
        return self.verdict(n == 0, measured=n, reason=counted(n, "comma"))
