"""What `--dry-run` shows."""

from __future__ import annotations

import orjson

from hir_trainer.data import Examples
from hir_trainer.memory import memory_line
from hir_trainer.plan import Plan


def describe(plan: Plan) -> str:
    """Return what the run would train on, and an example."""
    run, training = plan.settings.run, plan.settings.training
    lines = [
        ("method", run.method),
        ("model", plan.settings.model.model_name_or_path),
        ("device", str(training.device)),
        *(("data", f"{s.path}: {s.rows} rows ({s.emission})") for s in plan.examples.sources),
        ("train on", plan.examples.summary),
    ]
    if plan.eval_examples:
        lines.append(("evaluate on", plan.eval_examples.summary))
    lines += plan.notes
    if plan.checkpoint:
        lines.append(("resume from", str(plan.checkpoint)))
    lines.append(("output_dir", training.output_dir))
    if run.method == "hir":
        more, title, example = _online(plan)
    else:
        more, title, example = [], "first example", _first(plan.examples)
    more.append(("memory", memory_line(plan)))
    shown = orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
    return "\n".join([*(f"{name:<12} {text}" for name, text in lines + more), title, shown])


def _online(plan: Plan) -> tuple[list[tuple[str, str]], str, dict[str, object]]:
    from hir_trainer.online.preview import batch_lines, replay_lines

    training, rows = plan.settings.training, plan.examples.rows
    lines, replay = replay_lines(training, rows)
    title = "a replay, if a response met all but the last constraint"
    return [*batch_lines(training), *lines], title, replay


def _first(examples: Examples) -> dict[str, object]:
    return {name: examples.rows[0][name] for name in examples.columns}
