"""What `--dry-run` shows."""

from __future__ import annotations

from collections import Counter

import orjson

from hir_trainer.examples import Examples
from hir_trainer.plan import Plan


def describe(plan: Plan) -> str:
    """Return what the run would train on, and its first example."""
    run, training = plan.settings.run, plan.settings.training
    lines = [
        ("method", run.method),
        ("model", plan.settings.model.model_name_or_path),
        ("device", str(training.device)),
        *(("data", f"{s.path}: {s.rows} rows ({s.emission})") for s in plan.examples.sources),
        ("train on", summary(plan.examples)),
    ]
    if plan.eval_examples:
        lines.append(("evaluate on", summary(plan.eval_examples)))
    if plan.checkpoint:
        lines.append(("resume from", str(plan.checkpoint)))
    lines.append(("output_dir", training.output_dir))
    first = orjson.dumps(_first(plan.examples), option=orjson.OPT_INDENT_2).decode()
    return "\n".join([*(f"{name:<12} {text}" for name, text in lines), "first example", first])


def summary(examples: Examples) -> str:
    """Return the number of examples, by label and by kind."""
    parts = []
    if "label" in examples.columns:
        labels = Counter(row["label"] for row in examples.rows)
        parts.append(f"{labels[True]} true, {labels[False]} false")
    parts.append(", ".join(f"{n} {kind}" for kind, n in sorted(examples.kinds.items())))
    return f"{len(examples.rows)} examples ({'; '.join(parts)})"


def _first(examples: Examples) -> dict[str, object]:
    return {name: examples.rows[0][name] for name in examples.columns}
