"""IFEval's subjects as a language reads them. Each class is made into one for every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import NonNegativeInt

from hir_kit import Case, Relation, Response, Verdict, Verifier, counted, unknown
from hir_kit.plugin import Fact, Number
from hir_kit.plugin import language as language_of
from hir_plugin_languages import built_in
from hir_plugin_languages.analyses import characters, is_wrapped
from hir_plugin_languages.profile import Language


def examples(*cases: Case) -> Any:
    """Return the cases of a class in place of another, which has more of them or fewer."""
    return cases


_SPACY = "the reference counts tokens of spaCy, which hir-kit does without"


class InLanguage(Verifier):
    """A verifier of one language."""

    english_only = False
    language_: ClassVar[Language]

    @classmethod
    def bind(cls, kwargs: Mapping[str, Any]) -> Verifier:
        """Return the verifier; relations are in the language's words or in IFEval's."""
        words = cls.language_.relations
        return super().bind(
            {
                name: words.get(value, value)
                if name.endswith("relation") and isinstance(value, str)
                else value
                for name, value in kwargs.items()
            }
        )

    def describe(self) -> str:
        """Return the published sentence in the language where there is one, IFEval's else."""
        language = self.language_
        id = self.constraint_id.partition(":")[2]
        if id not in language.asks:
            return super().describe()
        said = {english: own for own, english in language.relations.items()}
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return language.asks[id].format(
            **{
                name: said.get(str(value), str(value)) if isinstance(value, Relation) else value
                for name, value in values.items()
            }
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return nothing: IFEval's facts are of words, commas and letters as English has them."""
        return ()

    def compared(
        self, n: int | range, relation: Relation, threshold: int, noun: str, *, equal: bool = False
    ) -> Verdict:
        """Return whether a count, or all that it can be, is in a relation.

        `equal` lets "less than" hold at the threshold.
        """
        limit = threshold + (equal and relation is Relation.LESS_THAN)
        least, most = (n[0], n[-1]) if isinstance(n, range) else (n, n)
        holds = relation.holds(least, limit)
        if holds is not relation.holds(most, limit):
            why = self.language_.why_a_range
            return unknown(f"from {least} to {counted(most, noun)}: {why}")
        said = counted(most, noun) if least == most else f"from {least} to {counted(most, noun)}"
        return self.verdict(
            holds,
            measured=most if least == most else None,
            reason=f"{said}, {relation} {threshold} wanted",
        )


class NumberWords(InLanguage, built_in.NumberWords):
    """The response has at least, or less than, so many words."""

    def check(self, response: Response) -> Verdict:
        """Compare the number of words."""
        n = response.get(self.language_.words)
        return self.compared(n, self.relation, self.num_words, "word")

    def check_reference(self, response: Response) -> Verdict:
        """Give up where the reference counts tokens of spaCy."""
        return unknown(_SPACY) if self.language_.counts_tokens else self.check(response)


class NumberSentences(InLanguage, built_in.NumberSentences):
    """The response has at least, or less than, so many sentences."""

    def check(self, response: Response) -> Verdict:
        """Compare the number of sentences."""
        n = response.get(self.language_.sentences)
        return self.compared(n, self.relation, self.num_sentences, "sentence")

    def check_reference(self, response: Response) -> Verdict:
        """Give up where the reference counts sentences of spaCy."""
        return unknown(_SPACY) if self.language_.counts_tokens else self.check(response)


class NumberLetters(InLanguage):
    """The response has at least, or less than, so many characters."""

    num_letters: NonNegativeInt
    relation: Relation = Relation.AT_LEAST

    relaxes = Number("num_letters", "relation")

    def describe(self) -> str:
        """Return the sentence, in the language where it is published."""
        if "length_constraints:number_letters" in self.language_.asks:
            return super().describe()
        return f"Answer with {self.relation} {self.num_letters} characters."

    def check(self, response: Response) -> Verdict:
        """Compare the number of characters."""
        n = response.get(characters)
        return self.compared(n, self.relation, self.num_letters, "character")


class NoComma(InLanguage, built_in.NoComma):
    """The response has no comma of the language, nor any other."""

    def check(self, response: Response) -> Verdict:
        """Count the commas."""
        n = sum(1 for _ in self.language_.commas.finditer(response.text))
        return self.verdict(n == 0, measured=n, reason=counted(n, "comma"))


class Existence(InLanguage, built_in.Existence):
    """Every keyword is in the response."""

    def check(self, response: Response) -> Verdict:
        """Look for each keyword in the normalised text."""
        missing = [word for word in self.keywords if not self.language_.count(word, response)]
        return self.verdict(not missing, reason=f"missing: {', '.join(map(repr, missing))}")


class Frequency(InLanguage, built_in.Frequency):
    """A keyword occurs at least, or less than, so many times."""

    def _count(self, response: Response) -> int:
        return self.language_.count(self.keyword.strip(), response)

    def check(self, response: Response) -> Verdict:
        """Count the places in the normalised text."""
        return self.compared(self._count(response), self.relation, self.frequency, "time")

    def check_reference(self, response: Response) -> Verdict:
        """Let "less than" hold at the number itself where the reference does."""
        n, equal = self._count(response), self.language_.at_most
        return self.compared(n, self.relation, self.frequency, "time", equal=equal)


class ForbiddenWords(InLanguage, built_in.ForbiddenWords):
    """None of the forbidden words is in the response."""

    def check(self, response: Response) -> Verdict:
        """Look for each word in the normalised text."""
        found = [word for word in self.forbidden_words if self.language_.has_word(word, response)]
        return self.verdict(not found, reason=f"found: {', '.join(map(repr, found))}")


class LetterFrequency(InLanguage, built_in.LetterFrequency):
    """A letter occurs at least, or less than, so many times."""

    def count(self, response: Response) -> int:
        """Return how often the letter stands in the normalised text."""
        return self.language_.count(self.letter, response)

    def check(self, response: Response) -> Verdict:
        """Compare the number of times."""
        return self.compared(self.count(response), self.let_relation, self.let_frequency, "time")

    def check_reference(self, response: Response) -> Verdict:
        """Let "less than" hold at the number itself where the reference does."""
        n, equal = self.count(response), self.language_.at_most
        return self.compared(n, self.let_relation, self.let_frequency, "time", equal=equal)


class NthParagraphFirstWord(InLanguage, built_in.NthParagraphFirstWord):
    """There are exactly so many paragraphs, and the n-th starts with a given word."""

    def check(self, response: Response) -> Verdict:
        """Look at the beginning of the n-th paragraph without signs."""
        if (verdict := super().check(response)).satisfied or isinstance(verdict.measured, int):
            return verdict
        language = self.language_
        begins = language.first_words(response.text.split("\n\n")[self.nth_paragraph - 1])
        word = language.first_words(self.first_word)
        if language.is_spaced:
            begins, word = f"{begins} ", f"{word} "
        return self.verdict(
            begins.startswith(word), measured=begins[:50], reason=f"{self.first_word!r} wanted"
        )


class Quotation(InLanguage, built_in.Quotation):
    """The whole response stands in quotation marks of the language."""

    def check(self, response: Response) -> Verdict:
        """Look at the marks at both ends, and whether they are those of one quotation."""
        text = response.text.strip()
        found = [is_wrapped(text, *pair) for pair in self.language_.quotes]
        if None in found and True not in found:
            return unknown("a mark within the text may open or close a quotation")
        return self._stands(True in found)

    def check_reference(self, response: Response) -> Verdict:
        """Look at the first and the last character."""
        text = response.text.strip()
        return self._stands(len(text) > 1 and (text[:1], text[-1:]) in self.language_.quotes)

    def _stands(self, ok: bool) -> Verdict:
        listed = " or ".join(f"{left}…{right}" for left, right in self.language_.quotes)
        return self.verdict(ok, reason=f"does not stand in one quotation by {listed}")


class EndChecker(InLanguage, built_in.EndChecker):
    """The response ends with a given phrase."""

    def check(self, response: Response) -> Verdict:
        """Compare the end of the normalised text, without quotation marks around it."""
        marks = "".join(right for _, right in self.language_.quotes) + '"'
        phrase, text = (
            one.strip().strip(marks).rstrip()
            for one in self.language_.compared(self.end_phrase, response)
        )
        if not phrase:  # it is nothing but marks
            text, phrase = response.text.strip(), self.end_phrase.strip()
        return self.verdict(
            text.endswith(phrase),
            reason=f"ends with {text[-len(phrase) :]!r}, {self.end_phrase.strip()!r} wanted",
        )


class CapitalWordFrequency(InLanguage, built_in.CapitalWordFrequency):
    """Words in all capitals occur at least, or less than, so many times."""

    def check_reference(self, response: Response) -> Verdict:
        """Give up where the reference counts tokens of spaCy."""
        return unknown(_SPACY) if self.language_.counts_tokens else self.check(response)


class _InCase(InLanguage):
    """The whole response is in the language, its letters in one case."""

    def in_case(self, text: str) -> bool:
        """Return whether the text has letters, all of the case."""
        raise NotImplementedError

    def check(self, response: Response) -> Verdict:
        """Test the case, then the language of the text in lower case."""
        if not self.in_case(response.text):
            return self.verdict(False, reason="a letter of the other case, or no letter at all")
        found = language_of(response.text.lower())  # capitals are taken for other languages
        if found is None:
            return built_in.UNDETECTABLE
        return self.verdict(
            found == self.language_.code,
            measured=found,
            reason=f"found {found}, {self.language_.code} wanted",
        )


class Capital(_InCase):
    """The whole response is in the language and in capital letters."""

    def describe(self) -> str:
        """Return the sentence, in the language where it is published."""
        name = self.language_.name
        published = self.language_.asks.get(f"change_case:{name.lower()}_capital")
        return published or f"Your entire response should be in {name}, and in all capital letters."

    def in_case(self, text: str) -> bool:
        """Return whether no letter is small; ß may stand among capitals."""
        return (text.replace("ß", "ẞ") if self.language_.has_sharp_s else text).isupper()


class Lowercase(_InCase):
    """The whole response is in the language and in lower-case letters."""

    def describe(self) -> str:
        """Return the sentence, in the language where it is published."""
        name = self.language_.name
        published = self.language_.asks.get(f"change_case:{name.lower()}_lowercase")
        return published or (
            f"Your entire response should be in {name}, and in all lowercase letters. "
            "No capital letters are allowed."
        )

    def in_case(self, text: str) -> bool:
        """Return whether no letter is a capital."""
        return text.islower()
