"""Whether what follows a cut belonged to what is gone.

Of "so is the word tea; ten words do" the first clause loses its end: "so is" must not go on with
"ten words". A stretch that is gone has a start and an end in the words of the instruction (`old`),
and a place in those that are left (`new`).
"""

# ruff: noqa: SIM905  # lists of words are read and changed as one
from __future__ import annotations

from collections.abc import Sequence

from hir_kit.relabel.statements.demands import kind_of
from hir_kit.relabel.statements.word_kinds import (
    ADDING,
    AMOUNTS,
    COORDINATORS,
    RELATIVE,
    STOPS,
    VERBAL,
    is_word,
    kinds_at,
    past_joints,
)

Gone = tuple[int, int, int]
"""The start and end of a stretch that is gone, and where it was in what is left."""

_MORE = frozenset("more less fewer longer higher above so".split())
_PREPOSITIONS = frozenset("for of on about at by with in to".split())
_FINITE = frozenset("is are was were must should shall cannot has mustn't shouldn't".split())
_NOT = frozenset("not never don't doesn't can't cannot mustn't shouldn't won't".split())
_WHATEVER = frozenset("anything everything nothing all".split())
_NOT_ELSEWHERE = frozenset("pas jamais nicht nie".split())
_NEEDS_A_THING = _PREPOSITIONS | frozenset(
    "be is are has have contain contains include includes use uses so without".split()
)
_LEADS_TO_VERBS = frozenset(
    "to must should shall can could may might will would don't never always please not also just "
    "only do does then now kindly you it them me".split()
)
_ATTRIBUTES = frozenset(
    "about of that which whose who from for on describing explaining saying".split()
)
_IN_MARKS = frozenset(
    "square double angular angle curly round eckigen doppelten spitzen geschweiften".split()
)
_THINGS = (AMOUNTS - {"under", "over", "between", "up"}) | {"a", "an", "the"}
_OF_A_POSTSCRIPT = frozenset({"about", "on", "for", "saying"})
_CORRECTING = ("make that", "or rather", "i mean", "no ,", "well ,", "wait ,", "actually ,")


def torn_off(old: Sequence[str], new: Sequence[str], gone: Gone) -> bool:
    """Return whether what follows a cut belonged to what is gone, or has become another thing."""
    if gone[1] == len(old):
        return False
    return (
        _is_its_end(old, gone)
        or _explains(old, gone[1])
        or _is_another_clause(old, new, gone)
        or _had_its_verb(old, gone)
        or _leaves_no_joint(old, new, gone)
        or _changes(old, new, gone)
    )


def _is_its_end(old: Sequence[str], gone: Gone) -> bool:
    """Return whether what follows ends what goes: "twice or [more", "a title [in brackets"."""
    start, end, _ = gone
    last, following = old[end - 1], old[end]
    return (
        (last in ("or", "and") and following in _MORE and old[end + 1 : end + 2] != ("than",))
        or (old[start] in _PREPOSITIONS and old[min(start + 1, end - 1)] in _FINITE)
        or (following == "in" and is_word(last) and old[end + 1] in _IN_MARKS)
        or (following in _OF_A_POSTSCRIPT and old[end - 2 : end] == ("s", "."))
        or (following in _ATTRIBUTES and _is_a_clause(old, start, end))
    )


def _is_a_clause(old: Sequence[str], start: int, end: int) -> bool:
    """Return whether what goes is a clause that is joined to others: "[and that has a P.S.]"."""
    if not is_word(old[end - 1]) and old[end - 2 : end] != ("s", "."):
        return False
    begun = start + (old[start] == ",")
    return old[begun] in COORDINATORS and (
        old[begun + 1] in RELATIVE or kinds_at(old, begun + 1) <= VERBAL
    )


def _explains(old: Sequence[str], at: int) -> bool:
    """Return whether words say in others what goes, or take it back: "no commas[, i.e. ...]"."""
    while at < len(old) - 1 and old[at] in (",", ".", "…", "-", "–", "—"):
        at += 1
    words = " ".join(old[at : at + 3])
    return words.startswith(("i . e", "in other words", "meaning ", "namely ", *_CORRECTING))


