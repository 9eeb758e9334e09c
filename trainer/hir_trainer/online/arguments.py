"""The keys of online HiR, each with its default's source, and the values that no run could use.

Paper: "Replay Failures as Successes" (arXiv 2512.23457).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_type_hints

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit
    from hir_kit.rewards.judged import Judging
    from hir_kit.verify.calibration import Trust

WEIGHTS = {"regroup": 1.0, "group": 0.1, "batch": 1.0}
"""The default of hir_replay_weight, by hir_advantage."""


@dataclass
class HirArguments:
    """What HiR adds to GRPOConfig, and TRL's defaults that it changes."""

    num_generations: int | None = field(
        default=6,
        metadata={"help": "Responses sampled per instruction, m. 6 is the paper's (TRL: 8)."},
    )
    per_device_train_batch_size: int = field(
        default=6,
        metadata={
            "help": "Sampled responses per micro-batch and device; replays come on top. 6 is one "
            "group (transformers: 8)."
        },
    )
    per_device_eval_batch_size: int = field(
        default=6,
        metadata={"help": "Responses per evaluation batch and device. 6 is one group."},
    )
    hir_top_k: int = field(
        default=2,
        metadata={
            "help": "Replays per instruction and step at most, k. 2 is the paper's; 0 replays "
            "nothing, which leaves GRPO with hir_reward and hir_advantage."
        },
    )
    hir_lambda0: float = field(
        default=2.0,
        metadata={
            "help": "Weight of the share satisfied against entropy when failures are selected, at "
            "step 0. 2 is the paper's."
        },
    )
    hir_eta: float = field(
        default=0.05,
        metadata={"help": "Growth of that weight per step. 0.05 is the paper's."},
    )
    hir_lambda_max: float = field(
        default=1e6,
        metadata={
            "help": "Cap of that weight. hir-kit's own, far above where it matters: without one "
            "the weight overflows in long runs."
        },
    )
    hir_advantage: Literal["regroup", "group", "batch"] = field(
        default="regroup",
        metadata={
            "help": "regroup: TRL's group-relative advantages for the sampled responses, and the "
            "same for the whole group under each rewritten instruction (hir-kit's own; "
            "benchmarks/RESULTS.md says why). group: TRL's for the sampled responses, "
            "hir_replay_weight for replays. batch: the rewards of sampled responses and replays, "
            "pooled over all devices and z-scored, without a group baseline (REINFORCE++; the "
            "paper's)."
        },
    )
    hir_replay_weight: float | None = field(
        default=None,
        metadata={
            "help": "The factor on the advantages of what is added for replays; the advantage "
            "itself with hir_advantage group. By default 1 with regroup and with batch (the "
            "paper's), 0.1 with group, where more made training collapse (benchmarks/RESULTS.md)."
        },
    )
    hir_row_budget: float | None = field(
        default=None,
        metadata={
            "help": "The most rows that an update trains on, as a multiple of the sampled ones; "
            "rows that cannot change the gradient do not count. Over it, the rewritten "
            "instructions that tell the responses of their group apart best go first. 1: no more "
            "rows than GRPO. By default there is no limit. hir-kit's own."
        },
    )
    hir_replay_groups: Literal["all", "failed"] = field(
        default="all",
        metadata={
            "help": "all: replay the failures of every group (the paper's). failed: only those of "
            "groups without a success."
        },
    )
    hir_min_kept: float = field(
        default=0.0,
        metadata={
            "help": "The least share of its constraints that a failure must satisfy to be "
            "replayed, from 0 to 1. hir-kit's own; the paper replays whatever satisfied one."
        },
    )
    hir_integrity: Literal["share", "rare"] = field(
        default="share",
        metadata={
            "help": "What integrity is when failures are selected. share: the share of constraints "
            "satisfied (the paper's). rare: the same, where a constraint weighs as much as the "
            "share of the group that misses it, so that replays keep what is hard. hir-kit's own."
        },
    )
    hir_relax: Literal["off", "first", "last"] = field(
        default="off",
        metadata={
            "help": "Keep what a failure missed in a weaker form that it meets (280 words of 300): "
            "first, before it is dropped; last, where dropping is refused. hir-kit's own."
        },
    )
    hir_relax_within: float = field(
        default=0.5,
        metadata={"help": "The least share of what was asked that a weaker form still asks for."},
    )
    hir_thinking: Literal["keep", "refuse"] = field(
        default="refuse",
        metadata={
            "help": "What is done where thinking speaks of what a replay no longer asks for: no "
            "replay (refuse), or it is trained on (keep)."
        },
    )
    hir_replay_truncated: bool = field(
        default=False,
        metadata={
            "help": "Replay responses that max_completion_length cut off, too. hir-kit's own: a "
            "replay teaches the whole response, its missing end included."
        },
    )
    hir_reward: Literal["ila", "cla"] = field(
        default="ila",
        metadata={
            "help": "ila: 1 if every constraint is satisfied, else 0 (the paper's). cla: the "
            "share satisfied (a baseline of the paper). A response with an unknown verdict has no "
            "reward."
        },
    )
    hir_behaviour: Literal["rewritten", "original"] = field(
        default="rewritten",
        metadata={
            "help": "The policy that a replay counts as sampled from. rewritten: the current one "
            "under the rewritten instruction, ratio 1 at the first update (hir-kit's own). "
            "original: the one under the original instruction, which sampled it; tokens that the "
            "rewritten instruction makes likelier than the clipping range allows get no gradient "
            "(as in the code that the authors published)."
        },
    )
    hir_rewriters: list[str] = field(
        default_factory=list,
        metadata={
            "help": "Strategies that rewrite instructions, in the order tried. By default those of "
            "`hir-kit relabel`: render, then excise."
        },
    )
    hir_log_replays: bool = field(
        default=True,
        metadata={
            "help": "Append every replay to output_dir/replays.jsonl, as `hir-kit relabel` "
            "writes them."
        },
    )
    hir_time_limit: float = field(
        default=5.0,
        metadata={
            "help": "Seconds per check; one that takes longer is unknown. 0: no limit. 5 is the "
            "default of `hir-kit verify`."
        },
    )
    hir_answer_tags: bool = field(
        default=False,
        metadata={
            "help": "Verify what stands between <answer> and </answer>, as `hir-kit verify "
            "--answer-tags` does."
        },
    )
    hir_thinking_opened: bool | None = field(
        default=None,
        metadata={
            "help": "The chat template opens the thinking: all of a response up to the first "
            "</think> is set aside. By default told from the tokenizer's chat template."
        },
    )
    hir_workers: int = field(
        default=2,
        metadata={
            "help": "Processes per device that verify; one that hangs is replaced. 0: verify in "
            "the training process, where a check that never returns stops the run."
        },
    )
    hir_judge: str | None = field(
        default=None,
        metadata={
            "help": "The judge that is asked, once a batch, what code cannot decide, such as "
            "`judge` (docs/judging.md). By default nobody is asked."
        },
    )
    hir_judge_time_limit: float = field(
        default=120.0,
        metadata={
            "help": "Seconds that the judge may take for a batch; what is late is unknown. 0: no "
            "limit."
        },
    )
    hir_judge_patience: int = field(
        default=3,
        metadata={
            "help": "The run stops after so many steps in a row in which the judge decided "
            "nothing. 0: never."
        },
    )
    hir_calibration: str | None = field(
        default=None,
        metadata={
            "help": "What was measured of the judge, as `hir-kit judge calibrate -o` writes it: "
            "replays stand on what a model says is met only where that is good enough."
        },
    )
    hir_min_precision: float = field(
        default=0.9,
        metadata={
            "help": "The least lower bound of the precision of a judge's `met`, as `hir-kit "
            "relabel --min-precision` takes it. 0: replays stand on all verdicts."
        },
    )
    plugin: list[str] = field(
        default_factory=list,
        metadata={"help": "Python files with verifiers, as `hir-kit verify --plugin` takes them."},
    )
    registry: list[str] = field(
        default_factory=list,
        metadata={
            "help": "Registries of instruction classes, as `hir-kit verify --registry` takes them."
        },
    )
    languages: str | None = field(
        default=None,
        metadata={
            "help": "auto: read counts and punctuation in the language of the prompt's script, as "
            "`hir-kit verify --languages` does."
        },
    )
    set: list[str] = field(
        default_factory=list,
        metadata={
            "help": "Options of formats, rewriters and plugins, each NAME.key=value; in YAML a "
            "mapping of NAME.key to value, too."
        },
    )

    def load_kit(self) -> Kit:
        """Load the plugins with their options."""
        return load_kit(self.plugin, self.registry, self.set)

    def judging(self, kit: Kit) -> Judging | None:
        """Return what asks the judge; raises UsageError where there is none, or it cannot be."""
        if self.hir_judge is None:
            return None
        from hir_kit.rewards.judged import Judging
        from hir_kit.verify.judge import choose_judges

        (judge,) = choose_judges(kit.judges, [self.hir_judge])
        return Judging(judge, self.hir_judge_time_limit, self.hir_judge_patience)

    def trust(self) -> Trust:
        """Return which verdicts of the judge replays may stand on.

        Raises UsageError where hir_calibration is no calibration.
        """
        from hir_kit.verify.calibration import Trust

        return Trust.of(self.hir_min_precision, self.hir_calibration)

    @property
    def replay_weight(self) -> float:
        """The factor on the advantages of replays: what was asked for, or the mode's default."""
        given = self.hir_replay_weight
        return WEIGHTS[self.hir_advantage] if given is None else given

    def __post_init__(self) -> None:
        """Refuse values that no run could use, then let TRL check its own."""
        config: Any = self
        check_values(config)
        parent: Any = super()
        parent.__post_init__()
        _check_whole_groups(config, config.steps_per_generation)


