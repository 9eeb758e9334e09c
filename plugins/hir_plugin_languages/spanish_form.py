"""What M-IFEval and lm-eval's sets ask of the form of Spanish and Catalan."""

from __future__ import annotations

import unicodedata

import regex

from hir_kit import Relation, Response, Verdict, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_languages import built_in, subjects
from hir_plugin_languages.subjects import InLanguage, examples

_ANSWERS = ("Sí.", "No.", "Quizás.")
RELATED = {Relation.AT_LEAST: "al menos", Relation.LESS_THAN: "menos de"}


class Related(InLanguage):
    """A count with a relation, which the published checkers take and do not look at."""

    relation: Relation = Relation.AT_LEAST


class NumberPlaceholders(
    Related, built_in.NumberPlaceholders, id="detectable_content:number_placeholders"
):
    """The response has at least, or less than, so many placeholders in square brackets.

    ## What it checks
    The number of `[...]` within a line stands in the given relation to `num_placeholders`.

    ## References
    M-IFEval (arXiv 2502.04688), "number_placeholders".
    """

    relaxes = Number("num_placeholders", "relation")
    cases = examples(
        passes("Querida [nombre].", num_placeholders=1),
        passes("Querida Ana.", num_placeholders=1, relation="less than"),
        fails("Querida Ana.", num_placeholders=1),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"La respuesta debe contener {RELATED[self.relation]} {self.num_placeholders} "
            "marcadores de posición representados por corchetes, como [dirección]."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the number."""
        verdict = super().check(response)
        if not isinstance(verdict.measured, int):  # blank brackets decide, in either relation
            return verdict
        return self.compared(verdict.measured, self.relation, self.num_placeholders, "placeholder")

    def check_reference(self, response: Response) -> Verdict:
        """Ask for at least so many, whatever the relation."""
        return super().check(response)


class NumberHighlightedSections(
    Related,
    built_in.NumberHighlightedSections,
    id="detectable_format:number_highlighted_sections",
):
    """The response has at least, or less than, so many highlighted parts.

    ## What it checks
    The number of parts in `*` or `**` stands in the given relation to `num_highlights`.

    ## References
    M-IFEval (arXiv 2502.04688), "number_highlighted_sections".
    """

    relaxes = Number("num_highlights", "relation")
    cases = examples(
        passes("*té* y *leche*", num_highlights=2), fails("té y leche", num_highlights=1)
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"Resalta {RELATED[self.relation]} {self.num_highlights} secciones en tu respuesta "
            "con markdown, p.e. *sección subrayada*."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the number."""
        verdict = super().check(response)
        assert isinstance(verdict.measured, int)
        return self.compared(verdict.measured, self.relation, self.num_highlights, "highlight")

    def check_reference(self, response: Response) -> Verdict:
        """Ask for at least so many, whatever the relation."""
        return super().check(response)


class MultipleSections(
    Related, built_in.MultipleSections, id="detectable_format:multiple_sections"
):
    """The response has at least, or less than, so many sections.

    ## What it checks
    The number of places with `section_spliter` and a number stands in the given relation to
    `num_sections`.

    ## References
    M-IFEval (arXiv 2502.04688), "multiple_sections".
    """

    relaxes = Number("num_sections", "relation")
    cases = examples(
        passes("Sección 1\nTé\nSección 2\nLeche", section_spliter="Sección", num_sections=2),
        fails("Sección 1\nTé", section_spliter="Sección", num_sections=2),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        mark = self.section_spliter.strip()
        return (
            f"Tu respuesta debe tener {RELATED[self.relation]} {self.num_sections} secciones. "
            f"Marca el principio de cada sección con {mark} X, tal como:\n{mark} 1\n"
            f"[contenido de sección 1]\n{mark} 2\n[contenido de sección 2]"
        )

    def check(self, response: Response) -> Verdict:
        """Compare the number."""
        verdict = super().check(response)
        if not isinstance(verdict.measured, int):
            return verdict
        return self.compared(verdict.measured, self.relation, self.num_sections, "section")

    def check_reference(self, response: Response) -> Verdict:
        """Ask for at least so many, whatever the relation."""
        return super().check_reference(response)


class NumberBulletLists(
    InLanguage, built_in.NumberBulletLists, id="detectable_format:number_bullet_lists"
):
    """The response has exactly so many Markdown bullet points of `*`.

    ## What it checks
    The number of lines that begin with `*` (not `**`), after white space, equals `num_bullets`.

    ## Known limits
    `-` does not count, as in the reference.

    ## References
    M-IFEval (arXiv 2502.04688), "number_bullet_lists".
    """

    cases = examples(passes("* té\n* leche", num_bullets=2), fails("- té\n- leche", num_bullets=2))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"Tu respuesta tiene que contener exactamente {self.num_bullets} puntos de lista. Usa "
            "los puntos de lista de Markdown como:\n* Este es el punto 1. \n* Este es el punto 2"
        )

    def check(self, response: Response) -> Verdict:
        """Count the lines."""
        n = len(regex.findall(r"(?m)^[^\S\n]*+\*[^*]", response.text))
        return self.verdict(n == self.num_bullets, measured=n, reason=counted(n, "bullet point"))


class ConstrainedResponse(InLanguage, id="detectable_format:constrained_response"):
    """The response holds one of three answers.

    ## What it checks
    "Sí.", "No." or "Quizás." stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "constrained_response".
    """

    cases = examples(passes("Sí."), fails("Claro."))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"Responde con alguna de las siguientes opciones: {_ANSWERS}"

    def check(self, response: Response) -> Verdict:
        """Look for an answer."""
        text = unicodedata.normalize("NFC", response.text)
        return self.verdict(any(one in text for one in _ANSWERS), reason="none of the answers")


class Postscript(InLanguage, built_in.Postscript, id="detectable_content:postscript"):
    """The response has a postscript that begins with a given marker.

    ## What it checks
    The marker stands somewhere in the text, without regard to case. `P.D.` may have one white-space
    character between its letters.

    ## References
    M-IFEval (arXiv 2502.04688), "postscript".
    """

    cases = examples(
        passes("Ana\n\nP. D. Trae té.", postscript_marker="P.D."),
        fails("Ana\n\nPD: trae té.", postscript_marker="P.D."),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            "Al final de la respuesta, por favor añade explícitamente una posdata que empiece por "
            f"{self.postscript_marker.strip()}"
        )

    def check(self, response: Response) -> Verdict:
        """Look for the marker."""
        if self.postscript_marker.strip() != "P.D.":
            return super().check(response)
        return self.verdict(
            regex.search(r"p\.\s?d\.", response.lower) is not None, reason="no P.D."
        )


class EndChecker(subjects.EndChecker, id="startend:end_checker"):
    """The response ends with a given phrase, one full stop after it or none.

    ## What it checks
    The text, without quotation marks and then one full stop at its end, ends with the phrase,
    without regard to case.

    ## References
    M-IFEval (arXiv 2502.04688), "end_checker".
    """

    cases = examples(
        passes("Bébelo caliente. Un saludo.", end_phrase="Un saludo"),
        fails("Un saludo. Hasta luego.", end_phrase="Un saludo"),
    )

    def check(self, response: Response) -> Verdict:
        """Compare the end of the normalised text."""
        text = self.language_.plain(response.text).strip().strip('"»')
        phrase = self.language_.plain(self.end_phrase).strip()
        ends = text.endswith(phrase) or text.removesuffix(".").endswith(phrase)
        return self.verdict(ends, reason=f"ends with {text[-len(phrase) :]!r}")


FORM = (
    NumberPlaceholders,
    NumberHighlightedSections,
    MultipleSections,
    NumberBulletLists,
    ConstrainedResponse,
    Postscript,
    EndChecker,
)
