"""What every rewritten prompt must pass, whatever strategy wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from hir_kit.model.prompt import Prompt, as_messages, instruction_of
from hir_kit.relabel.contract import Refusal, Rewriting
from hir_kit.relabel.excision import references
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.statements.echoes import echoed
from hir_kit.relabel.statements.examine import disagreeing, implied, left_over, lost, unexplained
from hir_kit.relabel.statements.pointing import changed_sentences, pointed, pointing
from hir_kit.relabel.statements.sought import Sought
from hir_kit.relabel.statements.weaker import as_before, reckoned, unstated


def examined(prompt: Prompt, request: Rewriting, *, removes: bool) -> Refusal | None:
    """Return why a prompt must not become a replay's, or None.

    Args:
        prompt: The rewritten prompt.
        request: What was to be rewritten, and how.
        removes: Whether the dropped constraints' sentences have to be gone.
    """
    kept = [Sought.of_stated(one) for one in request.kept]
    asked = [Sought.of_stated(one) for one in request.asked]
    dropped = [Sought.of_stated(one) for one in request.dropped]
    if removes and (found := _asked(prompt, request, kept, dropped)):
        return found
    before, after = _last(instruction_of(request.prompt)), _last(instruction_of(prompt))
    if found := _kept_problem(before, after, kept, asked, dropped if removes else []):
        return found
    if found := _relaxed_problem(prompt, kept, asked):
        return found
    if not removes and (witness := disagreeing(before, dropped)):
        return Refusal("disagrees", f"the prompt says otherwise: {witness.text!r}")
    harder = [was for was, now in zip(asked, kept, strict=True) if was != now]
    if removes and (sentence := unexplained(after, kept, [*dropped, *harder])):
        return Refusal("unexplained", f"this may ask for it in other words: {sentence!r}")
    return _pointing(prompt, before, after, kept, dropped) if removes and dropped else None


def _last(instruction: str) -> str:
    return instruction[last_request(instruction) :]


def _asked(
    prompt: Prompt, request: Rewriting, kept: list[Sought], dropped: list[Sought]
) -> Refusal | None:
    """Return where the conversation still asks for what is dropped.

    What the model said before asks for nothing.
    """
    if witness := implied(kept, dropped):
        sentence = request.dropped[witness.place].sentence
        return Refusal("woven", f"{witness.text!r}, which is kept, asks for {sentence!r}, too")
    before = _last(instruction_of(request.prompt))
    for text, where in _said(prompt):
        if (witness := left_over(text, kept, dropped)) is not None:
            return Refusal("still-asked", f"the prompt would still ask: {where}{witness.text!r}")
        changed = () if where else changed_sentences(before, text)
        if dropped and (sentence := echoed(text, kept, dropped, changed)):
            return Refusal("still-asked", f"this may still ask for it: {where}{sentence!r}")
    return None


def _said(prompt: Prompt) -> Iterator[tuple[str, str]]:
    """Yield the texts of a prompt that ask for something, each with words for where it stands."""
    instruction = instruction_of(prompt)
    for message in as_messages(prompt):
        if message["role"] != "assistant":
            text = str(message["content"])
            is_last = text == instruction
            yield (_last(text), "") if is_last else (text, "another message: ")


def _relaxed_problem(prompt: Prompt, kept: list[Sought], asked: list[Sought]) -> Refusal | None:
    """Return where a prompt does not ask for weaker goals alone."""
    if asked == kept:
        return None
    for text, where in _said(prompt):
        if (witness := as_before(text, kept, asked)) is not None:
            return Refusal("as-before", f"the prompt would ask as before: {where}{witness.text!r}")
    if (witness := reckoned(_last(instruction_of(prompt)), kept, asked)) is not None:
        return Refusal("as-before", f"this may count with the number of before: {witness.text!r}")
    if (witness := unstated(_last(instruction_of(prompt)), kept, asked)) is not None:
        return Refusal("unstated", f"the prompt would not say the weaker goal: {witness.text!r}")
    return None


def _kept_problem(
    before: str, after: str, kept: list[Sought], asked: list[Sought], dropped: list[Sought]
) -> Refusal | None:
    if witness := lost(before, after, kept, dropped, asked):
        return Refusal("kept-lost", f"a kept constraint would not be asked for: {witness.text!r}")
    if witness := disagreeing(after, kept):
        return Refusal("disagrees", f"the prompt says otherwise: {witness.text!r}")
    return None


def _pointing(
    prompt: Prompt, before: str, after: str, kept: list[Sought], dropped: list[Sought]
) -> Refusal | None:
    """Return what speaks of what is gone, or of the number of demands, which is another one now."""
    if references.counts_rules(fold(after)):
        return Refusal("count", "the instruction says how many rules it has")
    if sentence := pointing(before, after, kept, dropped):
        return Refusal("points-back", f"this may speak of what is gone: {sentence!r}")
    for text, where in _said(prompt):
        if where and (sentence := pointed(text)):
            return Refusal("count", f"this says how many rules there are: {where}{sentence!r}")
    return None
