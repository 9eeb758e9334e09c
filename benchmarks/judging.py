"""Judging by a model: how fast questions are asked and answered again, and how safe answers are.

    python -m benchmarks.judging [--questions 2000] [--latency 0.05] [--at-once 64] [--kills 100]

A scripted server (examples/judging/server.py) in a process of its own answers after a fixed time.
The ideal is `questions / at-once * latency`; the CPU time of both processes is told beside it, as
it depends less on what else the machine does. Then the same questions are answered from the cache.
Then processes that ask are killed at random moments, and what they were given is looked for in the
cache.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

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
    parser.add_argument("--victim", nargs=4, help=argparse.SUPPRESS)  # the process to be killed
    options = parser.parse_args(arguments)
    sys.path[:0] = [str(ROOT / "plugins"), str(ROOT / "verifiers")]
    if options.victim:
        _ask_without_end(*options.victim)
    with tempfile.TemporaryDirectory() as folder:
        _speed(Path(folder), options)
        _kills(Path(folder), options.kills)


def _speed(folder: Path, options: argparse.Namespace) -> None:
    url = _server(folder, options.latency)
    ideal = options.questions / options.at_once * options.latency
    print(
        "| what | seconds | of the ideal | questions a second | CPU ms a question | of the server |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for number in range(options.rounds):
        cache = folder / f"speed{number}.sqlite"
        for what in ("asked", "from the cache"):
            before = _cpu_of_server(folder)
            took, cpu = _asked(url, cache, options)
            share = f"{took / ideal:.2f}" if what == "asked" else ""
            each = (1000 * n / options.questions for n in (cpu, _cpu_of_server(folder) - before))
            rate = f"{options.questions / took:,.0f}"
            told = " | ".join(f"{one:.2f}" for one in each)
            print(f"| {what} | {took:.2f} | {share} | {rate} | {told} |")
    _stop(folder)


def _cpu_of_server(folder: Path) -> float:
    """Return the seconds of CPU time that the server has taken; 0 where the system does not say."""
    stat = Path("/proc") / (folder / "url").read_text().split()[1] / "stat"
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


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
    """Kill processes at random moments; all that they were given must be in the cache."""
    if not kills:
        return
    url, log, cache = _server(folder, 0.002), folder / "paid", folder / "kills.sqlite"
    scatter = random.Random(0)
    lost = paid = 0
    for number in range(kills):
        log.write_text("")
        given = ["--victim", url, str(cache), str(log), str(number)]
        with subprocess.Popen([sys.executable, "-m", "benchmarks.judging", *given]) as victim:
            while not log.stat().st_size:
                if victim.poll() is not None:
                    sys.exit(f"a process that asks ended by itself, with code {victim.returncode}")
                time.sleep(0.001)
            time.sleep(scatter.random() * 0.1)
            victim.kill()
        keys = log.read_text().split("\n")[:-1]
        paid += len(keys)
        lost += _missing(cache, keys)
    print(f"\n{kills} kills: {paid} answers paid for, {lost} of them lost")
    _stop(folder)


def _missing(cache: Path, keys: list[str]) -> int:
    from hir_plugin_llm.cache import Cache

    kept = Cache(str(cache))
    missing = sum(kept.get(key) is None for key in keys)
    kept.close()
    return missing


def _ask_without_end(url: str, cache: str, log: str, number: str) -> None:
    """Ask, and log the key of every answer as soon as it was given. It ends by being killed."""
    from hir_plugin_llm.client import Client
    from hir_plugin_llm.options import LlmOptions
    from hir_plugin_llm.request import Request

    client = Client(LlmOptions.model_validate({"base_url": url, "model": "rules", "cache": cache}))

    async def one(n: int, stream: IO[str]) -> None:
        text = f"<RESPONSE a>\n{number} {n}\n</RESPONSE a>"
        request = Request(({"role": "user", "content": text},), "benchmark/1")
        await client.answers([request])
        stream.write(request.key("rules", {}) + "\n")
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
    main()
