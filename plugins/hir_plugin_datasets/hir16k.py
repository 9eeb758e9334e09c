"""HIR-16K (sastpg/HIR-16K): a bare request, and its criteria as sentences of their own.

Raw rows are `{id, source, prompt, criteria, ground_truth}`; the ground truth depends on `source`:
type1 and type2 have ids and kwargs of IFEval, IFTrain and IFBench, type3 MulDimIF's triples, type4
VerInstruct's checkers with the source of their functions, which is data here and never run; what
a model is asked there is a `judge:criterion` here.
Rows as Rubrics-To-Tokens writes them, `{question, rubrics, prompt, ...}`, are read too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    Instruction,
    Row,
    RowError,
    SpecError,
    decoded,
    identifier,
    jsonl,
    parse_constraints,
    required,
    shown,
    string,
    strings,
)
from hir_plugin_datasets.muldimif import read_triples
from hir_plugin_datasets.verinstruct import read_checkers, with_texts

_CHOICE = "detectable_format:constrained_response"
_OPTIONS = ("My answer is yes", "My answer is no", "My answer is maybe")


class Hir16kInstructions:
    """Rows with a bare `prompt` and `criteria`, or with `question` and `rubrics`."""

    name = "hir-16k"
    summary = (
        "HIR-16K (`prompt`, `criteria`, `ground_truth`); verifiers where the ids have one, texts "
        "for all"
    )

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row is a raw one, or one of Rubrics-To-Tokens."""
        keys = row.keys()
        return {"source", "ground_truth"} <= keys and (
            {"prompt", "criteria"} <= keys or {"question", "rubrics"} <= keys
        )

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row.

        The prompt is the request and its criteria, with spaces between, as Rubrics-To-Tokens and
        others train on it; the list of bullets that others write is found by the join as well.
        """
        task, criteria = _stated(row.data)
        prompt = " ".join([task, *criteria])
        constraints, meta = _constraints(row.data, criteria, prompt)
        bullets = "\n- ".join([f"{task}\n\nConstraints:", *criteria])
        return Instruction(
            identifier(row, "id"),
            prompt,
            constraints,
            row.location,
            task,
            meta,
            aliases=(bullets,),
        )


def _stated(data: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the bare request and the criteria; raises RowError where one of them is blank."""
    if "rubrics" in data:
        task, criteria = string(data, "question"), _described(data["rubrics"])
    else:
        task, criteria = string(data, "prompt"), strings(data, "criteria")
    if not task.strip() or not criteria or not all(text.strip() for text in criteria):
        raise RowError("the request or a criterion is blank, or there are no criteria")
    return task, criteria


def _described(rubrics: object) -> list[str]:
    if not isinstance(rubrics, list):
        raise RowError(f"'rubrics' is a list, got {jsonl.kind(rubrics)}")
    found = [item.get("description") if isinstance(item, Mapping) else None for item in rubrics]
    if not all(isinstance(text, str) for text in found):
        raise RowError(f"a rubric is an object with a 'description', got {shown(rubrics)}")
    return [str(text) for text in found]


def _constraints(
    data: Mapping[str, Any], criteria: Sequence[str], prompt: str
) -> tuple[tuple[ConstraintSpec, ...], dict[str, Any]]:
    """Return the constraints with their texts, and what is kept of the functions."""
    source = string(data, "source")
    if source not in _READERS:
        raise RowError(f"'source' is one of {', '.join(_READERS)}, got {shown(source)}")
    truth = decoded(required(data, "ground_truth"))
    if not isinstance(truth, Mapping):
        raise RowError(f"'ground_truth' is an object, got {jsonl.kind(truth)}")
    specs, meta = _READERS[source](truth, criteria, prompt)
    if len(specs) != len(criteria):
        raise RowError(f"{len(criteria)} criteria but {len(specs)} constraints in 'ground_truth'")
    texts = zip(specs, criteria, strict=True)
    return tuple(_bound(replace(spec, text=text)) for spec, text in texts), meta


def _bound(spec: ConstraintSpec) -> ConstraintSpec:
    """Return the constraint under an id that means what its text says.

    Here the options of a constrained response are often others than IFEval's, which has no kwargs
    for them: such a constraint is not IFEval's.
    """
    if spec.id == _CHOICE and not all(option in (spec.text or "") for option in _OPTIONS):
        return replace(spec, id=f"hir16k:{spec.id}")
    return spec


_Read = tuple[tuple[ConstraintSpec, ...], dict[str, Any]]


def _read_ids(truth: Mapping[str, Any], criteria: Sequence[str], prompt: str) -> _Read:
    del criteria, prompt
    if "instruction_id_list" not in truth:
        raise SpecError(f"'ground_truth' has no 'instruction_id_list'; it has {shown(list(truth))}")
    return parse_constraints(truth), {}


def _read_triples(truth: Mapping[str, Any], criteria: Sequence[str], prompt: str) -> _Read:
    del prompt
    return read_triples(required(truth, "constraints"), criteria), {}


def _read_checkers(truth: Mapping[str, Any], criteria: Sequence[str], prompt: str) -> _Read:
    specs, meta = read_checkers(truth, "checker", prompt)
    return (with_texts(specs, criteria) if len(specs) == len(criteria) else specs), meta


_READERS: dict[str, Callable[[Mapping[str, Any], Sequence[str], str], _Read]] = {
    "type1": _read_ids,
    "type2": _read_ids,
    "type3": _read_triples,
    "type4": _read_checkers,
}
