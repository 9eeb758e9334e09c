"""Large dumps: what more workers and a larger dump cost, side by side.

    python benchmarks/scale.py

makes two dumps of the shared responses, one ten times as large as the other, and relabels them:

- the smaller one by one worker and by several, in turns, whose outputs must be the same bytes;
- equal parts of it by as many commands that share nothing, at once, against one of them alone: more
  than these gain no number of workers can gain on the machine;
- the larger one by several, for the memory of all processes together;
- the smaller one once more as a flat dump, one response a row, in both sizes, for its memory.

The speed-up is the ratio of wall times, round by round, which needs a quiet machine; the CPU time
of all processes is shown beside it, and does not. Memory is the largest sum over the processes of a
run of what each has alone and its share of what they have together (PSS), looked at five times a
second. It is read from /proc, so this runs on Linux only.

Where NLTK has data of its own it imports scikit-learn if that is installed, which makes each
process larger and its start longer. `--python` names an interpreter of an environment without it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import hir_kit

BESIDE = Path(__file__).resolve().parents[2] / "shared"
PER_GROUP = 6
_GROUPED = ("--group-by", "group")


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, CPU seconds of all its processes, MiB, and what it wrote."""

    wall: float
    cpu: float
    memory: float
    digest: str


Ratios = list[tuple[str, list[float], str]]
"""What is compared, the ratios that were found, and the aim."""


def main(words: Sequence[str] | None = None) -> Ratios:
    """Make the dumps, measure, print tables; return the ratios."""
    options = _options(words)
    with tempfile.TemporaryDirectory(prefix="hir-kit-scale-") as made:
        return _measured(options, Path(options.folder or made))


def _measured(options: argparse.Namespace, folder: Path) -> Ratios:
    print(
        f"CPython {platform.python_version()}, hir-kit {hir_kit.__version__}, "
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the start"
    )
    data = options.data
    prompts, responses = (
        list(_rows(data / name)) for name in ("prompts.jsonl", "responses_qwen25_7b.jsonl")
    )
    small, large, flat, large_flat = (folder / f"{n}.jsonl" for n in "abcd")
    kit = HirKit(options.python)
    rollouts = _make(small, options.megabytes, prompts, responses, is_flat=False)
    _make(large, 10 * options.megabytes, prompts, responses, is_flat=False)
    _make(flat, options.megabytes, prompts, responses, is_flat=True)
    _make(large_flat, 10 * options.megabytes, prompts, responses, is_flat=True)
    print(f"dumps of {options.megabytes} and {10 * options.megabytes} MB in {folder}\n")
    return [
        *_speed(kit, small, rollouts, options.workers, options.rounds),
        _memory(kit, "groups, one a row", (small, large), options.workers),
        _memory(kit, "one response a row", (flat, large_flat), options.workers, *_GROUPED),
    ]


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Relabel large dumps with one and more workers.")
    parser.add_argument("--data", type=Path, default=BESIDE / "data" / "ifeval")
    parser.add_argument("--megabytes", type=int, default=200, help="size of the smaller dump")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="for the dumps; by default one for this run")
    parser.add_argument("--python", default=sys.executable, help="what runs hir-kit")
    return parser.parse_args(words)


