"""Sentences as a reader finds them, for the packs that need not count as IFEval's checkers do."""

from __future__ import annotations

import re

from hir_verifiers.analyses import sentences

__all__ = ["read_sentences", "unnumbered", "unpadded"]

_LIST_NUMBER = re.compile(r"^([ \t>#]*[*_]{0,2})\d{1,3}[.)](?=[*_]{0,2}[ \t])", re.MULTILINE)
_GOES_ON = re.compile(r"(?:[?!][\"'”’»)]+|\b(?:etc|et al|i\.e)\.)$", re.IGNORECASE)


def read_sentences(text: str) -> list[str]:
    """Return the `sentences` as a reader finds them.

    The number of a list ends none, and neither does a mark within quotation marks, or "etc.", after
    which the sentence goes on with a small letter ("Why?" he said).
    """
    found: list[list[str]] = []
    for piece in sentences(unnumbered(text)):
        if found and piece[:1].islower() and _GOES_ON.search(found[-1][-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [" ".join(pieces) for pieces in found]


def unnumbered(text: str) -> str:
    """Return the text without the numbers of lists: "1." or "1)" at the beginning of a line."""
    return _LIST_NUMBER.sub(r"\1", text)


def unpadded(text: str) -> str:
    """Return the text without the white space in its blank lines, that of `\\r\\n` among it."""
    return "\n".join("" if line.isspace() else line for line in text.split("\n"))
