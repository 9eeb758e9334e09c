"""The language of a response."""

from __future__ import annotations

from pydantic import field_validator

from hir_kit import Response, Status, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Fact, InLanguage
from hir_verifiers import analyses

_CHINESE = ("zh-cn", "zh-tw")

NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan",
    "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "kn": "Kannada", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi",
    "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "so": "Somali", "sq": "Albanian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese", "zh-cn": "Simplified Chinese",
    "zh-tw": "Traditional Chinese",
}  # fmt: skip
"""langdetect's languages by code, and `zh` for both kinds of Chinese."""

_REFERENCE_CODES = {
    "ar", "bg", "bn", "de", "en", "es", "fa", "fi", "fr", "gu", "he", "hi", "it", "ja", "kn",
    "ko", "ml", "mr", "ne", "pa", "pl", "pt", "ru", "sw", "ta", "te", "th", "uk", "ur", "vi",
}  # fmt: skip

UNDETECTABLE = unknown("no language can be detected in this text")


class ResponseLanguage(Verifier, id="language:response_language"):
    """The whole response is in one language.

    ## What it checks
    langdetect, seeded with 0 for every call, finds the wanted language. `zh` is met by both kinds
    of Chinese. A text without anything to detect (digits, signs) is `unknown`.

    ## Known limits
    One language is found per text: a foreign sentence in a long text passes. Short texts and
    related languages (Norwegian and Danish, Nepali and Marathi) are often confused.

    ## References
    IFEval (arXiv 2311.07911), "Response Language"; langdetect 1.0.9.
    """

    language: str

    cases = (
        passes("Il pleut depuis ce matin et nous restons à la maison.", language="fr"),
        passes("我们今天在家里喝茶，因为外面下雨了。", language="zh"),
        fails("It has been raining since this morning, so we stay in.", language="fr"),
    )

    @field_validator("language")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in NAMES:
            raise ValueError(f"{code!r} is not a language that can be told: {', '.join(NAMES)}")
        return code

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"Your ENTIRE response should be in {NAMES[self.language]} language, "
            "no other language is allowed."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (InLanguage(self.language),)

    def check(self, response: Response) -> Verdict:
        """Compare with the language found."""
        found = response.get(analyses.language)
        if found is None:
            return UNDETECTABLE
        wanted = _CHINESE if self.language == "zh" else (self.language,)
        return self.verdict(
            found in wanted, measured=found, reason=f"found {found}, {self.language} wanted"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Accept a text in which nothing can be detected; give up on codes it does not know."""
        if self.language not in _REFERENCE_CODES:
            return unknown(f"the reference raises KeyError: {self.language!r}")
        found = response.get(analyses.language)
        if found is None:
            return Verdict(Status.SATISFIED)
        return self.verdict(
            found == self.language, measured=found, reason=f"found {found}, {self.language} wanted"
        )
