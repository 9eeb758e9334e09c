"""Which words of a text are gone from another one, in time that grows with their lengths.

As in `difflib`, the longest run that both have stays, the earliest of several, and so on before and
behind it. But `difflib` compares each word with each equal one, and a hostile text is one word.
In a long text the next run that is long enough will do, as many may be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_Run = tuple[int, int, int]
_LONG, _WINDOW, _ENOUGH = 2000, 400, 5
"""How many words are a long text, are looked at first in it, and are enough for a run there."""


def stretches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the stretches of words that are gone, with the places in `new` around each."""
    found, low, at = [], 0, 0
    for start, begun, size in [*sorted(_runs(old, new)), (len(old), len(new), 0)]:
        if low < start:
            found.append((low, start, at, begun))
        low, at = start + size, begun + size
    return found


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """Yield the runs that stay: where each begins in both texts, and its length."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, at, end = waiting.pop()
        start, begun, size = _first(old, low, high, new, at, end)
        if size:
            yield start, begun, size
            waiting += (
                part
                for part in ((low, start, at, begun), (start + size, high, begun + size, end))
                if part[0] < part[1] and part[2] < part[3]
            )


def _first(old: Sequence[str], low: int, high: int, new: Sequence[str], at: int, end: int) -> _Run:
    """Return the run that is looked for first: most of what is left, or else the longest one."""
    shorter, size, is_long = min(high - low, end - at), 0, end - at > _LONG
    while size < shorter and old[low + size] == new[at + size]:
        size += 1
    if 2 * size > end - at or (is_long and size >= _ENOUGH):
        return low, at, size
    size = 0
    while size < shorter and old[high - size - 1] == new[end - size - 1]:
        size += 1
    if 2 * size > high - low or (is_long and size >= _ENOUGH):
        return high - size, end - size, size
    if is_long:
        start, begun, size = _longest(old[low : low + _WINDOW], new[at : at + _WINDOW])
        if size >= _ENOUGH:
            return low + start, at + begun, size
    start, begun, size = _longest(old[low:high], new[at:end])
    return low + start, at + begun, size


def _longest(old: Sequence[str], new: Sequence[str]) -> _Run:
    """Return the longest run of two texts, the earliest of several in the old one, then the new.

    The runs of `new` are kept in a suffix automaton: a state stands for those that end at the same
    places, of which the first is known.
    """
    following, shorter, lengths, ends = _automaton(new)
    best, state, size = (0, 0, 0), 0, 0
    for place, word in enumerate(old):
        while state and word not in following[state]:
            state = shorter[state]
            size = lengths[state]
        if word in following[state]:
            state, size = following[state][word], size + 1
            if size > best[2]:
                best = place + 1 - size, ends[state] + 1 - size, size
    return best


def _automaton(
    text: Sequence[str],
) -> tuple[list[dict[str, int]], list[int], list[int], list[int]]:
    """Return for each state of a text's suffix automaton four things.

    Which state each word leads to, the state of the longest run that is an end of this one's and
    ends elsewhere, too, the length of its longest run, and where that ends first.
    """
    following: list[dict[str, int]] = [{}]
    shorter, lengths, ends, last = [-1], [0], [-1], 0
    for place, word in enumerate(text):
        state = len(following)
        following.append({})
        shorter.append(0)
        lengths.append(place + 1)
        ends.append(place)
        at, last = last, state
        while at >= 0 and word not in following[at]:
            following[at][word] = state
            at = shorter[at]
        if at < 0:
            continue
        other = following[at][word]
        if lengths[other] > lengths[at] + 1:
            copy = len(following)
            following.append(dict(following[other]))
            shorter.append(shorter[other])
            lengths.append(lengths[at] + 1)
            ends.append(ends[other])
            shorter[other] = copy
            while at >= 0 and following[at].get(word) == other:
                following[at][word] = copy
                at = shorter[at]
            other = copy
        shorter[state] = other
    return following, shorter, lengths, ends
