"""What rewards say in the log: each thing once, and not too many of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hir_kit.model.verdict import Status
from hir_kit.rewards.verifying import CheckTask
from hir_kit.verify.checker import CheckOptions
from hir_kit.verify.thinking import UNCLOSED, UNOPENED

if TYPE_CHECKING:
    from hir_kit.rewards.grading import Graded

_LOG = logging.getLogger("hir_kit.rewards")
_MOST_REASONS = 100

_REPORTED: set[str] = set()
_THINKING = {
    UNOPENED: (
        "a response holds </think> without <think> and is verified whole; where the chat template "
        "opens the thinking, say so by thinking_opened=True"
    ),
    UNCLOSED: (
        "the thinking of a response never closes, so that no answer is left of it: it violates "
        "everything. Raise the limit of its length, or leave out thinking_opened where responses "
        "do not think"
    ),
}


def report_unknown(graded: Iterable[Graded]) -> None:
    """Log why verdicts are unknown, each reason once."""
    for item in graded:
        ids = [spec.id for spec in item.specs] or ["constraints"]
        for id, verdict in zip(ids, item.verdicts, strict=True):
            if verdict.status is Status.UNKNOWN:
                report_once(f"unknown verdict, {id}: {verdict.reason}")


def report_thinking(check: CheckOptions, rows: Iterable[object]) -> None:
    """Log once each what may be the matter with the thinking of responses."""
    for row in rows:
        if _REPORTED.issuperset(_THINKING.values()):
            return
        if isinstance(row, CheckTask):
            notes = check.after(row.prefill).answer(row.text).notes
            for line in (_THINKING[note] for note in notes if note in _THINKING):
                report_once(line)


def report_once(line: str) -> None:
    """Log a line, if it was not logged before and there are not too many of them."""
    if line in _REPORTED or len(_REPORTED) >= _MOST_REASONS:
        return
    _REPORTED.add(line)
    _LOG.warning("%s", line)
    if len(_REPORTED) == _MOST_REASONS:
        _LOG.warning("%d different reasons: no more are logged", _MOST_REASONS)
