"""VerInstruct (THU-KEG): prompts with checkers, `[rule]` or `[llm]`, and the source of each.

The functions are data here: they are kept in `meta` beside their checkers, and never run. One that
decides by itself is the constraint `code:python`, which the plugin `hir_plugin_code` runs in a
sandbox where that is allowed; one that asks a model is `judge:criterion` where its sentence is
known, and `verinstruct:<name>` where it is not.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    Instruction,
    Row,
    RowError,
    identifier,
    shown,
    string,
    strings,
)

_CRITERION, _JUDGED = "judge:criterion", "verinstruct:"
_RULE, _LLM = _TAGS = ("[rule]", "[llm]")
_ASKS_MODEL = re.compile(r"\bllm_(?:call|score)\b")
_FIRST_ARGUMENT = re.compile(r"\bdef\s+check_following\s*\(\s*(\w+)\s*[:,]")
_LONGEST = 20_000  # characters of a function that is looked through
_FEWEST = 3  # words of a sentence


class VerInstructInstructions:
    """Rows with `prompt`, `checkers` and `functions`."""

    name = "verinstruct"
    summary = "VerInstruct (`prompt`, `checkers`, `functions`); functions as `code:python`"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has a prompt, checkers and functions."""
        return {"prompt", "checkers", "functions"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        prompt = string(row.data, "prompt")
        specs, meta = read_checkers(row.data, "checkers", prompt)
        pairs = zip(meta["checkers"], meta["functions"], strict=True)
        texts = [_text(prompt, checker, function) for checker, function in pairs]
        constraints = with_texts(specs, texts)
        return Instruction(identifier(row, "id"), prompt, constraints, row.location, meta=meta)


def read_checkers(
    data: Mapping[str, Any], key: str, prompt: str
) -> tuple[tuple[ConstraintSpec, ...], dict[str, Any]]:
    """Return the constraints that checkers name, and what is kept of them: names and functions.

    Args:
        data: The row, or its ground truth.
        key: What the list of checkers is called.
        prompt: The instruction.

    Raises RowError where they are no lists of strings, empty, or not as many as the functions.
    """
    checkers, functions = strings(data, key), strings(data, "functions")
    if len(checkers) != len(functions):
        raise RowError(f"{len(checkers)} checkers but {len(functions)} functions: one each")
    if not checkers:
        raise RowError(f"{key!r} is empty")
    pairs = zip(checkers, functions, strict=True)
    specs = tuple(_spec(checker, function, prompt) for checker, function in pairs)
    return specs, {"checkers": checkers, "functions": functions}


def _spec(checker: str, function: str, prompt: str) -> ConstraintSpec:
    name, tag = _name(checker), checker.strip().partition("]")[0] + "]"
    if tag == _LLM or (tag != _RULE and _ASKS_MODEL.search(function)):
        return ConstraintSpec(f"verinstruct:{name}")
    return ConstraintSpec("code:python", code_kwargs(function, prompt))


def code_kwargs(function: str, prompt: str) -> dict[str, str]:
    """Return the kwargs of `code:python`: the source, and the instruction where it may be read."""
    first = _FIRST_ARGUMENT.search(function)
    is_read = first is None or len(re.findall(rf"\b{first[1]}\b", function)) > 1
    return {"source": function, "instruction": prompt} if is_read else {"source": function}


def with_texts(
    specs: Sequence[ConstraintSpec], texts: Sequence[str | None]
) -> tuple[ConstraintSpec, ...]:
    """Return constraints with their sentences; what a model is asked as a criterion.

    The kind of a criterion is the name of its checker.
    """
    return tuple(
        ConstraintSpec(_CRITERION, {"criterion": text, "kind": spec.id[len(_JUDGED) :]}, text)
        if text is not None and spec.id.startswith(_JUDGED)
        else replace(spec, text=text)
        for spec, text in zip(specs, texts, strict=True)
    )


def _name(checker: str) -> str:
    name = checker.strip()
    for tag in _TAGS:
        name = name.removeprefix(tag).strip()
    if not name:
        raise RowError(f"a checker has a name, got {shown(checker)}")
    return name


def _text(prompt: str, checker: str, function: str) -> str | None:
    """Return the sentence of a judged constraint: its function quotes it, and so does the prompt.

    None where that is no sentence of the prompt's own, or more than one.
    """
    from hir_kit.plugin import recover  # takes long to load

    if not checker.strip().startswith(_LLM):
        return None
    quoted = [text for text in _literals(function) if len(text.split()) >= _FEWEST]
    found = {recover(prompt, [text]).texts[0] for text in dict.fromkeys(quoted)} - {None}
    return found.pop() if len(found) == 1 else None


def _literals(function: str) -> list[str]:
    """Return the string literals in a piece of Python, which is parsed and not run."""
    if len(function) > _LONGEST:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as for "\\d" in the text
        try:
            tree = ast.parse(function)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
    nodes = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [value for value in nodes if isinstance(value, str)]
