"""Whether what a cut has brought together in a sentence is built alike.

Of "Use A and B" one goes: then B begins as A did. Of "a text with A in B" one goes: then what goes
begins as such an addition does, and so does what follows. What fits neither may be no sentence.
"""

# ruff: noqa: SIM905  # lists of words are read and changed as one
from __future__ import annotations

from collections.abc import Iterator, Sequence

from hir_kit.relabel.statements.demands import kind_of

_RELATIVE = frozenset("that that's which who whose where".split())
_ADDING = frozenset(
    "with without in into on at of to for from by as using containing including consisting having "
    "excluding avoiding ensuring making while so such about regarding describing explaining "
    "discussing based between because since if unless when after before and but or nor yet than "
    "through throughout within during via per titled called entitled named entirely completely "
    "exclusively like until till against over under plus also then "
    "mit ohne im auf und oder aber von für über bis damit dass die der das mindestens "
    "avec sans en dans de et ou mais pour sur qui que au à".split()
)
_COORDINATORS = frozenset("and or but nor und oder aber et ou mais".split())
_STOPS = frozenset(".;:!?-–—")
_LEADING = _COORDINATORS | frozenset("also then please always finally additionally".split())
_PARTICIPLES = frozenset(
    "written wrapped separated divided followed formatted presented limited given made free".split()
)
_WRITING = frozenset(
    "write compose create use include give describe explain make tell avoid produce generate "
    "answer respond reply draft provide".split()
)
"""Verbs behind which a comma begins what stands between two."""
_AMOUNTS = frozenset("all only exactly no not under over between less more fewer up".split())
_MORE = frozenset("more less fewer longer higher above so".split())
_PREPOSITIONS = frozenset("for of on about at by with in to".split())
_FINITE = frozenset("is are was were must should has".split())
_NOT = frozenset("not never don't doesn't can't cannot mustn't shouldn't won't".split())
_LEADS_TO_VERBS = frozenset(
    "to must should shall can could may might will would don't never always please not also just "
    "only do does then now kindly you it them me".split()
)
_MORE_VERBS = frozenset(
    "steer go stick throw tell explain describe discuss compare argue remember shout whisper greet "
    "thank ask invite skip spare spell".split()
)
_VERBAL = frozenset({"base", "third", "modal"})
_PRONOUNS = frozenset(
    "it i i'd i'll i'm you we they he she there there's it's what who how why let's".split()
)


def unlike(
    old: Sequence[str], new: Sequence[str], gone: Sequence[tuple[int, int, int]]
) -> str | None:
    """Return two words that a cut has made neighbours and that do not go together, or None.

    Args:
        old: The words and marks of the instruction, folded.
        new: The same after the cut.
        gone: For each stretch that was taken out, its start and end in `old`, and where in `new`
            it was.
    """
    for start, end, at in gone:
        if not 0 < at < len(new):
            continue
        if _belonged(old, new, (start, end, at)) or _changes(old, new, (start, end, at)):
            return f"{new[at - 1]} {new[at]}"
        if not _is_word(new[at - 1]) or new[at - 1].isdigit() or not _is_word(new[at]):
            continue
        if new[at] == "that" and new[at - 1] in ("sure", "ensure"):
            continue
        half = old[start] == "," != old[end - 1] and new[at - 1] in _WRITING
        half = half or (old[start] != "," == old[end - 1] and _ends_a_list(old, end))
        if half or not any(_fit(old, *way) for way in _shifted(old, start, end)):
            return f"{new[at - 1]} {new[at]}"
    return None


def _ends_a_list(old: Sequence[str], at: int) -> bool:
    """Return whether the comma before a thing closes what goes: "in red [or blue,] a song"."""
    rest = old[at : next((n for n in range(at, len(old)) if old[n] in _STOPS), len(old))]
    named = _kinds(old, at) <= {"noun", "subject"} and not old[at].isdigit()
    return named and _COORDINATORS.isdisjoint(rest)


def _belonged(old: Sequence[str], new: Sequence[str], gone: tuple[int, int, int]) -> bool:
    """Return whether what follows belonged to what goes, or was parted from what stands before."""
    start, end, at = gone
    if end == len(old):
        return False
    last, following = old[end - 1], old[end]
    return (
        (last in ("or", "and") and following in _MORE and old[end + 1 : end + 2] != ("than",))
        or (old[start] in _PREPOSITIONS and old[min(start + 1, end - 1)] in _FINITE)
        or (last == "," != old[start] and _lists_verbs(old, start, end))
        or _explains(old[end : end + 4])
        or ("," in (new[at - 1], following) and ";" in old[start:end])
        or _had_its_subject(old, start, end)
    )


def _changes(old: Sequence[str], new: Sequence[str], gone: tuple[int, int, int]) -> bool:
    """Return whether what stands before it makes something else of what follows.

    A "not" for what goes, or the beginning of an item: "one with [ten lines and] one in red".
    """
    start, end, at = gone
    if end == len(old):
        return False
    if new[at - 1] in _NOT and old[end - 1] in ("and", "but", ","):
        return not _kinds(old, end) <= {"noun"}
    return (
        old[start] != ","
        and old[end - 1] in _COORDINATORS | {","}
        and (
            (_begins_alike(new, at) and old[end] != old[start])
            or (new[at - 1] not in _LEADS_TO_VERBS and _is_item_of(new, at, old[end - 1]))
        )
    )


