"""Capital and small letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from hir_kit import Response, Verdict, Verifier, fails, passes, unknown
from hir_kit.plugin import Amount, Fact, InLanguage, no_capital_letters, no_small_letters
from hir_plugin_muldimif.analyses import find_headings, find_tables

_KEY = re.compile(r'"([^"\n]{1,1000})"\s{0,1000}:')
_FOREIGN_SHARE = 0.5
_FROM_LETTER = re.compile(r"(?<!\S)(?:[^\w\s]|_)*([^\W_]\S*)")


# The part of a response whose letters are meant.
Place = Literal["headings", "table", "table_headers", "json_keys"]

_CALLED: dict[Place, str] = {
    "headings": "the headings",
    "table": "the table",
    "table_headers": "the table headers",
    "json_keys": "the JSON keys",
}


def _headings(text: str) -> str:
    return "\n".join(heading.text for heading in find_headings(text))


def _headers(text: str) -> str:
    return "\n".join(" ".join(table.header) for table in find_tables(text))


def _table(text: str) -> str:
    rows = [row for table in find_tables(text) for row in (table.header, *table.rows)]
    return "\n".join(" ".join(row) for row in rows)


def _keys(text: str) -> str:
    return "\n".join(_KEY.findall(text))


_FINDERS: dict[Place, Callable[[str], str]] = {
    "headings": _headings,
    "table": _table,
    "table_headers": _headers,
    "json_keys": _keys,
}


def _is_foreign(text: str) -> bool:
    """Say whether at least half of the letters belong to no alphabet that English has."""
    letters = [char for char in text if char.isalpha()]
    latin = sum(1 for char in letters if char < "\u0250")
    return bool(letters) and latin <= _FOREIGN_SHARE * len(letters)


class _Letters(Verifier):
    """A wish for the letters of the response, or of a part of it."""

    part: Place | None = None
    english: bool = False

    def _said(self, wish: str) -> str:
        english = "be in English and " if self.english else ""
        where = f" in {_CALLED[self.part]}" if self.part else ""
        return f"The answer must {english}{wish}{where}."

    def check(self, response: Response) -> Verdict:
        """Look at the letters, of the response or of its part."""
        text = response.get(_FINDERS[self.part]) if self.part else response.text
        if not text.strip():
            return unknown(f"{_CALLED[self.part] if self.part else 'a text'}: none is found")
        found = self._against(text)
        if found is None and self.english and response.get(_is_foreign):
            found = "most letters are of another alphabet than that of English"
        return self.verdict(found is None, reason=found)

    def check_reference(self, response: Response) -> Verdict:
        """Look at the whole response where it has no such part, and do not read "English"."""
        text = response.get(_FINDERS[self.part]) if self.part else ""
        found = self._against_published(text if text.strip() else response.text)
        return self.verdict(found is None, reason=found)

    def _against(self, text: str) -> str | None:
        raise NotImplementedError

    def _against_published(self, text: str) -> str | None:
        return self._against(text)

    def _facts(self, letters: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Return these facts, which are those of the response where no part of it is meant."""
        english = (InLanguage("en"),) if self.english else ()
        return (*(() if self.part else letters), *english)


class CapitalizedWords(_Letters, id="muldimif:capitalized_words"):
    """No word of the response, or of a part of it, begins with a small letter.

    ## What it checks
    No piece between white space begins with a small letter, signs before it left out. Words in
    capitals are accepted.
    With `part` only the headings, the table, its headers or the keys of JSON are looked at; with
    `english` most letters have to be Latin as well.

    ## Known limits
    What begins with a digit is accepted, "3rd", and a web address is not. That Latin letters make
    English words is not checked. A response without the part is `unknown`.

    ## References
    MulDimIF, the checker `Language_English`. It looks at the whole response where there is no such
    part, does not read "English", and accepts what begins with a sign: "(so", "**so**".
    """

    cases = (
        passes("Tea Is Ready."),
        passes("TEA IS READY IN 3 Minutes."),
        passes("# Tea Time\ntea is ready", part="headings"),
        fails("Tea is ready."),
        fails("# Tea time\nTea", part="headings"),
        fails("**tea** Is Ready."),
        fails("“tea” (is) Ready."),
        fails("¿Tea •is 🍵Ready"),
        fails("ЧАЙ ГОТОВ", english=True),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._said("use capitalized letters for each word")

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return self._facts((Amount("capital letters", 1),))

    def _against(self, text: str) -> str | None:
        return self._uncapitalized(match[1] for match in _FROM_LETTER.finditer(text))

    def _against_published(self, text: str) -> str | None:
        return self._uncapitalized(word for word in text.split() if word[0] <= "z")

    @staticmethod
    def _uncapitalized(words: Iterable[str]) -> str | None:
        small = next((word for word in words if word[:1].islower()), None)
        return None if small is None else f"{small[:60]!r} is not capitalized"


class Uppercase(_Letters, id="muldimif:uppercase"):
    """The response, or a part of it, has no small letter.

    ## What it checks
    The text is the same in upper case. `part` and `english` are as in `muldimif:capitalized_words`.

    ## Known limits
    A text without letters is accepted. `ß` has no upper case of its own, and fails.

    ## References
    MulDimIF, the checker `Language_English`.
    """

    cases = (passes("TEA AT 5."), fails("Tea at 5."), fails("TEA at 5."))

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._said(
            "be in all uppercase letters" if not self.english else "use all uppercase letters"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return self._facts(no_small_letters())

    def _against(self, text: str) -> str | None:
        return None if text == text.upper() else "some letter is not in upper case"


class Lowercase(_Letters, id="muldimif:lowercase"):
    """The response, or a part of it, has no capital letter.

    ## What it checks
    The text is the same in lower case. `part` and `english` are as in `muldimif:capitalized_words`.

    ## Known limits
    A text without letters is accepted.

    ## References
    MulDimIF, the checker `Language_English`.
    """

    cases = (passes("tea at 5."), fails("Tea at 5."))

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._said(
            "be in all lowercase letters" if not self.english else "use all lowercase letters"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return self._facts(no_capital_letters())

    def _against(self, text: str) -> str | None:
        return None if text == text.lower() else "some letter is not in lower case"
