"""Words of a fixed list: conjunctions, names, pronouns."""

from __future__ import annotations

import re

from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Number
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import WORD_END, WORD_START, edge_words

_FIFTY = (
    "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander "
    "Amelia Benjamin Harper Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel "
    "Ella Jacob Scarlett Nathan Victoria Elijah Layla Nicholas Audrey David Hannah Christopher "
    "Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan"
)
_NAMES = _FIFTY.split()
_NAME = re.compile(rf"{WORD_START}(?:{'|'.join(_NAMES)}){WORD_END}")
_ANY_NAME = re.compile("|".join(_NAMES))  # none holds another

_CONJUNCTIONS = frozenset(("and", "but", "for", "nor", "or", "so", "yet"))

_PERSONAL_PRONOUNS = (
    "i me we us you he him she her it they them my mine our ours your yours his hers its their "
    "theirs myself ourselves yourself yourselves himself herself itself themselves"
)
_OTHER_PRONOUNS = (
    "this that these those who whom whose which what whoever whomever whatever whichever anybody "
    "anyone anything everybody everyone everything nobody nothing somebody someone something each "
    "either neither both all some any none"
)
_PERSONAL = frozenset(_PERSONAL_PRONOUNS.split())
_PRONOUNS = f"{_PERSONAL_PRONOUNS} {_OTHER_PRONOUNS}".split()
# NLTK leaves some signs in the word that they stand beside, and parts contractions. The names of
# HTML's tags, such as `<i>`, are no words.
_PRONOUN = re.compile(
    rf"(?<![\w.+=\\^|~-])(?<!<)(?<!</)(?<!\w')(?:{'|'.join(_PRONOUNS)})"
    r"(?![\w+=\\^|~-])(?!\.\w)(?!['’](?!(?:s|m|d|ll|re|ve)\b)\w)"
)


class Conjunctions(Verifier, id="count:conjunctions"):
    """The response has at least so many different coordinating conjunctions.

    ## What it checks
    Of "and", "but", "for", "nor", "or", "so", "yet" at least `small_n` stand in the response as
    words of their own, without regard to case.

    ## Known limits
    What the word does in its sentence is not looked at: "for" counts as a preposition, too.

    ## References
    IFBench (arXiv 2507.02833), `count:conjunctions`.
    """

    small_n: NonNegativeInt

    english_only = True
    relaxes = Number("small_n", "at least")
    more_lines_never_hurt = True
    cases = (
        passes("Tea or milk, but no sugar.", small_n=2),
        fails("Tea and milk. And sugar, and, well, and.", small_n=2),
        fails("Andy forgot.", small_n=1),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"Use at least {self.small_n} different coordinating conjunctions in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("conjunctions", self.small_n),)

    def check(self, response: Response) -> Verdict:
        """Count the conjunctions that occur."""
        return self._at_least(len(_CONJUNCTIONS.intersection(response.get(edge_words))))

    def check_reference(self, response: Response) -> Verdict:
        """Count "and", "And" and "and," as three."""
        found = {
            word
            for word in set(response.text.split())
            if word.strip(published.ENDS).lower() in _CONJUNCTIONS
        }
        return self._at_least(len(found))

    def _at_least(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.small_n,
            measured=n,
            reason=f"{counted(n, 'different conjunction')}, {self.small_n} wanted",
        )


class PersonNames(Verifier, id="count:person_names"):
    """The response has at least so many different names of a list of fifty.

    ## What it checks
    Of the fifty names that the sentence lists, at least `N` stand in the response as words of
    their own, with their capital letter.

    ## References
    IFBench (arXiv 2507.02833), `count:person_names`.
    """

    N: NonNegativeInt

    english_only = True
    relaxes = Number("N", "at least")
    more_lines_never_hurt = True
    cases = (
        passes("Emma met Liam.", N=2),
        passes("Ella's tea", N=1),
        passes("_Emma_", N=1),
        fails("Emma, Emma!", N=2),
        fails("Emmanuel and Avalon", N=1),
    )

    def describe(self) -> str:
        """Return IFBench's sentence, list and all."""
        return (
            f"Mention at least {self.N} different person names in the response, from this list of "
            f"person names: {', '.join(_NAMES)} ."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("person names", self.N), Amount("capital letters", self.N))

    def check(self, response: Response) -> Verdict:
        """Count the names that occur as words."""
        return self._at_least(len(set(_NAME.findall(response.text))))

    def check_reference(self, response: Response) -> Verdict:
        """Find "Emma" in "Emmanuel"."""
        return self._at_least(len(set(_ANY_NAME.findall(response.text))))

    def _at_least(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.N, measured=n, reason=f"{counted(n, 'different name')}, {self.N} wanted"
        )


def count_pronouns(text: str) -> int:
    """Count the pronouns, as tokens of NLTK: "you'll" holds one, "all-in" and "its-own" none."""
    return len(_PRONOUN.findall(text.lower()))


class Pronouns(Verifier, id="count:pronouns"):
    """The response has at least so many pronouns.

    ## What it checks
    At least `N` words are personal, possessive, reflexive, demonstrative, interrogative, relative
    or indefinite pronouns. Contractions hold them ("you'll", "that's").

    ## Known limits
    By the word only: "that" as a conjunction and "some" before a noun count, too.

    ## References
    IFBench (arXiv 2507.02833), `count:pronouns`, in the version of 2026.
    """

    N: NonNegativeInt

    english_only = True
    relaxes = Number("N", "at least")
    more_lines_never_hurt = True
    cases = (
        passes("I'll tell you who she/her is.", N=5),
        passes("That’s mine.", N=2),
        fails("The kettle is on.", N=1),
        fails("Ithaca, meow, shell", N=1),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"The response should include at least {self.N} pronouns."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("pronouns", self.N),)

    def check(self, response: Response) -> Verdict:
        """Count the pronouns."""
        return self._at_least(response.get(count_pronouns))

    def check_reference(self, response: Response) -> Verdict:
        """Count personal and possessive pronouns that are not contracted."""
        words = published.words(response.lower.replace("/", " "))
        return self._at_least(sum(map(_PERSONAL.__contains__, words)))

    def _at_least(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.N, measured=n, reason=f"{counted(n, 'pronoun')}, {self.N} wanted"
        )
