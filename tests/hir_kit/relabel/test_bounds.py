"""Bounds as people state them: what says the kwargs is kept, what says another bound is refused."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
IDS = {
    "words": ("muldimif:words", "min_words", "max_words"),
    "sentences": ("muldimif:sentences", "min_sentences", "max_sentences"),
}
TASKS = {
    "en": ("Tell of tea.", "Avoid commas."),
    "fr": ("Parle du thé.", "Évite les virgules."),
    "de": ("Schreib über Tee.", "Verwende keine Kommas."),
    "es": ("Habla del té.", "No uses comas."),
    "zh": ("介绍一下茶。", "不要使用逗号。"),
}
SAID = {
    ("en", "words", 50, None): (
        "Minimum: 50 words.",
        "Fewer than 50 words is a fail.",
        "Anything under 50 words fails.",
        "Answers below 50 words will be rejected.",
        "Aim for no less than 50 words.",
        "Write a minimum of fifty words.",
        "Your answer must not be shorter than 50 words.",
        "Don't write less than 50 words.",
        "Do not drop below 50 words.",
        "50 words minimum.",
        "50 words at the very least.",
        "Write 50+ words.",
        "Make it upwards of 50 words.",
        "Your answer must reach 50 words.",
        "The answer must hit at least 50 words.",
        "More than 49 words.",
        "The number of words must be at least 50.",
        "Your response should be 50 words long or more.",
        "50 words is the minimum.",
        "There is a minimum of 50 words.",
        "The minimum is 50 words.",
        "The minimum length is 50 words.",
        "I need 50 words or more.",
        "I want to read 50 words or more.",
        "Less than 50 words is not enough.",
        "Under 50 words won't be accepted.",
        "No answer under 50 words, please.",
        "At minimum 50 words.",
        "≥ 50 words.",
        "Words: at least 50.",
    ),
    ("en", "words", None, 50): (
        "Maximum: 50 words.",
        "More than 50 words is too long.",
        "Cap it at fifty words.",
        "Cap your answer at 50 words.",
        "Keep it to 50 words or fewer.",
        "Stay within 50 words.",
        "Word limit: 50.",
        "The word limit is 50.",
        "Don't go over 50 words.",
        "Do not use more than 50 words.",
        "Never exceed 50 words.",
        "50 words max.",
        "Max 50 words.",
        "50 words tops.",
        "50 words at the most.",
        "Limit your answer to 50 words.",
        "Limit yourself to fifty words.",
        "Restrict your answer to 50 words.",
        "Fewer than 51 words.",
        "The word count must not exceed 50.",
        "Keep the word count below 51.",
        "50 words is the maximum.",
        "Fifty words is the limit.",
        "There is a limit of 50 words.",
        "The upper limit is 50 words.",
        "The answer can be up to 50 words.",
        "You may use 50 words at most.",
        "Anything over 50 words will be ignored.",
        "Answers longer than 50 words are not accepted.",
        "Nothing over 50 words, please.",
        "<= 50 words.",
    ),
    ("en", "words", None, 70): (
        "Avoid more than 70 words.",
        "Avoid going over 70 words.",
    ),
    ("en", "words", None, 49): ("Keep it under 50 words.",),
    ("en", "words", 50, 70): (
        "Word count: 50-70.",
        "Use 50 to 70 words.",
        "The length must be between 50 and 70 words.",
        "Length: 50–70 words.",
        "Somewhere from 50 to 70 words.",
        "At least 50 but no more than 70 words.",
        "At least 50 and at most 70 words.",
        "Not fewer than 50, not more than 70 words.",
        "Between fifty and seventy words.",
    ),
    ("en", "words", 51, None): ("Your answer should be over 50 words.",),
    ("en", "words", 50, 50): (
        "Use exactly 50 words.",
        "Precisely fifty words, please.",
        "50 words, no more, no less.",
        "No more and no less than 50 words.",
    ),
    ("en", "sentences", None, 5): (
        "Use five sentences at most.",
        "Cap it at five sentences.",
        "Avoid more than five sentences.",
        "Sentence limit: five.",
        "Stop after five sentences.",
        "Finish in five sentences or less.",
    ),
    ("en", "sentences", 5, None): (
        "No fewer than five sentences.",
        "Minimum: five sentences.",
        "Less than five sentences is a fail.",
    ),
    ("en", "words", None, 12): ("A dozen words at most.",),
    ("en", "words", 120, None): ("One hundred and twenty words or more.",),
    ("en", "words", 100, None): ("A hundred words at least.",),
    ("en", "words", 1000, None): (
        "1,000 words or more.",
        "1000 words or more.",
    ),
    ("fr", "words", 30, 50): (
        "Entre 30 et 50 mots.",
        "De 30 à 50 mots.",
    ),
    ("fr", "words", 50, None): (
        "Au moins 50 mots.",
        "Minimum : 50 mots.",
        "50 mots minimum.",
        "Écris au minimum 50 mots.",
        "La réponse doit compter au moins 50 mots.",
        "Pas moins de 50 mots.",
        "50 mots ou plus.",
    ),
    ("fr", "words", None, 50): (
        "50 mots au maximum.",
        "Pas plus de 50 mots.",
        "Ne dépasse pas 50 mots.",
        "Ne dépassez pas cinquante mots.",
        "Maximum 50 mots.",
        "Limite-toi à 50 mots.",
        "Évite de dépasser 50 mots.",
        "Une limite de 50 mots.",
        "Jusqu'à 50 mots.",
        "50 mots tout au plus.",
    ),
    ("fr", "words", None, 49): ("Moins de 50 mots.",),
    ("fr", "words", 51, None): ("Plus de 50 mots.",),
    ("fr", "words", 50, 50): ("Exactement 50 mots.",),
    ("fr", "sentences", None, 5): ("Au plus cinq phrases.",),
    ("de", "words", 30, 50): (
        "Zwischen 30 und 50 Wörtern.",
        "30 bis 50 Wörter.",
    ),
    ("de", "words", 50, None): (
        "Mindestens 50 Wörter.",
        "Minimum: 50 Wörter.",
        "Nicht weniger als 50 Wörter.",
        "50 Wörter oder mehr.",
        "Schreib wenigstens 50 Wörter.",
        "Weniger als 50 Wörter sind zu wenig.",
    ),
    ("de", "words", None, 50): (
        "Höchstens 50 Wörter.",
        "Nicht mehr als 50 Wörter.",
        "Maximal fünfzig Wörter.",
        "Überschreite 50 Wörter nicht.",
        "Die Antwort soll 50 Wörter nicht überschreiten.",
        "Beschränke dich auf 50 Wörter.",
        "Bis zu 50 Wörter.",
    ),
    ("de", "words", None, 49): (
        "Weniger als 50 Wörter.",
        "Unter 50 Wörtern bleiben.",
    ),
    ("de", "words", 51, None): ("Mehr als 50 Wörter.",),
    ("de", "words", 50, 50): ("Genau 50 Wörter.",),
    ("de", "words", 50, 70): ("Mindestens 50, höchstens 70 Wörter.",),
    ("de", "sentences", None, 5): ("Höchstens fünf Sätze.",),
    ("es", "words", 30, 50): (
        "Entre 30 y 50 palabras.",
        "De 30 a 50 palabras.",
    ),
    ("es", "words", 50, None): (
        "Al menos 50 palabras.",
        "Mínimo: 50 palabras.",
        "50 palabras como mínimo.",
        "50 palabras o más.",
        "Usa por lo menos 50 palabras.",
    ),
    ("es", "words", None, 50): (
        "Como máximo 50 palabras.",
        "No más de 50 palabras.",
        "No superes las 50 palabras.",
        "Un máximo de 50 palabras.",
        "La respuesta no debe exceder 50 palabras.",
        "Hasta 50 palabras.",
    ),
    ("es", "words", None, 49): ("Menos de 50 palabras.",),
    ("es", "words", 51, None): ("Más de 50 palabras.",),
    ("es", "words", 50, 50): ("Exactamente cincuenta palabras.",),
    ("es", "sentences", None, 5): ("A lo sumo cinco oraciones.",),
    ("zh", "words", 30, 50): (
        "字数在30到50字之间。",
        "30至50字。",
    ),
    ("zh", "words", 50, None): (
        "至少50字。",
        "不少于50字。",
        "50字以上。",
        "字数不得少于50。",
        "写50字左右,不少于50字。",
        "低于50字不合格。",
    ),
    ("zh", "words", None, 50): (
        "不超过50字。",
        "最多五十个字。",
        "50字以内。",
        "字数上限为50字。",
        "控制在50字以内。",
        "别写超过50个字。",
        "不能多于50字。",
    ),
    ("zh", "words", None, 49): ("少于50字。",),
    ("zh", "words", 51, None): ("超过50字。",),
    ("zh", "words", 50, 50): ("恰好50个字。",),
    ("zh", "sentences", None, 5): ("不要超过五句话。",),
    ("zh", "words", 50, 70): ("字数：50-70。",),
}
CASES = [(*key, said) for key, every in SAID.items() for said in every]


def rewritten(
    language: str, unit: str, said: str, least: int | None, most: int | None, *, known: bool
) -> str | None:
    """Return a prompt without its demand on commas, where a bound is kept."""
    id, low, high = IDS[unit]
    kwargs = {name: n for name, n in ((low, least), (high, most)) if n is not None}
    task, commas = TASKS[language]
    comma = ConstraintSpec("punctuation:no_comma", {}, commas if known else None)
    kept = ConstraintSpec(id, kwargs, said if known else None)
    prompt = ("" if language == "zh" else " ").join([task, commas, said])
    found = KIT.rewrite(prompt, [comma, kept], [0], task=task if known else None)
    return None if found.prompt is None else str(found.prompt)


def others(least: int | None, most: int | None) -> list[tuple[int | None, int | None]]:
    """Return bounds that differ: another number, the other side, one side, one number exactly."""
    if least is not None and most is not None:
        if least == most:
            return [(least + 7, most + 7), (least, None), (None, most), (least - 1, most + 1)]
        return [(least + 7, most), (least, most + 7), (least, None), (None, most), (most, most)]
    if least is not None:
        return [
            (least + 7, None),
            (None, least),
            (least, least),
            (least - 1, None),
            (None, least - 1),
        ]
    assert most is not None
    return [(None, most + 7), (most, None), (most, most), (None, most - 1), (most + 1, None)]


@pytest.mark.parametrize(("language", "unit", "least", "most", "said"), CASES)
def test_a_bound_is_kept_where_the_kwargs_say_the_same(
    language: str, unit: str, least: int | None, most: int | None, said: str
) -> None:
    assert rewritten(language, unit, said, least, most, known=True)
    if language in ("en", "de", "zh"):
        assert rewritten(language, unit, said, least, most, known=False)
    for low, high in others(least, most):
        for known in (False, True):
            assert rewritten(language, unit, said, low, high, known=known) is None


@pytest.mark.parametrize(
    "said",
    [
        "Write without adjectives and more than 50 words.",
        "Write without adjectives in over 50 words.",
        "50 words is too short.",
        "About 50 words.",
    ],
)
def test_a_bound_that_nobody_can_be_sure_of_is_refused(said: str) -> None:
    for least, most in ((50, None), (51, None), (None, 50), (None, 49)):
        assert rewritten("en", "words", said, least, most, known=False) is None


def test_a_range_is_said_by_two_constraints_together() -> None:
    prompt = "Tell of tea. Avoid commas. Use 50 to 70 words."
    comma = ConstraintSpec("punctuation:no_comma")
    low = ConstraintSpec("muldimif:words", {"min_words": 50})
    high = ConstraintSpec("muldimif:words", {"max_words": 70})
    assert KIT.rewrite(prompt, [comma, low, high], [0]).prompt == "Tell of tea. Use 50 to 70 words."
    assert KIT.rewrite(prompt, [comma, low], [0]).refusals["excise"].code == "disagrees"
