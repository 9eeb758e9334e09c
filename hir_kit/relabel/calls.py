"""Calls into plugins while relabelling: none is trusted to come back, or with what it should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hir_kit.errors import CrashError, HirKitError, PluginError, RowError, boundary
from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt, read_prompt
from hir_kit.relabel.contract import Refusal, Rewriter, Rewriting, Stated
from hir_kit.time_limit import CheckLost, CheckTimeout, TimeLimit
from hir_kit.verify.binding import Bound
from hir_kit.verify.response import Response
from hir_kit.verify.verifier import Verifier, asked
from hir_kit.verify.wording import Wording


def stated(one: Bound, limit: TimeLimit) -> Stated:
    """Return a constraint with what is known of its wording.

    A verifier that cannot say what it asks for has no sentence: strategies refuse with `no-text`.
    """
    if one.verifier is None:
        return Stated(one.spec)
    try:
        sentence: object = limit.run(_describe, one.verifier)
    except (PluginError, CheckTimeout):
        return Stated(one.spec)
    known = sentence if isinstance(sentence, str) and sentence.strip() else None
    return Stated(one.spec, known, wording=_wording(one.verifier, limit))


def _wording(verifier: Verifier, limit: TimeLimit) -> Wording | None:
    """Return how a verifier says that it is talked about; None where it cannot say."""
    try:
        wording: object = limit.run(_asked_wording, verifier)
    except (PluginError, CheckTimeout):
        return None
    return wording if isinstance(wording, Wording) else None


def _asked_wording(verifier: Verifier) -> object:
    return asked(verifier, verifier.wording)


def _describe(verifier: Verifier) -> object:
    return asked(verifier, verifier.describe)


def relaxed(verifier: Verifier, response: Response, limit: TimeLimit) -> Verifier | None:
    """Return the weaker form that a verifier gives; None where it gives none, or cannot."""
    try:
        found: object = limit.run(_relaxed, (verifier, response), verifier.time_limit)
    except (PluginError, CheckTimeout):
        return None
    return found if isinstance(found, type(verifier)) else None


def _relaxed(asked_of: tuple[Verifier, Response]) -> object:
    verifier, response = asked_of
    with boundary(verifier, f"{verifier.constraint_id}: relax()"):
        return verifier.relax(response)


def quoted(verifier: Verifier, limit: TimeLimit) -> tuple[str, ...] | Refusal:
    """Return the texts that a verifier wants in the instruction, or why nobody knows them."""
    what = f"{verifier.constraint_id}: quoted()"
    try:
        texts: object = limit.run(_quoted, verifier)
    except PluginError as error:
        return Refusal("failed", str(error))
    except CheckTimeout as late:
        return _too_late(late, what)
    if isinstance(texts, (tuple, list)) and all(isinstance(text, str) for text in texts):
        return tuple(texts)
    return Refusal("failed", f"{what} returned {type(texts).__name__}, not strings in a tuple")


def _quoted(verifier: Verifier) -> object:
    return asked(verifier, verifier.quoted)


def answers(
    rewriter: Rewriter, requests: Sequence[Rewriting], rows: Sequence[object], limit: TimeLimit
) -> list[Prompt | Refusal]:
    """Return a strategy's answers, one per request.

    Args:
        rewriter: The strategy.
        requests: What it is asked.
        rows: For each request, the row it comes from.
        limit: What keeps the time.
    """
    rewrite_all = getattr(rewriter, "rewrite_all", None)
    if rewrite_all is None:
        what = _named(rewriter, "rewrite")
        return [
            _answer(_called(rewriter, what, rewriter.rewrite, request, 1, row, limit), what, row)
            for request, row in zip(requests, rows, strict=True)
        ]
    what = _named(rewriter, "rewrite_all")
    at = str(rows[0]) if len(rows) == 1 else f"{rows[0]} to {rows[-1]}"
    given = _called(rewriter, what, rewrite_all, requests, len(requests), at, limit)
    if not isinstance(given, Refusal):
        if isinstance(given, (list, tuple)) and len(given) == len(requests):
            pairs = zip(given, rows, strict=True)
            return [_answer(answer, what, row) for answer, row in pairs]
        came = f"{len(given)} answers" if isinstance(given, (list, tuple)) else type(given).__name__
        given = Refusal(
            "failed", f"{what} returned {came} to {len(requests)} requests, at {at}: one each"
        )
    return [given] * len(requests)


def _named(rewriter: Rewriter, method: str) -> str:
    return f"the rewriter {rewriter.name!r}: {method}()"


def _called(
    rewriter: Rewriter,
    what: str,
    method: Callable[[Any], object],
    argument: object,
    count: int,
    at: object,
    limit: TimeLimit,
) -> object:
    """Return what a method of a strategy gives for so many requests, or why it gives nothing."""
    seconds = limit.seconds * count
    try:
        with boundary(rewriter, what, at):
            if (own := getattr(rewriter, "time_limit", None)) is not None:
                seconds = TimeLimit(own).seconds * count
            return limit.run(method, argument, seconds)
    except CheckTimeout as late:
        return _too_late(late, f"{what}, at {at},")
    except CrashError as error:
        return Refusal("failed", str(error))
    except HirKitError as error:
        return Refusal("failed", str(CrashError.of(rewriter, what, error, at)))


def _too_late(late: CheckTimeout, what: str) -> Refusal:
    code = "failed" if isinstance(late, CheckLost) else "timed-out"  # lost: it may have crashed
    return Refusal(code, f"{what} {late}")


def _answer(answer: Any, what: str, row: object) -> Prompt | Refusal:
    """Return an answer that can be relied on, or the refusal that says what came instead."""
    if isinstance(answer, Refusal):
        if isinstance(answer.code, str) and isinstance(answer.reason, str):
            return answer
        return Refusal("failed", f"{what} refused without strings for code and reason, at {row}")
    if not isinstance(answer, (str, list)):
        kind = type(answer).__name__
        return Refusal("failed", f"{what} returned {kind}, no prompt and no Refusal, at {row}")
    try:
        prompt = read_prompt(answer)
        jsonl.dumps(prompt)
    except (RowError, TypeError, ValueError) as error:
        return Refusal("failed", f"{what} returned what is no prompt, at {row}: {error}")
    return prompt
