"""The documentation of a verifier, made from the verifier itself."""

from __future__ import annotations

import inspect
import json
from typing import Any

from pydantic.fields import FieldInfo

from hir_kit.files import jsonl
from hir_kit.model.verdict import Status
from hir_kit.verify.verifier import Case, Verifier, asked, type_name


def summary_of(cls: type[Verifier]) -> str:
    """Return the first line of a verifier's documentation."""
    return _document(cls).split("\n", 1)[0]


def as_markdown(cls: type[Verifier], level: int = 1) -> str:
    """Return a verifier's page: documentation, parameters, cases and the sentence that asks."""
    heading = "#" * level
    body = _document(cls).replace("\n## ", f"\n{heading}# ")
    parts = [
        f"{heading} `{cls.constraint_id}`",
        body,
        f"{heading}# Parameters\n\n{_parameters(cls)}",
        f"{heading}# Passes\n\n{_cases(cls, Status.SATISFIED)}",
        f"{heading}# Fails\n\n{_cases(cls, Status.VIOLATED)}",
    ]
    return "\n\n".join(parts)


def as_json(cls: type[Verifier], owner: str) -> dict[str, Any]:
    """Return a verifier's page for machines."""
    return {
        "id": cls.constraint_id,
        "plugin": owner,
        "documentation": _document(cls),
        "parameters": [
            {
                "name": name,
                "type": type_name(cls, name),
                "required": info.is_required(),
                **({} if info.is_required() else {"default": _as_json(_default(info))}),
            }
            for name, info in cls.model_fields.items()
        ],
        "cases": [
            {
                "response": case.response,
                "kwargs": dict(case.kwargs),
                "expected": case.expected.value,
                "description": _described(cls, case),
            }
            for case in cls.cases
        ],
    }


def _document(cls: type[Verifier]) -> str:
    return inspect.cleandoc(cls.__doc__ or "(not documented)")


def _parameters(cls: type[Verifier]) -> str:
    if not cls.model_fields:
        return "None."
    return "\n".join(
        f"- `{name}`: {type_name(cls, name)}"
        + ("" if info.is_required() else f", by default `{_plain(_default(info))}`")
        for name, info in cls.model_fields.items()
    )


def _cases(cls: type[Verifier], status: Status) -> str:
    cases = [case for case in cls.cases if case.expected is status]
    return "\n\n".join(_case(cls, case) for case in cases) or "No case is given."


def _case(cls: type[Verifier], case: Case) -> str:
    shown = json.dumps(case.response, ensure_ascii=False)
    kwargs = json.dumps(dict(case.kwargs), ensure_ascii=False)
    sentence = " ".join(_described(cls, case).split())
    return f"- `{shown}`\n  with `{kwargs}`\n  asked as: {sentence}"


def _described(cls: type[Verifier], case: Case) -> str:
    verifier = cls.bind(case.kwargs)
    return asked(verifier, verifier.describe)


def _default(info: FieldInfo) -> Any:
    return info.get_default(call_default_factory=True)


def _as_json(value: object) -> object:
    """Return the value, or how it reads where JSON cannot hold it."""
    try:
        jsonl.dumps(value)
    except (TypeError, ValueError):
        return repr(value)
    return value


def _plain(value: object) -> str:
    return str(value.value) if hasattr(value, "value") else repr(value)
