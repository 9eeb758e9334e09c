"""The command `hir-kit train`."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}
)
@click.argument(
    "arguments", nargs=-1, type=click.UNPROCESSED, metavar="[CONFIG.yaml] [--KEY VALUE]..."
)
def train(arguments: tuple[str, ...]) -> None:
    """Train on rows written by `hir-kit relabel`, or replay failures while training.

    Every key can stand in CONFIG.yaml or on the command line (`--key value`, `--key=value`, with
    dashes or underscores); the command line wins.

    \b
    method               sft, kto (default) or dpo on relabelled rows; hir samples its own
    data                 the JSONL file or files to train on; for hir instructions with constraints
    eval_data            the JSONL file or files to evaluate on, with eval_strategy
    model_name_or_path   a directory or a model id
    resume               go on from the latest checkpoint in output_dir, or from a given one
    overwrite            clear an output_dir that another run has used
    dry_run              check everything, show what would be trained on, load no weights
    telemetry            let TRL send its usage ping

    All other keys are TRL's: those of SFTConfig, KTOConfig, DPOConfig or, for hir, GRPOConfig with
    hir_top_k and others; and those of ModelConfig (use_peft, lora_r, ...). Several GPUs:
    accelerate launch -m hir_trainer CONFIG.yaml ...
    """
    from hir_trainer import run

    run.train(arguments)
