"""Sentences and words as IFTrain's constraints take them.

IFEvalG (open-instruct) cuts sentences with a row of regular expressions, not with Punkt: after each
`.`, `?` and `!`, wherever it stands, save for some abbreviations, numbers and web addresses. The
rules are applied one after the other, so that their order matters.
"""

from __future__ import annotations

import re

from hir_plugin_iftrain.analyses import unnumbered

_KEPT, _STOP = "\ufdd1", "\ufdd2"  # a full stop that ends nothing, the end of a sentence

_LETTER = "([A-Za-z])"
_STARTER = (
    r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s"
    r"|That\s|This\s|Wherever)"
)
_SUFFIX = "(Inc|Ltd|Jr|Sr|Co)"

# Texts, then patterns, whose full stops end nothing, in the order in which they are looked for.
_ABBREVIATIONS = ("Mr.", "St.", "Mrs.", "Ms.", "Dr.")
_WEB_ENDINGS = (".com", ".net", ".org", ".io", ".gov", ".edu", ".me")
_COMPANIES = (" Inc.", " Ltd.", " Jr.", " Sr.", " Co.")
_DECIMAL = re.compile(r"([0-9])\.([0-9])")
_ROW_OF_DOTS = re.compile(r"\.{2,}")
_INITIALS = (
    (re.compile(rf"\s{_LETTER}\. "), rf" \1{_KEPT} "),
    (re.compile(rf"([A-Z]\.[A-Z]\.(?:[A-Z]\.)?) {_STARTER}"), rf"\1{_STOP} \2"),
    (re.compile(rf"{_LETTER}\.{_LETTER}\.{_LETTER}\."), rf"\1{_KEPT}\2{_KEPT}\3{_KEPT}"),
    (re.compile(rf"{_LETTER}\.{_LETTER}\."), rf"\1{_KEPT}\2{_KEPT}"),
    (re.compile(rf" {_SUFFIX}\. {_STARTER}"), rf" \1{_STOP} \2"),
)
_LONE_LETTER = re.compile(rf" {_LETTER}\.")
_QUOTED_ENDS = ((".”", "”."), ('."', '".'), ('!"', '"!'), ('?"', '"?'))

# A sign that no word goes on after; a comma or colon between digits is none.
_PARTING = re.escape(',;:!?…()[]{}<>"“”„«»/|*—–。、，！？；：।؟،؛（）「」')
_WORD = re.compile(rf"(?:[^\s{_PARTING}]|(?<=\d)[,:](?=\d))+")
_ITEM = re.compile(r"^(?=[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t])", re.MULTILINE)
_MARGINS = ".'’‘`_-"


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text as IFEvalG cuts them, without white space around them.

    A closing quotation mark changes places with the mark before it. A sentence may be empty, but
    not the last one.
    """
    text = f" {text}  ".replace("\n", " ")
    text = _kept(text, *_ABBREVIATIONS, *_WEB_ENDINGS)
    text = _DECIMAL.sub(rf"\1{_KEPT}\2", text)
    text = _ROW_OF_DOTS.sub(lambda match: _KEPT * len(match[0]) + _STOP, text)
    text = _kept(text, "Ph.D.")
    for pattern, by in _INITIALS:
        text = pattern.sub(by, text)
    text = _LONE_LETTER.sub(rf" \1{_KEPT}", _kept(text, *_COMPANIES))
    for quoted, swapped in _QUOTED_ENDS:
        text = text.replace(quoted, swapped)
    for mark in ".?!":
        text = text.replace(mark, mark + _STOP)
    found = [part.strip() for part in text.replace(_KEPT, ".").split(_STOP)]
    return found if found[-1] else found[:-1]


def _kept(text: str, *abbreviations: str) -> str:
    for abbreviation in abbreviations:
        text = text.replace(abbreviation, abbreviation.replace(".", _KEPT))
    return text


def distinct_sentences(text: str) -> tuple[str, ...]:
    """Return the distinct sentences of a text, in order."""
    return tuple(dict.fromkeys(split_sentences(text)))


def spoken_sentences(text: str) -> list[str]:
    """Return the sentences that hold a word, without the numbers of lists.

    What is cut off without a word is none, such as the second sign of `?!`.
    """
    return [said for said in split_sentences(unnumbered(text)) if any(map(str.isalnum, said))]


def listed_sentences(text: str) -> list[str]:
    """Return `spoken_sentences`; an item of a list begins one, whatever stands before it."""
    return [said for block in _ITEM.split(text) for said in spoken_sentences(block)]


def words_of(text: str) -> list[str]:
    """Return the words of a text as a person would count them, apostrophes alike.

    A word stands between white space, commas, brackets, dashes and the like, and holds a letter or
    a digit. Apostrophes, hyphens and full stops within a word belong to it: "don't", "well-known",
    "U.S" and "3.14" are one word each. Marks at its ends do not.
    """
    found = (part.strip(_MARGINS) for part in _WORD.findall(text.replace("’", "'")))
    return [word for word in found if word.isalnum() or any(map(str.isalnum, word))]
