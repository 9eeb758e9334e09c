"""The options of `hir-kit relabel` that are its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import click

from hir_kit.cli.options import FiniteRange, gathered
from hir_kit.write.emissions import EMISSIONS

if TYPE_CHECKING:
    from hir_kit.relabel.engine import RelabelOptions


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rows depend on besides the dump, its verdicts and the selection; see the options."""

    emit: str
    rewriter: tuple[str, ...]
    include_originals: bool
    messages: bool
    refused: str | None
    filters: tuple[str, ...]
    calibration: str | None
    min_precision: float


def _selection(**given: Any) -> RelabelOptions:
    from hir_kit.relabel.engine import RelabelOptions

    return RelabelOptions(**given)


_ASKING = (
    click.option(
        "--emit",
        type=click.Choice(list(EMISSIONS)),
        default="hir",
        show_default=True,
        help="What rows are written: hir holds everything, sft, kto and dpo what TRL's trainers "
        "read, verl the instructions alone, with the constraints as ground truth.",
    ),
    click.option(
        "--rewriter",
        multiple=True,
        metavar="NAME",
        help="Strategy to try; may be repeated, the order counts. By default: render, then excise. "
        "`waive` must be asked for.",
    ),
    click.option(
        "--include-originals/--no-include-originals",
        default=True,
        show_default=True,
        help="Write the original rollouts too, with the label they earned.",
    ),
    click.option(
        "--messages/--no-messages",
        default=True,
        show_default=True,
        help="Turn string prompts into a user message, as chat models are trained.",
    ),
    click.option(
        "--refused",
        metavar="FILE",
        help="Where the selected failures go that no strategy could rewrite, or that a filter "
        "refused: rows of the `hir` format, to be relabelled again, with the reasons in "
        "`meta.refused`.",
    ),
    click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="NAME",
        help="Examination that replays must pass, too; may be repeated. `degenerate` refuses "
        "responses that repeat themselves, echo the prompt or have none of the task's words.",
    ),
    click.option(
        "--calibration",
        metavar="FILE",
        help="What was measured of the model whose verdicts --verdicts has; `judge calibrate` and "
        "`judge probe` write it.",
    ),
    click.option(
        "--min-precision",
        type=FiniteRange(min=0, max=1),
        default=0.9,
        show_default=True,
        help="Replay on what a model says is met only where the lower bound of its precision "
        "passes this; 0: always.",
    ),
)

_SELECTING = (
    click.option(
        "--top-k",
        type=click.IntRange(min=0),
        default=2,
        show_default=True,
        help="Replays per group, at most.",
    ),
    click.option(
        "--lambda0",
        type=FiniteRange(min=0),
        default=2.0,
        show_default=True,
        help="Weight of the share satisfied against diversity, at step 0.",
    ),
    click.option(
        "--eta",
        type=FiniteRange(min=0),
        default=0.05,
        show_default=True,
        help="Growth of that weight per step.",
    ),
    click.option(
        "--lambda-max",
        type=FiniteRange(min=0, min_open=True),
        default=1e6,
        show_default=True,
        help="Cap of that weight.",
    ),
    click.option(
        "--min-kept",
        type=FiniteRange(min=0, max=1),
        default=0.0,
        show_default=True,
        help="Least share of its constraints that a replayed failure satisfies.",
    ),
    click.option(
        "--relax",
        type=click.Choice(["off", "first", "last"]),
        default="off",
        show_default=True,
        help="Ask for what was missed in a weaker form that the response meets (280 words of 300): "
        "before it is dropped, or where dropping is refused.",
    ),
    click.option(
        "--relax-within",
        type=FiniteRange(min=0, min_open=True, max=1),
        default=0.5,
        show_default=True,
        help="Least share of what was asked that a weaker form still asks for.",
    ),
    click.option(
        "--thinking",
        type=click.Choice(["keep", "drop", "refuse"]),
        default="refuse",
        show_default=True,
        help="What is done where a response's thinking speaks of what is no longer asked for: it "
        "stays, is taken out, or there is no replay.",
    ),
    click.option(
        "--truncated",
        type=click.Choice(["keep", "refuse"]),
        default="refuse",
        show_default=True,
        help="What is done with failures that the dump says were cut off at the model's greatest "
        "length (`finish_reason`, `stop_reason`, `is_truncated`): keep replays them.",
    ),
    click.option(
        "--step",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="The training step that the dump was sampled at.",
    ),
)
_SELECTED = ("top_k", "lambda0", "eta", "lambda_max", "min_kept", "relax", "relax_within",
             "thinking", "truncated", "step")  # fmt: skip

asking_options = gathered("asked", Asked, [field.name for field in fields(Asked)], _ASKING)
"""Add the options that say what is written and by which strategies, given as `asked`."""

selecting_options = gathered("selection", _selection, _SELECTED, _SELECTING)
"""Add the options that say which failures are replayed, given as `selection`."""
