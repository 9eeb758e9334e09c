"""The keys that are hir-kit's own, and the methods it trains with."""

from __future__ import annotations

from dataclasses import dataclass, field

LATEST = "latest"


@dataclass(frozen=True)
class Method:
    """One way to train: the classes, the columns the trainer reads, and the classes' home."""

    config: str
    trainer: str
    columns: tuple[str, ...]
    home: str = "trl"


METHODS = {
    "sft": Method("SFTConfig", "SFTTrainer", ("prompt", "completion")),
    "kto": Method("KTOConfig", "KTOTrainer", ("prompt", "completion", "label")),
    "dpo": Method("DPOConfig", "DPOTrainer", ("prompt", "chosen", "rejected", "rejected_prompt")),
    "hir": Method(
        "HirGRPOConfig",
        "HirGRPOTrainer",
        ("prompt", "constraints", "task", "id"),
        "hir_trainer.online",
    ),
}
DEFAULT_METHOD = "kto"


@dataclass
class RunArguments:
    """What hir-kit asks for beyond TRL's own configuration."""

    method: str = field(default=DEFAULT_METHOD, metadata={"help": "sft, kto, dpo or hir."})
    data: list[str] = field(
        default_factory=list,
        metadata={
            "help": "Files to train on: rows written by `hir-kit relabel`, or for hir "
            "instructions with constraints."
        },
    )
    eval_data: list[str] = field(
        default_factory=list,
        metadata={"help": "Files of the same kind to evaluate on."},
    )
    resume: str | None = field(
        default=None,
        metadata={
            "help": "Go on from the latest checkpoint in output_dir, or from the one given.",
            "nargs": "?",
            "const": LATEST,
        },
    )
    dry_run: bool = field(
        default=False,
        metadata={"help": "Check configuration and data, show them, load no weights."},
    )
    telemetry: bool = field(
        default=False,
        metadata={"help": "Let TRL send its anonymous usage ping."},
    )