class HirKit:
    """Runs `hir-kit relabel` by an interpreter, and measures it."""

    def __init__(self, python: str) -> None:
        self._python = python

    def relabel(self, dump: Path, workers: int, *options: str) -> Cost:
        """Relabel a dump."""
        before, start = _cpu(), time.monotonic()
        run = self._start(dump, workers, *options)
        memory = 0.0
        while run.poll() is None:
            memory = max(memory, sum(_pss(pid) for pid in (run.pid, *_children(run.pid))))
            time.sleep(0.2)
        wall = time.monotonic() - start
        if run.returncode:
            sys.exit(f"{run.args} failed")
        out = dump.with_suffix(".out")
        with out.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        out.unlink()
        return Cost(wall, _cpu() - before, memory, digest)

    def wall(self, dumps: list[Path]) -> float:
        """Return the seconds that commands take which relabel these dumps at the same time."""
        start = time.monotonic()
        runs = [self._start(dump, 0) for dump in dumps]
        codes = [run.wait() for run in runs]
        if any(codes):
            sys.exit("a command failed")
        return time.monotonic() - start

    def _start(self, dump: Path, workers: int, *options: str) -> subprocess.Popen[bytes]:
        words = ["relabel", dump, "-o", dump.with_suffix(".out"), "--workers", workers, *options]
        command = [self._python, "-m", "hir_kit", *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _speed(kit: HirKit, dump: Path, rollouts: int, workers: int, rounds: int) -> Ratios:
    costs: dict[int, list[Cost]] = {1: [], workers: []}
    parts = _parts(dump, workers)
    apart = []
    for _ in range(rounds):
        for count, found in costs.items():
            found.append(kit.relabel(dump, count))
        alone = kit.wall(parts[:1])
        apart.append(workers * alone / kit.wall(parts))
    if len({cost.digest for found in costs.values() for cost in found}) != 1:
        sys.exit("the outputs differ")
    print("| workers | wall s | rollouts/s | CPU s | CPU s per million rollouts | speed-up |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    speedups: list[float] = []
    for count, found in costs.items():
        wall, cpu = median(cost.wall for cost in found), median(cost.cpu for cost in found)
        speedups = [one.wall / cost.wall for one, cost in zip(costs[1], found, strict=True)]
        print(
            f"| {count} | {wall:.1f} | {rollouts / wall:,.0f} | {cpu:.1f} "
            f"| {cpu / rollouts * 1e6:.0f} | {_spread(speedups)} |"
        )
    print(f"\n{rollouts:,} rollouts; medians of {rounds} rounds; equal bytes in all of them.\n")
    return [
        (f"{workers} workers, times as fast as one", speedups, f"at least {0.85 * workers:.2g}"),
        (f"{workers} commands that share nothing, times as fast as one", apart, "what there is"),
    ]


def _spread(values: list[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _parts(dump: Path, number: int) -> list[Path]:
    """Cut a dump into equal parts, at line ends."""
    lines = dump.read_bytes().splitlines(keepends=True)
    paths = [dump.with_name(f"{dump.stem}-{part}.jsonl") for part in range(number)]
    for part, path in enumerate(paths):
        path.write_bytes(b"".join(lines[part::number]))
    return paths


def _memory(
    kit: HirKit, what: str, dumps: tuple[Path, Path], workers: int, *options: str
) -> tuple[str, list[float], str]:
    first, second = (kit.relabel(dump, workers, *options) for dump in dumps)
    ratio = second.memory / first.memory
    print(
        f"{what}: {first.memory:.0f} MiB on the smaller dump, {second.memory:.0f} MiB on the "
        f"larger one, {ratio:.2f} times as much."
    )
    return f"memory for ten times the dump ({what})", [ratio], "at most 1.2"


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _make(
    path: Path,
    megabytes: int,
    prompts: list[dict[str, Any]],
    responses: list[dict[str, Any]],
    *,
    is_flat: bool,
) -> int:
    """Write a dump of about this size; return the number of its rollouts."""
    size = count = turn = 0
    with path.open("wb") as stream:
        while size < megabytes * 1_000_000:
            for prompt, response in zip(prompts, responses, strict=True):
                texts = [
                    _variant(response["response"], PER_GROUP * turn + i) for i in range(PER_GROUP)
                ]
                rows = _flat(prompt, texts, turn) if is_flat else [_group(prompt, texts, turn)]
                for row in rows:
                    size += stream.write(json.dumps(row).encode() + b"\n")
                count += len(texts)
                if size >= megabytes * 1_000_000:
                    break
            turn += 1
    return count


def _variant(text: str, number: int) -> str:
    """Return a text made of this one that no other number gives."""
    words = text.split(" ")
    cut = number * 13 % max(1, len(words) // 2)
    kept = " ".join(words[cut % 7 : len(words) - cut])
    return f"{kept}\n\nTake {number}." if number else kept


def _group(prompt: dict[str, Any], texts: list[str], turn: int) -> dict[str, Any]:
    return {"id": f"{prompt['key']}-{turn}", **_asked(prompt), "responses": texts}


def _flat(prompt: dict[str, Any], texts: list[str], turn: int) -> Iterable[dict[str, Any]]:
    for text in texts:
        yield {"group": f"{prompt['key']}-{turn}", **_asked(prompt), "response": text}


def _asked(prompt: dict[str, Any]) -> dict[str, Any]:
    pairs = zip(prompt["instruction_id_list"], prompt["kwargs"], strict=True)
    constraints = [{"id": id, "kwargs": kwargs} for id, kwargs in pairs]
    return {"prompt": prompt["prompt"], "constraints": constraints}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _pss(pid: int) -> float:
    """Return the MiB of a process, its share of what others have too included."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
