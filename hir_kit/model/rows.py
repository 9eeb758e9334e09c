"""The columns of the files that hir-kit writes, for formats that want them typed."""

from __future__ import annotations

from hir_kit.files.columns import INTEGER, JSON, NUMBER, TALK, TEXT, TRUTH, Columns, Kind

SCHEMA = 1

_CONSTRAINTS: Kind = ({"id": TEXT, "kwargs": JSON, "text": TEXT},)
_VERDICTS: Kind = ({"status": TEXT, "measured": JSON, "reason": TEXT},)
_HISTORY: Columns = {"kind": TEXT, "id": TEXT, "group": TEXT, "schema": INTEGER}

GROUPS: Columns = {
    "id": TEXT,
    "prompt": TALK,
    "task": TEXT,
    "constraints": _CONSTRAINTS,
    "responses": ({"id": TEXT, "text": TEXT, "entropy": NUMBER, "logprob": NUMBER, "meta": JSON},),
    "meta": JSON,
}
"""Of `hir-kit convert`."""

VERDICTS: Columns = {
    "id": TEXT,
    "group": TEXT,
    "verdicts": _VERDICTS,
    "loose": ({"status": TEXT},),
    "follow_all": TRUTH,
}
"""Of `hir-kit verify`."""

JUDGED: Columns = {
    **VERDICTS,
    "verdicts": ({"status": TEXT, "measured": JSON, "reason": TEXT, "detail": JSON},),
}
"""Of `hir-kit judge`, and of `verify` with the verdicts of files."""

_HINDSIGHT: Columns = {
    "dropped": _CONSTRAINTS,
    "original_prompt": TALK,
    "rewriter": TEXT,
    "f_div": NUMBER,
    "f_div_from": TEXT,
    "f_int": NUMBER,
    "lambda": NUMBER,
    "score": NUMBER,
    "step": INTEGER,
}

EMITTED: dict[str, Columns] = {
    "hir": {
        "prompt": TALK,
        "completion": TALK,
        "label": TRUTH,
        "reward": NUMBER,
        "kind": TEXT,
        "id": TEXT,
        "group": TEXT,
        "constraints": _CONSTRAINTS,
        "verdicts": _VERDICTS,
        "hindsight": _HINDSIGHT,
        "provenance": JSON,
        "schema": INTEGER,
    },
    "sft": {"prompt": TALK, "completion": TALK, **_HISTORY},
    "kto": {"prompt": TALK, "completion": TALK, "label": TRUTH, **_HISTORY},
    "dpo": {
        "prompt": TALK,
        "chosen": TALK,
        "rejected": TALK,
        "rejected_prompt": TALK,
        **_HISTORY,
    },
    "verl": {
        "data_source": TEXT,
        "prompt": TALK,
        "ability": TEXT,
        "reward_model": {"style": TEXT, "ground_truth": TEXT},
        "extra_info": {
            "index": INTEGER,
            "split": TEXT,
            "id": TEXT,
            "group": TEXT,
            "kind": TEXT,
            "instruction": TEXT,
        },
    },
}
"""Of `hir-kit relabel`, by emission."""
