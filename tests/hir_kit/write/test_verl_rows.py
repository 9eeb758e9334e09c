"""`--emit verl`: the instructions with their ground truth, as verl's training data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hir_kit import ConstraintSpec
from hir_kit.model.constraint import parse_constraints

WORDS = {
    "id": "length_constraints:number_words",
    "kwargs": {"num_words": 3},
    "text": "At least 3 words.",
}
NO_COMMA = {"id": "punctuation:no_comma", "text": "No commas."}


def _emit(here: Any, path: Path, *options: str) -> list[Any]:
    lines: list[Any] = here("relabel", path, "-o", "-", "--emit", "verl", *options).lines
    return lines


def test_every_instruction_stands_once_with_its_ground_truth(
    here: Any, dump: Any, row: Any
) -> None:
    path = dump(
        [
            row("One, two, three.", "a, b", "c, d", "One.", task="Count.",
                prompt="Count. At least 3 words. No commas.", constraints=[WORDS, NO_COMMA]),
            row("One.", id="q2", prompt=[{"role": "system", "content": "Hi."},
                                         {"role": "user", "content": "Do."}]),
        ]
    )  # fmt: skip
    original, first, second, other = _emit(here, path)
    assert original["data_source"] == "hir-kit"
    assert original["prompt"] == [
        {"role": "user", "content": "Count. At least 3 words. No commas."}
    ]
    assert original["ability"] == "instruction_following"
    assert original["reward_model"]["style"] == "rule"
    assert json.loads(original["reward_model"]["ground_truth"]) == {
        "instruction_id_list": [WORDS["id"], NO_COMMA["id"]],
        "kwargs": [{"num_words": 3}, {}],
    }
    assert original["extra_info"] == {
        "index": 0, "split": "train", "id": "q1/0", "group": "q1", "kind": "original",
        "instruction": "Count. At least 3 words. No commas.",
    }  # fmt: skip
    assert [row["prompt"][-1]["content"] for row in (first, second)] == [
        "Count. At least 3 words.", "Count. No commas.",
    ]  # fmt: skip
    assert [row["extra_info"]["kind"] for row in (first, second)] == ["replay", "replay"]
    assert [row["extra_info"]["index"] for row in (first, second, other)] == [1, 2, 3]
    assert other["prompt"][0]["role"] == "system"
    assert other["extra_info"]["instruction"] == "Do."


def test_the_ground_truth_is_read_as_the_constraints(here: Any, dump: Any, row: Any) -> None:
    [emitted] = _emit(here, dump([row("One.", constraints=[WORDS])]))
    assert parse_constraints(emitted["reward_model"]["ground_truth"]) == (
        ConstraintSpec(str(WORDS["id"]), {"num_words": 3}),
    )


def test_prompts_are_messages_whatever_is_asked(here: Any, dump: Any, row: Any) -> None:
    [emitted] = _emit(here, dump([row("One.")]), "--no-messages")
    assert emitted["prompt"] == [{"role": "user", "content": row()["prompt"]}]


def test_replays_alone_are_counted(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    asked = [WORDS, NO_COMMA]
    prompt = "Count. At least 3 words. No commas."
    path = dump([row("One, two, three.", task="Count.", prompt=prompt, constraints=asked)])
    options = ["--emit", "verl", "--no-include-originals", "--json"]
    ran = here("relabel", path, "-o", tmp_path / "out.parquet", *options)
    assert ran.json["written"] == {"replay": 1}


def test_the_rows_are_instructions_of_a_dump(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    path = dump([row("One, two.", task="Count.", prompt="Count. At least 3 words. No commas.",
                     constraints=[WORDS, NO_COMMA])])  # fmt: skip
    train = tmp_path / "train.jsonl"
    assert here("relabel", path, "-o", train, "--emit", "verl").code == 0
    asked = [json.loads(line)["prompt"][-1]["content"] for line in train.read_bytes().splitlines()]
    rollouts = [
        {
            "input": f"user\n{text}\nassistant\n",
            "output": "a, b c",
            "gts": None,
            "score": 0.0,
            "step": 1,
        }
        for text in asked
    ]
    ran = here("verify", dump(rollouts, "1.jsonl"), "--prompts", train, "-o", "-")
    found = [[verdict["status"] for verdict in line["verdicts"]] for line in ran.lines]
    assert len(found) == len(asked)
    assert found[0] == ["satisfied", "violated"]
