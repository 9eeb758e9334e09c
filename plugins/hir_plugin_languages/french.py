"""What M-IFEval asks of French: its quotation marks, titles, accents, and the informal address."""

from __future__ import annotations

import unicodedata

import regex

from hir_kit import Response, Verdict, counted, fails, passes
from hir_plugin_languages import built_in
from hir_plugin_languages.sentence_ends import Abbreviations
from hir_plugin_languages.subjects import InLanguage, examples

_ACCENTED = regex.compile("[àáâãäåçèéêëìíîïñòóôõöùúûüýÿ]", regex.IGNORECASE)
_INFORMAL = regex.compile(r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt['’](?=\w)", regex.IGNORECASE)
_ANSWERS = ("Oui.", "Non.", "Peut-être.")


class Title(InLanguage, built_in.Title, id="detectable_format:title"):
    """The response has a title between `##` and `##`.

    ## What it checks
    Somewhere within a line stands `##...##` with something in it.

    ## References
    M-IFEval (arXiv 2502.04688), "title".
    """

    cases = examples(passes("##hymne à la joie##"), fails("<<hymne à la joie>>"), fails("## Titre"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            "Votre réponse doit contenir un titre, encadré par des doubles dièses, comme "
            "##hymne à la joie##."
        )

    def check(self, response: Response) -> Verdict:
        """Look between the first and the last `##` of each line."""
        return self.verdict(any(map(_has_title, response.lines)), reason="no ##title##")


def _has_title(line: str) -> bool:
    start, end = line.find("##"), line.rfind("##")
    return end > start + 2 and bool(line[start:end].strip("#").strip())


class ConstrainedResponse(InLanguage, id="detectable_format:constrained_response"):
    """The response holds one of three answers.

    ## What it checks
    "Oui.", "Non." or "Peut-être." stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "constrained_response".
    """

    cases = examples(passes("Oui."), fails("Bien sûr."))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"Répondez avec une des options suivantes: {_ANSWERS}"

    def check(self, response: Response) -> Verdict:
        """Look for an answer."""
        text = unicodedata.normalize("NFC", response.text)
        return self.verdict(any(one in text for one in _ANSWERS), reason="none of the answers")


class EthelOrCedilla(InLanguage, id="special_character:ethel_or_cedilla"):
    """A character is not used.

    ## What it checks
    `forbidden_char` does not stand in the normalised text, without regard to case.

    ## References
    M-IFEval (arXiv 2502.04688), "ethel_or_cedilla".
    """

    forbidden_char: built_in.Text

    cases = examples(passes("Le coeur.", forbidden_char="œ"), fails("Le CŒUR.", forbidden_char="œ"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"N'incluez pas le caractère {self.forbidden_char} dans votre réponse."

    def check(self, response: Response) -> Verdict:
        """Count the character."""
        n = self.language_.count(self.forbidden_char, response)
        return self.verdict(not n, measured=n, reason=counted(n, "time"))


class InformalAddress(InLanguage, id="detectable_content:informal_address"):
    """The reader is addressed by "tu".

    ## What it checks
    One of tu, te, t', toi, ton, ta, tes stands in the text as a word.

    ## Known limits
    "ton" and "ta" of a quotation count; that "vous" is not used is not asked, as in the reference.

    ## References
    M-IFEval (arXiv 2502.04688), "informal_address".
    """

    cases = examples(passes("Tu bois du thé."), passes("Je t'aime."), fails("Vous buvez du thé."))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            "Parlez directement à votre interlocuteur dans votre réponse et utilisez le tutoiement."
        )

    def check(self, response: Response) -> Verdict:
        """Look for one of the words."""
        return self.verdict(_INFORMAL.search(response.text) is not None, reason="no tutoiement")


class NoAccents(InLanguage, id="special_character:no_accents"):
    """No letter has an accent.

    ## What it checks
    No Latin letter with an accent, a diaeresis or a cedilla stands in the normalised text.

    ## References
    M-IFEval (arXiv 2502.04688), "no_accents".
    """

    cases = examples(passes("Le lait."), fails("Le thé."), fails("Le the\u0301."))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "Ne faites pas usage d'accents dans votre réponse."

    def check(self, response: Response) -> Verdict:
        """Count the letters."""
        n = len(_ACCENTED.findall(unicodedata.normalize("NFC", response.text)))
        return self.verdict(not n, measured=n, reason=counted(n, "accent"))


class Accents(InLanguage, id="special_character:accents"):
    """Given words have their accents.

    ## What it checks
    Each word that is, without its accents, a key of `word_to_accentuate` is written as that says.

    ## References
    M-IFEval (arXiv 2502.04688), "accents".
    """

    word_to_accentuate: dict[str, str]

    cases = examples(
        passes("Les leçons.", word_to_accentuate={"lecons": "leçons"}),
        fails("Les lecons.", word_to_accentuate={"lecons": "leçons"}),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "Réécris ce texte en ajoutant les accents."

    def check(self, response: Response) -> Verdict:
        """Compare each of the words."""
        text = unicodedata.normalize("NFC", response.text).lower()
        wrong = [word for word in regex.findall(r"\w+", text) if self._is_wrong(word)]
        return self.verdict(not wrong, measured=len(wrong), reason=f"wrong: {wrong[:3]}")

    def _is_wrong(self, word: str) -> bool:
        parts = unicodedata.normalize("NFKD", word)
        bare = "".join(char for char in parts if not unicodedata.combining(char))
        return self.word_to_accentuate.get(bare, word) != word


class NoDigits(InLanguage, id="detectable_content:no_digits"):
    """No digit is used.

    ## What it checks
    No digit stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "no_digits".
    """

    cases = examples(passes("Trois tasses."), fails("3 tasses."))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "N'utilisez pas de chiffres arabes dans votre réponse."

    def check(self, response: Response) -> Verdict:
        """Count the digits."""
        n = len(regex.findall(r"\d", response.text))
        return self.verdict(not n, measured=n, reason=counted(n, "digit"))


OWN = (Title, ConstrainedResponse, EthelOrCedilla, InformalAddress, NoAccents, Accents, NoDigits)

ASKS = {
    "length_constraints:number_words": "Répond avec {relation} {num_words} mots.",
    "length_constraints:number_sentences": (
        "Votre réponse doit contenir {relation} {num_sentences} phrases."
    ),
    "punctuation:no_comma": "N'utilisez aucune virgule dans votre réponse.",
    "keywords:existence": "Incluez les mots {keywords} dans la réponse.",
    "keywords:frequency": (
        "Votre réponse doit contenir le mot {keyword} {relation} {frequency} fois."
    ),
    "keywords:letter_frequency": (
        "Dans votre réponse, la lettre {letter} doit apparaître {let_relation} {let_frequency} "
        "fois."
    ),
    "startend:quotation": "Mettez l’ensemble de votre réponse entre guillemets.",
    "change_case:capital_word_frequency": (
        "Dans votre réponse, des mots entièrement en lettres majuscules doivent apparaître "
        "{capital_relation} {capital_frequency} fois."
    ),
    "change_case:french_capital": (
        "Votre réponse doit être entièrement en français et en majuscules. Les minuscules ne sont "
        "pas autorisées."
    ),
    "change_case:french_lowercase": (
        "Votre réponse doit être entièrement rédigée en français et en minuscules. Les majuscules "
        "ne sont pas autorisées."
    ),
}

RELATIONS = {"au moins": "at least", "moins de": "less than"}

ABBREVIATIONS = Abbreviations(
    titles="M mm mme mmes mlle dre drs pr me mgr p.ex c.-à-d c.à.d cf env ste lt resp n.b apr av",
    names="ex st",
    numbers=(
        "p pp vol art chap fig éd tél tel no min janv fév févr avr juil sept oct nov déc v p.-v p.v"
    ),
    others="dir cap adm assoc rép j.c j.-c svp s.v.p q.v adj p.s p.-s p.p.s ps",
    starters=(
        "le la les l un une des et ou mais en de du dans avec par pour si ce cet cette ces il "
        "elle ils elles je tu nous vous on son sa ses leur aussi puis ensuite alors ainsi "
        "quand comme où car donc c est sont très tout tous personne rien aujourd hier ici là "
        "maintenant d j n s qu que qui"
    ),
)
