"""Online configuration and data: what is taken, what is refused, and what --dry-run shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import Kit
from hir_kit.errors import ConfigError, HirKitError
from hir_trainer import train
from hir_trainer.config import load_settings
from hir_trainer.plan import make_plan
from hir_trainer.run import build_trainer

Flags = Callable[..., list[str]]
Write = Callable[..., Path]
Row = dict[str, Any]


def refusal(arguments: list[str]) -> str:
    with pytest.raises(HirKitError) as caught:
        make_plan(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def rows(instructions: Path) -> list[Row]:
    return [json.loads(line) for line in instructions.read_text(encoding="utf-8").splitlines()]


def test_the_values_of_the_paper_are_the_defaults() -> None:
    loaded = load_settings(["--method", "hir"]).training
    assert type(loaded).__name__ == "HirGRPOConfig"
    assert (loaded.num_generations, loaded.hir_top_k) == (6, 2)
    assert (loaded.hir_lambda0, loaded.hir_eta) == (2.0, 0.05)
    assert (loaded.hir_reward, loaded.hir_replay_groups) == ("ila", "all")
    assert loaded.output_dir == "hir-online"
    assert (loaded.hir_advantage, loaded.hir_min_kept) == ("regroup", 0.0)
    assert loaded.generation_batch_size == 6


def test_every_key_has_help() -> None:
    from dataclasses import fields

    from hir_trainer.online.arguments import HirArguments

    for item in fields(HirArguments):
        assert item.metadata["help"].endswith((".", ")."))


@pytest.mark.parametrize(
    ("advantage", "weight"), [("regroup", 1.0), ("group", 0.1), ("batch", 1.0)]
)
def test_the_weight_of_replays_goes_with_the_advantages(advantage: str, weight: float) -> None:
    flags = ["--method", "hir", "--hir_advantage", advantage]
    assert load_settings(flags).training.replay_weight == weight
    assert load_settings([*flags, "--hir_replay_weight", "0"]).training.replay_weight == 0


def test_keys_from_the_file(write: Write) -> None:
    path = write(
        "method: hir\nhir_top_k: 1\nhir-advantage: batch\nhir_rewriters: [render, waive]\n"
        "plugin: [a.py]\nhir_log_replays: false\n",
        "run.yaml",
    )
    loaded = load_settings([str(path), "--hir_replay_weight=1"]).training
    assert (loaded.hir_top_k, loaded.hir_advantage, loaded.hir_replay_weight) == (1, "batch", 1.0)
    assert loaded.hir_rewriters == ["render", "waive"]
    assert (loaded.plugin, loaded.hir_log_replays) == (["a.py"], False)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"hir_advantage": "pooled"}, "command line: hir_advantage: invalid choice: 'pooled'"),
        ({"hir_top_k": -1}, "hir_top_k is -1; it is 0 or more"),
        ({"hir_lambda_max": 0}, "hir_lambda_max is 0.0; it is more than 0"),
        ({"hir_min_kept": 1.5}, "hir_min_kept is 1.5; it is 1 or less"),
        ({"hir_min_kept": -1}, "hir_min_kept is -1.0; it is 0.0 or more"),
        ({"hir_relax": "often"}, "hir_relax: invalid choice: 'often'"),
        ({"hir_relax_within": 0}, "hir_relax_within is 0.0; it is more than 0"),
        ({"hir_relax_within": 2}, "hir_relax_within is 2.0; it is 1 or less"),
        ({"hir_replay_weight": "nan"}, "hir_replay_weight is nan; it is a finite number"),
        ({"hir_topk": 1}, "'hir_topk' is not a key of method hir. Did you mean 'hir_top_k'"),
        ({"per_device_train_batch_size": 7}, "7 responses per device are no whole groups"),
        ({"generation_batch_size": 8}, "must be divisible"),
        ({"num_generations": 5}, "Set per_device_train_batch_size to 10"),
        (
            {"hir_behaviour": "original", "importance_sampling_level": "sequence"},
            "hir_behaviour original needs importance ratios of tokens",
        ),
        ({"hir_behaviour": "original", "loss_type": "vespo"}, "a loss_type other than vespo"),
        ({"per_device_train_batch_size": 300}, "24 instructions: fewer than the 50"),
        ({"hir_rewriters": "rendr"}, "no rewriter 'rendr'. Did you mean 'render'?"),
        ({"plugin": "absent.py"}, "cannot read the plugin absent.py"),
        ({"data": "absent.jsonl"}, "cannot read absent.jsonl"),
    ],
)
def test_refused_before_weights_load(
    keys: dict[str, Any], expected: str, online_flags: Flags
) -> None:
    assert expected in refusal(online_flags(**keys))


def test_a_key_of_hir_belongs_to_hir() -> None:
    with pytest.raises(ConfigError, match="'hir_top_k' is a key of method hir, and method is kto"):
        load_settings(["--hir_top_k", "1"])


def test_data_must_be_named() -> None:
    assert refusal(["--method", "hir"]).startswith("data is missing: name a file of instructions")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"constraints": []}, "line 1: has no constraints"),
        ({"constraints": None}, "line 1: constraints are a list"),
        ({"constraints": [{"id": "punctuation:no_comma", "kwargs": {"x": 1}}]}, "line 1: "),
        ({"prompt": 3}, "line 1: the prompt is a string or a list of messages"),
        ({"task": 3}, "line 1: 'task' is a string or null"),
        ({"completion": "x"}, "line 1: this is a rollout, no instruction"),
        ({"completion": "x", "kind": "replay"}, "line 1: this is a training row of `hir-kit"),
    ],
)
def test_a_row_that_cannot_be_used(
    change: Row, expected: str, rows: list[Row], write: Write, online_flags: Flags
) -> None:
    message = refusal(online_flags(data=write([{**rows[0], **change}, *rows[1:]])))
    assert expected in message
    assert "data.jsonl" in message


@pytest.mark.parametrize("column", ["prompt", "constraints"])
def test_a_missing_column(column: str, rows: list[Row], write: Write, online_flags: Flags) -> None:
    for row in rows:
        del row[column]
    message = refusal(online_flags(data=write(rows)))
    assert ":1 is no instruction of a known source" in message
    assert "rows have 'prompt' and 'constraints'" in message


def test_an_empty_file(write: Write, online_flags: Flags) -> None:
    assert "holds no instruction" in refusal(online_flags(data=write("")))


def test_constraints_without_verifiers(rows: list[Row], write: Write, online_flags: Flags) -> None:
    soft = {"id": "style:kind", "text": "Be kind."}
    for row in rows:
        row["constraints"].append(soft)
    message = refusal(online_flags(data=write(rows)))
    assert "every instruction has a constraint without a verifier" in message
    assert "'style:kind' (24)" in message
    rows[0]["constraints"].pop()
    plan = make_plan(online_flags(data=write(rows)))
    assert plan.examples.kinds == {"instruction": 1, "with a constraint without verifier": 23}


def test_a_plugin_decides_more(rows: list[Row], write: Write, online_flags: Flags) -> None:
    plugin = write(
        "from hir_kit import verifier\n\n"
        "@verifier('style:kind', describe='Be kind.')\n"
        "def kind(response) -> bool:\n    return True\n",
        "kind.py",
    )
    for row in rows:
        row["constraints"].append({"id": "style:kind"})
    plan = make_plan(online_flags(data=write(rows), plugin=plugin))
    assert plan.examples.kinds == {"instruction": 24}


def test_a_verifier_that_cannot_say_what_it_asks(
    rows: list[Row], write: Write, online_flags: Flags
) -> None:
    plugin = write(
        "from hir_kit import Verifier\n\n"
        "class Mute(Verifier, id='style:mute'):\n"
        "    def check(self, response):\n        return self.verdict(True)\n",
        "mute.py",
    )
    rows[2]["constraints"].append({"id": "style:mute"})
    message = refusal(online_flags(data=write(rows), plugin=plugin))
    assert "line 3: Mute does not define describe()" in message


def test_code_that_comes_with_data_needs_no_sentence(
    rows: list[Row], write: Write, online_flags: Flags
) -> None:
    source = "def evaluate(response):\n    return len(response) < 9"
    for row in rows:
        row["constraints"].append({"id": "code:python", "kwargs": {"source": source}})
    plan = make_plan(online_flags(data=write(rows)))
    assert plan.examples.kinds == {"instruction": 24}


def test_rollouts_serve_as_instructions(rows: list[Row], write: Write, online_flags: Flags) -> None:
    data = write([{**row, "responses": [{"text": "x"}], "meta": {"a": 1}} for row in rows])
    assert make_plan(online_flags(data=data)).examples.columns == (
        "prompt",
        "constraints",
        "task",
        "id",
    )


def test_a_model_without_a_chat_template(online_flags: Flags, tiny: Path, tmp_path: Path) -> None:
    import shutil

    bare = shutil.copytree(tiny, tmp_path / "bare")
    (bare / "chat_template.jinja").unlink()
    message = refusal(online_flags(model_name_or_path=bare))
    assert message.startswith("the prompts are messages, and the tokenizer of ")


@cache
def kit() -> Kit:
    from hir_kit.plugins.loading import load

    return load()


texts = st.text(max_size=6)
specs = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["punctuation:no_comma", "x:y"]), "text": texts}),
    min_size=1,
    max_size=3,
)


@settings(deadline=None)
@given(texts.filter(str.strip), specs, st.none() | texts, st.none() | texts)
def test_any_instruction_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    prompt: str,
    constraints: list[Row],
    task: str | None,
    row_id: str | None,
) -> None:
    from hir_trainer.online.data import group_of, read_instructions

    path = tmp_path_factory.mktemp("any") / "data.jsonl"
    plain = {"prompt": "p", "constraints": [{"id": "punctuation:no_comma"}]}
    row = {"prompt": prompt, "constraints": constraints, "task": task, "id": row_id}
    path.write_text(f"{json.dumps(plain)}\n{json.dumps(row)}\n", encoding="utf-8")
    group = group_of(read_instructions([str(path)], kit()).rows[1])
    assert group.prompt == prompt
    assert group.id == ("data:2" if row_id is None else row_id)
    assert [spec.id for spec in group.constraints] == [item["id"] for item in constraints]
    if task is not None:  # without one, task and texts may have been told from the prompt
        assert group.task == task
        for spec, item in zip(group.constraints, constraints, strict=True):
            assert spec.text == (item["text"] if item["text"].strip() else None)


def test_a_dry_run_shows_the_batches_and_a_replay(
    online_flags: Flags, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hir_trainer.run.build_trainer", pytest.fail)
    keys = {"steps_per_generation": 4, "gradient_accumulation_steps": 2}
    flags = online_flags(per_device_train_batch_size=6, beta=0.1, **keys)
    train([*flags, "--dry-run"])
    shown = capsys.readouterr().out
    lines = dict(line.split(maxsplit=1) for line in shown.splitlines()[:11])
    assert lines["sample"] == "4 instructions x 6 responses = 24 for 2 optimizer steps"
    assert lines["replay"] == "at most 8 of them again (hir_top_k 2)"
    assert lines["micro-batch"] == "6 rows per device, at most 8 with replays"
    train([*flags, "--dry-run", "--hir_advantage", "regroup"])
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[:11])
    assert lines["replay"].endswith("(hir_top_k 2), each with its group: 48 rows at most")
    assert lines["micro-batch"] == "6 rows per device, at most 18 with replays"
    assert lines["rewrite"] == "24 of 24 instructions without their last constraint (24 by render)"
    assert lines["memory"].startswith("about ")
    assert "reference 0.56 MB" in lines["memory"]
    title, example = shown.split("a replay, if ", 1)[1].split("\n", 1)
    assert title == "a response met all but the last constraint"
    replay = json.loads(example)
    assert replay["original"][0]["content"].endswith("times. Use less than 4 words.")
    assert replay["replay"][0]["content"].endswith("Use the letter e at least 3 times.")
    assert [item["id"] for item in replay["dropped"]] == ["length_constraints:number_words"]


def test_a_dry_run_with_an_adapter_and_what_cannot_be_rewritten(
    online_flags: Flags, rows: list[Row], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in rows:
        row["task"], row["prompt"] = None, "Be brief, plain and warm."
        for item in row["constraints"]:
            item["text"] = "Something woven in."
    flags = online_flags(data=write(rows), use_peft=True, lora_r=1, use_vllm=True)
    train([*flags, "--dry-run"])
    shown = capsys.readouterr().out
    assert "rewrite      0 of 24 instructions without their last constraint\n" in shown
    assert "vLLM takes 0.3 of the device" in shown
    refused = json.loads(shown[shown.index("\n{") :])["refused"]
    assert set(refused) == {"render", "excise"}


def test_what_grpo_takes_and_hir_does_not(online_flags: Flags, tiny: Path) -> None:
    from hir_trainer.online import HirGRPOTrainer

    plan = make_plan(online_flags())
    data = plan.examples.dataset()
    args = plan.settings.training
    with pytest.raises(ConfigError, match="reward_funcs is given, and HirGRPOTrainer"):
        HirGRPOTrainer(str(tiny), args=args, train_dataset=data, reward_funcs=[len])
    with pytest.raises(ConfigError, match="the dataset has no column 'constraints'"):
        HirGRPOTrainer(str(tiny), args=args, train_dataset=data.remove_columns("constraints"))
    with pytest.raises(ConfigError, match="1 instruction: fewer than the 2"):
        HirGRPOTrainer(str(tiny), args=args, train_dataset=data.select([0]))
    other = data.remove_columns("prompt")
    with pytest.raises(ConfigError, match="the dataset has no column 'prompt'"):
        HirGRPOTrainer(str(tiny), args=args, train_dataset=data, eval_dataset=other)


def test_a_script_gives_constraints_as_lists(
    tiny: Path, rows: list[Row], unchecked: Row, tmp_path: Path
) -> None:
    """Arrow fills the kwargs of each constraint with the keys of all others, and null."""
    from datasets import Dataset

    from hir_trainer.online import HirGRPOConfig, HirGRPOTrainer

    args = HirGRPOConfig(
        output_dir=str(tmp_path),
        max_steps=1,
        per_device_train_batch_size=12,
        max_completion_length=12,
        use_cpu=True,
        bf16=False,
        **unchecked,
        hir_workers=1,
        hir_replay_truncated=True,
        disable_tqdm=True,
    )
    data = Dataset.from_list([{k: v for k, v in row.items() if k != "id"} for row in rows])
    assert data[0]["constraints"][0]["kwargs"]["num_words"] is None
    trainer = HirGRPOTrainer(str(tiny), args=args, train_dataset=data)
    trainer.train()
    replays = (tmp_path / "replays.jsonl").read_text(encoding="utf-8").splitlines()
    assert replays
    assert all(len(json.loads(line)["group"]) == 12 for line in replays)


def test_an_untested_trl_warns(online_flags: Flags, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trl.__version__", "1.99.3")
    with pytest.warns(UserWarning, match=r"TRL 1.99.3 is installed, and online HiR is tested with"):
        build_trainer(make_plan(online_flags()))


def test_the_names_for_scripts() -> None:
    import hir_trainer.online

    with pytest.raises(AttributeError, match="no attribute 'HirRLOOTrainer'"):
        _ = hir_trainer.online.HirRLOOTrainer


def test_a_published_dataset_is_read_as_it_is() -> None:
    from hir_kit.plugins.loading import load
    from hir_trainer.online.data import group_of, read_instructions

    folder = Path(__file__).parents[2] / "examples" / "instructions"
    examples = read_instructions(
        [str(folder / "if_multi.jsonl"), str(folder / "hir.jsonl")], load()
    )
    assert examples.kinds == {"instruction": 4}
    group = group_of(examples.rows[1])
    assert group.task == "how can i install jayhorn step by step"
    assert [spec.id for spec in group.constraints] == [
        "length_constraints:number_paragraphs",
        "length_constraints:number_words",
    ]
    assert all(spec.text for spec in group.constraints)


def test_a_bad_row_of_a_dataset_is_a_mistake(write: Write, online_flags: Flags) -> None:
    path = Path(__file__).parents[2] / "examples" / "instructions" / "if_multi.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows[1]["ground_truth"] = "42"
    assert "line 2: constraints are a list" in refusal(online_flags(data=write(rows)))
