"""Simplified and Traditional Chinese."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from hir_kit import Response, Verdict, Verifier, fails, loading, passes
from hir_kit.plugin import Fact, InLanguage

_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df]")
_KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
_OTHER_WORD = re.compile(f"[{_KANA}]|[^\\W\\d_{_KANA}{_HAN.pattern[1:-1]}]+")


Script = Literal["simplified", "traditional"]


class Chinese(Verifier, id="muldimif:chinese"):
    """The response is in Simplified, or in Traditional, Chinese.

    ## What it checks
    There are more Chinese characters than words of other scripts, kana counted one by one, and no
    character that only the other way of writing has, as CC-CEDICT has them (the package `zhon`).
    Characters that both have, as in 你好, are fit for either.

    ## Known limits
    A character of one way of writing that is quoted in a text of the other violates the constraint.

    ## References
    MulDimIF, the checker `Language_Chinese`. For Simplified Chinese one character that differs from
    its traditional form is enough for it, and for Traditional Chinese no Latin letter may occur.
    """

    script: Script

    cases = (
        passes("这是简体字。", script="simplified"),
        passes("你好，世界。", script="simplified"),
        passes("這是繁體字。", script="traditional"),
        fails("English 这", script="simplified"),
        fails("はい、日本語です。", script="traditional"),
        fails("這是繁體字。", script="simplified"),
        fails("这是简体字。", script="traditional"),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return f"The answer must be in {self.script.capitalize()} Chinese."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (InLanguage("zh-cn" if self.script == "simplified" else "zh-tw"),)

    def check(self, response: Response) -> Verdict:
        """Compare the characters with the words of other scripts, then look at each."""
        han = _HAN.findall(response.text)
        others = len(_OTHER_WORD.findall(response.text))
        if len(han) <= others:
            reason = f"{len(han)} Chinese characters and {others} words of other scripts"
            return self.verdict(False, measured=len(han), reason=reason)
        other = _only("traditional" if self.script == "simplified" else "simplified")
        wrong = next((char for char in han if char in other), None)
        reason = f"{wrong!r} is not {self.script}"
        return self.verdict(wrong is None, measured=len(han), reason=reason)

    def check_reference(self, response: Response) -> Verdict:
        """Look for a simplified character; for Traditional Chinese, that there is none."""
        only_simplified = _only("simplified")
        simplified = any(char in only_simplified for char in response.text)
        if self.script == "simplified":
            return self.verdict(simplified, reason="no simplified character")
        latin = re.search("[A-Za-z]", response.text)
        ok = not simplified and latin is None
        return self.verdict(ok, reason="a simplified character or a Latin letter")


@cache
@loading
def _only(script: Script) -> frozenset[str]:
    """Return the characters that this way of writing alone has, of those in CC-CEDICT."""
    from zhon import cedict

    simplified, traditional = frozenset(cedict.simplified), frozenset(cedict.traditional)
    return simplified - traditional if script == "simplified" else traditional - simplified
