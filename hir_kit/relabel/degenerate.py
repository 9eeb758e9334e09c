"""The filter `degenerate`: responses that no instruction should be taught by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.model.prompt import instruction_of
from hir_kit.relabel.contract import Draft, Refusal

_TOKEN = r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+|\d+|[\u2e80-\u9fff\uac00-\ud7af]"
_LETTERS = 5  # of which a word is told: "itinerary" and "itineraries" are one
_COMMON = frozenset(
    """
    about also answer avoid bullet comma commas each entire include keyword keywords least letter
    letters markdown mention more must only other paragraph paragraphs please points provide
    respond response section sections sentence sentences should text than that their them then
    there these this those title use using what when where which with word words would write your
    """.split()  # noqa: SIM905  # a list of words is read and changed as one
)
_FUNCTION = frozenset("the a an of and to in is for that it with as on".split())  # noqa: SIM905


class Degenerate:
    """Refuses responses that repeat themselves, echo the prompt, or speak of something else.

    What each rule needs to see is generous: a refrain is no repetition, and a response in another
    language than the prompt is not held against its words.
    """

    name = "degenerate"

    def refusal(self, draft: Draft) -> Refusal | None:
        """Return why a response is degenerate, or None."""
        said = _tokens(draft.answer)
        if not said:
            return Refusal("empty", "the response says nothing")
        if len(said) > 3 and len(set(said)) == 1:
            return Refusal("repetition", f"the response is one word, {len(said)} times")
        if (share := _repeated(said)) > 0.7:
            return Refusal("repetition", f"{share:.0%} of its groups of four words stood before")
        if _echoes(said, draft):
            return Refusal("echo", "the response is a copy of the prompt")
        if (words := _missed(said, draft)) is not None:
            return Refusal("off-topic", f"none of the task's words stands in it: {words}")
        return None


def _tokens(text: str) -> list[str]:
    return re.findall(_TOKEN, text.lower())  # which compiles it on first use


def _groups(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]


def _repeated(said: Sequence[str]) -> float:
    """Return the share of groups of four words that stood before; 0 for short responses."""
    groups = _groups(said, 4)
    return 1 - len(set(groups)) / len(groups) if len(groups) >= 20 else 0.0


def _echoes(said: Sequence[str], draft: Draft) -> bool:
    """Return whether nearly all of a response stands in the prompt, where no copy is asked for."""
    if any(one.wording is not None and "repeat" in one.wording.topics for one in draft.kept):
        return False
    groups = _groups(said, min(5, len(said)))
    asked = [_tokens(instruction_of(prompt)) for prompt in (draft.original, draft.prompt)]
    known = {group for tokens in asked for group in _groups(tokens, len(groups[0]))}
    return len(said) >= 8 and sum(group in known for group in groups) >= 0.9 * len(groups)


def _missed(said: Sequence[str], draft: Draft) -> str | None:
    """Return the task's words, where a long enough response in its language has none of them."""
    task = _tokens(draft.task or instruction_of(draft.prompt))
    if not draft.task:
        known = {word for one in draft.kept for word in _tokens(one.sentence or "")}
        task = [word for word in task if word not in known]
    wanted = {
        word[:_LETTERS]: word
        for word in task
        if len(word) > 3 and word.isalpha() and word not in _COMMON
    }
    one_language = all(len(_FUNCTION.intersection(tokens)) > 1 for tokens in (task, said))
    if len(wanted) < 4 or len(said) < 20 or not one_language:
        return None
    if wanted.keys().isdisjoint(word[:_LETTERS] for word in said):
        return ", ".join(list(wanted.values())[:5])
    return None
