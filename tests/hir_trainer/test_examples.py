"""Rows: read, checked, and turned into what each method trains on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit.errors import ConfigError
from hir_trainer.data import read_examples, read_rows, unify

Row = dict[str, Any]
Write = Callable[..., Path]


def refusal(path: Path, method: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_examples([str(path)], method)
    return str(caught.value)


@pytest.mark.parametrize("method", ["sft", "kto", "dpo"])
def test_an_emitted_file_is_taken_as_it_stands(
    method: str, files: dict[str, Path], emitted: dict[str, list[Row]]
) -> None:
    examples = read_examples([str(files[method])], method)
    assert examples.rows == [
        {name: row[name] for name in examples.columns} for row in emitted[method]
    ]
    assert examples.sources[0].rows == len(emitted[method])


def test_hir_rows_give_sft_the_successes_and_the_replays(
    files: dict[str, Path], emitted: dict[str, list[Row]]
) -> None:
    examples = read_examples([str(files["hir"])], "sft")
    wanted = [row for row in emitted["hir"] if row["label"]]
    assert [row["prompt"] for row in examples.rows] == [row["prompt"] for row in wanted]
    assert examples.kinds == {"original": 6, "replay": 6}


def test_hir_rows_give_kto_all_rows_and_no_neighbours_alike(
    files: dict[str, Path], emitted: dict[str, list[Row]]
) -> None:
    rows = read_examples([str(files["hir"])], "kto").rows
    assert len(rows) == len(emitted["hir"])
    for before, after in itertools.pairwise(rows):
        assert before["prompt"] != after["prompt"]
        assert before["completion"] != after["completion"]


def test_hir_rows_give_dpo_both_kinds_of_pairs(files: dict[str, Path]) -> None:
    examples = read_examples([str(files["hir"])], "dpo")
    assert examples.kinds == {"response-pair": 6, "instruction-pair": 6}
    replayed = [row for row in examples.rows if row["rejected_prompt"]]
    assert all(row["chosen"] == row["rejected"] for row in replayed)
    assert all(row["prompt"] != row["rejected_prompt"] for row in replayed)


def test_several_files_are_joined(files: dict[str, Path]) -> None:
    examples = read_examples([str(files["hir"]), str(files["kto"])], "kto")
    assert [source.emission for source in examples.sources] == ["hir", "kto"]
    assert len(examples.rows) == 36


@pytest.mark.parametrize(
    ("emission", "method"), [("sft", "dpo"), ("sft", "kto"), ("kto", "dpo"), ("dpo", "kto")]
)
def test_a_file_for_another_method(emission: str, method: str, files: dict[str, Path]) -> None:
    message = refusal(files[emission], method)
    assert f"{emission}.jsonl: holds rows of `--emit {emission}`" in message
    assert f"`hir-kit relabel --emit {method}`" in message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prompt": None}, "line 2: prompt must be a string or a list of messages, not None"),
        ({"prompt": []}, "line 2: prompt must be"),
        ({"prompt": [{"role": "user"}]}, "line 2: prompt: message 1 must be an object with role"),
        ({"completion": ["Hi"]}, "line 2: completion: message 1 must be"),
        ({"label": 1}, "line 2: label must be true or false, not 1"),
        ({"schema": 2}, "line 2: schema is 2, and this hir-kit reads 1"),
    ],
)
def test_a_bad_row(
    changes: Row, expected: str, write: Write, emitted: dict[str, list[Row]]
) -> None:
    path = write([emitted["kto"][0], {**emitted["kto"][1], **changes}])
    message = refusal(path, "kto")
    assert str(path) in message
    assert expected in message


@pytest.mark.parametrize(
    ("emission", "column"), [("kto", "label"), ("sft", "completion"), ("dpo", "rejected")]
)
def test_a_missing_column(
    emission: str, column: str, write: Write, emitted: dict[str, list[Row]]
) -> None:
    rows = [dict(row) for row in emitted[emission][:2]]
    del rows[1][column]
    assert f"line 2: {column} missing" in refusal(write(rows), emission)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "line 1: not JSON"),
        ("\n\n7\n", "line 3: a line is a JSON object, got a number"),
        ("\n\n[1]\n", "an element is a JSON object, got a number"),
        ("", "holds no rows"),
        ('{"responses": []}', "line 1: this is no row to train on; its columns are"),
    ],
)
def test_a_file_that_is_none(text: str, expected: str, write: Write) -> None:
    assert expected in refusal(write(text), "kto")


DUMPS = Path(__file__).parents[2] / "examples" / "dumps"


@pytest.mark.parametrize("method", ["sft", "kto", "dpo"])
@pytest.mark.parametrize("dump", sorted({*DUMPS.glob("*/*.jsonl"), *DUMPS.glob("*/*.parquet")}))
def test_a_raw_dump_is_named_and_so_is_what_makes_rows(dump: Path, method: str) -> None:
    message = refusal(dump, method)
    named = dump.parent.name.replace("verl_v1", "verl").replace("_", "-")
    assert f"{dump}, line 1: these are " in message
    assert f" ({named}), not training rows" in message
    assert f"--emit {method} -o rows.jsonl`" in message


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": "a/0", "verdicts": [], "follow_all": True}, "these are verdicts on rollouts"),
        ({"prompt": "Hi.", "constraints": []}, "these are instructions (hir), not training rows"),
        ({"prompt": "Hi.", "response": "Hello."}, "these are rollouts (ifeval)"),
        (
            {"prompt": "Hi.", "response": "Hello.", "constraints": []},
            "no row to train on; its columns are",
        ),
        ({"prompt": "Hi.", "completion": "Hello.", "score": 0.0}, "`--emit sft` have no score"),
        ({"prompt": "Hi.", "completion": "No.", "constraints": []}, "`--emit sft` have no constr"),
    ],
)
def test_rows_that_nobody_has_relabelled(row: Row, expected: str, write: Write) -> None:
    assert expected in refusal(write([row]), "sft")


def test_a_row_of_another_kind_within_a_file(write: Write, emitted: dict[str, list[Row]]) -> None:
    """A failure among rows for sft would be imitated."""
    failure = next(row for row in emitted["kto"] if not row["label"])
    message = refusal(write([*emitted["sft"][:2], failure]), "sft")
    assert "line 3: this is a row of `--emit kto`" in message
    raw = {"prompt": "Hi.", "completion": "Hello.", "step": 1, "advantage": 0.0}
    assert "line 2: these are rollouts (trl)" in refusal(write([emitted["sft"][0], raw]), "sft")


def test_standard_input_is_no_data_file() -> None:
    assert "cannot read ./-" in refusal(Path("-"), "kto")


def test_a_missing_data_file(tmp_path: Path) -> None:
    path = tmp_path / "absent.jsonl"
    assert refusal(path, "kto") == f"cannot read {path}: No such file or directory."


def test_a_replay_without_its_original_prompt(write: Write, emitted: dict[str, list[Row]]) -> None:
    rows = [{**row, "hindsight": {}} for row in emitted["hir"]]
    assert "line 3: a replay needs hindsight.original_prompt" in refusal(write(rows), "dpo")


def test_a_pair_of_equal_halves(write: Write, emitted: dict[str, list[Row]]) -> None:
    rows = [{**row, "rejected_prompt": None} for row in emitted["dpo"]]
    assert "line 2: both halves of the pair are the same" in refusal(write(rows), "dpo")


def test_nothing_to_imitate(write: Write, emitted: dict[str, list[Row]]) -> None:
    rows = [row for row in emitted["hir"] if not row["label"]]
    assert "no row with label true" in refusal(write(rows), "sft")
    assert "gives no pair" in refusal(write(rows), "dpo")


def test_strings_among_messages_become_messages(write: Write) -> None:
    rows = [
        {"prompt": "Hi.", "completion": "Hello.", "schema": 1},
        {
            "prompt": [{"role": "user", "content": "Who?"}],
            "completion": [{"role": "assistant", "content": "Me."}],
            "schema": 1,
        },
    ]
    read = read_examples([str(write(rows))], "sft").rows
    assert unify(read, "a template", "m")[0] == {
        "prompt": [{"role": "user", "content": "Hi."}],
        "completion": [{"role": "assistant", "content": "Hello."}],
    }
    with pytest.raises(ConfigError, match="tokenizer of m has no chat template"):
        unify(read, None, "m")


def test_strings_alone_stay_strings(write: Write) -> None:
    rows = [{"prompt": "Hi.", "completion": "Hello.", "label": True}]
    read = read_examples([str(write(rows))], "kto").rows
    assert unify(read, None, "m") is unify(read, "a template", "m") is read


def test_a_pair_may_have_a_string_for_its_second_prompt(write: Write) -> None:
    message = {"role": "assistant", "content": "Hi."}
    row = {
        "prompt": [{"role": "user", "content": "Greet."}],
        "chosen": [message],
        "rejected": [message],
        "rejected_prompt": "Greet in French.",
    }
    unified = unify(read_examples([str(write([row]))], "dpo").rows, "a template", "m")
    assert unified[0]["rejected_prompt"] == [{"role": "user", "content": "Greet in French."}]


def test_a_dataset_for_several_processes_holds_the_same_rows(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    examples = read_examples([str(files["dpo"])], "dpo")
    alone, shared = examples.dataset(), examples.dataset(shared=True)
    assert shared.to_list() == alone.to_list() == examples.rows
    assert shared.cache_files
    assert not alone.cache_files


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
columns = st.sampled_from(
    ["prompt", "completion", "label", "chosen", "rejected", "rejected_prompt", "schema", "kind"]
)


@settings(deadline=None)
@given(
    st.dictionaries(columns, json_values).map(orjson.dumps) | st.binary(max_size=30),
    st.sampled_from(["sft", "kto", "dpo"]),
)
def test_any_line_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, line: bytes, method: str
) -> None:
    path = tmp_path_factory.mktemp("rows") / "data.jsonl"
    path.write_bytes(line)
    try:
        emission, rows = read_rows(path, method)
    except ConfigError:
        return
    assert emission in ("hir", method)
    assert len(rows) >= 1
