"""Rewriting an instruction so that it asks for exactly the kept constraints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hir_kit.model.prompt import Prompt, instruction_of, with_instruction
from hir_kit.relabel.contract import Refusal, Rewriter, Rewriting, Stated
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.layout import find_layout, unaccounted
from hir_kit.relabel.tongues import joined, language_of, waiver

_SPACE = re.compile(r"\s+")
_LISTED = re.compile(r"\['[^\[\]]*'\]")
_BY_WORDS = (
    "not-found",
    "kept-not-found",
    "kept-too",
    "not-alone",
    "repeated",
    "woven",
    "example",
    "refers-back",
)
"""Refusals that say no more than that sentences cannot be cut out as they are known."""


class Render:
    """Task and kept constraints put together anew, laid out as the original was."""

    name = "render"
    default = True
    removes = True

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the task followed by the kept constraints' sentences."""
        if not request.task or request.task.isspace():
            return Refusal("no-task", "the row has no 'task' to put the kept constraints to")
        if not request.kept:
            return Refusal("nothing-kept", "no constraint is kept: the task alone asks for nothing")
        known = _worded(request.kept, "kept")
        if isinstance(known, Refusal):
            return known
        if pointing := _pointing(request):
            return Refusal("refers-back", f"a kept constraint points at others: {pointing!r}")
        texts = [stated.text for stated in request.constraints]
        instruction = instruction_of(request.prompt)
        layout = find_layout(instruction, request.task, texts)
        if layout is not None:
            return with_instruction(request.prompt, layout.render(request.task, known))
        language = language_of(instruction)
        if language != "en" and (strange := _described(request.kept)):
            return Refusal("language", f"{strange!r} is not in the language of the prompt")
        if why := unaccounted(instruction, request.task, texts):
            return Refusal("other-text", why)
        return with_instruction(request.prompt, joined(request.task, known, language))


class Excise:
    """What states the dropped constraints cut out of the prompt: sentences, items, clauses."""

    name = "excise"
    default = True
    removes = True

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the prompt without what states the dropped constraints."""
        from hir_kit.relabel.excision.excise import excise  # all of this takes long to load
        from hir_kit.relabel.statements.besides import taken_besides, unread
        from hir_kit.relabel.statements.cutting import cut
        from hir_kit.relabel.statements.seams import torn

        drop = _worded(request.dropped, "dropped")
        if isinstance(drop, Refusal):
            return drop
        instruction = instruction_of(request.prompt)
        keep = [stated.text for stated in request.kept if stated.text is not None]
        result = excise(instruction, drop, keep)
        if isinstance(result, Refusal) and result.code in _BY_WORDS:
            result = cut(instruction, request)
            if isinstance(result, str) and (why := taken_besides(instruction, result, request)):
                return Refusal("woven", why)
        if isinstance(result, Refusal):
            return result
        if piece := torn(instruction, result):
            return Refusal("woven", f"what stays would not fit together: {piece!r}")
        if why := unread(result, request):
            return Refusal("language", why)
        return with_instruction(request.prompt, result)


class Relax:
    """A weaker goal put where the one stands that the response does not reach.

    The number that it reaches is written in the place of the asked one, and items that it misses go
    out of their list; what has no weaker form is cut out. It is tried where `--relax` asks for it.
    """

    name = "relax"
    default = False
    removes = True

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the prompt with the weaker goals, and without what is dropped."""
        if all(one.relaxed_from is None for one in request.kept):
            return Refusal("nothing-weaker", "no kept constraint is in a weaker form")
        ways = (Render().rewrite, _restated) if request.dropped else (_restated, Render().rewrite)
        answers = [way(request) for way in ways]
        found = [answer for answer in answers if not isinstance(answer, Refusal)]
        return found[0] if found else answers[ways.index(_restated)]


def relaxing(rewriters: Sequence[Rewriter]) -> list[Rewriter]:
    """Return the strategies that write weaker goals: `relax`, and the given ones that do."""
    return [Relax(), *(one for one in rewriters if getattr(one, "relaxes", False))]


