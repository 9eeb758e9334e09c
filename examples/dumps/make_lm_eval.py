"""Write the sample of lm-evaluation-harness with the harness itself (`pip install lm-eval`).

Its IFEval task runs on the instructions of this folder, six repeats each and with two filters;
the model gives the stored responses back. The harness names the file after the time of the run.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from groups import HERE, chosen
from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager

TASK = """\
task: ifeval
dataset_path: json
dataset_kwargs: {{data_files: {{train: {data}}}}}
output_type: generate_until
test_split: train
num_fewshot: 0
doc_to_text: prompt
doc_to_target: 0
repeats: 6
generation_kwargs: {{until: [], do_sample: true, temperature: 1.0, max_gen_toks: 1280}}
process_results: !function scores.process_results
filter_list:
  - {{name: none, filter: [{{function: take_first}}]}}
  - {{name: lowercase, filter: [{{function: lowercase}}, {{function: take_first}}]}}
metric_list:
  - {{metric: prompt_level_strict_acc, aggregation: mean}}
  - {{metric: inst_level_strict_acc, aggregation: !function scores.agg_inst_level_acc}}
  - {{metric: prompt_level_loose_acc, aggregation: mean}}
  - {{metric: inst_level_loose_acc, aggregation: !function scores.agg_inst_level_acc}}
"""
SCORES = """\
from lm_eval.tasks.ifeval.utils import agg_inst_level_acc, process_results
"""


class Stored(LM):
    """A model that answers a prompt with its stored responses, one after the other."""

    def __init__(self, texts: dict[str, list[str]]) -> None:
        super().__init__()
        self._texts, self._counts = texts, Counter[str]()

    def generate_until(self, requests: list[Any]) -> list[str]:
        return [self._next(request.args[0]) for request in requests]

    def _next(self, prompt: str) -> str:
        self._counts[prompt] += 1
        return self._texts[prompt][self._counts[prompt] - 1]

    def loglikelihood(self, requests: list[Any]) -> list[Any]:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: list[Any]) -> list[Any]:
        raise NotImplementedError


def _write_task(folder: Path, asked: list[Any]) -> None:
    data = folder / "data.jsonl"
    rows = [
        {"key": item.id, "prompt": item.text, "instruction_id_list": item.ids,
         "kwargs": item.kwargs}
        for item in asked
    ]  # fmt: skip
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "scores.py").write_text(SCORES, encoding="utf-8")
    (folder / "ifeval.yaml").write_text(TASK.format(data=data), encoding="utf-8")


def main() -> None:
    asked = list(chosen())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_task(folder, asked)
        tracker = EvaluationTracker(output_path=str(folder))
        results = simple_evaluate(
            Stored({item.text: item.texts for item in asked}),
            tasks=["ifeval"],
            task_manager=TaskManager(include_path=name, include_defaults=False),
            log_samples=True,
            evaluation_tracker=tracker,
            bootstrap_iters=0,
        )
        samples = results.pop("samples")
        tracker.save_results_aggregated(results=results, samples=samples)
        tracker.save_results_samples("ifeval", samples["ifeval"])
        [written] = folder.rglob("samples_ifeval_*.jsonl")
        target = HERE / "lm_eval" / "samples_ifeval.jsonl"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(written.read_bytes())


if __name__ == "__main__":
    main()
