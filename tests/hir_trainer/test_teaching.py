"""Runs that cannot teach anything are refused before weights load, by the dry run too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hir_kit.errors import ConfigError
from hir_trainer.cli import train as command
from hir_trainer.config import parse
from hir_trainer.plan import make_plan
from hir_trainer.run import build_trainer

Flags = Callable[..., list[str]]
Write = Callable[..., Path]
Row = dict[str, Any]


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a run fail that would load them; what is built here is built on purpose."""
    monkeypatch.setattr("hir_trainer.run.build_trainer", pytest.fail)


def refusal(arguments: list[str]) -> str:
    """What a run is refused with, and its dry run as well."""
    told = []
    for more in ([], ["--dry-run"]):
        with pytest.raises(ConfigError) as caught:
            CliRunner().invoke(command, [*arguments, *more], catch_exceptions=False)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "\n" not in told[0]
    return told[0]


def shown(arguments: list[str]) -> dict[str, str]:
    """The lines of a dry run."""
    done = CliRunner().invoke(command, [*arguments, "--dry-run"], catch_exceptions=False)
    head = done.stdout.split("first example")[0]
    return dict(
        line.split(maxsplit=1) for line in head.replace("train on", "train_on").splitlines()
    )


@pytest.mark.parametrize(
    ("label", "hint"), [(True, "or take method sft"), (False, "Add successes or replays")]
)
@pytest.mark.parametrize("emission", ["kto", "hir"])
def test_kto_on_rows_of_one_label(
    label: bool, hint: str, emission: str, flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    rows = [row for row in emitted[emission] if row["label"] is label]
    message = refusal(flags("kto", data=write(rows)))
    assert f"all {len(rows)} examples have label {str(label).lower()}, and kto" in message
    assert hint in message


def test_kto_on_one_label_under_every_loss(
    flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    rows = write([row for row in emitted["kto"] if row["label"]])
    assert "have label true" in refusal(flags("kto", data=rows, loss_type="apo_zero_unpaired"))


def test_kto_on_one_label_over_several_files(
    flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    good = write([row for row in emitted["kto"] if row["label"]], "good.jsonl")
    assert "have label true" in refusal([*flags("kto"), "--data", str(good), str(good)])
    bad = write([row for row in emitted["kto"] if not row["label"]], "bad.jsonl")
    make_plan([*flags("kto"), "--data", str(good), str(bad)])


def test_kto_on_rows_that_contradict_each_other(flags: Flags, write: Write) -> None:
    rows = [
        {"prompt": f"Name {n}.", "completion": "Tea.", "label": label}
        for n in range(4)
        for label in (True, False)
    ]
    assert "with label true and with label false" in refusal(flags("kto", data=write(rows)))


def test_kto_on_one_label_after_filtering(flags: Flags) -> None:
    message = refusal(flags("kto", max_length=30))
    assert message.startswith("6 examples (6 true, 0 false; 6 replay; 12 left out: longer than ")
    assert "all 6 examples have label true" in message


def test_evaluation_may_have_one_label(
    flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    good = write([row for row in emitted["kto"] if row["label"]])
    make_plan(flags("kto", eval_data=good, eval_strategy="steps", eval_steps=1))


def pair(**changes: Any) -> Row:
    return {"prompt": "Name tea.", "chosen": "Tea.", "rejected": "No.", **changes}


def messages(text: str, role: str = "assistant") -> list[Row]:
    return [{"role": role, "content": text}]


@pytest.mark.parametrize(
    "changes",
    [
        {"rejected": "Tea."},
        {"rejected": messages("Tea.")},
        {"rejected": "Tea.", "rejected_prompt": messages("Name tea.", "user")},
        {"chosen": messages("No."), "rejected_prompt": "Name tea."},
    ],
)
def test_dpo_on_pairs_of_equal_halves(changes: Row, flags: Flags, write: Write) -> None:
    message = refusal(flags("dpo", data=write([pair(), pair(**changes)])))
    assert "line 2: both halves of the pair are the same" in message


def test_dpo_on_rollouts_that_give_equal_pairs(
    flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    replays = [row for row in emitted["hir"] if row["kind"] == "replay"]
    same = [{**row, "hindsight": {"original_prompt": row["prompt"]}} for row in replays]
    assert "both halves of every pair are the same" in refusal(flags("dpo", data=write(same)))
    some = shown(flags("dpo", data=write([*same[:2], *replays[2:]])))
    assert some["train_on"] == ("4 examples (4 instruction-pair; 2 left out: both halves the same)")


def test_sft_on_empty_completions(flags: Flags, write: Write) -> None:
    rows = [{"prompt": "Name tea.", "completion": text} for text in ("", " \n")]
    assert "every completion is empty" in refusal(flags("sft", data=write(rows)))


@pytest.mark.parametrize("method", ["sft", "kto", "dpo"])
def test_nothing_fits(method: str, flags: Flags) -> None:
    message = refusal(flags(method, max_length=3))
    assert message.startswith("no example is left: the prompt of each of the ")
    assert "fills max_length (3) alone. Raise max_length." in message


@pytest.mark.parametrize(
    ("method", "limit", "left"), [("sft", 30, 6), ("kto", 40, 18), ("dpo", 36, 6), ("dpo", 44, 12)]
)
def test_the_dry_run_counts_what_trl_keeps(
    method: str, limit: int, left: int, flags: Flags
) -> None:
    plan = make_plan(flags(method, max_length=limit))
    assert len(plan.examples.rows) == len(build_trainer(plan).train_dataset) == left
    line = shown(flags(method, max_length=limit))["train_on"]
    assert line.startswith(f"{left} examples (")
    assert ("left out: longer than max_length" in line) is (left not in (18, 12))


def test_pairs_that_are_the_same_in_what_is_left(flags: Flags, write: Write) -> None:
    long = "subnet " * 60
    rows = [pair(), pair(chosen=long + "tea", rejected=long + "no")]
    plan = make_plan(flags("dpo", data=write(rows), max_length=50))
    assert [row["chosen"] for row in plan.examples.rows] == ["Tea."]


def test_where_nothing_is_dropped_nothing_is_left_out(flags: Flags) -> None:
    plan = make_plan(flags("sft", max_length=30, completion_only_loss=False))
    assert not plan.examples.left_out


@pytest.mark.parametrize(
    ("method", "keys", "expected"),
    [
        ("sft", {"learning_rate": 0}, "learning_rate is 0.0"),
        ("kto", {"max_steps": 0}, "max_steps is 0 and"),
        ("kto", {"max_steps": -1, "num_train_epochs": 0}, "num_train_epochs 0.0"),
        ("kto", {"beta": 0}, "beta is 0.0: the loss does not depend on the model"),
        ("kto", {"undesirable_weight": 0}, "undesirable_weight is 0.0: rows with label false"),
        ("dpo", {"beta": 0}, "beta is 0.0"),
        ("dpo", {"per_device_train_batch_size": 0}, "per_device_train_batch_size is 0"),
        ("sft", {"gradient_accumulation_steps": 0}, "gradient_accumulation_steps is 0"),
        ("sft", {"use_peft": True, "lora_r": 0}, "lora_r is 0"),
    ],
)
def test_values_that_change_nothing(
    method: str, keys: dict[str, Any], expected: str, flags: Flags
) -> None:
    message = refusal(flags(method, **keys))
    assert message.startswith(expected) or expected in message
    assert message.endswith(", so nothing would be learnt.")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"num_generations": 1}, "num_generations is 1: a response alone has no advantage"),
        ({"temperature": 0}, "temperature is 0.0: all responses of a group are the same"),
        ({"top_k": 1}, "top_k is 1: all responses of a group are the same"),
        ({"max_completion_length": 0}, "max_completion_length is 0"),
    ],
)
def test_online_values_that_change_nothing(
    keys: dict[str, Any], expected: str, online_flags: Flags
) -> None:
    assert refusal(online_flags(**keys)) == f"{expected}, so nothing would be learnt."


def test_greedy_responses_differ_between_groups(online_flags: Flags) -> None:
    assert parse(online_flags(top_k=1, hir_advantage="batch"))["top_k"] == 1
    make_plan(online_flags(top_k=1, hir_advantage="batch"))


def test_weights_of_kto_are_set_from_the_counts(
    flags: Flags, write: Write, emitted: dict[str, list[Row]]
) -> None:
    assert shown(flags("kto"))["weights"] == (
        "true 1, false 2: set from the counts, 12 true and 6 false"
    )
    bad = [row for row in emitted["kto"] if not row["label"]]
    rows = write([*emitted["kto"][:2], *bad])
    assert shown(flags("kto", data=rows))["weights"].startswith("true 3, false 1: ")
    given = make_plan(flags("kto", desirable_weight=0.5))
    assert given.notes == ()
    assert given.settings.training.desirable_weight == 0.5
    assert given.settings.training.undesirable_weight == 1.0


@pytest.mark.parametrize("good", [5, 7])
def test_trl_finds_nothing_to_mend_in_the_weights(
    good: int,
    flags: Flags,
    write: Write,
    emitted: dict[str, list[Row]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = [row for row in emitted["kto"] if row["label"]][:good]
    rows += [row for row in emitted["kto"] if not row["label"]]
    build_trainer(make_plan(flags("kto", data=write(json.loads(json.dumps(rows))))))
    assert "weights" not in caplog.text
