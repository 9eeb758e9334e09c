"""What M-IFEval and lm-eval's sets ask of Spanish and Catalan letters and signs."""

from __future__ import annotations

from typing import ClassVar

import regex
from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_languages.analyses import words_listed
from hir_plugin_languages.sentence_ends import Abbreviations
from hir_plugin_languages.spanish_form import FORM, RELATED, Related
from hir_plugin_languages.subjects import InLanguage, examples


class _Wrapped(InLanguage):
    """Something stands between the sign that opens it and the one that closes it."""

    pattern: ClassVar[str]

    def check(self, response: Response) -> Verdict:
        """Look for one with something in it."""
        found = regex.findall(self.pattern, response.text)  # an open one runs on to the end
        is_there = any(end and part.strip("¿¡ ").strip() for part, end in found)
        return self.verdict(is_there, reason="none is there")


class QuestionMarks(_Wrapped, id="punctuation:question_marks"):
    """The response has a question between `¿` and `?`.

    ## What it checks
    Somewhere stands `¿...?` with something in it.

    ## References
    M-IFEval (arXiv 2502.04688), "question_marks".
    """

    pattern = r"¿([^?]*+)(\??)"
    cases = examples(passes("¿Quieres té?"), fails("Quieres té?"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "Tu respuesta debe incluir una pregunta."


class ExclamationMarks(_Wrapped, id="punctuation:exclamation_marks"):
    """The response has an exclamation between `¡` and `!`.

    ## What it checks
    Somewhere stands `¡...!` with something in it.

    ## References
    M-IFEval (arXiv 2502.04688), "exclamation_marks".
    """

    pattern = r"¡([^!]*+)(!?)"
    cases = examples(passes("¡Qué té!"), fails("Qué té!"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "Tu respuesta debe incluir una exclamación."


class _WordsWith(InLanguage):
    """Exactly so many words hold a letter."""

    let_frequency: NonNegativeInt
    letter_: ClassVar[str]

    relaxes = Number("let_frequency", "exactly")

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"En tu respuesta, palabras con la letra {self.letter_} deben aparecer "
            f"{self.let_frequency} veces."
        )

    def check(self, response: Response) -> Verdict:
        """Count the words."""
        n = sum(self.letter_ in word.lower() for word in response.get(words_listed))
        return self.verdict(n == self.let_frequency, measured=n, reason=counted(n, "word"))


class Enie(_WordsWith, id="special_character:enie"):
    """Exactly so many words hold an ñ.

    ## What it checks
    The number of words with `ñ` equals `let_frequency`.

    ## References
    M-IFEval (arXiv 2502.04688), "enie".
    """

    letter_ = "ñ"
    cases = examples(
        passes("El niño y la niña.", let_frequency=2), fails("El niño.", let_frequency=2)
    )


class Dieresis(_WordsWith, id="special_character:dieresis"):
    """Exactly so many words hold an ü.

    ## What it checks
    The number of words with `ü` equals `let_frequency`.

    ## References
    M-IFEval (arXiv 2502.04688), "dieresis".
    """

    letter_ = "ü"
    cases = examples(passes("El pingüino.", let_frequency=1), fails("El té.", let_frequency=1))


class Tildes(Related, id="special_character:tildes"):
    """So many words have a vowel with an acute accent, or fewer.

    ## What it checks
    The number of words with one of áéíóú stands in the given relation to `num_words`.

    ## References
    M-IFEval (arXiv 2502.04688), "tildes".
    """

    num_words: NonNegativeInt

    relaxes = Number("num_words", "relation")
    cases = examples(passes("El té está aquí.", num_words=3), fails("El té.", num_words=2))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"Responde con {RELATED[self.relation]} {self.num_words} palabras con tilde."

    def check(self, response: Response) -> Verdict:
        """Compare the number."""
        n = sum(any(char in "áéíóúÁÉÍÓÚ" for char in word) for word in response.get(words_listed))
        return self.compared(n, self.relation, self.num_words, "word")


OWN = (*FORM, QuestionMarks, ExclamationMarks, Enie, Dieresis, Tildes)

ASKS = {
    "length_constraints:number_words": "Responde con {relation} {num_words} palabras.",
    "length_constraints:number_sentences": (
        "Tu respuesta debe contener {relation} {num_sentences} frases."
    ),
    "punctuation:no_comma": "En la totalidad de la respuesta, abstente de usar comas.",
    "keywords:existence": "Incluye las palabras clave {keywords} en tu respuesta.",
    "keywords:frequency": (
        "En tu respuesta, la palabra {keyword} debe aparecer {relation} {frequency} veces."
    ),
    "keywords:forbidden_words": (
        "No incluyas las palabras clave {forbidden_words} en tu respuesta."
    ),
    "keywords:letter_frequency": (
        "En tu respuesta, la letra {letter} debería aparecer {let_relation} {let_frequency} veces."
    ),
    "startend:quotation": "Envuelve la totalidad de tu respuesta en comillas dobles.",
    "startend:end_checker": (
        "Termina tu respuesta con esta frase exacta {end_phrase}. "
        "Ninguna otra palabra debe seguir esta frase."
    ),
    "change_case:capital_word_frequency": (
        "En tu respuesta, palabras escritas al completo con letras mayúsculas deberían aparecer "
        "{capital_relation} {capital_frequency} veces."
    ),
    "change_case:spanish_capital": (
        "Tu respuesta debe estar en español al completo, sólo letras mayúsculas."
    ),
    "change_case:spanish_lowercase": (
        "Tu respuesta debe estar en español al completo, sólo letras minúsculas. Las letras "
        "mayúsculas no están permitidas."
    ),
    "change_case:catalan_capital": (
        "Tu respuesta debe estar en catalán al completo, sólo letras mayúsculas."
    ),
    "change_case:catalan_lowercase": (
        "Tu respuesta debe estar en catalán al completo, sólo letras minúsculas. Las letras "
        "mayúsculas no están permitidas."
    ),
}
"""The published sentences; lm-eval's Catalan set asks in Spanish, too."""

RELATIONS = {"al menos": "at least", "menos de": "less than"}

ABBREVIATIONS = Abbreviations(
    titles=(
        "sr sra srta sres dr dra d dña profa ing lic arq gral cnel tte mons excmo ilmo rvdo "
        "fr p.ej ej ms c av avda sta sto"
    ),
    names="st",
    numbers="pág págs núm núms art arts vol ed fig cap tel s aprox cf",
    others=(
        "ee.uu a.c d.c a.j.c d.j.c s.a s.l s.a.s cía ud uds vd vds ff.aa rr.hh jj.oo cc.oo "
        "cc.aa dd.hh"
    ),
    starters=(
        "el la los las un una unos unas y o pero en de con por para si no se su sus este esta "
        "estos estas ese esa eso esto aquel él ella ellos ellas yo tú nosotros también además "
        "luego después entonces así aunque cuando como donde porque pues hay fue es son era "
        "muy más todo todos nadie nada hoy ayer aquí allí ahora"
    ),
)
