"""Making the verifiers of a language out of its profile, when one of its ids is met."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, MutableMapping
from types import new_class
from typing import Any

from hir_kit import Verifier
from hir_plugin_languages import built_in, subjects
from hir_plugin_languages.profile import Language
from hir_plugin_languages.subjects import InLanguage

_SUBJECTS: dict[str, tuple[type[InLanguage], str]] = {
    "length_constraints:number_words": (
        subjects.NumberWords,
        "The number of words stands in the given relation to `num_words`: {words}.",
    ),
    "length_constraints:number_sentences": (
        subjects.NumberSentences,
        "The number of sentences stands in the given relation to `num_sentences`: {sentences}.",
    ),
    "length_constraints:number_letters": (
        subjects.NumberLetters,
        (
            "The number of characters, white space left out, stands in the given relation to "
            "`num_letters`. A letter with its vowel signs and accents is one."
        ),
    ),
    "length_constraints:nth_paragraph_first_word": (
        subjects.NthParagraphFirstWord,
        (
            "As IFEval's, and the paragraph may also begin with the word after signs of any "
            "script; where words stand without spaces, it is enough that it begins with its "
            "letters."
        ),
    ),
    "punctuation:no_comma": (
        subjects.NoComma,
        "No sign stands in the text that is a comma in this language: `{commas}` finds one.",
    ),
    "keywords:existence": (
        subjects.Existence,
        "Each keyword stands somewhere in the text, both in {form}, without regard to case.",
    ),
    "keywords:frequency": (
        subjects.Frequency,
        (
            "The number of places of the keyword, in {form} and without regard to case, stands in "
            "the given relation to `frequency`."
        ),
    ),
    "keywords:forbidden_words": (
        subjects.ForbiddenWords,
        (
            "No forbidden word stands in the text as a word of its own, both in {form}, without "
            "regard to case. {alone}"
        ),
    ),
    "keywords:letter_frequency": (
        subjects.LetterFrequency,
        (
            "The number of times the letter stands in the text, both in {form}, without regard to "
            "case, stands in the given relation to `let_frequency`."
        ),
    ),
    "startend:quotation": (
        subjects.Quotation,
        (
            "The text, without surrounding white space, begins and ends with {quotes}, which are "
            "the marks of one quotation."
        ),
    ),
    "startend:end_checker": (
        subjects.EndChecker,
        (
            "The text, without quotation marks around it, ends with the phrase, both in {form}, "
            "without regard to case."
        ),
    ),
    "change_case:capital_word_frequency": (
        subjects.CapitalWordFrequency,
        "As IFEval's: words of letters without a lower-case one.",
    ),
}
_CASED = {
    "capital": (subjects.Capital, "No letter is lower-case, at least one is upper-case"),
    "lowercase": (subjects.Lowercase, "No letter is upper-case, at least one is lower-case"),
}
_AS_IN_ENGLISH = {cls.constraint_id: cls for cls in built_in.AS_IN_ENGLISH}

IDS = (*_SUBJECTS, *_AS_IN_ENGLISH)


def define(
    module: MutableMapping[str, Any], language: Language, own: Iterable[type[InLanguage]] = ()
) -> None:
    """Put the verifiers of a language into the module that announces them.

    Args:
        module: The module's names.
        language: The profile.
        own: What the language has beside IFEval's subjects, or in place of one, with ids that lack
            the language.
    """
    ready = {cls.constraint_id: cls for cls in own}
    for id, cls in ready.items():
        _put(module, cls, f"{language.code}:{id}", language, inspect.getdoc(cls) or "")
    for id, (subject, said) in _SUBJECTS.items():
        if id not in ready:
            _put(module, subject, f"{language.code}:{id}", language, _said(subject, said, language))
    for id, plain in _AS_IN_ENGLISH.items():
        if id not in ready:
            _put(module, plain, f"{language.code}:{id}", language, inspect.getdoc(plain) or "")
    if language.has_case:
        for case, (subject, said) in _CASED.items():
            id = f"{language.code}:change_case:{language.name.lower()}_{case}"
            if id.partition(":")[2] not in _AS_IN_ENGLISH:
                what = f"{said}, and langdetect finds {language.name} in the text in lower case."
                _put(module, subject, id, language, _page(subject, what, language))


def _put(
    module: MutableMapping[str, Any],
    base: type[Verifier],
    id: str,
    language: Language,
    document: str,
) -> None:
    name = f"{base.__name__}_{len(module)}"

    def fill(namespace: dict[str, Any]) -> None:
        namespace.update(__module__=module["__name__"], __doc__=document, __qualname__=name)

    bases = (base,) if issubclass(base, InLanguage) else (InLanguage, base)
    made: Any = new_class(name, bases, {"id": id}, fill)
    made.language_ = language
    made.cases = language.cases.get(id.partition(":")[2], base.cases)
    module[name] = made


def _said(subject: type[Verifier], said: str, language: Language) -> str:
    what = said.format(
        words=_told(language.words),
        sentences=_told(language.sentences),
        commas=language.commas.pattern.replace("|", r"\|"),
        form=_form(language),
        quotes=" or ".join(f"`{left}` and `{right}`" for left, right in language.quotes),
        alone=_alone(language),
    )
    return _page(subject, what, language)


def _page(subject: type[Verifier], what: str, language: Language) -> str:
    """Return the documentation in the sections that every verifier has."""
    summary = (inspect.getdoc(subject) or "").split("\n", 1)[0]
    return (
        f"{summary}\n\n## What it checks\n{what}\n\n## Known limits\n{_limits(language)}\n\n"
        "## References\nIFEval (arXiv 2311.07911), read in another language."
    ).replace("The response", f"{language.name}: the response", 1)


def _told(count: Any) -> str:
    first = (inspect.getdoc(count) or "").split("\n", 1)[0]
    return first.removeprefix("Return ").rstrip(".").replace("None: there", "there")


def _form(language: Language) -> str:
    left_out = ", vowel marks left out" if language.letters else ""
    return f"{language.form} with hyphens, apostrophes and blanks alike{left_out}"


def _alone(language: Language) -> str:
    if not language.is_spaced:
        return "Words stand without spaces, so it is found wherever its letters stand."
    if language.before or language.after:
        return "Particles that are written together with a word do not hide it."
    return "A vowel sign or an accent is part of a word."


def _limits(language: Language) -> str:
    lines = ["Which language a text is in is not looked at."]
    if not language.is_spaced:
        lines.append("A keyword is found within a longer word, too.")
    if language.is_spaced and language.code != "en":
        lines.append(
            "Where a known abbreviation can be the end of a sentence as well as within one, the "
            "number of sentences is a range, and so it is where a paragraph or an item of a list "
            "ends without a mark; an abbreviation that is not known ends one before a capital."
        )
    if language.code == "ru":
        lines.append("ё and е are two letters.")
    if language.counts_tokens:
        lines.append("Published checkers count with spaCy; numbers at their limits can differ.")
    return " ".join(lines)
