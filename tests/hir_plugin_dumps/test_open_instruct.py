"""open-instruct: token ids, the tokenizer that reads them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from hir_kit import UsageError, cli

from .conftest import DUMPS, TOKENIZER, Row, read_dump

DUMP = DUMPS / "open_instruct" / "grpo_rollouts_000000.jsonl"
LOADED = Tokenizer.from_file(f"{TOKENIZER}/tokenizer.json")
OWN = "[{'instruction_id': ['punctuation:no_comma'], 'kwargs': [None]}]"


def _ids(text: str) -> list[int]:
    ids: list[int] = LOADED.encode(text).ids
    return ids


def _row(response: str = "It is new.<|im_end|>", **more: Any) -> Row:
    return {
        "step": 3,
        "sample_idx": 0,
        "prompt_idx": 1,
        "prompt_tokens": _ids("<|im_start|>user\nHi.<|im_end|>\n<|im_start|>assistant\n"),
        "response_tokens": _ids(response),
        "reward": 1.0,
        "advantage": 0.5,
        "finish_reason": "stop",
        "dataset": "ifeval",
        "ground_truth": OWN,
        "request_info": None,
        "logprobs": None,
        **more,
    }


def _read(path: Path, **options: Any) -> Any:
    return read_dump("open-instruct", path, tokenizer=TOKENIZER, **options)


def test_token_ids_are_read_as_text(dump: Any) -> None:
    read = _read(dump([_row(" It's\n\nnew . 🍵<|im_end|>"), _row(), _row(prompt_idx=2)]))
    assert read.rejects == []
    assert read.ids == ["dump:3:1", "dump:3:2"]
    assert read.texts == [[" It's\n\nnew . 🍵", "It is new."], ["It is new."]]
    assert read.groups[0].prompt == [{"role": "user", "content": "Hi."}]
    assert read.groups[0].constraints[0].kwargs == {}
    assert read.groups[0].rollouts[0].meta == {
        "reward": 1.0, "advantage": 0.5, "finish_reason": "stop", "sample_idx": 0,
    }  # fmt: skip


def test_log_probabilities_give_their_mean(dump: Any) -> None:
    count = len(_row()["response_tokens"])
    rows = [_row(logprobs=[-0.5] * count), _row(logprobs=[-0.5] * (count - 1)), _row(logprobs=[])]
    [group] = _read(dump(rows)).groups
    assert [rollout.logprob for rollout in group.rollouts] == [-0.5, None, None]


def test_ground_truth_in_a_list_beside_its_judge(dump: Any) -> None:
    [group] = _read(dump([_row(dataset=["ifeval"], ground_truth=[OWN])])).groups
    assert [spec.id for spec in group.constraints] == ["punctuation:no_comma"]


def test_the_same_step_of_two_runs_is_not_mixed(dump: Any) -> None:
    files = [dump([_row()], f"{name}/run_rollouts_000000.jsonl") for name in "ab"]
    read = read_dump("open-instruct", *files, tokenizer=TOKENIZER)
    assert read.ids == ["run_rollouts_000000:3:1", "run_rollouts_000000~2:3:1"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"prompt_tokens": [10**9]}, "no token id of the tokenizer"),
        ({"response_tokens": [-1]}, "no token id of the tokenizer"),
        ({"response_tokens": [1.0]}, "no token id of the tokenizer"),
        ({"response_tokens": "text"}, "'response_tokens' is an array"),
        ({"prompt_tokens": _ids("Hi.")}, "cannot be read back"),
        ({"dataset": "math", "ground_truth": "42"}, "judged by 'math'"),
        ({"dataset": ["ifeval", "general"], "ground_truth": [OWN, "x"]}, "not by 'ifeval' alone"),
        ({"request_info": {"num_calls": 1}}, "called tools"),
        ({"request_info": {"num_calls": 0, "tool_calleds": True}}, "called tools"),
        ({"step": "3"}, "'step' is an integer"),
        ({"ground_truth": None}, "give the instructions by --prompts"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(more: Row, said: str, dump: Any) -> None:
    read = _read(dump([_row(), _row(**more)]))
    assert len(read.groups) == 1
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]


def test_without_a_tokenizer_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(DUMP)]) == 2
    assert "name the tokenizer of its model by --tokenizer" in capsys.readouterr().err


def test_a_tokenizer_may_be_a_file() -> None:
    read = read_dump("open-instruct", DUMP, tokenizer=f"{TOKENIZER}/tokenizer.json")
    assert len(read.groups) == 4


def test_a_tokenizer_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "broken.json").write_text("{}", encoding="utf-8")
    for name in (str(tmp_path), str(tmp_path / "broken.json"), "no-such/tokenizer"):
        with pytest.raises(UsageError, match="tokenizer"):
            read_dump("open-instruct", DUMP, tokenizer=name)


@pytest.mark.parametrize("name", ["./nope", "../a/b", "/nope", "~/nope", "a/b/c", "nope.json"])
def test_a_tokenizer_that_is_no_file_and_no_name_on_the_hub(name: str) -> None:
    with pytest.raises(UsageError, match="no such folder or file, and it is no name on the hub"):
        read_dump("open-instruct", DUMP, tokenizer=name)


def test_another_format_does_not_use_a_tokenizer(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(DUMPS / "verl" / "12.jsonl"), "--tokenizer", TOKENIZER]) == 2
    said = "'verl' does not use --set open-instruct.tokenizer"
    assert said in capsys.readouterr().err
