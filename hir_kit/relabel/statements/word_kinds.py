"""How a word begins what follows it in a sentence, read without a grammar.

Words are those of an instruction, folded, with its marks between them.
"""

# ruff: noqa: SIM905  # lists of words are read and changed as one
from __future__ import annotations

from collections.abc import Sequence

from hir_kit.relabel.statements.demands import kind_of

RELATIVE = frozenset("that that's which who whose where".split())
ADDING = frozenset(
    "with without in into on at of to for from by as using containing including consisting having "
    "excluding avoiding ensuring making while so such about regarding describing explaining "
    "discussing based between because since if unless when after before and but or nor yet than "
    "through throughout within during via per titled called entitled named entirely completely "
    "exclusively like until till against over under plus also then "
    "mit ohne im auf und oder aber von für über bis damit dass die der das mindestens "
    "avec sans en dans de et ou mais pour sur qui que au à".split()
)
COORDINATORS = frozenset("and or but nor und oder aber et ou mais".split())
STOPS = frozenset(".;:!?-–—")
JOINING = COORDINATORS | frozenset("also then please always finally additionally".split())
PARTICIPLES = frozenset(
    "written wrapped separated divided followed formatted presented limited given made free".split()
)
AMOUNTS = frozenset("all only exactly no not under over between less more fewer up".split())
_MORE_VERBS = frozenset(
    "steer go forget stick throw tell explain describe discuss compare argue remember shout "
    "whisper greet thank ask invite skip spare spell".split()
)
VERBAL = frozenset({"base", "third", "modal"})
_PRONOUNS = frozenset(
    "it i i'd i'll i'm you we they he she there there's it's what who how why let's".split()
)


def is_word(token: str) -> bool:
    """Return whether a token is a word in letters that are read, or a number."""
    return token[0].isalnum() and token.isascii()


def past_joints(words: Sequence[str], start: int, end: int) -> int:
    """Return where the first word stands that is neither a mark nor joins parts, `end` if none."""
    while start < end and (not is_word(words[start]) or words[start] in JOINING):
        start += 1
    return start


def kind_at(words: Sequence[str], at: int) -> str:
    """Return what `kind_of` says of the words at a place, of which it reads the first few."""
    return kind_of(" ".join(words[at : at + 14]))


def kinds_at(words: Sequence[str], at: int) -> set[str]:
    """Return what the words at a place may begin: a noun, a verb, an addition to a noun ..."""
    word = words[at]
    if word in _PRONOUNS:
        return {"subject"}
    if word == "not" and kind_at(words, at) == "base":
        return {"base"}
    if word in AMOUNTS or (word == "at" and words[at + 1 : at + 2] in (("least",), ("most",))):
        return {"noun", "adding"}
    if word in RELATIVE:
        return {"relative"}
    if word in ADDING:
        return {"adding", "relative"}
    if word in PARTICIPLES:
        return {"participle"}
    if word in _MORE_VERBS:
        return {"base"}
    kind = kind_at(words, at)
    return {{"prep": "adding", "ing": "adding", "subject": "noun"}.get(kind, kind)}