def _explains(words: Sequence[str]) -> bool:
    """Return whether words say in others what goes: "no commas[, i.e. ...]"."""
    words = words[words[0] == "," :]
    return tuple(words[:3]) in (("i", ".", "e"), ("in", "other", "words")) or words[:1] in (
        ("meaning",), ("namely",)
    )  # fmt: skip


def _begins_alike(words: Sequence[str], at: int) -> bool:
    """Return whether the item of a list that ends at a place begins with the word that is there."""
    head = _item_before(words, at)
    return head < at - 1 and words[head] == words[at] and words[at] in _ADDING | _RELATIVE | {"one"}


def _is_item_of(words: Sequence[str], at: int, joint: str) -> bool:
    """Return whether a place begins an item beside the one before it: "using [ink and] ending".

    Args:
        words: What is left.
        at: The place.
        joint: What stood before it.
    """
    head = _item_before(words, at)
    if head == at:
        return False
    kinds = _kinds(words, head) & _kinds(words, at) & _VERBAL
    doing = words[head].endswith("ing") and words[at].endswith("ing")
    alone = head == at - 1 and "base" in _kinds(words, head) and words[head - 1 : head] == (",",)
    return bool(kinds) or doing or (alone and joint in _COORDINATORS)


def _item_before(words: Sequence[str], at: int) -> int:
    """Return where the item of a list begins that ends at a place."""
    while at and _is_word(words[at - 1]) and words[at - 1] not in _COORDINATORS:
        at -= 1
    return at


def _lists_verbs(old: Sequence[str], start: int, end: int) -> bool:
    """Return whether what goes is no item of the list of verbs that follows it."""
    rest = range(end, next((n for n in range(end, len(old)) if old[n] in _STOPS), len(old)))
    joined = next((n for n in rest if old[n] in _COORDINATORS), len(old))
    if joined + 1 >= len(old) or old[end] in _AMOUNTS or not _is_word(old[start]):
        return False
    kinds = _kinds(old, joined + 1)
    return (
        kinds <= _VERBAL
        and kinds.isdisjoint(_kinds(old, start))
        and _kinds(old, end) <= {"noun"} | kinds
    )


def _is_word(token: str) -> bool:
    return token[0].isalnum() and token.isascii()


def _shifted(old: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches whose lack gives the same text: of "a b a" the first two or the last."""
    yield start, end
    low, high = start, end
    while low and old[low - 1] == old[high - 1]:
        low, high = low - 1, high - 1
        yield low, high
    while end < len(old) and old[start] == old[end]:
        start, end = start + 1, end + 1
        yield start, end


def _fit(old: Sequence[str], start: int, end: int) -> bool:
    if old[end - 1] == "it" and "." in old[start:end]:
        return True  # "it" at the start of a sentence has become what it means
    following = old[end] if end < len(old) else ""
    if start and old[start - 1] in ("be", "is", "are") and following.endswith("ed"):
        return True  # what the text is: "is concise and structured"
    if old[start] == old[end - 1] == "," and old[start + 1] not in _COORDINATORS:
        return True
    while start < end and (not _is_word(old[start]) or old[start] in _LEADING):
        start += 1
    first = old[start]
    if start == end or not _is_word(following) or following in _COORDINATORS:
        return True
    kinds = _kinds(old, start) | ({"adding"} if first in _PARTICIPLES else set())
    return not kinds.isdisjoint(_kinds(old, end))


def _had_its_subject(old: Sequence[str], start: int, end: int) -> bool:
    """Return whether what follows goes on with a verb of what goes: "[; it is long] and has no"."""
    if end + 1 >= len(old) or old[end] not in _COORDINATORS or not _kinds(old, end + 1) <= _VERBAL:
        return False
    while start < end and (not _is_word(old[start]) or old[start] in _LEADING):
        start += 1
    return kind_of(" ".join(old[start : min(end, start + 14)])) == "subject"


def _kinds(words: Sequence[str], at: int) -> set[str]:
    word = words[at]
    if word in _PRONOUNS:
        return {"subject"}
    if word == "not" and kind_of(" ".join(words[at : at + 14])) == "base":
        return {"base"}
    if word in _AMOUNTS or (word == "at" and words[at + 1 : at + 2] in (("least",), ("most",))):
        return {"noun", "adding"}
    if word in _RELATIVE:
        return {"relative"}
    if word in _ADDING:
        return {"adding", "relative"}
    if word in _PARTICIPLES:
        return {"participle"}
    if word in _MORE_VERBS:
        return {"base"}
    kind = kind_of(" ".join(words[at : at + 14]))
    return {{"prep": "adding", "ing": "adding", "subject": "noun"}.get(kind, kind)}
