"""What was found in telling answers from texts, as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO

import click

from hir_kit.model.verdict import counted
from hir_kit.verify.thinking import (
    BY_TEMPLATE,
    SET_ASIDE,
    UNCLOSED,
    UNOPENED,
    UNTAGGED,
    UNWRAPPED,
)


def print_notes(stream: IO[str], notes: Counter[str]) -> None:
    """Say in how many responses something was set aside, or could have been."""
    for line in _lines(notes):
        click.echo(line, file=stream)


def _lines(notes: Counter[str]) -> Iterator[str]:
    if notes[SET_ASIDE]:
        opened = f", opened by the template in {notes[BY_TEMPLATE]}" if notes[BY_TEMPLATE] else ""
        yield f"thinking set aside in {counted(notes[SET_ASIDE], 'response')}{opened}"
    if notes[UNCLOSED]:
        yield (
            f"the thinking never closes in {counted(notes[UNCLOSED], 'response')}: no answer is "
            "left, and everything is violated"
            + (
                ". If the answers stand there without </think>, no template has opened thinking: "
                "leave out --thinking-opened, or the <think> at the end of the dump's prompts"
                if notes[BY_TEMPLATE]
                else ""
            )
        )
    if notes[UNOPENED]:
        yield (
            f"</think> without <think> in {counted(notes[UNOPENED], 'response')}, verified whole; "
            "--thinking-opened sets aside what the chat template opened"
        )
    if notes[UNWRAPPED] or notes[UNTAGGED]:
        yield f"answers taken out of <answer> in {counted(notes[UNWRAPPED], 'response')}" + (
            f"; {notes[UNTAGGED]} without one pair of tags, verified whole"
            if notes[UNTAGGED]
            else ""
        )
