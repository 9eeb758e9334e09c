"""NeMo-Gym, batches, PrimeIntellect, SkyRL: their rows, and what is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from hir_kit import cli

from .conftest import DUMPS, SAMPLES, Row, instructions, options_of, read_dump, rows_of


def _sample(name: str) -> str:
    return next(sample for sample, format in SAMPLES.items() if format == name)


def _set(row: Row, path: str, value: Any) -> Row:
    """Return a copy with the value at a path such as `response.output.0.type`."""
    row = copy.deepcopy(row)
    *parents, last = path.split(".")
    target: Any = row
    for key in parents:
        target = target[int(key) if isinstance(target, list) else key]
    target[int(last) if isinstance(target, list) else last] = value
    return row


CALL = {"type": "function_call", "name": "search", "arguments": "{}"}
REASONING = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm, a."}]}
MESSAGE = {"role": "assistant", "content": "x"}
REFUSED: list[tuple[str, str, Any, str]] = [
    ("nemo-gym", "response.output.0.type", "function_call", "only a single answer in words"),
    ("nemo-gym", "response.output", [CALL], "only a single answer in words"),
    ("nemo-gym", "response.output.0.content.0.type", "image", "parts with a text"),
    ("nemo-gym", "responses_create_params.input.0", CALL, "an item of the type 'function_call'"),
    ("nemo-gym", "responses_create_params.instructions", 7, "'instructions' is a string"),
    ("nemo-gym", "verifier_metadata.kwargs", [], "4 instruction ids but 0 kwargs"),
    ("nemo-gym", "verifier_metadata", {}, "give the instructions by --prompts"),
    ("nemo-gym", "instruction_id_list", ["a:b"], "in two places, and they differ"),
    ("nemo-gym", "_ng_task_index", None, "'_ng_task_index' is an integer"),
    ("openai-batch", "custom_id", "else", "has the key 'else'"),
    ("openai-batch", "error", {"message": "boom"}, "the request failed"),
    ("openai-batch", "response.status_code", 500, "'status_code' is 500"),
    ("openai-batch", "response", None, "'response' is an object"),
    ("openai-batch", "response.body.choices", [], "'choices' is a list of objects"),
    ("openai-batch", "response.body.choices.0.index", 7, "numbered from 0"),
    ("prime-results", "completion", [MESSAGE, MESSAGE], "only a single answer"),
    ("prime-results", "completion", 7, "only a single answer"),
    ("prime-results", "error", "ModelError", "the rollout failed"),
    ("prime-results", "example_id", None, "'example_id' is a string or an integer"),
    ("prime-results", "info", {}, "give the instructions by --prompts"),
    ("prime-traces", "traces", [], "only an episode of one trace"),
    ("prime-traces", "ok", False, "the episode failed"),
    ("prime-traces", "traces.0.nodes.0.sampled", True, "has several, or branches"),
    ("prime-traces", "traces.0.nodes.1.parent", None, "has several, or branches"),
    ("prime-traces", "traces.0.nodes.0.message.role", 7, "a message is an object"),
    ("prime-traces", "traces.0.nodes.1.message.tool_calls", [CALL], "calls a tool"),
    ("skyrl", "input_prompt", "Hi.", "cannot be read back"),
    ("skyrl", "output_response", "a<|im_end|>\n<|im_start|>user\n", "the answer holds '<|im_"),
    ("skyrl", "env_extras.reward_model", {"ground_truth": [{"id": "a:b"}]}, "they differ"),
    ("skyrl", "env_extras", {}, "give the instructions by --prompts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "value", "said"), REFUSED)
def test_a_row_that_cannot_be_read_is_rejected(
    name: str, path: str, value: Any, said: str, dump: Any
) -> None:
    sample = _sample(name)
    good, other = rows_of(sample)[:2]
    read = read_dump(name, dump([good, _set(other, path, value)]), **options_of(sample))
    assert len(read.groups) == 1
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]


def test_a_choice_that_cannot_be_read_is_put_aside_alone(dump: Any) -> None:
    sample = _sample("openai-batch")
    row = rows_of(sample)[0]
    path = "response.body.choices.1.message"
    for value, said in (
        ({"content": 7}, "is a string or parts"),
        ({"tool_calls": [CALL]}, "calls"),
    ):
        changed = _set(row, path, {"role": "assistant", **value})
        read = read_dump("openai-batch", dump([changed]), **options_of(sample))
        [group], [reject] = read.groups, read.rejects
        assert len(group.rollouts) == len(row["response"]["body"]["choices"]) - 1
        assert (reject.response, said in reject.reason) == (f"{group.id}/1", True)


def _read(name: str, dump: Callable[..., Any], *rows: Row, **options: Any) -> Any:
    read = read_dump(name, dump(rows), **{**options_of(_sample(name)), **options})
    assert read.rejects == []
    return read


def test_nemo_gym_before_verifier_metadata(dump: Any) -> None:
    row = rows_of(_sample("nemo-gym"))[0]
    old = {key: value for key, value in row.items() if not key.startswith("_ng")}
    old |= old.pop("verifier_metadata")
    read = _read("nemo-gym", dump, old, old)
    assert (read.ids, len(read.groups[0].rollouts)) == (["dump:0"], 2)


def test_reasoning_and_log_probabilities_of_nemo_gym(dump: Any) -> None:
    row = rows_of(_sample("nemo-gym"))[0]
    message = row["response"]["output"][0] | {"generation_log_probs": [-1.0, -2.0]}
    row = _set(row, "response.output", [REASONING, message])
    row["responses_create_params"]["instructions"] = "Be brief."
    [group] = _read("nemo-gym", dump, row).groups
    assert group.prompt[0] == {"role": "system", "content": "Be brief."}
    [rollout] = group.rollouts
    assert (rollout.logprob, rollout.meta["reasoning"]) == (-1.5, "Hm, a.")
    assert rollout.meta["reward"] == 0.0


def test_choices_come_in_the_order_of_their_index(dump: Any) -> None:
    row = rows_of(_sample("openai-batch"))[0]
    texts = [item["message"]["content"] for item in row["response"]["body"]["choices"]]
    row["response"]["body"]["choices"].reverse()
    row["response"]["body"]["choices"][0]["logprobs"] = {"content": [{"logprob": -1.0}]}
    [group] = _read("openai-batch", dump, row).groups
    assert [rollout.text for rollout in group.rollouts] == texts
    assert group.rollouts[-1].logprob == -1.0


def test_a_batch_of_completions_and_of_responses(dump: Any) -> None:
    row = rows_of(_sample("openai-batch"))[0]
    choice = {"index": 0, "text": " x", "logprobs": {"token_logprobs": [-1, -3]}}
    plain = _set(row, "response.body.choices", [choice])
    nemo = rows_of(_sample("nemo-gym"))[0]["response"]
    read = _read("openai-batch", dump, plain, _set(row, "response.body", nemo))
    assert read.texts == [[" x", nemo["output"][0]["content"][0]["text"]]]
    assert read.groups[0].rollouts[0].logprob == -2.0


def test_a_batch_joined_to_instructions_with_its_ids(dump: Any) -> None:
    known = instructions(DUMPS.parent / "rollouts.jsonl")
    read = _read("openai-batch", dump, *rows_of(_sample("openai-batch")), instructions=known)
    assert all(group.task for group in read.groups)


def test_a_batch_without_requests_asks_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(DUMPS / "openai_batch" / "responses.jsonl")]) == 2
    assert "give by --prompts the requests" in capsys.readouterr().err


def test_requests_without_constraints_are_rejected(dump: Any) -> None:
    row = rows_of("openai_batch/requests.jsonl")[0]
    inside = {key: value for key, value in row.items() if key != "constraints"}
    inside = _set(inside, "body.metadata", {"constraints": '[{"id": "a:b"}]'})
    assert instructions(dump([inside])).find_key("demo-01").constraints[0].id == "a:b"
    assert len(instructions(dump([_set(inside, "body.metadata", {})]))) == 0


def test_reasoning_of_results_is_kept_apart(dump: Any) -> None:
    row = rows_of(_sample("prime-results"))[0]
    row["completion"][0]["reasoning_content"] = "a, b"
    row["info"] = None
    row["answer"] = '{"instruction_id": ["a:b"], "kwargs": [null]}'
    [group] = _read("prime-results", dump, row).groups
    assert (group.constraints[0].id, group.id) == ("a:b", "dump:1")
    assert group.rollouts[0].meta["reasoning"] == "a, b"


def test_traces_alone_are_grouped_by_their_task(dump: Any) -> None:
    episodes = rows_of(_sample("prime-traces"))
    read = _read("prime-traces", dump, *(row["traces"][0] for row in episodes))
    assert read.ids == [f"dump:{number}" for number in range(4)]
    read = _read("prime-traces", dump, *episodes)
    assert read.ids == [f"5:{number:032x}" for number in range(1, 5)]


def test_the_end_of_an_answer_is_no_part_of_it(dump: Any) -> None:
    row = rows_of(_sample("skyrl"))[0]
    texts = ["x <|im_end|>", "x <|endoftext|>", "x\n"]
    read = _read("skyrl", dump, *(_set(row, "output_response", text) for text in texts))
    assert read.texts == [["x ", "x ", "x\n"]]
