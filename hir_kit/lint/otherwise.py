"""What the prompt says, against the kwargs: numbers, relations, texts, and more than they check."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from hir_kit.lint.asked import Asked, Looked
from hir_kit.lint.finding import short
from hir_kit.lint.quantities import Quantity, quantities, sentences, stated_numbers
from hir_kit.relabel.statements.examine import asking_more
from hir_kit.verify.facts import Amount, InLanguage, Mentions
from hir_kit.verify.verifier import type_name

_SHORTEST = 2  # letters and digits of a text that is looked for
_TEXTS = ("str", "list[str]", "str | list[str]")


def other_numbers(looked: Looked) -> Iterator[tuple[Asked, str]]:
    """Yield the constraints whose number or relation the prompt states otherwise, and how."""
    for one in looked.constraints:
        for fact in one.facts:
            if isinstance(fact, Amount) and (fact.at_least or fact.at_most is not None):
                stated = _of_things(looked, one, fact)
                others = [known for known in _amounts(looked) if known.what == fact.what]
            elif isinstance(fact, Mentions) and fact.text in map(str.strip, one.texts):
                stated = _of_times(looked, one, fact)
                others = [known for known in _times(looked) if known.what == fact.text.lower()]
                fact = Amount(fact.text.lower(), fact.at_least, fact.at_most)
            else:
                continue
            text = one.spec.text or looked.prompt
            if said := _otherwise(fact, others, stated, stated_numbers(text)):
                yield one, said


def _amounts(looked: Looked) -> list[Amount]:
    return [fact for one in looked.constraints for fact in one.facts if isinstance(fact, Amount)]


def _times(looked: Looked) -> list[Amount]:
    return [
        Amount(fact.text.lower(), fact.at_least, fact.at_most)
        for one in looked.constraints
        for fact in one.facts
        if isinstance(fact, Mentions)
    ]


def _of_things(looked: Looked, one: Asked, fact: Amount) -> list[Quantity]:
    """Return what the instruction says of the number of things in the whole response."""
    nouns = (fact.what, *fact.called)
    found = [
        quantity
        for sentence in sentences(one.spec.text or looked.prompt)
        for quantity in quantities(sentence, nouns)
    ]
    return [quantity for quantity in found if not quantity.is_local]


def _of_times(looked: Looked, one: Asked, fact: Mentions) -> list[Quantity]:
    """Return how often a text shall occur, by sentences that name it and one number of times."""
    if (fact.at_least, fact.at_most) in ((1, None), (0, 0)):
        return []
    named = re.compile(rf"(?<!\w){re.escape(fact.text)}(?!\w)", re.IGNORECASE)
    about = [part for part in sentences(one.spec.text or looked.prompt) if named.search(part)]
    found = [list(quantities(sentence, ("times",))) for sentence in about]
    return [stated[0] for stated in found if len(stated) == 1]


def _otherwise(
    fact: Amount, others: Sequence[Amount], stated: Sequence[Quantity], all_numbers: set[int]
) -> str | None:
    """Return how the prompt differs, None where it may well say the same."""
    wanted = _spelled(fact)
    if (fact.at_least, fact.at_most) == (1, 1):
        for quantity in stated:
            if quantity.is_vague:
                return f"the prompt says {quantity.said!r}, the kwargs {wanted}"
    left = [one for one in stated if not one.is_vague]
    if any(_agrees(one, fact) for one in left):
        return None
    left = [one for one in left if not any(_agrees(one, other) for other in others)]
    if len({(one.low, one.high) for one in left}) != 1:
        return None
    quantity = left[0]
    if _is_opposite(quantity, fact):
        return f"the prompt says {quantity.said!r}, the kwargs {wanted}"
    if _is_alike(quantity, fact) and not all_numbers & _said(fact):
        return f"the prompt says {quantity.said!r}, the kwargs {wanted}"
    return None


def _agrees(quantity: Quantity, fact: Amount) -> bool:
    """Return whether a statement can mean the bounds.

    "More than 300" may be meant for "at least 300", and a bare number in any way.
    """
    if _is_opposite(quantity, fact):
        return False
    ends, numbers = _ends(quantity), _numbers(fact)
    if quantity.is_bare or quantity.is_strict:
        return bool(ends & numbers)
    return bool(ends & {fact.at_least, fact.at_most, *_middle(fact)} - {0})


def _is_opposite(quantity: Quantity, fact: Amount) -> bool:
    """Return whether one is a least number, the other a greatest, and the number the same."""
    if quantity.is_bare or not _ends(quantity) & _numbers(fact):
        return False
    is_least = quantity.high is None and not fact.at_least and fact.at_most is not None
    is_most = quantity.low == 0 and fact.at_most is None
    return is_least or is_most


def _is_alike(quantity: Quantity, fact: Amount) -> bool:
    """Return whether both bound on the same side, or a bare number could be either."""
    if quantity.is_bare or (quantity.low and quantity.high is not None):
        return True
    return (quantity.high is None) == (fact.at_most is None)


def _ends(quantity: Quantity) -> set[int]:
    high = quantity.low if quantity.high is None else quantity.high
    return {quantity.low, high} - {0}


def _numbers(fact: Amount) -> set[int]:
    """Return the numbers by which the bounds can be stated: "fewer than 6" is "at most 5"."""
    ends = [fact.at_least] if fact.at_least else []
    if fact.at_most is not None:
        ends += [fact.at_most, *_middle(fact)]
    return {near for end in ends for near in (end - 1, end, end + 1)} - {-1}


def _said(fact: Amount) -> set[int]:
    """Return the numbers by which sentences state the bounds: "at most 5" is "less than 6"."""
    ends = [fact.at_least] if fact.at_least else []
    if fact.at_most is not None:
        ends += [fact.at_most, fact.at_most + 1, *_middle(fact)]
    return set(ends)


def _middle(fact: Amount) -> list[int]:
    """Return the number in the middle of a range: "around 100" allows 90 to 110."""
    return [(fact.at_least + fact.at_most) // 2] if fact.at_least and fact.at_most else []


def _spelled(fact: Amount) -> str:
    if fact.at_most is None:
        return f"at least {fact.at_least}"
    if fact.at_least == fact.at_most:
        return f"exactly {fact.at_most}"
    return f"{fact.at_least} to {fact.at_most}" if fact.at_least else f"at most {fact.at_most}"


def asked_more(looked: Looked) -> Iterator[tuple[Asked, str]]:
    """Yield the constraints of which the prompt asks for more than they check, with where."""
    for one in dict.fromkeys(asking_more(looked.prompt, looked.sought)):
        if one.place < len(looked.constraints):
            yield looked.constraints[one.place], f"the prompt asks for more: {short(one.text)!r}"


def not_in_prompt(looked: Looked) -> Iterator[tuple[Asked, str]]:
    """Yield the constraints whose texts the prompt has to name and does not, with each text."""
    prompt = _plain(looked.prompt)
    for one in looked.constraints:
        codes = {fact.code for fact in one.facts if isinstance(fact, InLanguage)}
        for text in dict.fromkeys(text for text in _named(one) if text not in codes):
            if any(_is_missing(word, prompt) for word in re.findall(r"\w+", text)):
                yield one, text
        for text in dict.fromkeys(one.quoted):
            if _is_missing(text, prompt):
                yield one, text


def _is_missing(text: str, plain_prompt: str) -> bool:
    plain = _plain(text)
    return len(plain) >= _SHORTEST and plain not in plain_prompt


def _named(one: Asked) -> list[str]:
    """Return the texts among the kwargs that the verifier's own description names."""
    fields = type(one.verifier).model_fields
    given = [
        text
        for name, value in one.spec.kwargs.items()
        if name in fields and type_name(type(one.verifier), name).startswith(_TEXTS)
        for text in ([value] if isinstance(value, str) else value)
    ]
    return [
        text
        for text in given
        if text.strip()
        and re.search(rf"(?<!\w){re.escape(text.strip())}(?!\w)", one.described, re.IGNORECASE)
    ]


def _plain(text: str) -> str:
    """Return the letters and digits of a text alone, whatever case and form they have."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in folded if char.isalnum())