def _restated(request: Rewriting) -> Prompt | Refusal:
    """Return the prompt with weaker goals in their places, and what is dropped cut out."""
    prompt = _in_place(request)
    if isinstance(prompt, Refusal) or not request.dropped:
        return prompt
    return Excise().rewrite(replace(request, prompt=prompt, constraints=_weaker(request)))


def _in_place(request: Rewriting) -> Prompt | Refusal:
    """Return the prompt with weaker goals where others stood; what is dropped stays."""
    from hir_kit.relabel.statements.plan import WovenError
    from hir_kit.relabel.statements.restating import restated
    from hir_kit.relabel.statements.sought import Sought

    instruction = instruction_of(request.prompt)
    start = last_request(instruction)
    asked = [Sought.of_stated(one) for one in request.constraints]
    specs = [one.spec for one in request.constraints]
    goals = {
        specs.index(one.original): Sought.of_stated(one)
        for one in request.kept
        if one.relaxed_from is not None
    }
    try:
        result = restated(instruction[start:], asked, goals)
    except WovenError as woven:
        return Refusal("woven", f"another number or list cannot be written there: {str(woven)!r}")
    return with_instruction(request.prompt, instruction[:start] + result)


def _weaker(request: Rewriting) -> tuple[Stated, ...]:
    """Return the constraints of an instruction that has the weaker goals."""
    known = [one.original for one in request.kept]
    return tuple(
        request.kept[known.index(one.spec)] if one.spec in known else one
        for one in request.constraints
    )


class Waive:
    """A sentence added that releases the dropped constraints; nothing is taken away."""

    name = "waive"
    default = False
    removes = False

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the prompt with a waiver at the end of the instruction."""
        drop = _worded(request.dropped, "dropped")
        if isinstance(drop, Refusal):
            return drop
        instruction = instruction_of(request.prompt).rstrip()
        language = language_of(instruction)
        release = waiver(language or "", len(drop))
        if release is None or (language != "en" and _described(request.dropped)):
            return Refusal("language", "there is no waiver in the language of the prompt")
        listed = "\n".join(f"- {_plain(sentence)}" for sentence in drop)
        return with_instruction(request.prompt, f"{instruction}\n\n{release}\n{listed}")


def _plain(sentence: str) -> str:
    """Return a sentence on one line, without lists as Python writes them."""
    line = _SPACE.sub(" ", sentence).strip()
    return _LISTED.sub(lambda match: match[0][1:-1].replace("'", '"'), line)


def _described(constraints: Sequence[Stated]) -> str | None:
    """Return the sentence of a constraint that is the verifier's alone, and so in English."""
    return next((one.description for one in constraints if one.text is None), None)


def _worded(constraints: Sequence[Stated], which: str) -> list[str] | Refusal:
    """Return the sentences of the constraints, or a refusal where one has none."""
    known = [stated.sentence for stated in constraints if stated.sentence is not None]
    if len(known) == len(constraints):
        return known
    return Refusal("no-text", f"a {which} constraint has neither a text nor a description")


def _pointing(request: Rewriting) -> str | None:
    """Return a kept constraint's sentence that relies on another one, which may be gone."""
    from hir_kit.relabel.excision import references

    said = [request.task or ""]
    gone: list[str] = []
    previous_gone = False
    kept = [item.original for item in request.kept]
    for stated in request.constraints:
        sentence = stated.sentence or ""
        if stated.spec in kept:
            if references.points_up(sentence):
                return sentence
            if previous_gone and references.refers_back(sentence, first=False):
                return sentence
            before = fold(" ".join(said))
            if any(references.loses_its_thing(text, before, fold(sentence)) for text in gone):
                return sentence
            said.append(sentence)
        else:
            gone.append(fold(sentence))
        previous_gone = stated.spec not in kept
    return None
