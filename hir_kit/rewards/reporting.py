"""What rewards say in the log: each thing once, and not too many of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hir_kit.model.verdict import Status
from hir_kit.rewards.verifying import CheckTask
from hir_kit.verify.checker import CheckOptions
from hir_kit.verify.thinking import UNOPENED

if TYPE_CHECKING:
    from hir_kit.rewards.grading import Graded

_LOG = logging.getLogger("hir_kit.rewards")
_MOST_REASONS = 100

_REPORTED: set[str] = set()
_UNOPENED = (
    "a response holds </think> without <think> and is verified whole; where the chat template "
    "opens the thinking, say so by thinking_opened=True"
)


def report_unknown(graded: Iterable[Graded]) -> None:
    """Log why verdicts are unknown, each reason once."""
    for item in graded:
        ids = [spec.id for spec in item.specs] or ["constraints"]
        for id, verdict in zip(ids, item.verdicts, strict=True):
            if verdict.status is Status.UNKNOWN:
                report_once(f"unknown verdict, {id}: {verdict.reason}")


def report_unopened(check: CheckOptions, rows: Iterable[object]) -> None:
    """Log once that responses hold a `</think>` that nobody opened, and what may be the matter."""
    for row in rows:
        if _UNOPENED in _REPORTED:
            return
        answer = check.after(row.prefill).answer(row.text) if isinstance(row, CheckTask) else None
        if answer and UNOPENED in answer.notes:
            _REPORTED.add(_UNOPENED)
            _LOG.warning(_UNOPENED)


def report_once(line: str) -> None:
    """Log a line, if it was not logged before and there are not too many of them."""
    if line in _REPORTED or len(_REPORTED) >= _MOST_REASONS:
        return
    _REPORTED.add(line)
    _LOG.warning("%s", line)
    if len(_REPORTED) == _MOST_REASONS:
        _LOG.warning("%d different reasons: no more are logged", _MOST_REASONS)
