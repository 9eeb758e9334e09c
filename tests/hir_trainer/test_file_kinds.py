"""Files as `hir-kit relabel` writes them, in the hands of `datasets`, TRL and this trainer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hir_kit.files.columns import Columns
from hir_kit.files.save import open_sink
from hir_kit.model.rows import GROUPS
from hir_kit.write.emissions import EMISSIONS
from hir_trainer.data import numbered_rows, read_rows
from hir_trainer.online.data import read_instructions

Row = dict[str, Any]
ENDINGS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]


def _write(path: Path, rows: list[Row], columns: Columns) -> Path:
    with open_sink(str(path), columns) as sink:
        for row in rows:
            sink.write(row)
    return path


def _load(path: Path, cache: Path) -> Any:
    import datasets

    kind = "parquet" if path.suffix == ".parquet" else "json"
    datasets.disable_progress_bars()
    return datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(cache))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("emission", ["hir", "sft", "kto", "dpo"])
def test_datasets_and_the_trainer_read_every_file(
    emission: str, ending: str, emitted: dict[str, list[Row]], tmp_path: Path
) -> None:
    rows = emitted[emission]
    path = _write(tmp_path / f"data.{ending}", rows, EMISSIONS[emission].columns)
    loaded = _load(path, tmp_path / "cache")
    texts = [name for name in ("prompt", "completion", "chosen", "rejected") if name in rows[0]]
    for name in texts:
        assert list(loaded[name]) == [row[name] for row in rows]
    method = "kto" if emission == "hir" else emission
    found, read = read_rows(path, method)
    assert found == emission
    assert [[row[name] for name in texts] for row in read] == [
        [row[name] for name in texts] for row in rows
    ]


def test_kwargs_in_parquet_are_the_same_for_datasets(
    emitted: dict[str, list[Row]], tmp_path: Path
) -> None:
    """Without the keys of other kwargs: each is an object of its own."""
    path = _write(tmp_path / "data.parquet", emitted["hir"], EMISSIONS["hir"].columns)
    loaded = _load(path, tmp_path / "cache")
    for row, item in zip(loaded, emitted["hir"], strict=True):
        kwargs = [spec["kwargs"] for spec in row["constraints"]]
        assert kwargs == [spec.get("kwargs") for spec in item["constraints"]]
    again = tmp_path / "again.parquet"
    loaded.to_parquet(str(again))
    assert [row for _, row in numbered_rows(again)] == [row for _, row in numbered_rows(path)]


@pytest.mark.parametrize("method", ["sft", "kto", "dpo"])
def test_trl_trains_on_a_parquet_file_as_it_is(
    method: str, tiny: Path, emitted: dict[str, list[Row]], unchecked: Row, tmp_path: Path
) -> None:
    import trl

    rows = [row for row in emitted[method] if row.get("rejected_prompt") is None]
    loaded = _load(
        _write(tmp_path / "d.parquet", rows, EMISSIONS[method].columns), tmp_path / "cache"
    )
    name = method.upper()
    settings = getattr(trl, f"{name}Config")(
        output_dir=str(tmp_path / "out"), max_steps=1, per_device_train_batch_size=2,
        use_cpu=True, bf16=False, report_to=[], save_strategy="no", disable_tqdm=True,
        **{"gradient_checkpointing": None, **unchecked},
    )  # fmt: skip
    trainer = getattr(trl, f"{name}Trainer")(model=str(tiny), args=settings, train_dataset=loaded)
    assert trainer.train().global_step == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_online_instructions_are_read_from_every_file(
    ending: str, instructions: Path, kit: Any, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in instructions.read_bytes().splitlines()]
    path = _write(tmp_path / f"{instructions.stem}.{ending}", rows, GROUPS)
    assert (
        read_instructions([str(path)], kit).rows == read_instructions([str(instructions)], kit).rows
    )


@pytest.fixture
def kit() -> Any:
    import hir_kit

    return hir_kit.load()