def load_kit(plugins: Sequence[str], registries: Sequence[str], options: Sequence[str]) -> Kit:
    """Load plugins with their options, as the keys `plugin`, `registry` and `set` name them."""
    from hir_kit.plugins.loading import load
    from hir_kit.plugins.options import parse_set

    return load(plugins, registries=registries, set=parse_set(options))


def check_values(arguments: Any) -> None:
    """Raise ValueError for values that no run could use.

    Args:
        arguments: Has the keys of HirArguments and of GRPOConfig as attributes.
    """
    _check_choices(arguments)
    _check_ranges(arguments)
    _check_behaviour(arguments)
    if arguments.generation_batch_size is None:  # TRL would refuse it with less of a hint
        _check_whole_groups(arguments, arguments.steps_per_generation)


def _check_choices(arguments: Any) -> None:
    hints = get_type_hints(HirArguments)
    for item in fields(HirArguments):
        allowed = get_args(hints[item.name])
        given = getattr(arguments, item.name)
        if isinstance(item.default, str) and given not in allowed:
            raise ValueError(f"{item.name} is {given!r}; allowed are {', '.join(allowed)}.")
    if arguments.languages not in (None, "auto"):
        raise ValueError(f"languages is {arguments.languages!r}; allowed is auto.")


_LEAST = {
    "hir_top_k": 0,
    "hir_lambda0": 0.0,
    "hir_eta": 0.0,
    "hir_min_kept": 0.0,
    "hir_replay_weight": 0.0,
    "hir_row_budget": 0.0,
    "hir_time_limit": 0.0,
    "hir_workers": 0,
    "hir_judge_time_limit": 0.0,
    "hir_judge_patience": 0,
    "hir_min_precision": 0.0,
}


