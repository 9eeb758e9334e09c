"""One rollout or replay after the other, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt, as_messages, instruction_of
from hir_kit.report.digest import hindsight_of, kind_of, refusals, why_of
from hir_kit.report.screen import visible
from hir_kit.report.words import word_diff
from hir_kit.runs.seen import SeenRow

_SIGNS = {"satisfied": ("✓", "green"), "violated": ("✗", "red"), "unknown": ("?", "yellow")}
_FOLDED = "bright_black"


class Shown:
    """Prints rows. Without colours, what was cut is `[-so-]`, what was put or marked `{+so+}`.

    Args:
        console: Where to.
        thinking: Whether thinking is shown, too.
    """

    def __init__(self, console: Console, *, thinking: bool = False) -> None:
        self._console, self._thinking = console, thinking
        self._is_plain = not console.is_terminal or console.no_color

    def row(self, row: SeenRow) -> None:
        """Print a rollout or replay."""
        self._print(self._title(row))
        if "prompt" in row:
            self._prompt(row)
        for name, code, reason in refusals(row):
            self._print(Text(f"refused by {visible(name)}: {visible(f'{code}: {reason}')}"))
        for spec, verdict in zip(row["constraints"], row["verdicts"], strict=True):
            self._print(self._verdict(spec, verdict))
        if "text" in row:
            self._response(row)
        self._print(Text())

    def reject(self, row: Mapping[str, Any]) -> None:
        """Print a row that could not be used."""
        where = f"{row.get('file')}:{row.get('line')}"
        self._print(Text(f"── rejected · {visible(where)}", "bold"))
        self._print(Text(_lines(str(row.get("reason", "")))))
        self._print(Text(_lines(str(row.get("row", ""))), _FOLDED))
        self._print(Text())

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=self._is_plain)

    def _title(self, row: SeenRow) -> Text:
        kind, hindsight = kind_of(row), hindsight_of(row)
        outcome = {True: "all met", False: "something missed", None: "undetermined"}
        parts = [kind, row["id"], outcome[row["follow_all"]]]
        if hindsight:
            parts.append(f"by {hindsight.get('rewriter')}")
        return Text(f"── {visible(' · '.join(map(str, parts)))}", "bold")

    def _prompt(self, row: SeenRow) -> None:
        before = hindsight_of(row).get("original_prompt")
        for message in _before(row["prompt"]):
            self._print(Text(f"[{visible(message['role'])}] {_lines(message['content'])}", _FOLDED))
        self._print(Text("prompt", _FOLDED))
        after = instruction_of(row["prompt"])
        if before is None:
            self._print(Text(_lines(after)))
        else:
            self._print(self._diff(instruction_of(before), after))
            self._relaxed(row)

    def _relaxed(self, row: SeenRow) -> None:
        for one in hindsight_of(row).get("relaxed") or ():
            text = Text("relaxed: ").append_text(self._cut(_sentence(one["from"])))
            self._print(text.append(" → ").append_text(self._put(_sentence(one["to"]))))

    def _diff(self, before: str, after: str) -> Text:
        text = Text()
        make: dict[str, Callable[[str], Text]] = {"same": Text, "cut": self._cut, "put": self._put}
        for kind, part in word_diff(before, after):
            text.append_text(make[kind](_lines(part)))
        return text

    def _cut(self, part: str) -> Text:
        return Text(f"[-{part}-]") if self._is_plain else Text(part, "strike red")

    def _put(self, part: str) -> Text:
        return Text(f"{{+{part}+}}") if self._is_plain else Text(part, "underline green")

    def _verdict(self, spec: Mapping[str, Any], verdict: Mapping[str, Any]) -> Text:
        sign, colour = _SIGNS[verdict["status"]]
        text = Text(f"{sign} ", colour).append(visible(spec["id"] or "(a constraint)"), "bold")
        text.append(f" {verdict['status']}", colour)
        if kwargs := spec.get("kwargs"):
            text.append(f" {visible(jsonl.dumps(kwargs).decode())}", _FOLDED)
        why = why_of(verdict)
        return text.append(f"  {visible(why)}" if why else "")

    def _response(self, row: SeenRow) -> None:
        text, start = row["text"], row.get("thinking", 0)
        self._print(Text("response", _FOLDED))
        if start and self._thinking:
            self._print(Text(_lines(text[:start]), _FOLDED))
        elif start:
            self._print(Text(f"(thinking, {start} characters: --thinking shows it)", _FOLDED))
        self._print(self._marked(text, start, row.get("evidence", ())))

    def _mark(self, part: str) -> Text:
        return Text(f"{{+{part}+}}") if self._is_plain else Text(part, "black on yellow")

    def _marked(self, text: str, start: int, spans: Iterable[Sequence[int]]) -> Text:
        made = Text()
        for first, last in joined(spans):
            made.append(_lines(text[start:first]))
            part = _lines(text[max(first, start) : last])
            made.append_text(self._mark(part))
            start = max(last, start)
        return made.append(_lines(text[start:]))


def joined(spans: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in order, those that overlap or touch as one."""
    current: tuple[int, int] | None = None
    for first, last in sorted((first, last) for first, last in spans):
        if current is not None and first <= current[1]:
            current = current[0], max(current[1], last)
        else:
            if current is not None:
                yield current
            current = first, last
    if current is not None:
        yield current


def _before(prompt: Prompt) -> list[dict[str, Any]]:
    """Return the messages before the last one of the user."""
    messages = as_messages(prompt)
    users = [place for place, message in enumerate(messages) if message["role"] == "user"]
    return messages[: users[-1]] if users else messages


def _sentence(spec: Mapping[str, Any]) -> str:
    return _lines(str(spec.get("text") or f"{spec.get('id')} {spec.get('kwargs') or ''}".strip()))


def _lines(text: str) -> str:
    """Return a text of many lines without control characters."""
    return "\n".join(map(visible, text.replace("\t", "    ").split("\n")))
