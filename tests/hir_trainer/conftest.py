"""Data, a tiny model and a runner for the tests of the trainer.

The tests drive TRL's real trainers, offline and on the CPU.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Read by the hub client at its import: no look-ups, and none of TRL's usage pings.
os.environ["HF_HUB_OFFLINE"] = "1"

import pytest

# Warnings are errors in this repository. These are raised by third parties in their own code.
THIRD_PARTY_WARNINGS = (
    # TRL 1.16 still reads the attribute under the name that transformers 5 has renamed.
    "ignore:`is_gradient_checkpointing` is deprecated:FutureWarning:transformers",
)

HERE = Path(__file__).parent
Row = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            for line in THIRD_PARTY_WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(line), append=False)


@pytest.fixture(scope="session")
def unchecked() -> dict[str, bool]:
    """What switches checkpointing off, by the name that the installed transformers have for it."""
    from transformers import TrainingArguments

    new, old = "activation_checkpointing", "gradient_checkpointing"
    return {new if new in TrainingArguments.__dataclass_fields__ else old: False}


def user(text: str) -> list[Row]:
    return [{"role": "user", "content": text}]


def assistant(text: str) -> list[Row]:
    return [{"role": "assistant", "content": text}]


def hir_group(number: int) -> list[Row]:
    """One instruction with a success, a failure and the replay of that failure."""
    group = f"q{number}"
    asked = user(f"Describe thing {number}. Use the word subnet. Use at most 3 words.")
    kept = user(f"Describe thing {number}. Use the word subnet.")
    short, long = f"Thing {number} subnet.", f"Thing {number} is a subnet that is rather long."

    def row(index: int, kind: str, prompt: list[Row], text: str, label: bool, **more: Any) -> Row:
        return {
            "prompt": prompt,
            "completion": assistant(text),
            "label": label,
            "reward": float(label),
            "kind": kind,
            "id": f"{group}/{index}",
            "group": group,
            "constraints": [],
            "verdicts": [],
            **more,
            "provenance": {},
            "schema": 1,
        }

    return [
        row(0, "original", asked, short, True),
        row(1, "original", asked, long, False),
        row(1, "replay", kept, long, True, hindsight={"dropped": [], "original_prompt": asked}),
    ]


def slim(row: Row, *columns: str) -> Row:
    return {name: row[name] for name in (*columns, "kind", "id", "group", "schema")}


def pair(chosen: Row, rejected: Row, kind: str, rejected_prompt: Any = None) -> Row:
    return {
        "prompt": chosen["prompt"],
        "chosen": chosen["completion"],
        "rejected": rejected["completion"],
        "rejected_prompt": rejected_prompt,
        **slim(chosen),
        "kind": kind,
    }


def hir_data() -> list[Row]:
    return [row for number in range(6) for row in hir_group(number)]


def sft_data() -> list[Row]:
    return [slim(row, "prompt", "completion") for row in hir_data() if row["label"]]


def kto_data() -> list[Row]:
    """All rows, by place in the group first: neighbours share neither prompt nor response."""
    rows = [hir_group(number)[place] for place in range(3) for number in range(6)]
    return [slim(row, "prompt", "completion", "label") for row in rows]


def dpo_data() -> list[Row]:
    rows = []
    for met, missed, replay in map(hir_group, range(6)):
        original = replay["hindsight"]["original_prompt"]
        rows.append(pair(met, missed, "response-pair"))
        rows.append(pair(replay, replay, "instruction-pair", original))
    return rows


def instruction(number: int) -> Row:
    """An instruction of which babble meets a part: seldom all, nearly always something."""
    task = f"Describe thing {number}."
    constraints = [
        {"id": "punctuation:no_comma", "kwargs": {}, "text": "Use no commas."},
        {
            "id": "keywords:letter_frequency",
            "kwargs": {"letter": "e", "let_frequency": 3, "let_relation": "at least"},
            "text": "Use the letter e at least 3 times.",
        },
        {
            "id": "length_constraints:number_words",
            "kwargs": {"num_words": 4 + number % 3, "relation": "less than"},
            "text": f"Use less than {4 + number % 3} words.",
        },
    ]
    asked = " ".join([task, *(str(item["text"]) for item in constraints)])
    return {
        "id": f"q{number}",
        "task": task,
        "constraints": constraints,
        "prompt": user(asked),
    }


EMITTED: dict[str, Callable[[], list[Row]]] = {
    "hir": hir_data,
    "sft": sft_data,
    "kto": kto_data,
    "dpo": dpo_data,
}


def write_rows(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def emitted() -> dict[str, list[Row]]:
    """The rows of each emission."""
    return {name: rows() for name, rows in EMITTED.items()}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each emission."""
    directory = tmp_path_factory.mktemp("data")
    return {name: write_rows(directory / f"{name}.jsonl", rows()) for name, rows in EMITTED.items()}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows, or a text as it is, to a file."""

    def write_file(content: list[Row] | str, name: str = "data.jsonl") -> Path:
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
            return path
        return write_rows(path, content)

    return write_file


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a tiny model that knows the words of the data."""
    from hir_trainer.tiny import build_tiny_model

    texts = [message["content"] for row in hir_data() for message in row["prompt"]]
    texts += [message["content"] for row in hir_data() for message in row["completion"]]
    return build_tiny_model(tmp_path_factory.mktemp("model") / "tiny", texts)


