"""The built-in verifiers, by subject: what is read in other languages here."""

from __future__ import annotations

from hir_verifiers.case import CapitalWordFrequency, EnglishCapital, EnglishLowercase
from hir_verifiers.combination import RepeatPrompt, TwoResponses
from hir_verifiers.content import NumberPlaceholders, Postscript
from hir_verifiers.format import (
    ConstrainedResponse,
    JsonFormat,
    MultipleSections,
    NumberBulletLists,
    NumberHighlightedSections,
    Title,
)
from hir_verifiers.keywords import Existence, ForbiddenWords, Frequency, LetterFrequency
from hir_verifiers.language import UNDETECTABLE, ResponseLanguage
from hir_verifiers.length import (
    NthParagraphFirstWord,
    NumberParagraphs,
    NumberSentences,
    NumberWords,
)
from hir_verifiers.patterns import Text
from hir_verifiers.punctuation import NoComma
from hir_verifiers.startend import EndChecker, Quotation

__all__ = [
    "AS_IN_ENGLISH",
    "UNDETECTABLE",
    "CapitalWordFrequency",
    "EndChecker",
    "Existence",
    "ForbiddenWords",
    "Frequency",
    "LetterFrequency",
    "MultipleSections",
    "NoComma",
    "NthParagraphFirstWord",
    "NumberBulletLists",
    "NumberHighlightedSections",
    "NumberPlaceholders",
    "NumberSentences",
    "NumberWords",
    "Postscript",
    "Quotation",
    "Text",
    "Title",
]

AS_IN_ENGLISH = (
    EnglishCapital,
    EnglishLowercase,
    RepeatPrompt,
    TwoResponses,
    NumberPlaceholders,
    Postscript,
    ConstrainedResponse,
    JsonFormat,
    MultipleSections,
    NumberBulletLists,
    NumberHighlightedSections,
    Title,
    ResponseLanguage,
    NumberParagraphs,
)
"""Those that mean the same in every language, where a published set says nothing else."""
