"""The instructions of public datasets, in the shapes that they come in."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, RowError, SpecError
from hir_kit.model.prompt import instruction_of
from hir_kit.model.rollout import Group, Location, Reject
from hir_kit.read.format import Row
from hir_kit.read.instructions import Instruction, Instructions, load_instructions
from hir_kit.relabel.recovery import recover, with_task

KIT = hir_kit.load(installed=False)
FOLDER = Path(__file__).parents[2] / "examples" / "instructions"
SAMPLES = {
    "autoif": "autoif.jsonl",
    "hir": "hir.jsonl",
    "hir-16k": "hir16k.jsonl",
    "if-multi": "if_multi.jsonl",
    "ifeval": "ifeval.jsonl",
    "muldimif": "muldimif.jsonl",
    "rlvr-ifeval": "rlvr_ifeval.jsonl",
    "verinstruct": "verinstruct.jsonl",
    "verl": "verl.jsonl",
}
Data = dict[str, Any]


def _rows(name: str) -> list[Data]:
    lines = (FOLDER / SAMPLES[name]).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _read(name: str, data: Data) -> Instruction:
    row = Row(Location("set.jsonl", 1), json.dumps(data).encode(), copy.deepcopy(data))
    return KIT.instructions[name].read(row)


def _ids(item: Instruction) -> list[str]:
    return [spec.id for spec in item.constraints]


def _told(item: Instruction) -> Group:
    checker = KIT.checker(item.constraints)
    group = Group(item.key, item.prompt, item.constraints, (), item.location, item.task)
    return with_task(group, checker)[0]


class _Strict:
    def reject(self, reject: Reject) -> None:
        raise AssertionError(reject)

    def advance(self, size: int) -> None:
        pass


def _load(*names: str) -> Instructions:
    files = [str(FOLDER / SAMPLES[name]) for name in names]
    return load_instructions(files, KIT.instructions, _Strict())


# the samples


def test_every_dataset_has_a_sample() -> None:
    ours = ("hir_kit.plugins.builtin", "hir_plugin_ifeval", "hir_plugin_datasets")
    provided = [item for plugin in KIT.plugins if plugin.name in ours for item in plugin.provides]
    assert {f"source {name}" for name in SAMPLES} == {
        item for item in provided if item.startswith("source ")
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_of_a_sample_is_recognized_by_its_source_alone(name: str) -> None:
    for row in _rows(name):
        found = [known for known, source in KIT.instructions.items() if source.recognizes(row)]
        assert found == [name]
    assert len(_load(name)) == len(_rows(name))


def test_all_samples_are_one_table() -> None:
    known = _load(*SAMPLES)
    assert len(known) == sum(len(_rows(name)) for name in SAMPLES)


# IF_multi_constraints_upto5

MULTI = [
    ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 2}),
    ConstraintSpec("detectable_format:title"),
]
PAIR = {
    "instruction_id": [spec.id for spec in MULTI],
    "kwargs": [MULTI[0].kwargs, None],
}
TRUTHS = {
    "as published": str([PAIR]),
    "without a list": str(PAIR),
    "JSON": json.dumps([PAIR]),
    "JSON in JSON": json.dumps(json.dumps([PAIR])),
    "a literal in JSON": json.dumps(str([PAIR])),
    "a string in a list": [str([PAIR])],
    "a string in a list in a list": [[json.dumps([PAIR])]],
    "objects": [PAIR],
    "the other name": json.dumps({"instruction_id_list": PAIR["instruction_id"],
                                  "kwargs": [{"num_paragraphs": 2, "letter": None}, {}]}),
}  # fmt: skip


@pytest.mark.parametrize("shape", TRUTHS)
def test_every_shape_of_ground_truth(shape: str) -> None:
    row = {**_rows("if-multi")[0], "ground_truth": TRUTHS[shape]}
    assert KIT.instructions["if-multi"].recognizes(row)
    assert _read("if-multi", row).constraints == tuple(MULTI)


def test_task_and_texts_of_if_multi_are_told() -> None:
    listed, numbered, single = (_told(_read("if-multi", row)) for row in _rows("if-multi"))
    assert listed.task == "Explain how a glider stays in the air."
    assert [spec.text for spec in listed.constraints][1:] == [
        "In your response, the letter s should appear at least 20 times.",
        "Include keyword flight in your response.",
    ]
    assert numbered.task == "how can i install jayhorn step by step"
    assert all(spec.text for spec in numbered.constraints)
    assert single.task == "Write a short poem about the tide."


# RLVR-IFeval


def test_rlvr_has_ids_of_its_own() -> None:
    paragraphs, commas = (_read("rlvr-ifeval", row) for row in _rows("rlvr-ifeval"))
    assert paragraphs.constraints == (
        ConstraintSpec(
            "rlvr:verify_paragraph_count",
            {"N": 3},
            "Your response should contain 3 paragraphs. You separate paragraphs using the "
            "markdown divider: * * *",
        ),
    )
    assert _ids(commas) == ["rlvr:validate_no_commas"]
    assert _told(commas).task == "What makes bread rise?"
    for item, response in ((paragraphs, "A.\n* * *\nB.\n* * *\nC."), (commas, "Tea.")):
        assert KIT.registry.owner(item.constraints[0].id) == "hir_plugin_rlvr"
        assert KIT.checker(item.constraints).check(response).follow_all
    assert not KIT.checker(paragraphs.constraints).check("A.\n***\nB.\n***\nC.").follow_all


def test_a_function_that_rlvr_does_not_have_is_unknown() -> None:
    row = {**_rows("rlvr-ifeval")[0], "ground_truth": '{"func_name": "validate_rhymes"}'}
    item = _read("rlvr-ifeval", row)
    [verdict] = KIT.checker(item.constraints).check("Tea.").strict
    assert verdict.status == "unknown"
    assert "rlvr:validate_rhymes" in str(verdict.reason)


def test_a_template_that_cannot_be_filled_gives_no_text() -> None:
    row = {**_rows("rlvr-ifeval")[0], "constraint": "Use {first word} in {N} paragraphs."}
    assert _read("rlvr-ifeval", row).constraints[0].text is None
    assert _read("rlvr-ifeval", {**row, "constraint": None}).constraints[0].text is None


# HIR-16K


def test_the_types_of_hir16k() -> None:
    one, two, three, four = (_read("hir-16k", row) for row in _rows("hir-16k"))
    assert _ids(one) == [
        "punctuation:no_comma",
        "length_constraints:number_words",
        "hir16k:detectable_format:constrained_response",
    ]
    assert _ids(two) == ["count:pronouns"]
    assert _ids(three) == ["muldimif:words", "muldimif:keywords"]
    assert _ids(four) == ["code:python", "judge:criterion"]
    said = {"criterion": four.constraints[1].text, "kind": "Desired_Writing_Style"}
    assert four.constraints[1].kwargs == said
    for item, row in zip((one, two, three, four), _rows("hir-16k"), strict=True):
        assert item.task == row["prompt"]
        assert [spec.text for spec in item.constraints] == row["criteria"]
        assert item.prompt == " ".join([row["prompt"], *row["criteria"]])
    assert four.meta["functions"] == _rows("hir-16k")[3]["ground_truth"]["functions"]


def test_a_constrained_response_with_ifevals_options_is_ifevals() -> None:
    row = _rows("hir-16k")[0]
    row["criteria"][2] = "Say 'My answer is yes.', 'My answer is no.' or 'My answer is maybe.'"
    assert _ids(_read("hir-16k", row))[2] == "detectable_format:constrained_response"


def test_a_ground_truth_in_a_string() -> None:
    row = _rows("hir-16k")[0]
    text = {**row, "ground_truth": json.dumps(row["ground_truth"])}
    assert _read("hir-16k", text) == _read("hir-16k", row)


def test_rows_of_rubrics_to_tokens() -> None:
    row = _rows("hir-16k")[0]
    prompt = " ".join([row["prompt"], *row["criteria"]])
    rubrics = [
        {"id": i, "category": "", "description": text, "weight": 1}
        for i, text in enumerate(row["criteria"], 1)
    ]
    processed = {
        "id": row["id"], "source": "type1", "prompt": prompt, "question": row["prompt"],
        "rubrics": rubrics, "tag": "llm_judge", "difficulty": 0,
        "ground_truth": row["ground_truth"], "messages": [{"role": "user", "content": prompt}],
    }  # fmt: skip
    found = [name for name, source in KIT.instructions.items() if source.recognizes(processed)]
    assert found == ["hir-16k"]
    assert _read("hir-16k", processed) == _read("hir-16k", row)


def test_hir16k_is_found_as_it_is_written_by_others() -> None:
    known = _load("hir-16k")
    row = _rows("hir-16k")[0]
    bullets = "\n- ".join([f"{row['prompt']}\n\nConstraints:", *row["criteria"]])
    for prompt in (bullets, " ".join([row["prompt"], *row["criteria"]])):
        found = known.find(prompt)
        assert (found.key, found.prompt, found.task) == ("0", prompt, row["prompt"])


def test_functions_are_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"import pathlib\npathlib.Path({str(mark)!r}).touch()\ndef check_following(*_): pass"
    row = _rows("verinstruct")[0]
    row["functions"] = [code, f"{code}\nllm_score('', '', 'Keep a formal tone throughout.')"]
    item = _read("verinstruct", row)
    assert item.meta["functions"] == row["functions"]
    assert item.constraints[1].text == "Keep a formal tone throughout."
    assert {verdict.status for verdict in KIT.checker(item.constraints).check("x").strict} == {
        "unknown"
    }
    assert not mark.exists()


def test_functions_that_decide_by_themselves_are_bound_to_code() -> None:
    """They have the instruction where they may look at it, and ask no model."""
    row = _rows("verinstruct")[0]
    deciding = "def check_following(instruction, response):\n    return len(response) < 9"
    reading = "def check_following(instruction, response):\n    return response in instruction"
    asking = "def check_following(instruction, response):\n    return llm_score(response) > 5"
    row["checkers"] = ["[rule] A", "[rule] B", "C", "D", "[llm] E"]
    row["functions"] = [deciding, reading, deciding, asking, deciding]
    item = _read("verinstruct", row)
    code = {"source": deciding}
    assert [(spec.id, dict(spec.kwargs)) for spec in item.constraints] == [
        ("code:python", code),
        ("code:python", {"source": reading, "instruction": row["prompt"]}),
        ("code:python", code),
        ("verinstruct:D", {}),
        ("verinstruct:E", {}),
    ]
    assert item.meta["checkers"] == row["checkers"]
    (verdict, *_) = KIT.checker(item.constraints).check("x").strict
    assert "`--set code.allow=true`" in str(verdict.reason)


def test_the_instruction_of_hir16k_is_the_prompt_that_is_sent() -> None:
    row = _rows("hir-16k")[3]
    reading = "def check_following(instruction, response):\n    return response in instruction"
    row["ground_truth"]["functions"][0] = reading
    item = _read("hir-16k", row)
    assert item.constraints[0].kwargs == {"source": reading, "instruction": item.prompt}


# AutoIF


def test_the_functions_of_autoif_are_one_constraint() -> None:
    one, two = (_read("autoif", row) for row in _rows("autoif"))
    first, second = (source for source, _ in _rows("autoif")[0]["eval_func"])
    (spec,) = one.constraints
    assert spec.text == "Answer in one line."
    assert spec.kwargs == {"source": first, "function": "evaluate", "also": [second]}
    assert one.task == "What is a lighthouse for?"
    assert two.constraints == (
        ConstraintSpec("code:python", {"source": first, "function": "evaluate"}),
    )
    assert two.task is None


# MulDimIF: what it binds is in test_muldimif_verifiers.py


def test_muldimif_keeps_its_sentences() -> None:
    listing, incorporation = (_read("muldimif", row) for row in _rows("muldimif"))
    assert _ids(listing) == ["muldimif:words", "muldimif:keywords"]
    assert listing.constraints[0].text == "The answer must contain at most 200 words"
    assert _told(listing).task == "Compare two tents for a family."
    assert _told(incorporation).task is None
    assert [message["role"] for message in incorporation.prompt] == ["user"]  # type: ignore[index]


def test_all_of_muldimif_is_read(shared: Path) -> None:
    from hir_plugin_muldimif.classes import CLASSES

    rows = json.loads((shared / "data" / "muldimif" / "test_even_rows.json").read_text("utf-8"))
    source = KIT.instructions["muldimif"]
    for row in rows:
        assert source.recognizes(row)
        item = _read("muldimif", row)
        unbound = {spec.id for spec in item.constraints if spec.id not in KIT.registry}
        assert {id.removeprefix("muldimif:") for id in unbound} <= set(CLASSES)
        KIT.checker(item.constraints)
        assert len(item.constraints) == len(row["constraints"])


# what is no such row

BAD: list[tuple[str, Data, str]] = [
    ("if-multi", {"ground_truth": "[{'instruction_id': ['a:b'], 'kwargs': []}]"}, "1 instruction"),
    ("if-multi", {"ground_truth": "[]"}, "constraint"),
    ("if-multi", {"ground_truth": "{'instruction_id': [], 'kwargs': []}"}, "lists no constraint"),
    ("if-multi", {"ground_truth": "42"}, "got 42"),
    ("if-multi", {"ground_truth": "__import__('os').getcwd()"}, "neither JSON nor"),
    ("if-multi", {"ground_truth": None}, "got None"),
    ("if-multi", {"messages": "Do."}, "list of messages"),
    ("if-multi", {"messages": []}, "empty array"),
    ("if-multi", {"messages": [{"role": "user", "content": "x"},
                               {"role": "assistant", "content": "y"}]}, "the assistant"),
    ("if-multi", {"key": 1.5}, "an id is"),
    ("rlvr-ifeval", {"ground_truth": '{"func_name": 7}'}, "got 7"),
    ("rlvr-ifeval", {"ground_truth": '{"func_name": "os.system"}'}, "names a function"),
    ("rlvr-ifeval", {"ground_truth": '{"N": 7}'}, "names a function"),
    ("rlvr-ifeval", {"ground_truth": "[1, 2]"}, "is an object"),
    ("rlvr-ifeval", {"constraint": ["x"]}, "string or null"),
    ("hir-16k", {"source": "type5"}, "'source' is one of type1"),
    ("hir-16k", {"source": None}, "'source' is a string"),
    ("hir-16k", {"source": "type3"}, "no 'constraints'"),
    ("hir-16k", {"source": "type4"}, "no 'checker'"),
    ("hir-16k", {"criteria": ["one"]}, "1 criteria but 3 constraints"),
    ("hir-16k", {"criteria": "one"}, "list of strings"),
    ("hir-16k", {"criteria": [1, 2, 3]}, "list of strings"),
    ("hir-16k", {"criteria": ["a", " ", "c"]}, "blank"),
    ("hir-16k", {"prompt": ""}, "blank"),
    ("hir-16k", {"ground_truth": "[]"}, "is an object"),
    ("hir-16k", {"ground_truth": {"kwargs": []}}, "no 'instruction_id_list'"),
    ("hir-16k", {"rubrics": [{"id": 1}], "question": "x"}, "'description'"),
    ("muldimif", {"constraints": []}, "not empty"),
    ("muldimif", {"constraints": [["Length", "At most 3 words"]]}, "[category, subcategory"),
    ("muldimif", {"constraints": [["Length", "Words", ""]]}, "[category, subcategory"),
    ("muldimif", {"constraints": "x"}, "list of triples"),
    ("muldimif", {"conversations": "Do."}, "list of messages"),
    ("muldimif", {"conversations": [{"role": "assistant", "content": "y"}]}, "no message"),
    ("verl", {"reward_model": "x"}, "is an object"),
    ("verl", {"reward_model": {"style": "rule"}}, "no 'ground_truth'"),
    ("verl", {"reward_model": {"ground_truth": '{"instruction_id":[],"kwargs":[]}'}}, "lists no"),
    ("verl", {"prompt": []}, "empty array"),
    ("verl", {"extra_info": {"id": 1.5}}, "an id is"),
    ("autoif", {"eval_func": []}, "'eval_func' is empty"),
    ("autoif", {"eval_func": "def"}, "'eval_func' is a list"),
    ("autoif", {"eval_func": [7]}, "pairs of a source and a share, got 7"),
    ("autoif", {"prompt": None}, "'prompt' is a string"),
    ("verinstruct", {"functions": []}, "2 checkers but 0 functions"),
    ("verinstruct", {"checkers": [], "functions": []}, "'checkers' is empty"),
    ("verinstruct", {"checkers": ["[rule]", "[llm] x"]}, "has a name"),
    ("verinstruct", {"checkers": None}, "list of strings"),
    ("verinstruct", {"prompt": 7}, "'prompt' is a string"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "said"), BAD)
def test_what_is_no_such_row_says_why(name: str, change: Data, said: str) -> None:
    with pytest.raises((RowError, SpecError)) as caught:
        _read(name, {**_rows(name)[0], **change})
    assert said in str(caught.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ENCODED = JSON | JSON.map(json.dumps) | JSON.map(str) | JSON.map(lambda v: json.dumps(str(v)))


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_any_row_is_read_or_says_why_not(name: str, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(_rows(name)))
    before = _read(name, row)
    key = data.draw(st.sampled_from([*sorted(row), "surplus"]))
    if data.draw(st.booleans()):
        changed = {**row, key: data.draw(ENCODED)}
    else:
        changed = {other: value for other, value in row.items() if other != key}
    for source in KIT.instructions.values():
        assert source.recognizes(changed) in (True, False)
    try:
        item = _read(name, changed)
    except (RowError, SpecError):
        return
    if key == "surplus":
        assert (item.prompt, item.constraints) == (before.prompt, before.constraints)
    assert all(isinstance(spec.id, str) and spec.id for spec in item.constraints)
    recover(instruction_of(item.prompt), [spec.text for spec in item.constraints])
