"""How long relabelling a dump takes, against parsing and writing the same file with orjson.

    python benchmarks/relabel_ratio.py [--megabytes 50]

The dump is made of the prompts of IFEval whose constraints need no language, and their responses.
Each group has eight rollouts: the prompt's own response, and parts of it. The two take turns in
child processes; the time is CPU time, less that of a child that reads an empty file. Relabelling
has no worker processes here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import orjson

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "ifeval"
COSTLY = ("language:", "change_case:english", "combination:repeat_prompt")
ROLLOUTS = 8
COPY = """
import sys, orjson
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    for line in source:
        target.write(orjson.dumps(orjson.loads(line)) + b"\\n")
"""


def main(words: Sequence[str] | None = None) -> list[tuple[str, list[float], str]]:
    """Make the dump, time both, print the ratio; return what is compared, the ratios, the aim."""
    parser = argparse.ArgumentParser(description="Time relabelling against orjson.")
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=SHARED, help="IFEval's two files")
    parser.add_argument("--python", default=sys.executable, help="what runs hir-kit; see `scale`")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        dump, empty, out = (Path(folder, name) for name in ("dump.jsonl", "empty.jsonl", "out"))
        empty.write_bytes(b"")
        size = _write(dump, _groups(options.folder), options.megabytes * 1_000_000)
        ways = {"orjson": [sys.executable, "-c", COPY], "relabel": _relabel(options.python)}
        times = [{name: _time(way, dump, empty, out) for name, way in ways.items()}
                 for _ in range(options.rounds)]  # fmt: skip
    ratios = sorted(turn["relabel"] / turn["orjson"] for turn in times)
    for name in ways:
        print(f"{name}: {median(turn[name] for turn in times):.2f} CPU s for {size / 1e6:.0f} MB")
    print(f"ratio: {median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})")
    return [("relabelling, times orjson's time to parse and write", ratios, "at most 6")]


def _relabel(python: str) -> list[str]:
    code = "import sys; from hir_kit.cli import main; sys.argv[1:] = ['relabel', sys.argv[1], "
    return [python, "-c", code + "'-o', sys.argv[2], '--workers', '0', '--json']; main()"]


def _time(command: list[str], dump: Path, empty: Path, out: Path) -> float:
    return _cpu([*command, str(dump), str(out)]) - _cpu([*command, str(empty), str(out)])


def _cpu(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def _groups(folder: Path) -> list[dict[str, Any]]:
    rows = [orjson.loads(line) for line in (folder / "prompts.jsonl").read_bytes().splitlines()]
    lines = (folder / "responses_qwen25_7b.jsonl").read_bytes().splitlines()
    texts = {row["prompt"]: row["response"] for row in map(orjson.loads, lines)}
    cheap = [row for row in rows if not any(map(_is_costly, row["instruction_id_list"]))]
    return [_group(row, texts[row["prompt"]]) for row in cheap]


def _is_costly(id: str) -> bool:
    return id.startswith(COSTLY)


def _group(row: dict[str, Any], text: str) -> dict[str, Any]:
    pairs = zip(row["instruction_id_list"], row["kwargs"], strict=True)
    constraints = [{"id": id, "kwargs": kwargs} for id, kwargs in pairs]
    step = max(1, len(text) // (2 * ROLLOUTS))
    responses = [{"text": text[: len(text) - n * step]} for n in range(ROLLOUTS)]
    return {"prompt": row["prompt"], "constraints": constraints, "responses": responses}


def _write(dump: Path, groups: list[dict[str, Any]], size: int) -> int:
    written = 0
    with dump.open("wb") as stream:
        for number, group in _endless(groups):
            if written >= size:
                return written
            # A word of its own in each response: no text comes twice.
            responses = [{"text": f"{r['text']} {number}"} for r in group["responses"]]
            written += stream.write(
                orjson.dumps({"id": f"g{number}", **group, "responses": responses}) + b"\n"
            )
    return written


def _endless(groups: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while groups:
        yield number, groups[number % len(groups)]
        number += 1


if __name__ == "__main__":
    main()
