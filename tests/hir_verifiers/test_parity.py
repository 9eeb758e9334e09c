"""The verdicts are the published reference's, on real prompts and responses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hir_kit
from hir_kit.files.open import Input
from hir_kit.read.format import ReadOptions, opened
from hir_kit.read.instructions import load_instructions
from hir_kit.verify.checker import check_groups


class _Quiet:
    def reject(self, reject: object) -> None:
        raise AssertionError(reject)

    def advance(self, size: int) -> None:
        pass


@pytest.mark.parametrize("reference", [False, True])
def test_ifeval_verdicts_are_the_references(shared: Path, reference: bool) -> None:
    folder = shared / "data" / "ifeval"
    kit = hir_kit.load()
    prompts = load_instructions([str(folder / "prompts.jsonl")], kit.instructions, _Quiet())
    options = ReadOptions(instructions=prompts, whole_groups=False)
    files = [str(folder / "responses_qwen25_7b.jsonl")]
    inputs = [Input(file) for file in files]
    groups = opened(kit.formats["ifeval"].read(inputs, options, _Quiet()), _Quiet())
    how = hir_kit.CheckOptions(loose=True, reference=reference)
    ours = {
        (item.group.id, way): [verdict.status.value for verdict in getattr(result, way)]
        for item in check_groups(groups, kit.registry, how, _Quiet())
        for result in item.checked
        for way in ("strict", "loose")
    }
    wanted = {}
    for line in (folder / "reference_verdicts_qwen25_7b.jsonl").read_text().splitlines():
        row = json.loads(line)
        for way in ("strict", "loose"):
            wanted[str(row["key"]), way] = ["satisfied" if ok else "violated" for ok in row[way]]
    different = {key: (ours[key], wanted[key]) for key in wanted if ours[key] != wanted[key]}
    if reference:
        # The reference draws a letter at random where "#" or "!" is asked for.
        assert {key for key, _ in different} <= {"1122", "1129"}
    else:
        assert not different
    assert sum(len(v) for (_, way), v in wanted.items() if way == "strict") == 834
