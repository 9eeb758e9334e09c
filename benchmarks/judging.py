"""Judging by a model: how fast questions are asked and answered again, and how safe answers are.

    python -m benchmarks.judging [--questions 2000] [--latency 0.05] [--at-once 64] [--kills 100]

A scripted server (examples/judging/server.py) in a process of its own answers after a fixed time.
The ideal is `questions / at-once * latency`. Then the same questions are answered from the cache.
Then runs are killed at random moments, and what was paid for is looked for in the cache.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "examples" / "judging" / "server.py"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args(arguments)
    sys.path[:0] = [str(ROOT / "plugins"), str(ROOT / "verifiers")]
    with tempfile.TemporaryDirectory() as folder:
        _speed(Path(folder), options)
        _kills(Path(folder), options.kills)


def _speed(folder: Path, options: argparse.Namespace) -> None:
    url = _server(folder, options.latency)
    ideal = options.questions / options.at_once * options.latency
    print("| what | seconds | of them CPU | of the ideal | questions a second |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for number in range(options.rounds):
        cache = folder / f"speed{number}.sqlite"
        for what in ("asked", "from the cache"):
            took, cpu = _asked(url, cache, options)
            share = f"{took / ideal:.2f}" if what == "asked" else ""
            rate = f"{options.questions / took:,.0f}"
            print(f"| {what} | {took:.2f} | {cpu:.2f} | {share} | {rate} |")
    _stop(folder)


def _asked(url: str, cache: Path, options: argparse.Namespace) -> tuple[float, float]:
    import hir_kit
    from hir_kit import ConstraintSpec, Status
    from hir_kit.plugin import Question

    given = {"llm.base_url": url, "llm.model": "rules", "llm.cache": str(cache)}
    judge = hir_kit.load(set={**given, "llm.concurrency": options.at_once}).judges["judge"]
    spec = ConstraintSpec("judge:criterion", {"criterion": "Be polite."})
    filler = "A letter about tea, long enough to be one. " * 30
    questions = [
        Question(spec, f"Ask for {n} teas.", None, f"{filler} {n}, please!", f"q/{n}", 0)
        for n in range(options.questions)
    ]
    began, cpu = time.perf_counter(), time.process_time()
    verdicts = asyncio.run(judge.judge(questions))
    took = time.perf_counter() - began, time.process_time() - cpu
    judge.close()
    assert all(verdict.status is Status.SATISFIED for verdict in verdicts)
    return took


def _kills(folder: Path, kills: int) -> None:
    """Kill runs at random moments; every answer that was counted as paid must be in the cache."""
    if not kills:
        return
    url, log = _server(folder, 0.002), folder / "paid.jsonl"
    scatter, cache = random.Random(0), folder / "kills.sqlite"
    lost = paid = 0
    for number in range(kills):
        log.unlink(missing_ok=True)
        command = [sys.executable, __file__, "--victim", url, str(cache), str(log), str(number)]
        process = subprocess.Popen(command)
        while not (log.exists() and log.stat().st_size) and process.poll() is None:
            time.sleep(0.001)
        time.sleep(scatter.random() * 0.3)
        process.kill()
        process.wait()
        lines = log.read_text().split("\n")[:-1]
        paid += len(lines)
        lost += _missing(cache, [json.loads(line) for line in lines])
    print(f"\n{kills} kills: {paid} answers paid for, {lost} of them lost")
    _stop(folder)


def _missing(cache: Path, keys: list[str]) -> int:
    from hir_plugin_llm.cache import Cache

    kept = Cache(str(cache))
    missing = sum(kept.get(key) is None for key in keys)
    kept.close()
    return missing


def _victim(url: str, cache: str, log: str, number: str) -> None:
    """Ask without end, and log the key of every answer as soon as it has been handed on."""
    sys.path[:0] = [str(ROOT), str(ROOT / "plugins"), str(ROOT / "verifiers")]
    from hir_plugin_llm.client import Client
    from hir_plugin_llm.options import LlmOptions
    from hir_plugin_llm.request import Request

    client = Client(LlmOptions.model_validate({"base_url": url, "model": "rules", "cache": cache}))

    async def one(n: int, stream: Any) -> None:
        text = f"<RESPONSE a>\n{number} {n}\n</RESPONSE a>"
        request = Request(({"role": "user", "content": text},), "benchmark/1")
        await client.answers([request])
        stream.write(json.dumps(request.key("rules", {})) + "\n")
        stream.flush()

    async def run() -> None:
        with Path(log).open("a") as stream:
            for start in range(0, 1_000_000, 64):
                await asyncio.gather(*(one(start + n, stream) for n in range(64)))

    asyncio.run(run())


def _server(folder: Path, latency: float) -> str:
    """Start the server in a process of its own; return its address."""
    command = [sys.executable, str(SERVER), str(folder / "url"), "--background"]
    subprocess.run([*command, "--latency", str(latency)], check=True)
    return (folder / "url").read_text().split()[0]


def _stop(folder: Path) -> None:
    subprocess.run([sys.executable, str(SERVER), str(folder / "url"), "--stop"], check=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.argv[1:2] == ["--victim"]:
        _victim(*sys.argv[2:])
    else:
        main()