@pytest.fixture
def flags(tiny: Path, files: dict[str, Path], tmp_path: Path) -> Callable[..., list[str]]:
    """The command line of a short run: `flags("kto", data=..., max_steps=2)`."""

    def make(method: str, **keys: Any) -> list[str]:
        keys = {
            "method": method,
            "data": files[method],
            "model_name_or_path": tiny,
            "output_dir": tmp_path / "out",
            "max_steps": 2,
            "per_device_train_batch_size": 4,
            "learning_rate": 1e-3,
            "logging_steps": 1,
            "report_to": "none",
            **keys,
        }
        return [f"--{key}={value}" for key, value in keys.items()]

    return make


@pytest.fixture(scope="session")
def instructions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of instructions for online training."""
    path = tmp_path_factory.mktemp("instructions") / "instructions.jsonl"
    return write_rows(path, [instruction(number) for number in range(24)])


@pytest.fixture
def online_flags(tiny: Path, instructions: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """The command line of a short online run: `online_flags(hir_top_k=1)`."""
    return lambda **keys: run_flags(tiny, instructions, tmp_path / "out", keys)


def run_flags(model: Path, data: Path, output: Path, keys: dict[str, Any]) -> list[str]:
    keys = {
        "method": "hir",
        "data": data,
        "model_name_or_path": model,
        "output_dir": output,
        "max_steps": 2,
        "per_device_train_batch_size": 12,
        "max_completion_length": 12,
        "learning_rate": 1e-3,
        "logging_steps": 1,
        "save_strategy": "no",
        "hir_workers": 0,
        "hir_advantage": "group",
        "hir_replay_truncated": True,  # a model that babbles does not come to an end
        **keys,
    }
    return [f"--{key}={value}" for key, value in keys.items()]


class Watched:
    """A trainer that keeps what its steps made: rows in, batch out, and the parts of the loss."""

    def __init__(self, trainer: Any) -> None:
        self.trainer = trainer
        self.rows: list[list[Row]] = []
        self.batches: list[Row] = []
        self.parts: list[Row] = []
        self._generate, self._loss = trainer._generate_and_score_completions, trainer._compute_loss
        trainer._generate_and_score_completions = self._watch_batch
        trainer._compute_loss = self._watch_part

    def _watch_batch(self, inputs: list[Row]) -> Row:
        batch: Row = self._generate(inputs)
        if self.trainer.model.training:
            self.rows.append(inputs)
            self.batches.append({name: value.clone() for name, value in batch.items()})
        return batch

    def _watch_part(self, model: Any, inputs: Row) -> Any:
        if self.trainer.model.training:
            self.parts.append({name: value.clone() for name, value in inputs.items()})
        return self._loss(model, inputs)

    def replays(self, index: int = 0) -> list[int]:
        """The rows of a batch with a replay: behind the originals, not empty."""
        mask = self.batches[index]["completion_mask"].any(1)
        return [i for i in range(len(self.rows[index]), len(mask)) if mask[i]]

    def text(self, index: int, row: int, side: str) -> str:
        """The prompt or the completion of a row, as its tokens say; padding left out."""
        batch = self.batches[index]
        ids = batch[f"{side}_ids"][row][batch[f"{side}_mask"][row].bool()]
        plain = side == "completion"  # as TRL decodes what is verified
        text: str = self.trainer.processing_class.decode(ids, skip_special_tokens=plain)
        return text

    def written(self) -> list[Row]:
        """The rows of replays.jsonl."""
        path = Path(self.trainer.args.output_dir) / "replays.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def watched_run(flags: list[str]) -> Watched:
    """What is seen of a trainer, before it trains."""
    from hir_trainer.plan import make_plan
    from hir_trainer.run import build_trainer

    return Watched(build_trainer(make_plan(flags)))


@pytest.fixture
def watch(online_flags: Callable[..., list[str]]) -> Callable[..., Watched]:
    """Train for two steps with these keys, and return what was seen."""

    def run(train: bool = True, **keys: Any) -> Watched:
        watched = watched_run(online_flags(**keys))
        if train:
            watched.trainer.train()
        return watched

    return run


@pytest.fixture
def one_step(run_of_one_step: Watched) -> Watched:
    """A run of one step, for tests that change nothing but a copy of its batch.

    All runs of a process share accelerate's state, and whoever makes a configuration empties it.
    """
    from accelerate import Accelerator

    Accelerator(cpu=True)
    return run_of_one_step


@pytest.fixture(scope="session")
def run_of_one_step(
    tiny: Path, instructions: Path, tmp_path_factory: pytest.TempPathFactory
) -> Watched:
    output = tmp_path_factory.mktemp("one-step")
    watched = watched_run(run_flags(tiny, instructions, output, {"max_steps": 1}))
    watched.trainer.train()
    return watched
