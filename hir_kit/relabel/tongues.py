"""What strategies write by themselves, in the language of the instruction."""

from __future__ import annotations

import re

from hir_kit.verify.scripts import script_language, scripts

_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the an and of to in is for that with your you not do use write no or at least it "
        "than this are be what how should must include words about describe",
        "de": "der die das und ein eine einen nicht mit ist für auf zu den über schreibe keine im",
        "fr": "le la les un une et des du pas avec est pour dans sur ne que écris au sans vous",
        "es": "el la los las un una de del no con es para en que por escribe sin sobre tu",
        "pt": "os as um uma de do da não com é para em que por escreva sem sobre seu",
        "it": "il lo la gli le un una di del della non con è per in che scrivi senza su tuo",
    }.items()
}
_WAIVERS = {
    "en": (
        "You do not have to follow this requirement:",
        "You do not have to follow these requirements:",
    ),
    "de": (
        "Diese Vorgabe musst du nicht einhalten:",
        "Diese Vorgaben musst du nicht einhalten:",
    ),
    "fr": (
        "Vous n'avez pas à respecter cette consigne :",
        "Vous n'avez pas à respecter ces consignes :",
    ),
    "es": (
        "No es necesario cumplir este requisito:",
        "No es necesario cumplir estos requisitos:",
    ),
    "pt": (
        "Não é necessário cumprir este requisito:",
        "Não é necessário cumprir estes requisitos:",
    ),
    "it": (
        "Non è necessario rispettare questo requisito:",
        "Non è necessario rispettare questi requisiti:",
    ),
    "ru": (
        "Это требование выполнять не нужно:",
        "Эти требования выполнять не нужно:",
    ),
    "zh": ("以下要求不必遵守：", "以下要求都不必遵守："),
    "ja": ("次の条件には従わなくてかまいません：", "次の条件にはいずれも従わなくてかまいません："),
    "ko": (
        "다음 요구 사항은 따르지 않아도 됩니다:",
        "다음 요구 사항들은 따르지 않아도 됩니다:",
    ),
}
_UNSPACED = {"zh": "。", "ja": "。"}
_ENDS = (*".!?…:;。！？：；", '"', "'", "”", "’", "」", "』", ")", "）", "`", "*")
_NOT_RUSSIAN = frozenset("іїєґўјљњћђџѓќѕ")


def language_of(text: str) -> str | None:
    """Return the code of the language that an instruction is written in; None where it is not told.

    Of those in Latin letters English, German, French, Spanish, Portuguese and Italian are told, by
    their small words; a text of ASCII letters that has none of them is taken for English.
    """
    if (by_script := script_language(text)) is not None:
        return by_script
    found = scripts(text)
    if found.get("Cyrillic", 0) > found.get("Latin", 0):
        return None if _NOT_RUSSIAN.intersection(text.lower()) else "ru"
    words = re.findall(r"[^\W\d_]{2,}", text.lower())  # of letters alone there is "i.e.", too
    counts = {
        language: sum(word in small for word in words)
        for language, small in _FUNCTION_WORDS.items()
    }
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    if not counts[best]:
        return "en" if text.isascii() else None
    return best if counts[best] > counts[second] else None


def waiver(language: str, count: int) -> str | None:
    """Return the line that releases from so many requirements; None in another language."""
    known = _WAIVERS.get(language)
    return None if known is None else known[count > 1]


def joined(task: str, sentences: list[str], language: str | None) -> str:
    """Return a task with sentences behind it, as the language joins them.

    Chinese and Japanese have no space between sentences, so each needs its final mark.
    """
    stop = _UNSPACED.get(language or "")
    if stop is None:
        return " ".join([task, *sentences])
    return "".join(
        part if part.endswith(_ENDS) else f"{part}{stop}"
        for part in (part.strip() for part in [task, *sentences])
    )
