"""Single requests with an answer of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from string import ascii_lowercase

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import EDGES, sentences

_DIGITS = re.compile(r"\d+")
_MULTIPLES = ["14", "21", "28", "35", "42", "49"]
_LEAST_COUNTRIES = 52
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BIRTH, _DEATH = 1769, 1821  # Napoleon's
_FROM_NORTH_TO_SOUTH = (
    "Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin "
    "Amsterdam Warsaw London Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz "
    "Chisinau Bern Ljubljana Zagreb"
)
_CAPITALS = _FROM_NORTH_TO_SOUTH.split()
_LEFT_OUT = ("Kyiv", "Kiev")  # 50.45 degrees north, after Brussels


def to_ascii(text: str) -> str:
    """Return the text without diacritics, and without what is not in ASCII."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


class Multiples(Verifier, id="custom:multiples"):
    """The multiples of 7 from 10 to 50.

    ## What it checks
    The numbers in the response are 14, 21, 28, 35, 42, 49, in this order, and no other.

    ## References
    IFBench (arXiv 2507.02833), `custom:multiples`.
    """

    cases = (passes("14, 21, 28, 35, 42, 49"), fails("10, 14, 21, 28, 35, 42, 49"))

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Count from 10 to 50 but only print multiples of 7."

    def check(self, response: Response) -> Verdict:
        """Compare the numbers."""
        found = _DIGITS.findall(response.text)
        return self.verdict(found == _MULTIPLES, reason=f"numbers: {' '.join(found[:10])[:80]}")