def _is_another_clause(old: Sequence[str], new: Sequence[str], gone: Gone) -> bool:
    """Return whether another clause than the one that is left begins behind what goes."""
    start, end, at = gone
    before, last = new[at - 1], old[end - 1]
    ahead = old[end + 1 : end + 4]
    subject = not _FINITE.isdisjoint(ahead) and RELATIVE.isdisjoint(ahead)
    return (
        ("," in (before, old[end]) and ";" in old[start:end])
        or (last == ";" != old[start] and is_word(before))
        or (last == "," != old[start] and _lists_verbs(old, start, end))
        or (before in _NEEDS_A_THING and subject and is_word(old[end]) and not is_word(last))
    )


def _leaves_no_joint(old: Sequence[str], new: Sequence[str], gone: Gone) -> bool:
    """Return whether both joints of a clause go with it, or one that makes an exception.

    "Tell it[, but keep it short,] skip commas", "anything [but commas] and names".
    """
    start, end, at = gone
    if new[at - 1] in _WHATEVER and old[start] == "but":
        return True
    if new[at - 1] in _PREPOSITIONS and new[max(at - 2, 0)] in _WHATEVER:
        return True  # "nothing in [red, in] ten lines"
    joined = old[start] == "," and old[start + 1] in COORDINATORS
    return (
        joined
        and old[end - 1] == ","
        and is_word(new[at - 1])
        and is_word(old[end])
        and kinds_at(old, end).isdisjoint({"adding", "relative"})
    )


def _had_its_verb(old: Sequence[str], gone: Gone) -> bool:
    """Return whether what is joined to what goes goes on from its verb: "[; it is red] and has no".

    Also its object: "[, and keep it short] and under ten lines".
    """
    start, end, _ = gone
    if end + 1 >= len(old) or old[end] not in COORDINATORS:
        return False
    begun = past_joints(old, start, end)
    if kinds_at(old, end + 1) <= VERBAL:
        return kind_of(" ".join(old[begun : min(end, begun + 14)])) == "subject"
    return begun not in (start, end) and _has_an_object(old, begun, end + 1)


def _has_an_object(old: Sequence[str], verb: int, at: int) -> bool:
    """Return whether a thing or an addition at a place goes with a verb before it."""
    thing = old[at].isdigit() or old[at] in _THINGS
    if old[verb].endswith("ing"):
        return thing
    return kinds_at(old, verb) <= {"base", "third"} and (thing or old[at] in ADDING)


def _changes(old: Sequence[str], new: Sequence[str], gone: Gone) -> bool:
    """Return whether what stands before it makes something else of what follows.

    A "not" for what goes, or the beginning of an item: "one with [ten lines and] one in red".
    """
    start, end, at = gone
    before, last = new[at - 1], old[end - 1]
    if last not in COORDINATORS and last != ",":
        return False
    if before in _NOT_ELSEWHERE:
        return True
    if before in _NOT and last != "or":
        return not kinds_at(old, end) <= {"noun"}
    return old[start] != "," and (
        (_begins_alike(new, at) and old[end] != old[start])
        or (before not in _LEADS_TO_VERBS and _is_item_of(new, at, last))
    )


def _begins_alike(words: Sequence[str], at: int) -> bool:
    """Return whether the item of a list that ends at a place begins with the word that is there."""
    head = _item_before(words, at)
    return head < at - 1 and words[head] == words[at] and words[at] in ADDING | RELATIVE | {"one"}


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
    kinds = kinds_at(words, head) & kinds_at(words, at) & VERBAL
    doing = words[head].endswith("ing") and words[at].endswith("ing")
    alone = head == at - 1 and "base" in kinds_at(words, head) and words[head - 1 : head] == (",",)
    return bool(kinds) or doing or (alone and joint in COORDINATORS)


def _item_before(words: Sequence[str], at: int) -> int:
    """Return where the item of a list begins that ends at a place."""
    while at and is_word(words[at - 1]) and words[at - 1] not in COORDINATORS:
        at -= 1
    return at


def _lists_verbs(old: Sequence[str], start: int, end: int) -> bool:
    """Return whether what goes is no item of the list of verbs that follows it."""
    rest = range(end, next((n for n in range(end, len(old)) if old[n] in STOPS), len(old)))
    joined = next((n for n in rest if old[n] in COORDINATORS), len(old))
    start = past_joints(old, start, end)
    if joined + 1 >= len(old) or old[end] in AMOUNTS or start == end:
        return False
    kinds = kinds_at(old, joined + 1)
    return (
        kinds <= VERBAL
        and kinds.isdisjoint(kinds_at(old, start))
        and kinds_at(old, end) <= {"noun"} | kinds
    )
