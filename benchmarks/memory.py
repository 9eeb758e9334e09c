"""The memory that a run takes on a CPU, beside what `hir-kit train --dry-run` says that it takes.

    python -m benchmarks.memory [--methods sft kto hir] [--layers 12] [--hidden 512] [--rows 4]

Each run is a process of its own, which trains a tiny model first, so that all libraries are loaded:
what counts is by how much the process grows from there to its peak in two updates of a model of
random weights in single precision. It reads Linux's /proc.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SOURCES = [str(ROOT), *(str(ROOT / name) for name in ("trainer", "plugins", "verifiers"))]
ROLLOUTS = ROOT / "examples" / "rollouts.jsonl"


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--methods", nargs="+", default=["sft", "kto", "hir"])
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--one", help=argparse.SUPPRESS)  # the process that measures one method
    options = parser.parse_args(arguments)
    sys.path[:0] = SOURCES
    if options.one:
        print(json.dumps(_measured(options.one, options)))
        return
    print("| method | grown, GB | estimate, GB | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for method in options.methods:
        given = sys.argv[1:] if arguments is None else arguments
        command = [sys.executable, "-m", "benchmarks.memory", *given, "--one", method]
        told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        grown, said = json.loads(told.stdout.splitlines()[-1])
        print(f"| {method} | {grown / 1e9:.2f} | {said / 1e9:.2f} | {said / grown:.2f} |")


def _measured(method: str, options: argparse.Namespace) -> tuple[int, int]:
    """Return by how many bytes this process grows, and how many were estimated."""
    from hir_trainer import train
    from hir_trainer.memory import estimate
    from hir_trainer.plan import make_plan
    from hir_trainer.tiny import build_tiny_model, read_texts

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data = _instructions(place) if method == "hir" else _replays(place)
        tiny = build_tiny_model(place / "tiny", read_texts(ROLLOUTS))
        train(_arguments(method, tiny, data, place / "first", options.rows))
        model = _build_model(place / "model", tiny, options)
        asked = _arguments(method, model, data, place / "second", options.rows)
        said = sum(estimate(make_plan(asked)).values())
        Path("/proc/self/clear_refs").write_text("5")  # the peak is now what it takes now
        before = _status("VmHWM")
        train(asked)
        return _status("VmHWM") - before, said


def _arguments(method: str, model: Path, data: Path, out: Path, rows: int) -> list[str]:
    online = {"num_generations": rows, "max_completion_length": 128, "hir_reward": "cla"}
    size = online if method == "hir" else {}
    given: dict[str, Any] = {
        "method": method, "model_name_or_path": model, "data": data, "output_dir": out,
        "per_device_train_batch_size": rows, "gradient_accumulation_steps": 1, "max_steps": 2,
        "report_to": "none", "save_strategy": "no", "use_cpu": True, "dtype": "float32",
        "gradient_checkpointing": False, "bf16": False, **size,
    }  # fmt: skip
    return [part for name, value in given.items() for part in (f"--{name}", str(value))]


def _instructions(folder: Path) -> Path:
    """Write the longest prompt often, as the estimate is for rows like it.

    It asks for so many letters that responses differ in how much they meet: others are not trained
    on.
    """
    rows = [json.loads(line) for line in ROLLOUTS.read_text("utf-8").splitlines()]
    prompt = max((row["prompt"] for row in rows), key=lambda prompt: len(str(prompt)))
    asked = [
        {"id": "keywords:letter_frequency",
         "kwargs": {"letter": letter, "let_frequency": least, "let_relation": "at least"}}
        for letter in "aest" for least in range(2, 60, 4)
    ]  # fmt: skip
    data = folder / "instructions.jsonl"
    copies = (json.dumps({"id": str(n), "prompt": prompt, "constraints": asked}) for n in range(16))
    data.write_text("\n".join(copies) + "\n", "utf-8")
    return data


def _replays(folder: Path) -> Path:
    replays = folder / "replays.jsonl"
    command = [sys.executable, "-m", "hir_kit", "relabel", str(ROLLOUTS), "-o", str(replays)]
    subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": ":".join(SOURCES)}, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return replays


def _build_model(directory: Path, tiny: Path, options: argparse.Namespace) -> Path:
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    tokenizer: Any = AutoTokenizer.from_pretrained(tiny)
    config = LlamaConfig(
        vocab_size=8192, hidden_size=options.hidden, intermediate_size=4 * options.hidden,
        num_hidden_layers=options.layers, num_attention_heads=8, max_position_embeddings=2048,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    untyped: Any = LlamaForCausalLM(config)
    untyped.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


def _status(name: str) -> int:
    """Return an entry of this process's status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    main()
