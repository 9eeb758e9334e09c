"""Instructions are put together again as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hir_kit.relabel.layout import Layout, find_layout

TASK = "Describe IPv6."
TEXTS = ["Use at least 40 words.", "Do not use commas.", "Include the keyword subnet."]

LAYOUTS = [
    Layout(),
    Layout(between="\n", separator="\n"),
    Layout(between="\n\nFollow these constraints:\n- ", separator="\n- "),
    Layout(between="\nRules:\n1. ", separator="\n{n}. "),
    Layout(between="\nRules:\n1) ", separator="\n{n}) ", tail="\nThank you."),
    Layout(head="Hello.\n", between=" (1) ", separator=" ({n}) "),
    Layout(between="\n\n", separator=" ", task_first=False),
    Layout(head="1. ", between="\n\n", separator="\n{n}. ", task_first=False),
]


@given(
    layout=st.sampled_from(LAYOUTS),
    kept=st.lists(st.sampled_from(range(3)), min_size=1, max_size=3, unique=True).map(sorted),
)
def test_rendering_the_kept_ones_is_the_instruction_made_of_them(
    layout: Layout, kept: list[int]
) -> None:
    found = find_layout(layout.render(TASK, TEXTS), TASK, TEXTS)
    assert found is not None
    chosen = [TEXTS[i] for i in kept]
    assert found.render(TASK, chosen) == layout.render(TASK, chosen)


def test_an_unknown_layout_is_none() -> None:
    assert find_layout("Describe IPv6 in 40 words.", TASK, TEXTS) is None
    assert find_layout(f"{TASK} {TEXTS[1]} {TEXTS[0]} {TEXTS[2]}", TASK, TEXTS) is None
    assert find_layout(f"{TASK} {TEXTS[0]}", TASK, [TEXTS[0], None]) is None


def test_a_header_that_counts_is_not_reused() -> None:
    for header in ("Follow these 3 rules:", "Follow these three rules:"):
        instruction = Layout(between=f"\n{header}\n1. ", separator="\n{n}. ").render(TASK, TEXTS)
        assert find_layout(instruction, TASK, TEXTS) is None
