"""`hir-kit demo`: the whole path on the shipped rollouts, as the commands a user would type."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

_ROLLOUTS = "rollouts.jsonl"
_STEPS = "40"
_TINY = "tiny-model"


@click.command()
@click.option(
    "--directory",
    default="hir-kit-demo",
    show_default=True,
    help="Where everything that the demo makes goes.",
)
@click.option("--train/--no-train", default=True, show_default=True, help="Train, too.")
@click.option(
    "--model",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="A model of yours, in place of a tiny random one.",
)
def demo(directory: str, train: bool, model: str | None) -> None:
    """Verify, relabel and train on the rollouts that ship with hir-kit, on CPU."""
    from hir_kit.errors import UsageError

    target = Path(directory)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None
    rollouts = str(_find_rollouts())
    verdicts, replays, relaxed = (
        str(target / f"{name}.jsonl") for name in ("verdicts", "replays", "relaxed")
    )
    _say("1. Verify: which constraints does each response meet?")
    _hir_kit("verify", rollouts, "-o", verdicts)
    _say("2. Relabel: ask only for what a failed response did satisfy.")
    _hir_kit("relabel", rollouts, "-o", replays)
    _say("Or ask for less of it: for the number that was reached, for the keywords that are there.")
    _hir_kit("relabel", rollouts, "--relax", "first", "--no-include-originals", "-o", relaxed)
    made = [
        (verdicts, "verdicts, one line a rollout"),
        (replays, "replays beside the originals"),
        (relaxed, "replays that ask for less where that is enough"),
    ]
    shown = [replays]
    if train and _can_train():
        made += _train(target, replays, model)
        made += _train_online(target, rollouts, model)
        shown.append(str(target / "online"))
    _show_both(replays, relaxed)
    made.append(_report(target, shown))
    _say("What was made:")
    for path, what in made:
        click.echo(f"  {path:32} {what}")


def _report(target: Path, shown: Sequence[str]) -> tuple[str, str]:
    page = str(target / "report.html")
    _say("All of it on one page:")
    _hir_kit("report", *shown, "-o", page)
    return page, "the page: open it in a browser"


def _train(target: Path, replays: str, given: str | None) -> list[tuple[str, str]]:
    model, trained = given or str(target / _TINY), str(target / "trained")
    if given is None:
        _say("3. Train: a tiny random model stands in for yours: this shows the path, not a gain.")
        _python("-m", "hir_trainer.tiny", model, replays)
    else:
        _say("3. Train your model.")
    _hir_kit(
        "train", "--method", "kto", "--data", replays, "--model_name_or_path", model,
        "--output_dir", trained, "--max_steps", _STEPS, "--save_steps", _STEPS, "--overwrite",
        "--per_device_train_batch_size", "4", "--max_length", "512",
        "--logging_steps", "10", "--disable_tqdm", "true", *_rate("1e-4", given),
    )  # fmt: skip
    return [(model, "the untrained model"), (trained, "the trained checkpoint")]


def _rate(rate: str, given: str | None) -> list[str]:
    """Return the learning rate of the tiny model; one that is given has TRL's own."""
    return [] if given else ["--learning_rate", rate]


def _train_online(target: Path, rollouts: str, given: str | None) -> list[tuple[str, str]]:
    model, trained = given or str(target / _TINY), str(target / "online")
    _say("4. Train online: the model samples, its failures are replayed, it learns from both.")
    _hir_kit(
        "train", "--method", "hir", "--data", rollouts, "--model_name_or_path", model,
        "--output_dir", trained, "--max_steps", "8", "--save_strategy", "no", "--overwrite",
        "--per_device_train_batch_size", "12", "--max_completion_length", "48",
        "--logging_steps", "4", "--disable_tqdm", "true", *_rate("1e-3", given),
        "--hir_replay_truncated", "true", "--hir_advantage", "group",
    )  # fmt: skip
    replays = str(target / "online" / "replays.jsonl")
    _say("Every replay of the run verifies:")
    _hir_kit("verify", replays, "--check")
    return [(replays, "what the online run replayed")]


def _can_train() -> bool:
    try:
        version("trl")
    except PackageNotFoundError:
        _say("3. Train: skipped; `pip install 'hir-kit[train]'` adds the trainer.")
        return False
    return True


def _find_rollouts() -> Path:
    """Return the shipped rollouts: in the installed package, or in the checkout's examples/."""
    from hir_kit.errors import UsageError

    package = Path(__file__).parents[1]
    for path in (package / "data" / _ROLLOUTS, package.parent / "examples" / _ROLLOUTS):
        if path.is_file():
            return path
    raise UsageError("the rollouts of the demo are missing from this installation")


def _hir_kit(*arguments: str) -> None:
    _run("hir-kit", ["-m", "hir_kit", *arguments], arguments)


def _python(*arguments: str) -> None:
    _run("python", list(arguments), arguments)


def _run(shown: str, command: list[str], arguments: Sequence[str]) -> None:
    """Run a command of the demo as its own process, after showing what a user would type."""
    click.echo(f"$ {shlex.join([shown, *arguments])}\n")
    sys.stdout.flush()
    result = subprocess.run([sys.executable, *command], check=False)
    if result.returncode:
        raise click.exceptions.Exit(result.returncode)


def _show_both(replays: str, relaxed: str) -> None:
    """Show one failure under its instruction, and under both that were made of it."""
    from hir_kit.model.prompt import instruction_of

    dropping = {row["id"]: row for row in _replays(replays)}
    weaker = next(
        row
        for row in _replays(relaxed)
        if row["hindsight"].get("relaxed") and row["id"] in dropping
    )
    row = dropping[weaker["id"]]
    _say(f"One failure, and the two replays that can be made of it ({row['id']}):")
    for title, prompt in (
        ("asked", row["hindsight"]["original_prompt"]),
        ("asks now, with what it missed dropped", row["prompt"]),
        ("asks now, with what it missed relaxed", weaker["prompt"]),
    ):
        click.echo(f"[{title}]\n{instruction_of(prompt)}\n")
    click.echo(f"[the same response]\n{row['completion'][-1]['content']}")


def _replays(path: str) -> Iterator[dict[str, Any]]:
    from hir_kit.files import jsonl

    rows = map(jsonl.loads, Path(path).read_bytes().splitlines())
    return (row for row in rows if row["kind"] == "replay")


def _say(text: str) -> None:
    click.echo(f"\n{text}\n")
