"""Reading dumps: the formats hir, jsonl, ifeval and ifbench, in every shape they come in."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Group, UsageError
from hir_kit.errors import RowError
from hir_kit.files.open import Input
from hir_kit.model.rollout import Reject
from hir_kit.read.detect import detect
from hir_kit.read.format import ReadOptions, UnreadRow, opened
from hir_kit.read.instructions import load_instructions

KIT = hir_kit.load(installed=False)
WORDS = {"relation": "at least", "num_words": 3}
SPEC = ConstraintSpec("length_constraints:number_words", WORDS)
NO_COMMA = ConstraintSpec("punctuation:no_comma")
Row = dict[str, Any]


class Collected:
    """What a reader gave: groups, rejects, and the bytes that it said it had read."""

    def __init__(self) -> None:
        self.rejects: list[Reject] = []
        self.groups: list[Group] = []
        self.size = 0

    def reject(self, reject: Reject) -> None:
        self.rejects.append(reject)

    def advance(self, size: int) -> None:
        self.size += size

    @property
    def texts(self) -> list[list[str]]:
        return [[rollout.text for rollout in group.rollouts] for group in self.groups]


def _read(name: str, *files: Path, prompts: tuple[str, ...] = (), **options: Any) -> Collected:
    feedback = Collected()
    inputs = [Input(str(file)) for file in files]
    if prompts:
        options["instructions"] = load_instructions(prompts, KIT.instructions, feedback)
    items = KIT.formats[name].read(inputs, ReadOptions(**options), feedback)
    feedback.groups = list(opened(items, feedback))
    return feedback


# hir


@pytest.mark.parametrize("column", ["id", "prompt", "constraints", "responses"])
def test_a_row_of_a_table_is_read_alike_in_every_process(
    column: str, row: Any, tmp_path: Path
) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    whole = row("One.", constraints=[{"id": "a:b"}])
    path = tmp_path / "rows.parquet"
    parquet.write_table(pa.Table.from_pylist([whole, {**whole, column: None}]), path)
    said = []
    for item in KIT.formats["hir"].read([Input(str(path))], ReadOptions(), Collected()):
        for one in (item, pickle.loads(pickle.dumps(item))):
            assert isinstance(one, UnreadRow)
            try:
                said.append(str(one.open()))
            except RowError as error:
                said.append(str(error))
    assert said[0::2] == said[1::2]


def test_a_whole_row(dump: Any, row: Any) -> None:
    item = row(
        {"text": "One.", "entropy": 0.5, "logprob": -1, "meta": {"seed": 1}},
        "Two.",
        task="Describe IPv6.",
        meta={"source": "x"},
        constraints=[{**SPEC.to_json(), "text": "At least three words."}],
        prompt=[{"role": "user", "content": "Do."}],
    )
    path = dump([item])
    read = _read("hir", path)
    [group] = read.groups
    assert (group.id, group.task, group.prompt) == ("q1", "Describe IPv6.", item["prompt"])
    assert group.constraints == (ConstraintSpec(SPEC.id, WORDS, "At least three words."),)
    one, two = group.rollouts
    assert (one.id, one.text, one.entropy, one.logprob, one.meta) == (
        "q1/0", "One.", 0.5, -1.0, {"seed": 1},
    )  # fmt: skip
    assert (two.id, two.text, two.entropy, two.logprob, two.meta) == (
        "q1/1",
        "Two.",
        None,
        None,
        {},
    )
    assert (str(group.location), group.complete) == (f"{path}:1", True)
    assert read.size == path.stat().st_size


def test_a_row_without_id_is_named_by_its_place(dump: Any, row: Any) -> None:
    groups = _read("hir", dump([row(), row(id=None), row(id=7)], "step3.rollouts.jsonl")).groups
    assert [group.id for group in groups] == ["q1", "step3:2", "7"]


def test_replays_are_read_again(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    item = row(
        "One, two, three.",
        task="Count.",
        prompt="Count. At least 3 words. No commas.",
        constraints=[
            {**SPEC.to_json(), "text": "At least 3 words."},
            {**NO_COMMA.to_json(), "text": "No commas."},
        ],
    )
    out = tmp_path / "replays.jsonl"
    assert here("relabel", dump([item]), "-o", out).code == 0
    original, replay = _read("hir", out).groups
    (asked,), (again,) = original.rollouts, replay.rollouts
    assert (asked.id, asked.text) == (again.id, again.text)
    assert (asked.meta["label"], again.meta["label"]) == (False, True)
    assert replay.constraints == (ConstraintSpec(SPEC.id, WORDS, "At least 3 words."),)
    assert (original.id, original.complete) == ("q1", True)
    assert replay.id == "q1~2"


def test_relabelled_rows_are_the_groups_they_came_from(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    specs = [
        {**SPEC.to_json(), "text": "At least 3 words."},
        {**NO_COMMA.to_json(), "text": "No commas."},
    ]
    asked = {"task": "Count.", "prompt": "Count. At least 3 words. No commas."}
    first = row("One, two, three.", "One two three", "No, no, no.", constraints=specs, **asked)
    out, again = tmp_path / "replays.jsonl", tmp_path / "again.jsonl"
    assert here("relabel", dump([first, row()]), "-o", out).code == 0

    original, replay, other = _read("hir", out).groups
    assert [r.id for r in original.rollouts] == ["q1/0", "q1/1", "q1/2"]
    assert [r.id for r in replay.rollouts] == ["q1/2", "q1/0"]
    assert other.constraints != original.constraints
    assert (original.id, replay.id, other.id) == ("q1", "q1~2", "q1~2~2")
    assert here("verify", out, "--json").json["groups"]["mixed"] == 1
    once = ("relabel", out, "--top-k", 1, "-o", again, "--json")
    assert here(*once).json["written"]["replay"] == 1


@pytest.mark.parametrize("workers", [0, 2])
def test_rows_with_one_id_are_told_apart(
    here: Any, dump: Any, row: Any, tmp_path: Path, workers: int
) -> None:
    other = {key: value for key, value in row(prompt="Hi.", id=None).items() if key != "id"}
    rows = [row(), row(prompt="Describe IPv4."), row(id="q1~3"), {**other, "id": "q1"}, row()]
    rows += [row(id=1), row(id="1"), row(id=None), other]
    path, out = dump(rows), tmp_path / "v.jsonl"
    names = ["q1", "q1~2", "q1~3", "q1~4", "q1~5", "1", "1~2", "dump:8", "dump:9"]
    assert [group.id for group in _read("hir", path).groups] == names
    assert here("verify", path, "-o", out, "--workers", workers).code == 0
    found = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [item["group"] for item in found] == names
    assert [item["id"] for item in found] == [f"{name}/0" for name in names]


@pytest.mark.parametrize("workers", [0, 2])
def test_rows_without_id_do_not_share_one_that_is_written(
    here: Any, dump: Any, row: Any, tmp_path: Path, workers: int
) -> None:
    rows = [row(id="dump:2"), row(id=None), row(id="dump:3"), row(id="dump:5"), row(id=None)]
    path, out = dump(rows), tmp_path / "v.jsonl"
    assert here("verify", path, "-o", out, "--workers", workers).code == 0
    found = [json.loads(line)["group"] for line in out.read_bytes().splitlines()]
    assert found == ["dump:2~2", "dump:2", "dump:3", "dump:5~2", "dump:5"]
    assert [group.id for group in _read("hir", path).groups] == found


@pytest.mark.parametrize("workers", [0, 2])
def test_a_relabelled_row_may_have_escapes_in_its_keys(
    here: Any, dump: Any, row: Any, tmp_path: Path, workers: int
) -> None:
    item = {key: value for key, value in row().items() if key != "responses"}
    more = {"completion": "One.", "kind": "original", "verdicts": []}
    line = json.dumps({**item, **more}).replace('"completion"', '"c\\u006fmpleti\\u006Fn"')
    path, out = dump(line.encode() + b"\n"), tmp_path / "v.jsonl"
    assert here("verify", path, "-o", out, "--workers", workers).code == 0
    assert json.loads(out.read_bytes())["follow_all"] is True


def test_rows_without_id_are_told_apart_by_their_file(dump: Any, row: Any) -> None:
    files = [dump([row(id=None)], f"{step}/x.jsonl") for step in (1, 2)]
    assert [g.id for g in _read("hir", *files).groups] == ["x:1", "x~2:1"]


def test_rows_in_columns_are_told_apart_by_their_file(dump: Any) -> None:
    asked = {"prompt": "Tea.", "response": "Tea", "constraints": [NO_COMMA.to_json()]}
    files = [dump([asked], f"{step}/x.jsonl") for step in (1, 2)]
    assert [g.id for g in _read("jsonl", *files).groups] == ["x:1", "x~2:1"]


def test_whole_numbers_of_any_length_stay_apart(dump: Any) -> None:
    asked = {"prompt": "Tea.", "response": "Tea", "constraints": [NO_COMMA.to_json()]}
    ids = [2**64 - 1, 2**64, 2**128 - 1, 2**128, -(2**63) - 1]
    path = dump([{**asked, "g": id} for id in ids])
    assert [g.id for g in _read("jsonl", path, group_by="g").groups] == list(map(str, ids))


def test_a_whole_number_beyond_reading_is_rejected(dump: Any) -> None:
    read = _read("hir", dump(b'{"id": ' + b"7" * 5000 + b"}"))
    assert [reject.reason for reject in read.rejects] == [
        "not JSON: an integer of 5000 digits is beyond what is read"
    ]


KWARGS: dict[str, Callable[[Row], Any]] = {
    "as they are": lambda kwargs: kwargs,
    "filled with null": lambda kwargs: {**kwargs, "keywords": None, "end_phrase": None},
    "JSON": json.dumps,
    "Python literal": repr,
    "JSON in JSON": lambda kwargs: json.dumps(json.dumps(kwargs)),
    "a literal with None": lambda kwargs: repr({**kwargs, "keywords": None}),
}
NOTHING: dict[str, Any] = {
    "empty": {}, "null": None, "all null": {"n": None}, "JSON null": "null", "None": "None"
}  # fmt: skip


@pytest.mark.parametrize("shape", KWARGS)
@pytest.mark.parametrize("nothing", NOTHING)
def test_every_shape_of_kwargs_in_every_format(
    nothing: str, shape: str, dump: Any, row: Any
) -> None:
    ids, kwargs = [SPEC.id, NO_COMMA.id], [KWARGS[shape](WORDS), NOTHING[nothing]]
    objects = [{"id": id, "kwargs": item} for id, item in zip(ids, kwargs, strict=True)]
    beside = {"prompt": "Do.", "response": "x", "ids": ids, "kwargs": kwargs}
    pair = {"prompt": "Do.", "response": "x", "instruction_id_list": ids, "kwargs": kwargs}
    read = [
        _read("hir", dump([row(constraints=objects)])),
        _read("jsonl", dump([beside]), constraints_field="ids"),
        _read("ifeval", dump([pair])),
        _read("ifbench", dump([{**pair, "kwargs": json.dumps(kwargs)}])),
    ]
    for one in read:
        assert one.rejects == []
        assert one.groups[0].constraints == (SPEC, NO_COMMA)


PAIR = {"instruction_id": [SPEC.id], "kwargs": [WORDS]}


@pytest.mark.parametrize(
    "value",
    [PAIR, [PAIR], json.dumps(PAIR), json.dumps([PAIR]), [json.dumps(PAIR)], repr([PAIR]),
     [SPEC.to_json()], json.dumps([SPEC.to_json()]), json.dumps(json.dumps([PAIR]))],
)  # fmt: skip
def test_constraints_wrapped_and_encoded(value: object, dump: Any) -> None:
    item = {"prompt": "Do.", "response": "x", "ground_truth": value}
    read = _read("jsonl", dump([item]), constraints_field="ground_truth")
    assert read.groups[0].constraints == (SPEC,)


# jsonl


def _flat(response: Any, group: Any = "a", **more: Any) -> Row:
    return {"q": f"Do {group}.", "a": response, "c": [NO_COMMA.to_json()], "g": group, **more}


FIELDS = {"prompt_field": "q", "response_field": "a", "constraints_field": "c"}


def test_one_response_a_line(dump: Any) -> None:
    rows = [_flat("One.", entropy=0.5), _flat([{"role": "assistant", "content": "Two."}])]
    read = _read("jsonl", dump(rows), **FIELDS)
    assert read.texts == [["One.", "Two."]]
    assert [rollout.id for rollout in read.groups[0].rollouts] == ["dump:1/0", "dump:1/1"]
    assert read.groups[0].rollouts[0].entropy == 0.5


def test_several_responses_in_one_line(dump: Any) -> None:
    assert _read("jsonl", dump([_flat(["One.", "Two."])]), **FIELDS).texts == [["One.", "Two."]]


def test_scattered_rows_are_gathered_in_order_of_first_appearance(dump: Any) -> None:
    rows = [_flat("1", "b"), _flat("2", "a"), _flat(["3", "4"], "b"), _flat("5", "a")]
    read = _read("jsonl", dump(rows), group_by="g", **FIELDS)
    assert read.texts == [["1", "3", "4"], ["2", "5"]]
    assert [rollout.id for rollout in read.groups[0].rollouts] == ["b/0", "b/1", "b/2"]
    assert [group.location.line for group in read.groups] == [1, 2]
    assert all(group.complete for group in read.groups)


def test_without_whole_groups_the_rows_come_in_file_order_with_the_same_ids(dump: Any) -> None:
    rows = [_flat("1", "b"), _flat("2", "a"), _flat("3", "b")]
    read = _read("jsonl", dump(rows), group_by="g", whole_groups=False, **FIELDS)
    assert [group.rollouts[0].id for group in read.groups] == ["b/0", "a/0", "b/1"]
    assert not any(group.complete for group in read.groups)


def test_groups_by_something_else_than_text(dump: Any) -> None:
    rows = [_flat("1", 7), _flat("2", {"x": 1}), _flat("3", 7)]
    read = _read("jsonl", dump(rows), group_by="g", **FIELDS)
    assert [group.id for group in read.groups] == ["7", '{"x":1}']


def test_a_whole_number_with_a_point_tells_the_same_group(dump: Any) -> None:
    common = {"prompt": "Do.", "constraints": ["punctuation:no_comma"], "kwargs": [{}]}
    rows = [{**common, "step": step, "response": "x"} for step in (8, 8.0, 8.5, -0.0, 0, 1e300)]
    names = [group.id for group in _read("jsonl", dump(rows), group_by="step").groups]
    assert names[:3] == ["8", "8.5", "0"]
    assert len(names) == 4


def test_a_piece_of_another_instruction_is_rejected(dump: Any) -> None:
    path = dump([_flat("1"), _flat("2", q="Else."), _flat("3", c=[]), _flat("4")])
    read = _read("jsonl", path, group_by="g", **FIELDS)
    assert read.texts == [["1", "4"]]
    assert [reject.location.line for reject in read.rejects] == [2, 3]
    assert f"group 'a' began at {path}:1 with another prompt" in read.rejects[0].reason


def test_odd_text_survives_the_gathering(dump: Any) -> None:
    texts = ["\ud83d", "a\0b", "\u2028", "שלום", "x\ny"]
    read = _read("jsonl", dump([_flat(text) for text in texts]), group_by="g", **FIELDS)
    assert read.texts == [texts]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"g": "a", "a": "x", "c": []}, "no column 'q'"),
        ({"g": "a", "q": "x", "c": []}, "--response-field names the right one"),
        ({"g": "a", "q": "x", "a": "x"}, "--constraints-field"),
        ({"q": "x", "a": "x", "c": []}, "--group-by"),
        (_flat("x", None), "'g' is null"),
        (_flat(7), "got a number"),
        (_flat([]), "got an empty array"),
    ],
)
def test_a_flat_row_that_cannot_be_read_is_rejected(item: Row, said: str, dump: Any) -> None:
    read = _read("jsonl", dump([_flat("good"), item]), group_by="g", **FIELDS)
    assert read.texts == [["good"]]
    [reject] = read.rejects
    assert said in reject.reason
    assert reject.location.line == 2


def test_a_response_of_a_list_that_cannot_be_read_is_put_aside(dump: Any) -> None:
    read = _read("jsonl", dump([_flat(["x", 7, None])]), group_by="g", **FIELDS)
    assert read.texts == [["x", ""]]
    assert [reject.row for reject in read.rejects] == [b"7"]


@pytest.mark.parametrize("entropy", ["high", [0.1, 0.2], True, int("1" + "0" * 400), None])
def test_a_column_entropy_that_is_no_number_is_not_used(entropy: Any, dump: Any) -> None:
    read = _read("jsonl", dump([_flat("x", entropy=entropy)]), **FIELDS)
    assert read.groups[0].rollouts[0].entropy is None


def test_several_files_are_one_dump(dump: Any) -> None:
    files = [dump([_flat("1")], "one.jsonl"), dump([_flat("2")], "two.jsonl")]
    assert _read("jsonl", *files, group_by="g", **FIELDS).texts == [["1", "2"]]


# ifeval and ifbench


def _prompt(key: Any, prompt: Any, **more: Any) -> Row:
    return {
        "key": key, "prompt": prompt,
        "instruction_id_list": [SPEC.id, NO_COMMA.id], "kwargs": [WORDS, {}], **more,
    }  # fmt: skip


PROMPTS = [_prompt(1000, "Do this."), _prompt(1001, "Do that. ")]


@pytest.mark.parametrize("name", ["ifeval", "ifbench"])
def test_responses_are_joined_to_prompts(name: str, dump: Any) -> None:
    answers = [{"prompt": "Do that.", "response": "1"}, {"prompt": "Do this.", "response": "2"}]
    prompts = dump(PROMPTS, "prompts.jsonl")
    read = _read(name, dump(answers), prompts=(str(prompts),))
    assert [(group.id, group.rollouts[0].id) for group in read.groups] == [
        ("1001", "1001/0"),
        ("1000", "1000/0"),
    ]
    assert read.groups[0].prompt == "Do that. "
    assert read.groups[0].constraints == (SPEC, NO_COMMA)


def test_several_response_files_form_groups(dump: Any) -> None:
    prompts = dump(PROMPTS, "prompts.jsonl")
    files = [
        dump([{"prompt": item["prompt"], "response": f"{name}{item['key']}"} for item in PROMPTS],
             f"{name}.jsonl")
        for name in "ab"
    ]  # fmt: skip
    whole = _read("ifeval", *files, prompts=(str(prompts),))
    assert whole.texts == [["a1000", "b1000"], ["a1001", "b1001"]]
    assert [rollout.id for rollout in whole.groups[0].rollouts] == ["1000/0", "1000/1"]
    pieces = _read("ifeval", *files, prompts=(str(prompts),), whole_groups=False)
    assert pieces.texts == [["a1000"], ["a1001"], ["b1000"], ["b1001"]]
    assert [group.rollouts[0].id for group in pieces.groups] == [
        "1000/0", "1001/0", "1000/1", "1001/1",
    ]  # fmt: skip


def test_responses_without_a_prompt_of_theirs_are_rejected(dump: Any) -> None:
    prompts = dump([*PROMPTS, _prompt(1, "Twice."), _prompt(2, "Twice.", kwargs=[WORDS, None]),
                    _prompt(3, "Other."), _prompt(4, "Other.", instruction_id_list=["a:b", "c:d"])],
                   "prompts.jsonl")  # fmt: skip
    answers = [{"prompt": text, "response": "x"} for text in ("No one's.", "Other.", "Twice.")]
    read = _read("ifeval", dump(answers), prompts=(str(prompts),))
    assert [group.id for group in read.groups] == ["1"]
    assert [reject.reason for reject in read.rejects] == [
        "no instruction in the --prompts file has this prompt",
        (
            "two instructions in the --prompts file have this prompt, with other constraints: "
            f"{prompts}:5 and {prompts}:6"
        ),
    ]


def test_results_of_an_evaluation_are_joined_for_their_kwargs(dump: Any) -> None:
    row = {
        "follow_all_instructions": False,
        "follow_instruction_list": [True, False],
        "instruction_id_list": [SPEC.id, NO_COMMA.id],
        "prompt": "Do this.",
        "response": "x",
    }
    path = dump([row, {**row, "instruction_id_list": [SPEC.id]}])
    read = _read("ifeval", path, prompts=(str(dump(PROMPTS, "prompts.jsonl")),))
    [group] = read.groups
    assert group.constraints == (SPEC, NO_COMMA)
    assert group.rollouts[0].meta["follow_instruction_list"] == [True, False]
    assert "other constraints than its instruction" in read.rejects[0].reason
    with pytest.raises(UsageError, match="--prompts"):
        _read("ifeval", path)
    assert detect([Input(str(path))], KIT.formats) == "ifeval"


def test_prompts_named_by_the_number_of_their_row(dump: Any) -> None:
    rows = [{"prompt": number, "response": str(number)} for number in (1, 0, 1, 2, -1, True)]
    read = _read("ifeval", dump(rows), prompts=(str(dump(PROMPTS, "prompts.jsonl")),))
    assert [group.id for group in read.groups] == ["1001", "1000"]
    assert read.texts == [["1", "1"], ["0"]]
    assert [reject.location.line for reject in read.rejects] == [4, 5, 6]


def test_two_instructions_under_one_key_are_not_mixed(dump: Any) -> None:
    """Two files of prompts may number theirs alike."""
    prompts = [dump([_prompt(0, f"Do {name}.")], f"{name}.jsonl") for name in "ab"]
    answers = dump([{"prompt": f"Do {name}.", "response": name} for name in "abba"])
    read = _read("ifeval", answers, prompts=tuple(map(str, prompts)))
    assert read.rejects == []
    assert [group.id for group in read.groups] == ["0", "0@b:1"]
    assert read.texts == [["a", "a"], ["b", "b"]]


def test_bad_prompts_are_rejected_where_they_stand(dump: Any) -> None:
    prompts = dump([*PROMPTS, {"key": 1}, _prompt(2, "x", kwargs=[{}]), _prompt(3, 7),
                    {"key": 4, "prompt": "z"}], "prompts.jsonl")  # fmt: skip
    answers = dump([{"prompt": "Do this.", "response": "x"}])
    read = _read("ifeval", answers, prompts=(str(prompts),))
    assert len(read.groups) == 1
    assert [reject.location.line for reject in read.rejects] == [3, 4, 5, 6]
    said = ["no 'prompt'", "2 instruction ids but 1 kwargs", "got a number", "instruction_id_list"]
    for part, reject in zip(said, read.rejects, strict=True):
        assert part in reject.reason


def test_responses_alone_ask_for_prompts(dump: Any) -> None:
    path = dump([{"prompt": "Do this.", "response": "x"}])
    with pytest.raises(UsageError, match=r"dump\.jsonl:1 .*--prompts PROMPTS\.jsonl"):
        _read("ifeval", path)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"prompt": "Do this."}, "no 'response'"),
        ({"prompt": "Do this.", "response": 7}, "got a number"),
        ({"prompt": "Do this.", "response": []}, "got an array"),
        ({"response": "x"}, "no 'prompt'"),
    ],
)
def test_a_response_row_that_cannot_be_read_is_rejected(item: Row, said: str, dump: Any) -> None:
    prompts = dump(PROMPTS, "prompts.jsonl")
    read = _read("ifeval", dump([item]), prompts=(str(prompts),))
    assert read.groups == []
    assert said in read.rejects[0].reason


def test_the_published_files_are_read_whole(shared: Path) -> None:
    for name, count in (("ifeval", 541), ("ifbench", 300)):
        folder = shared / "data" / name
        read = _read(
            name,
            folder / "responses_qwen25_7b.jsonl",
            prompts=(str(folder / "prompts.jsonl"),),
        )
        lines = len((folder / "responses_qwen25_7b.jsonl").read_bytes().splitlines())
        assert read.rejects == []
        assert sum(len(group.rollouts) for group in read.groups) == lines
        assert len(read.groups) <= count


# thinking, which every format may hold


def test_thinking_is_part_of_the_text_and_set_aside_by_the_check(
    here: Any, dump: Any, tmp_path: Path
) -> None:
    rows = [_flat("<think>a, b</think>c"), _flat("<think>a, b"), _flat("c")]
    path = dump(rows)
    read = _read("jsonl", path, **FIELDS)
    assert read.texts[0][0] == "<think>a, b</think>c"
    out = tmp_path / "out.jsonl"
    options = ["--prompt-field", "q", "--response-field", "a", "--constraints-field", "c"]
    ran = here("verify", path, *options, "-o", out, "--json")
    assert ran.json["thinking_set_aside"] == 2
    followed = [json.loads(line)["follow_all"] for line in out.read_bytes().splitlines()]
    assert followed == [True, False, True]
    ran = here("verify", path, *options, "--keep-thinking", "--json")
    assert ran.json["thinking_set_aside"] == 0
    assert ran.json["strict"]["rollouts"]["followed"] == 1


@pytest.mark.parametrize("command", ["verify", "relabel"])
def test_a_row_that_asks_something_else_is_no_part_of_its_group(
    command: str, here: Any, tmp_path: Path, rejects_of: Any
) -> None:
    flat = [
        {
            "g": 1,
            "prompt": "p",
            "response": "a, b",
            "constraints": [{"id": "punctuation:no_comma"}],
        },
        {"g": 1, "prompt": "q", "response": "a b", "constraints": [{"id": "punctuation:no_comma"}]},
    ]
    path, out = tmp_path / "flat.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in flat), "utf-8")
    assert here(command, path, "--group-by", "g", "-o", out).code == 0
    [reject] = rejects_of(out)
    assert reject["line"] == 2
    assert "another prompt" in reject["reason"]


def test_a_flat_row_may_have_a_task(here: Any, tmp_path: Path) -> None:
    row = {
        "task": "Write a note.",
        "prompt": "Write a note. Use no commas. Say fox.",
        "response": "A fox, ran.",
        "constraints": [
            {"id": "punctuation:no_comma", "text": "Use no commas."},
            {"id": "keywords:existence", "kwargs": {"keywords": ["fox"]}, "text": "Say fox."},
        ],
    }
    path, out = tmp_path / "flat.jsonl", tmp_path / "out.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    assert here("relabel", path, "--format", "jsonl", "-o", out).code == 0
    replay = json.loads(out.read_bytes().splitlines()[-1])
    assert replay["prompt"][0]["content"] == "Write a note. Say fox."
    assert replay["hindsight"]["rewriter"] == "render"
