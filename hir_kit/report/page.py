"""The page of a report: one file that holds its numbers, its rows and the script that shows them.

What comes from dumps is data: it is packed (gzip, base64) and never stands in the page as text. The
policy of the page allows its own style and script, by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from typing import Any

from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt, as_messages
from hir_kit.report.digest import LETTERS, REPLAY, hindsight_of, kind_of, refusals, why_of
from hir_kit.runs.seen import SeenRow

_SCRIPTS = ("dom", "charts", "diff", "sections", "rows", "detail", "main")
_HIDDEN = {"hindsight", "verdicts", "constraints", "provenance", "refused", "kind", "schema"}


def page(numbers: Mapping[str, Any], rows: Mapping[str, Any]) -> bytes:
    """Return the page.

    Args:
        numbers: What `hir-kit report --json` prints.
        rows: What `Rows.to_json` gives.
    """
    folder = files("hir_kit.report") / "web"
    style = (folder / "page.css").read_text("utf-8")
    script = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    packed = gzip.compress(jsonl.dumps({"numbers": numbers, **rows}), mtime=0)
    parts = {
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'",
        "style": style,
        "data": base64.b64encode(packed).decode("ascii"),
        "script": script,
    }
    made = (folder / "page.html").read_text("utf-8")
    for name, text in parts.items():
        made = made.replace(f"{{{{{name}}}}}", text)
    return made.encode("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"


class Rows:
    """The rows that the page's browser shows; equal prompts and constraints are held once."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        self._prompts: dict[bytes, int] = {}
        self._asked: dict[bytes, int] = {}

    def add(self, run: int, row: SeenRow, changed: Iterable[str]) -> None:
        """Add a row of the run of this number; `changed` are the comparisons that it differs in."""
        prompt, kind = row.get("prompt"), kind_of(row)
        text, thinking = row.get("text", ""), row.get("thinking", 0)
        made: dict[str, Any] = {
            "n": run,
            "i": row["id"],
            "g": _group(row, kind),
            "k": kind,
            "p": -1 if prompt is None else self._prompt(prompt),
            "x": text,
            "h": _units(text[:thinking]),
            "c": self._constraints(row),
            "v": "".join(LETTERS[verdict["status"]] for verdict in row["verdicts"]),
            "r": [why_of(verdict) for verdict in row["verdicts"]],
        }
        if "text" not in row and prompt is None:
            made["t"] = 1
        if spans := row.get("evidence"):
            made["e"] = _in_units(text, spans)
        if kind == REPLAY:
            made |= self._origin(hindsight_of(row))
        if reasons := refusals(row):
            made["f"] = [[name, f"{code}: {reason}"] for name, code, reason in reasons]
        if marks := list(changed):
            made["q"] = marks
        if besides := _besides(row):
            made["m"] = besides
        self._rows.append(made)

    def to_json(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "rows": self._rows,
            "prompts": [jsonl.loads(prompt) for prompt in self._prompts],
            "asked": [jsonl.loads(asked) for asked in self._asked],
        }

    def _prompt(self, prompt: Prompt) -> int:
        messages = [[str(one["role"]), str(one["content"])] for one in as_messages(prompt)]
        return self._prompts.setdefault(jsonl.dumps(messages), len(self._prompts))

    def _constraints(self, row: SeenRow) -> int:
        asked = [_asked(spec) for spec in row["constraints"]]
        return self._asked.setdefault(jsonl.dumps(asked), len(self._asked))

    def _origin(self, hindsight: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {
            "o": self._prompt(hindsight["original_prompt"]),
            "w": str(hindsight.get("rewriter", "")),
            "d": [_sentence(spec) for spec in hindsight.get("dropped") or []],
        }
        if relaxed := hindsight.get("relaxed"):
            made["a"] = [[_sentence(one["from"]), _sentence(one["to"])] for one in relaxed]
        return made


def _group(row: SeenRow, kind: str) -> str:
    """Return the group of a rollout; a replay, whose instruction is another, is in its original's.

    What is read as `demo~2` is the second instruction of the rows whose group is `demo`.
    """
    name, _, number = row["group"].rpartition("~")
    return name if kind == REPLAY and name and number.isdecimal() else row["group"]


def _asked(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return a constraint as it is shown: id, sentence and kwargs."""
    kwargs = spec.get("kwargs") or {}
    listed = ", ".join(f"{key}: {jsonl.dumps(value).decode()}" for key, value in kwargs.items())
    return {"id": spec["id"], "text": spec.get("text") or "", "kwargs": listed}


def _sentence(spec: Mapping[str, Any]) -> str:
    """Return the sentence that states a constraint; without one, its id and kwargs."""
    shown = _asked(spec)
    return shown["text"] or f"{shown['id']} {shown['kwargs']}".strip()


def _besides(row: SeenRow) -> str | None:
    own = {key: value for key, value in row["own"].items() if key not in _HIDDEN}
    both = {**row["meta"], **own}
    return "\n".join(f"{key}: {jsonl.dumps(value).decode()}" for key, value in both.items()) or None


def _in_units(text: str, spans: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return spans of a text in the units that a browser counts."""
    pairs = [list(span) for span in spans]
    if not text or max(text) < "\U00010000":
        return pairs
    places = sorted({place for pair in pairs for place in pair})
    at, units = 0, dict[int, int]()
    for before, place in pairwise([0, *places]):
        at = units[place] = at + _units(text[before:place])
    return [[units.get(place, 0) for place in pair] for pair in pairs]


def _units(text: str) -> int:
    """Return how many units of UTF-16 a text has: what a browser counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
