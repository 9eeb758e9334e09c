"""`--thinking-opened` and `--answer-tags`: what of a response commands verify, and say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

JSON = {"id": "detectable_format:json_format", "kwargs": {}}
NO_COMMA = {"id": "punctuation:no_comma", "kwargs": {}}
BARE = [
    "a, b</think>Tea.",
    "Use a, b. The tag </think> ends it.",
    "One, two.\n</think>\n\nThree.",
    "Well, tea",
]
TAGGED = [
    '<think>a, b</think><answer>{"a": 1}</answer>',
    "<answer>\n[1, 2]\n</answer>\n",
    '{"a": 1}',
    "<answer>1</answer> or <answer>2</answer>",
]


def _followed(here: Any, path: Path, out: Path, *options: str) -> tuple[list[bool], Any, str]:
    ran = here("verify", path, "-o", out, "--workers", 0, *options)
    assert ran.code == 0
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    report = here("verify", path, "--json", "--workers", 0, *options).json
    return [row["follow_all"] for row in rows], report, ran.err + ran.out.decode()


def test_the_template_is_said_to_open_the_thinking(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    path, out = dump([row(*BARE)]), tmp_path / "out.jsonl"
    followed, report, said = _followed(here, path, out)
    assert followed == [False] * 4
    assert (report["thinking_set_aside"], report["thinking_not_opened"]) == (0, 3)
    assert "--thinking-opened sets aside what the chat template opened" in said
    followed, report, said = _followed(here, path, out, "--thinking-opened")
    assert followed == [True, True, True, False], "what never closes leaves no answer"
    assert (report["thinking_set_aside"], report["thinking_opened_by_template"]) == (4, 4)
    assert report["thinking_not_closed"] == 1
    assert "thinking set aside in 4 responses" in said
    assert "the thinking never closes in 1 response: no answer is left" in said
    assert "leave out --thinking-opened" in said
    followed, report, _ = _followed(here, path, out, "--thinking-opened", "--keep-thinking")
    assert followed == [False] * 4
    assert report["thinking_set_aside"] == 0


@pytest.mark.parametrize("command", ["verify", "relabel"])
@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        ("<think>Well, tea", True),
        ("<think>Well, tea</think>", False),
        ("[THINK]Well, tea", True),
        ("[THINK]Well, tea[/THINK]", False),
        ("<|channel|>analysis<|message|>Well, tea", True),
        ("<|channel|>analysis<|message|>Well<|end|><|channel|>final<|message|>", False),
        ("", False),
    ],
)
def test_thinking_that_never_closes_is_counted(
    text: str, is_counted: bool, command: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    path = dump([row(text, "Tea.")])
    ran = here(command, path, "-o", tmp_path / "out.jsonl", "--json", "--workers", 0)
    assert ran.json["thinking_not_closed"] == is_counted
    ran = here(command, path, "-o", tmp_path / "out.jsonl", "--workers", 0)
    said = ran.err + ran.out.decode()
    assert ("never closes in 1 response" in said) == is_counted
    assert "--thinking-opened" not in said, "the text itself opened it"


def test_answers_are_taken_out_of_their_tags(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    path, out = dump([row(*TAGGED, constraints=[JSON])]), tmp_path / "out.jsonl"
    followed, report, _ = _followed(here, path, out)
    assert followed == [False, False, True, False]
    assert report["answers_unwrapped"] == 0
    followed, report, said = _followed(here, path, out, "--answer-tags")
    assert followed == [True, True, True, False]
    assert (report["answers_unwrapped"], report["answers_without_tags"]) == (2, 2)
    assert "taken out of <answer>" in said


@pytest.mark.parametrize("workers", [0, 2])
def test_both_hold_for_what_is_relabelled(
    workers: int, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    text = "a, b</think><answer>Tea.</answer>"
    asked = [
        {**NO_COMMA, "text": "No commas."},
        {"id": "keywords:existence", "kwargs": {"keywords": ["milk"]}, "text": "Say milk."},
    ]
    path = dump([row(text, constraints=asked, prompt="Name teas. No commas. Say milk.")])
    out = tmp_path / "out.jsonl"
    options = ("--no-include-originals", "--workers", workers)
    assert here("relabel", path, "-o", out, *options).code == 0
    assert out.read_bytes() == b"", "nothing is kept of the whole text"
    options = (*options, "--thinking-opened", "--answer-tags")
    assert here("relabel", path, "-o", out, *options).code == 0
    [found] = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [spec["id"] for spec in found["constraints"]] == ["punctuation:no_comma"]
    assert found["completion"][0]["content"] == text, "the response stays as it was written"
