"""Reading dumps through the formats, and the samples in examples/dumps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import Group
from hir_kit.files import jsonl
from hir_kit.files.open import Input
from hir_kit.files.records import records
from hir_kit.model.rollout import Reject
from hir_kit.read.format import ReadOptions, opened
from hir_kit.read.instructions import Instructions, load_instructions

Row = dict[str, Any]
KIT = hir_kit.load(installed=False)
EXAMPLES = Path(__file__).parents[2] / "examples"
DUMPS = EXAMPLES / "dumps"
CHOSEN = ("demo-01", "demo-04", "demo-08", "demo-12")


@dataclass
class Collected:
    """What a reader gave: groups and rejects."""

    groups: list[Group] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def reject(self, reject: Reject) -> None:
        self.rejects.append(reject)

    def advance(self, size: int) -> None:
        assert size >= 0

    @property
    def texts(self) -> list[list[str]]:
        return [[rollout.text for rollout in group.rollouts] for group in self.groups]

    @property
    def ids(self) -> list[str]:
        return [group.id for group in self.groups]

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]


@cache
def _kit(tokenizer: str | None) -> hir_kit.Kit:
    given = {"open-instruct.tokenizer": tokenizer} if tokenizer else {}
    return hir_kit.load(installed=False, set=given)


def read_dump(name: str, *files: Path, tokenizer: str | None = None, **options: Any) -> Collected:
    """Read files by the format of this name."""
    feedback = Collected()
    inputs = [Input(str(file)) for file in files]
    items = _kit(tokenizer).formats[name].read(inputs, ReadOptions(**options), feedback)
    feedback.groups = list(opened(items, feedback))
    return feedback


SAMPLES = {
    "verl/12.jsonl": "verl",
    "verl_v1/12.jsonl": "verl",
    "trl/completions_00001.parquet": "trl",
    "open_instruct/grpo_rollouts_000000.jsonl": "open-instruct",
    "lm_eval/samples_ifeval.jsonl": "lm-eval",
    "nemo_gym/rollouts.jsonl": "nemo-gym",
    "prime_results/results.jsonl": "prime-results",
    "prime_traces/traces.jsonl": "prime-traces",
    "openai_batch/responses.jsonl": "openai-batch",
    "skyrl/ifeval.jsonl": "skyrl",
}
TOKENIZER = str(DUMPS / "open_instruct" / "tokenizer")


def options_of(sample: str) -> Row:
    """Return the reading options that a sample needs."""
    if SAMPLES[sample] == "open-instruct":
        return {"tokenizer": TOKENIZER}
    if SAMPLES[sample] == "openai-batch":
        return {"instructions": instructions(DUMPS / "openai_batch" / "requests.jsonl")}
    return {}


def instructions(*files: Path) -> Instructions:
    """Return the instructions of files, as `--prompts` reads them."""
    return load_instructions([str(file) for file in files], KIT.instructions, Collected())


def read_sample(sample: str, **options: Any) -> Collected:
    """Read a sample by its format, with the options that it needs."""
    return read_dump(SAMPLES[sample], DUMPS / sample, **{**options_of(sample), **options})


def rows_of(sample: str) -> list[Row]:
    """Return the rows of a sample."""
    return [record.data for record in records(str(DUMPS / sample)) if isinstance(record.data, dict)]


def originals() -> dict[str, Row]:
    """Return the groups that the samples are made of, by id."""
    lines = (EXAMPLES / "rollouts.jsonl").read_bytes().splitlines()
    rows = [jsonl.loads(line) for line in lines]
    return {row["id"]: row for row in rows if row["id"] in CHOSEN}


def asked(row: Row) -> tuple[Any, ...]:
    """Return what a group asks for, to compare it with what a reader made of its dump."""
    specs = [(spec["id"], spec["kwargs"]) for spec in row["constraints"]]
    return row["prompt"][-1]["content"], specs, sorted(item["text"] for item in row["responses"])


def asked_by(group: Group) -> tuple[Any, ...]:
    """Return the same of a group that was read."""
    prompt = group.prompt if isinstance(group.prompt, str) else group.prompt[-1]["content"]
    specs = [(spec.id, dict(spec.kwargs)) for spec in group.constraints]
    return prompt, specs, sorted(rollout.text for rollout in group.rollouts)


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes rows to a file."""

    def write(rows: Iterable[Row], name: str = "dump.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
