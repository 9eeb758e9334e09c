"""Any instruction: rewriting answers or refuses, and never touches what a kept constraint says.

`make fuzz` runs many more examples (the environment variable HIR_KIT_FUZZ says how many).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from hir_kit import ConstraintSpec
from hir_kit.model.prompt import Prompt, instruction_of
from hir_kit.relabel.contract import Kept, Refusal, Rewriting
from hir_kit.relabel.examination import examined
from hir_kit.relabel.strategies import Excise, Render, Waive

SENTENCES = (
    "Include the keyword subnet.",
    "Use no commas.",
    "Answer with at least 30 words",
    "Your response should contain less than 4 sentences.",
    "Wrap your entire response with double quotation marks.",
    "End with the exact phrase 'so be it.'",
    "Highlight at least 3 sections, i.e. *highlighted section*.",
    "Mention e.g. Mr. Fox twice!",
    'Do not use it; use "that".',
    "请使用中文。",
    "回答不超过100字；",
    "It must be polite.",
    "Use at most 10 words",
    "use at most 1",
)
TASKS = (
    "Describe IPv6.",
    "Write a short poem about tea",
    "Explain this:\n> Use no commas.\n\nThen sum it up.",
    "写一首诗。",
    "Give three facts: 1) one 2) two.",
)
LAYOUTS = ("{}", "- {}", "* {}", "({n}) {}", "{n}. {}", "{n}) {}", "`{}`", '"{}"', "  - {}", "①{}")
GAPS = (" ", "\n", "\n\n", "", "\r\n", " \n  ", "；", ", ")
HEADERS = (
    "",
    "Follow these rules:\n",
    "Your answer must meet all requirements below: ",
    "要求：\n",
)

fuzz = settings(
    max_examples=int(os.environ.get("HIR_KIT_FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

texts = st.sampled_from(SENTENCES) | st.text("ab1 .,;\n'\"-（你。", min_size=1, max_size=12).filter(
    str.strip
)
noise = st.just("") | st.text("aB1. \n-*'\":;>`你。\u3000\x1c", max_size=10)


@st.composite
def requests(draw: st.DrawFn) -> Rewriting:
    said = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
    task, layout = draw(st.sampled_from(TASKS)), draw(st.sampled_from(LAYOUTS))
    listed = [layout.format(text, n=n) for n, text in enumerate(said, start=1)]
    gap = draw(st.sampled_from(GAPS))
    parts = [task, gap, draw(st.sampled_from(HEADERS)), gap.join(listed)]
    instruction = draw(noise) + "".join(parts if draw(st.booleans()) else parts[::-1]) + draw(noise)
    stated = tuple(Kept(ConstraintSpec(f"x:{n}", text=text)) for n, text in enumerate(said))
    dropped = draw(st.sets(st.sampled_from(range(len(said))), min_size=1))
    prompt: Prompt = instruction
    if draw(st.booleans()):
        prompt = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": prompt}]
    return Rewriting(
        prompt,
        task if draw(st.booleans()) else None,
        tuple(one for n, one in enumerate(stated) if n not in dropped),
        tuple(one for n, one in enumerate(stated) if n in dropped),
        stated,
    )


@fuzz
@given(requests())
def test_render_writes_each_kept_text_as_it_was(request: Rewriting) -> None:
    result = Render().rewrite(request)
    event("refused" if isinstance(result, Refusal) else "rewritten")
    if not isinstance(result, Refusal):
        instruction = instruction_of(result)
        texts = [kept.text or "" for kept in request.kept]
        assert all(text and text.strip() in instruction for text in texts)  # blanks say nothing
        assert request.task is not None
        assert request.task in instruction


LIMIT, TEA = (
    Kept(ConstraintSpec(f"x:{n}", text=text)) for n, text in enumerate((SENTENCES[2], "use tea"))
)


@fuzz
@given(requests())
@example(Rewriting(f"{LIMIT.text} - use tea.", None, (TEA,), (LIMIT,), (LIMIT, TEA)))
def test_excise_leaves_each_kept_text_as_it_was(request: Rewriting) -> None:
    before = instruction_of(request.prompt)
    result = Excise().rewrite(request)
    event("refused" if isinstance(result, Refusal) else "rewritten")
    if not isinstance(result, Refusal) and examined(result, request, removes=True) is None:
        instruction = instruction_of(result)
        for kept in request.kept:
            assert kept.text is not None
            # White space at a seam says nothing, nor does what parts the members of a series.
            text = kept.text.strip().rstrip(";；")
            says = any(map(str.isalnum, text))  # signs alone may be those of the list
            # The first clause of a sentence has a capital.
            written = {text, text[:1].upper() + text[1:]}
            same = not says or any(before.count(text) == instruction.count(one) for one in written)
            assert same or _held(text, request)
        assert len(instruction) < len(before)


def _held(text: str, request: Rewriting) -> bool:
    """Return whether a dropped text holds a kept one, which then goes with it."""
    return any(text in (gone.text or "") for gone in request.dropped)


@fuzz
@given(requests())
def test_waive_takes_nothing_away(request: Rewriting) -> None:
    result = Waive().rewrite(request)
    event("refused" if isinstance(result, Refusal) else "rewritten")
    if isinstance(result, Refusal):
        assert result.code == "language"  # of a mixed one there is no waiver
        return
    assert instruction_of(result).startswith(instruction_of(request.prompt).rstrip())
