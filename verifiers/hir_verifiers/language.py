"""The language of a response."""

from __future__ import annotations

from pydantic import field_validator

from hir_kit import Response, Status, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Fact, InLanguage, Wording, scripts
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

_SCRIPTS = {
    "ar": "Arabic", "bg": "Cyrillic", "bn": "Bengali", "el": "Greek", "fa": "Arabic",
    "gu": "Gujarati", "he": "Hebrew", "hi": "Devanagari", "ja": "Kana", "kn": "Kannada",
    "ko": "Hangul", "mk": "Cyrillic", "ml": "Malayalam", "mr": "Devanagari", "ne": "Devanagari",
    "pa": "Gurmukhi", "ru": "Cyrillic", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "uk": "Cyrillic", "ur": "Arabic", "zh": "Han", "zh-cn": "Han", "zh-tw": "Han",
}  # fmt: skip
"""The script that a language cannot be written without; Latin for all others."""

_ALONE = {
    script: code for code, script in _SCRIPTS.items() if [*_SCRIPTS.values()].count(script) == 1
}
_MOST = 0.9
_FEW = 10
"""So many characters without kana can be Japanese; more of them are Chinese."""

UNDETECTABLE = unknown("no language can be detected in this text")


class ResponseLanguage(Verifier, id="language:response_language"):
    """The whole response is in one language.

    ## What it checks
    A text without a letter of the language's script (Hangul for `ko`, kana for `ja`) is not in it.
    Where nine letters of ten are of a script that one language has, it is that one; with Han alone
    it is Chinese. Else langdetect, seeded with 0 for every call, finds the wanted language. `zh` is
    met by both kinds of Chinese. A text without anything to detect (digits, signs) is `unknown`.

    ## Known limits
    One language is found per text: a foreign sentence in a long text passes. Short texts and
    related languages (Norwegian and Danish, Nepali and Marathi) are often confused. A few Chinese
    characters alone may be Japanese: `unknown` for `ja`.

    ## References
    IFEval (arXiv 2311.07911), "Response Language"; langdetect 1.0.9.
    """

    language: str

    cases = (
        passes("Il pleut depuis ce matin et nous restons à la maison.", language="fr"),
        passes("我们今天在家里喝茶，因为外面下雨了。", language="zh"),
        passes("這是一個用繁體中文寫成的句子，用來測試語言檢測。", language="zh"),
        fails("這是一個用繁體中文寫成的句子，用來測試語言檢測。", language="ko"),
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

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("language_",), language=self.language)

    def check(self, response: Response) -> Verdict:
        """Let the script decide what it can, langdetect the rest."""
        if (verdict := self._by_script(response)) is not None:
            return verdict
        found = response.get(analyses.language)
        if found is None:
            return UNDETECTABLE
        if found not in _CHINESE and self.language in _CHINESE and _is_chinese(response):
            return unknown(f"Chinese, of which langdetect cannot tell the kind: it finds {found}")
        wanted = _CHINESE if self.language == "zh" else (self.language,)
        return self.verdict(
            found in wanted, measured=found, reason=f"found {found}, {self.language} wanted"
        )

    def _by_script(self, response: Response) -> Verdict | None:
        """Return what the letters say; None where they leave it open."""
        written = response.get(scripts)
        letters = sum(written.values())
        if not letters:
            return None
        script = _SCRIPTS.get(self.language, "Latin")
        if script not in written:
            if self.language == "ja" and letters == written.get("Han", 0) < _FEW:
                return unknown("Chinese characters alone, which Japanese has, too")
            return self.verdict(False, reason=f"no letter of {script}, {self.language} wanted")
        most = max(written, key=written.__getitem__)
        if written[most] < _MOST * letters:
            return None
        found = "zh" if _is_chinese(response) else _ALONE.get(most)
        if found is None or (found == "zh" and self.language in _CHINESE):
            return None
        return self.verdict(
            found == self.language, measured=found, reason=f"found {found}, {self.language} wanted"
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


def _is_chinese(response: Response) -> bool:
    """Return whether nine letters of ten are Chinese characters, and none is kana."""
    written = response.get(scripts)
    return "Kana" not in written and written.get("Han", 0) >= _MOST * sum(written.values())