class ReverseNewline(Verifier, id="custom:reverse_newline"):
    """African countries from Z to A, each on a line.

    ## What it checks
    From the first line with "Zimbabwe" on there are at least 52 lines in reverse alphabetical
    order, no two the same; diacritics, and punctuation at their ends, are left out.

    ## Known limits
    Whether they are countries is not looked at, and numbers before them violate, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:reverse_newline`.
    """

    cases = (
        passes("\n".join(["Zimbabwe", "Zambia", *(f"C{n}" for n in range(99, 49, -1))])),
        fails("\n".join(["Zambia", "Zimbabwe", *(f"C{n}" for n in range(50, 101))])),
        fails("Zimbabwe\nZambia"),
        fails("\n".join(["Zimbabwe"] * 54)),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "List the countries of Africa in reverse alphabetical order, each on a new line."

    def check(self, response: Response) -> Verdict:
        """Compare the lines with themselves in order."""
        names = response.get(_from_zimbabwe)
        if len(names) < _LEAST_COUNTRIES:
            return self._too_few(names)
        is_sorted = names == sorted(names, reverse=True)
        return self.verdict(
            is_sorted and len(names) == len(set(names)), reason="not in reverse order, or twice"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Accept the same line again."""
        names = response.get(_from_zimbabwe)
        if len(names) < _LEAST_COUNTRIES:
            return self._too_few(names)
        return self.verdict(names == sorted(names, reverse=True), reason="not in reverse order")

    def _too_few(self, names: list[str]) -> Verdict:
        n = len(names)
        return self.verdict(False, measured=n, reason=f"{counted(n, 'line')} from Zimbabwe on")


def _from_zimbabwe(text: str) -> list[str]:
    """Return the lines from the first with "Zimbabwe" on, without diacritics."""
    first = text.find("Zimbabwe")
    lines = text[text.rfind("\n", 0, first) + 1 :].split("\n") if first >= 0 else []
    return list(map(to_ascii, filter(None, (line.strip(published.ENDS) for line in lines))))


class WordReverse(Verifier, id="custom:word_reverse"):
    """The bald eagle is named in a sentence of reverse word order.

    ## What it checks
    Read word by word from its end, without punctuation, the response has "bald eagle".

    ## Known limits
    What else the response says, and in which order, is not looked at, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:word_reverse`.
    """

    cases = (
        passes("US the of symbol national the is eagle bald The."),
        passes("In reverse it says: eagle bald"),
        fails("The bald eagle is the national symbol of the US."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "What animal is the national symbol of the US? Respond to this query, but make your "
            "sentence in reverse order of what it should be, per word."
        )

    def check(self, response: Response) -> Verdict:
        """Turn the words round."""
        turned = " ".join(published.words(response.lower)[::-1])
        return self.verdict("bald eagle" in turned, reason='no "eagle bald"')


class CharacterReverse(Verifier, id="custom:character_reverse"):
    """The bald eagle is named in a sentence of reverse letter order.

    ## What it checks
    The response has "elgae dlab", without regard to case.

    ## Known limits
    What else the response says, and in which order, is not looked at, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:character_reverse`.
    """

    cases = (
        passes(".SU eht fo lobmys eht si elgae dlab ehT"),
        passes("The answer is: elgae dlab ehT"),
        fails("The bald eagle."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "What animal is the national symbol of the US? Respond to this query, but make your "
            "sentence in reverse order of what it should be, per letter."
        )

    def check(self, response: Response) -> Verdict:
        """Look for the name turned round."""
        return self.verdict("elgae dlab" in response.lower, reason='no "elgae dlab"')


class SentenceAlphabet(Verifier, id="custom:sentence_alphabet"):
    """Twenty-six sentences that begin with the letters from a to z.

    ## What it checks
    There are 26 sentences, and the first letter of each is that of the alphabet, without regard to
    case and to signs before it.

    ## References
    IFBench (arXiv 2507.02833), `custom:sentence_alphabet`.
    """

    cases = (
        passes(" ".join(f"“{letter.upper()}nn went away.”" for letter in ascii_lowercase)),
        fails(" ".join(f"{letter.upper()}nn went away." for letter in ascii_lowercase[1:])),
        fails(" ".join(f"{letter.upper()}nn went away." for letter in ascii_lowercase[::-1])),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Tell me a 26-sentence story where each sentence's first word starts with the letters "
            "of the alphabet in order."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the first letters."""
        found = response.get(sentences)
        is_all = len(found) == len(ascii_lowercase)
        return self._in_order([one.lstrip(EDGES) for one in found] if is_all else found)

    def check_reference(self, response: Response) -> Verdict:
        """Take a quotation mark for the first letter."""
        found = response.get(published.sentences)
        if len(found) == len(ascii_lowercase) and not all(found):
            return published.raises("IndexError: list index out of range")
        return self._in_order(found)

    def _in_order(self, found: list[str]) -> Verdict:
        n = len(found)
        if n != len(ascii_lowercase):
            return self.verdict(False, measured=n, reason=f"{counted(n, 'sentence')}, 26 wanted")
        heads = "".join(one[:1] for one in found).lower()
        return self.verdict(heads == ascii_lowercase, reason=f"they begin with {heads}")


class EuropeanCapitals(Verifier, id="custom:european_capitals_sort"):
    """The European capitals north of 45 degrees, from north to south.

    ## What it checks
    Between commas stand 27 names in a fixed order, from Reykjavik to Zagreb, diacritics left out.
    Kyiv, which the list of the reference lacks, may stand in its place.

    ## Known limits
    A full stop at the end violates, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:european_capitals_sort`.
    """

    cases = (
        passes(", ".join(_CAPITALS)),
        passes(", ".join(_CAPITALS).replace("Brussels", "Brussels, Kyiv")),
        fails(", ".join(sorted(_CAPITALS))),
        fails(", ".join(_CAPITALS) + "."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Give me the names of all capital cities of european countries whose latitude is "
            "higher than than 45 degrees? List the capital cities without country names, separated "
            "by commas, sorted by latitude, from highest to lowest."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the names, Kyiv left out where it should be."""
        names = _names(response.text)
        place = _CAPITALS.index("Brussels") + 1
        if names[place : place + 1] and names[place] in _LEFT_OUT:
            del names[place]
        return self._all(names)

    def check_reference(self, response: Response) -> Verdict:
        """Compare the names; Kyiv is none of them."""
        return self._all(_names(response.text))

    def _all(self, names: list[str]) -> Verdict:
        for place, (name, wanted) in enumerate(zip(names, _CAPITALS, strict=False), 1):
            if name != wanted:
                return self.verdict(False, reason=f"name {place} is {name[:40]!r}, not {wanted!r}")
        return self.verdict(len(names) == len(_CAPITALS), reason=counted(len(names), "name"))


def _names(text: str) -> list[str]:
    return list(filter(None, (name.strip() for name in to_ascii(text).split(","))))


class DateList(Verifier, id="custom:date_format_list"):
    """Dates between commas, as YYYY-MM-DD, of Napoleon's time.

    ## What it checks
    Between commas stand dates of the calendar, and nothing else, each in the years 1769 to 1821.

    ## Known limits
    Whether there was a battle is not looked at, and a full stop at the end violates, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:date_format_list`.
    """

    cases = (
        passes("1796-04-12, 1815-06-18"),
        fails("1796-04-12 (Montenotte), 1815-06-18"),
        fails("1796-04-12, 1815-06-18."),
        fails("1796-04-00"),
        fails("1822-01-01"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "List the start dates of all the battles Napoleon fought separated by commas, use the "
            "following date format: YYYY-MM-DD. Do not provide an explanation."
        )

    def check(self, response: Response) -> Verdict:
        """Read each date."""
        return self._all_within(response, _is_date)

    def check_reference(self, response: Response) -> Verdict:
        """Accept month 0, day 0 and the 29th of every February."""
        return self._all_within(response, lambda _, month, day: month <= 12 and day <= _days(month))

    def _all_within(self, response: Response, exists: Callable[[int, int, int], bool]) -> Verdict:
        for part in map(str.strip, response.text.split(",")):
            match = _DATE.fullmatch(part)
            if not match:
                return self.verdict(False, reason=f"no date: {part[:40]!r}")
            year, month, day = map(int, match.groups())
            if not _BIRTH <= year <= _DEATH or not exists(year, month, day):
                return self.verdict(False, reason=f"not a date of these years: {part}")
        return self.verdict(True)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _days(month: int) -> int:
    """Return the most days that the published checker allows: of month 0 as many as one likes."""
    return {0: 99, 2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
