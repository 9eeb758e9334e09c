"""What an update costs on a GPU: time by phase, tokens a second, memory; presets as smoke runs.

    python -m benchmarks.gpu --minutes 10

Random weights of about 0.5 B parameters (Qwen2's shape); responses are drawn at random, unless
`--sampling` is given. Each case is a process of its own and one line of JSON in `WORK/cases.jsonl`,
written when it is done: what a time limit cuts off is run by the same command again. Without a GPU
it is a rehearsal: give `--size tiny`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import click

from benchmarks.processes import append, lines, run_modules

ARMS = ("grpo", "hir-group", "hir", "hir, budget 1", "batch")
PRESETS = ("kto_lora_1gpu", "hir_lora_1gpu")
SIZES = {
    "0.5b": {"hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
             "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151_936},
    "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 1024},
}  # fmt: skip


@click.command()
@click.option("--minutes", default=10.0, help="No case begins after them.")
@click.option("--work", type=Path, default=Path(".gpu"), help="For model and results.")
@click.option("--size", type=click.Choice(list(SIZES)), default="0.5b")
@click.option("--arms", default="|".join(ARMS), help="With | between them.")
@click.option("--kinds", default="full,lora,checkpointing")
@click.option("--tokens", default="256,1024", help="Of a response.")
@click.option("--steps", default=5)
@click.option("--groups", default=8, help="Instructions a step; each has six responses.")
@click.option("--sampling/--no-sampling", default=False)
@click.option("--presets/--no-presets", default=True)
def main(
    minutes: float, work: Path, size: str, arms: str, kinds: str, tokens: str, steps: int,
    groups: int, sampling: bool, presets: bool,
) -> None:  # fmt: skip
    """Run the cases that have no line yet, then print all lines as a table."""
    until = time.monotonic() + 60 * minutes
    results = work / "cases.jsonl"
    model = build_model(work / size, SIZES[size])
    done = {line["name"] for line in lines(results)}
    for kind, length, arm in product(kinds.split(","), tokens.split(","), arms.split("|")):
        name = "-".join([size, arm.replace(", ", "-").replace(" ", "-"), kind, length])
        name += "-sampled" if sampling else ""
        if name in done or time.monotonic() > until:
            continue
        call = [name, "--arm", arm, "--kind", kind, "--tokens", length, "--steps", str(steps),
                "--groups", str(groups), "--model", str(model), "--results", str(results),
                "--work", str(work / "runs"),
                "--sampling" if sampling else "--no-sampling"]  # fmt: skip
        (code,) = run_modules("benchmarks.gpu.case", [call], 1, work / "logs")
        if code:
            print(f"{name} ended with {code}: see {work / 'logs' / name}.log")
    for preset in PRESETS if presets else ():
        if preset not in done and time.monotonic() < until:
            append(results, {"name": preset, "preset": True, **smoke(preset, model, work)})
    print(table(lines(results)))


def build_model(directory: Path, shape: dict[str, int]) -> Path:
    """Write a model with random weights of this shape; one that is there stays."""
    import torch
    from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

    from hir_trainer.tiny import build_tiny_model

    if (directory / "model.safetensors").exists():
        return directory
    texts = Path(__file__).read_text("utf-8").splitlines()
    tokenizer: Any = AutoTokenizer.from_pretrained(build_tiny_model(directory, texts))
    torch.manual_seed(0)
    config = Qwen2Config(
        **shape, max_position_embeddings=4096, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    untyped: Any = Qwen2ForCausalLM(config)
    untyped.to(torch.bfloat16).save_pretrained(directory)
    return directory


def smoke(preset: str, model: Path, work: Path) -> dict[str, Any]:
    """Take two steps of a preset; return its exit code and the last line that it printed."""
    root = Path(__file__).parents[2] / "examples"
    data = root / "rollouts.jsonl"
    if preset.startswith("kto"):
        data = work / "replays.jsonl"
        relabel = ["relabel", str(root / "rollouts.jsonl"), "-o", str(data), "--overwrite"]
        _hir_kit(relabel)
    begun = time.monotonic()
    done = _hir_kit([
        "train", str(root / "train" / f"{preset}.yaml"), "--data", str(data), "--max_steps", "2",
        "--model_name_or_path", str(model), "--output_dir", str(work / preset), "--overwrite",
    ])  # fmt: skip
    said = (done.stdout + done.stderr).strip().splitlines()
    seconds = round(time.monotonic() - begun, 1)
    return {"exit": done.returncode, "wall_s": seconds, "said": said[-1:]}


def _hir_kit(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hir_kit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


_MEASURED = ("s an update", "ratio", "verify", "look back", "forward", "tokens/s", "peak GiB")


def table(found: list[dict[str, Any]]) -> str:
    """Return the cases as Markdown, each with its ratio to `grpo` of the same kind and length."""
    cases = [line for line in found if "preset" not in line]
    plain = {(c["kind"], c["tokens"], c["sampling"]): c["seconds"]["all"] for c in cases
             if c["arm"] == "grpo"}  # fmt: skip
    rows = [
        f"| arm | kind | tokens | rows | {' | '.join(_MEASURED)} |",
        "| --- | --- " + "| ---: " * (2 + len(_MEASURED)) + "|",
    ]
    for case in cases:
        taken, base = case["seconds"], plain.get((case["kind"], case["tokens"], case["sampling"]))
        ratio = f"{taken['all'] / base:.2f}" if base else ""
        cells = [f"`{case['arm']}`", case["kind"], case["tokens"], f"{case['rows']:.0f}",
                 f"{taken['all']:.3f}", ratio, f"{taken['verify']:.3f}",
                 f"{taken['look back']:.3f}", f"{taken['forward']:.3f}",
                 case["tokens_trained_a_second"], case["peak_gib"]]  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    rows += [f"{line['name']}: exit {line['exit']}, {line['wall_s']} s, {' '.join(line['said'])}"
             for line in found if "preset" in line]  # fmt: skip
    return "\n".join(rows)


if __name__ == "__main__":
    main()
