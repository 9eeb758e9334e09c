"""From what a model answered to a verdict: strictly, and `unknown` wherever there is doubt."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hir_kit import Status, UsageError, Verdict, unknown
from hir_kit.plugin import jsonl
from hir_plugin_judge.wording import VERDICTS
from hir_plugin_llm.reply import objects_in, text_of

_STATUS = {"met": Status.SATISFIED, "not_met": Status.VIOLATED}
_ELISION = re.compile(r"\s*(?:\.\.\.|…|\[\.\.\.\]|\[…\])\s*")
_QUOTES = "\"'“”‘’«»「」『』"
_LONGEST = 300
_FEWEST = 0.5  # of the probability that has to lie on yes and no together
_YES, _NO = frozenset(("yes", "是")), frozenset(("no", "否"))


def read_reasoned(answer: Mapping[str, Any], response: str) -> Verdict:
    """Return the verdict of an answer with evidence, reason and verdict."""
    try:
        said = text_of(answer)
    except ValueError as error:
        return unknown(str(error))
    found = [item for item in objects_in(said) if item.get("verdict") in VERDICTS]
    if not found:
        return unknown("the answer holds no verdict")
    if len({item["verdict"] for item in found}) > 1:
        return unknown("the answer holds verdicts that contradict each other")
    return _verdict(found[-1], response)


def _verdict(said: Mapping[str, Any], response: str) -> Verdict:
    evidence, why = said.get("evidence", ""), said.get("reason", "")
    if not isinstance(evidence, str) or not isinstance(why, str):
        return unknown("the evidence or the reason is no text")
    why = " ".join(why.split())
    detail = {"evidence": evidence, "reason": why}
    if said["verdict"] == "cannot_tell":
        return Verdict(Status.UNKNOWN, None, f"the model cannot tell: {why[:_LONGEST]}", detail)
    if not stands_in(evidence, response):
        reason = "the evidence does not stand in the response"
        return Verdict(Status.UNKNOWN, None, reason, detail)
    return Verdict(_STATUS[said["verdict"]], None, why[:_LONGEST] or None, detail)


def stands_in(evidence: str, response: str) -> bool:
    """Return whether a quotation stands in a response, but for white space and what is elided.

    An empty one does: what decides may be that something is not there.
    """
    text = " ".join(response.split())
    quoted = " ".join(evidence.split())
    if quoted in text or quoted.strip(_QUOTES) in text:
        return True
    place = 0
    for part in _ELISION.split(quoted.strip(_QUOTES)):
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def read_quick(answer: Mapping[str, Any], met_from: float, not_met_to: float) -> Verdict:
    """Return the verdict of an answer of one word, by how probable the model finds `yes`.

    Args:
        answer: What the server gave, with log-probabilities.
        met_from: The probability from which the constraint is met.
        not_met_to: That up to which it is not; what is between is unknown.
    """
    probability = _probability(answer)
    if isinstance(probability, str):
        return unknown(probability)
    met = round(probability, 4)
    if met >= met_from:
        return Verdict(Status.SATISFIED, met)
    if met <= not_met_to:
        return Verdict(Status.VIOLATED, met)
    return Verdict(
        Status.UNKNOWN, met, f"the model is not sure ({not_met_to:g} to {met_from:g} is unknown)"
    )


def read_band(path: str) -> tuple[float, float]:
    """Return the abstain band of a calibration file; raises UsageError where it has none."""
    try:
        band = jsonl.loads(Path(path).read_bytes())["band"]
        return float(band["met_from"]), float(band["not_met_to"])
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f"{path} has no band: it is none of `hir-kit judge calibrate -o FILE`, or not of a "
            "judge in mode quick"
        ) from None


def _probability(answer: Mapping[str, Any]) -> float | str:
    """Return the probability of `yes` against `no`, or why it is not known."""
    tokens = _first_tokens(answer["choice"].get("logprobs"))
    if not tokens:
        return "the server gives no log-probabilities (judge.mode=reasoned needs none)"
    yes = sum(value for token, value in tokens if token in _YES)
    no = sum(value for token, value in tokens if token in _NO)
    if yes + no < _FEWEST:
        return "the answer is neither yes nor no"
    return yes / (yes + no)


def _first_tokens(logprobs: object) -> list[tuple[str, float]]:
    """Return the most probable first tokens, in lower case, with their probabilities."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    first = content[0] if isinstance(content, list) and content else None
    top = first.get("top_logprobs") if isinstance(first, dict) else None
    found: list[tuple[str, float]] = []
    for item in top if isinstance(top, list) else ():
        token, value = (item.get("token"), item.get("logprob")) if isinstance(item, dict) else "??"
        if isinstance(token, str) and isinstance(value, (int, float)) and value <= 0:
            found.append((token.strip().lower(), math.exp(value)))
    return found