def _check_ranges(arguments: Any) -> None:
    for item in fields(HirArguments):
        given = getattr(arguments, item.name)
        if isinstance(given, float) and not math.isfinite(given):
            raise ValueError(f"{item.name} is {given}; it is a finite number.")
    for name, least in _LEAST.items():
        given = getattr(arguments, name)
        if given is not None and not given >= least:
            raise ValueError(f"{name} is {getattr(arguments, name)}; it is {least} or more.")
    for name in ("hir_lambda_max", "hir_relax_within"):
        if not getattr(arguments, name) > 0:
            raise ValueError(f"{name} is {getattr(arguments, name)}; it is more than 0.")
    for name in ("hir_min_kept", "hir_min_precision", "hir_relax_within"):
        if not getattr(arguments, name) <= 1:
            raise ValueError(f"{name} is {getattr(arguments, name)}; it is 1 or less.")


def _check_behaviour(arguments: Any) -> None:
    """Refuse importance ratios over whole responses between two different instructions."""
    whole = arguments.importance_sampling_level == "sequence" or arguments.loss_type == "vespo"
    if arguments.hir_behaviour == "original" and whole:
        raise ValueError(
            "hir_behaviour original needs importance ratios of tokens: over a whole response the "
            "ratio between two instructions explodes or vanishes. Set importance_sampling_level "
            "token and a loss_type other than vespo, or hir_behaviour rewritten."
        )


def _check_whole_groups(arguments: Any, given_steps: int | None) -> None:
    """Refuse a batch that would split a group: its failures are selected on one device."""
    m, size = arguments.num_generations, arguments.per_device_train_batch_size
    steps = given_steps or arguments.gradient_accumulation_steps
    if not m or size * steps % m == 0:
        return
    raise ValueError(
        f"per_device_train_batch_size ({size}) x steps_per_generation ({steps}) = {size * steps} "
        f"responses per device are no whole groups of num_generations ({m}). Set "
        f"per_device_train_batch_size to {_nearest(size, m)}, or change one of the others."
    )


def _nearest(size: int, m: int) -> int:
    """Return the multiple of m nearest to a size, at least one group."""
    return max(round(size / m), 1) * m
