"""The numbers of a report, of the rollouts and replays of one run."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt, as_messages
from hir_kit.report.lengths import lengths
from hir_kit.report.shares import Shares
from hir_kit.report.together import together
from hir_kit.report.unknown import reasons_of
from hir_kit.runs.seen import SeenRow
from hir_kit.verify.counts import listed

ORIGINAL, REPLAY, REFUSED = "rollout", "replay", "refused"
LETTERS = {"satisfied": "s", "violated": "v", "unknown": "u"}
_MAX_VALUES = 20
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rollout.

    Attributes:
        id: The rollout.
        group: Its group.
        instruction: The same for all rollouts of one prompt, in any run.
        ids: The constraints.
        strict: A letter for each: s(atisfied), v(iolated), u(nknown).
        loose: The same under loose verification; None where it was not asked for.
        words: How many words the response has.
        meta: What the dump says of the instruction, where it is short.
    """

    id: str
    group: str
    instruction: str
    ids: tuple[str, ...]
    strict: str
    loose: str | None
    words: int | None
    meta: Mapping[str, str]


def followed(letters: str) -> bool | None:
    """Return whether all are satisfied; None where that is not known."""
    if "v" in letters:
        return False
    return True if letters and "u" not in letters else None


def kind_of(row: SeenRow) -> str:
    """Return what a row is: a rollout (an original is one), a replay, or refused."""
    if "refused" in row["own"]:
        return REFUSED
    return REPLAY if row["own"].get("kind") == "replay" and hindsight_of(row) else ORIGINAL


def hindsight_of(row: SeenRow) -> Mapping[str, Any]:
    """Return where a replay came from; nothing where the row does not say."""
    found = row["own"].get("hindsight")
    return found if isinstance(found, dict) and "original_prompt" in found else {}


def outcome_of(row: SeenRow) -> Outcome:
    """Return what became of a rollout."""
    text, loose = row.get("text"), row.get("loose")
    prompt = row.get("prompt")
    return Outcome(
        row["id"],
        row["group"],
        row["group"] if prompt is None else _digest(prompt),
        tuple(spec["id"] for spec in row["constraints"]),
        "".join(LETTERS[verdict["status"]] for verdict in row["verdicts"]),
        None if loose is None else "".join(LETTERS[status] for status in loose),
        None if text is None else len(text[row.get("thinking", 0) :].split()),
        {
            key: str(value)
            for key, value in row["meta"].items()
            if isinstance(value, str | int | bool) and len(str(value)) <= _LONGEST_VALUE
        },
    )


def _digest(prompt: Prompt) -> str:
    """Return what an instruction is known by: a text is the one message of a user."""
    said = [[message["role"], message["content"]] for message in as_messages(prompt)]
    return hashlib.sha256(jsonl.dumps(said)).hexdigest()


@dataclass(slots=True)
class Digest:
    """Counts what a run has, and makes its numbers.

    Attributes:
        name: The run's.
        files: What it was read from.
        given: Which of REPLAY and REFUSED there are files of: of no others is there a number.
        outcomes: What became of its rollouts.
        rejected: Rows that could not be used: file, line and reason of the first, and how many.
        charts: What an online run has logged.
    """

    name: str
    files: list[str]
    given: frozenset[str] = frozenset()
    outcomes: list[Outcome] = field(default_factory=list)
    rejected: list[Mapping[str, Any]] = field(default_factory=list)
    rejected_count: int = 0
    charts: list[dict[str, Any]] = field(default_factory=list)
    _unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    _rewriters: Counter[str] = field(default_factory=Counter)
    _dropped: Counter[str] = field(default_factory=Counter)
    _kept: list[float] = field(default_factory=list)
    _relaxed: int = 0
    _refused: int = 0
    _reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    _examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, row: SeenRow) -> None:
        """Count a row: of a rollout, of a replay, or of what was refused."""
        kind = kind_of(row)
        if kind == REPLAY:
            self._add_replay(row)
        elif kind == REFUSED:
            self._add_refused(row)
        else:
            self.outcomes.append(outcome_of(row))
            self._unknown.update(reasons_of(row))

    def reject(self, row: Mapping[str, Any]) -> None:
        """Count a row that could not be used."""
        self.rejected_count += 1
        if len(self.rejected) < _MAX_VALUES:
            self.rejected.append({key: row.get(key, "") for key in ("file", "line", "reason")})

    def _add_replay(self, row: SeenRow) -> None:
        hindsight = hindsight_of(row)
        dropped = [str(spec.get("id", "")) for spec in hindsight.get("dropped") or []]
        self._rewriters[str(hindsight.get("rewriter", ""))] += 1
        self._dropped.update(dropped)
        self._relaxed += bool(hindsight.get("relaxed"))
        kept = len(row["constraints"])
        if kept + len(dropped):
            self._kept.append(kept / (kept + len(dropped)))

    def _add_refused(self, row: SeenRow) -> None:
        self._refused += 1
        for rewriter, code, reason in refusals(row):
            self._reasons[rewriter, code] += 1
            self._examples.setdefault((rewriter, code), f"{row['id']}: {reason}")

    def to_json(self) -> dict[str, Any]:
        """Return every number that the page shows of the run."""
        shares = shares_of(self.outcomes)
        replays = self._number(REPLAY, self._rewriters.total())
        return {
            "name": self.name,
            "files": self.files,
            "rollouts": len(self.outcomes),
            "instructions": len(shares),
            "accuracy": {way: _accuracy(shares, self.outcomes, way) for way in ("strict", "loose")},
            "groups": _groups(self.outcomes),
            "by": _by(shares, self.outcomes),
            "lengths": lengths((one.words, followed(one.strict)) for one in self.outcomes),
            "together": together((one.ids, one.strict) for one in self.outcomes),
            "unknown": listed(self._unknown, "id", "reason"),
            "replays": {
                "count": replays,
                "relaxed": None if replays is None else self._relaxed,
                "by": listed(self._rewriters, "name"),
                "dropped": listed(self._dropped, "name"),
                "kept": self._kept_share(),
            },
            "refused": {
                "count": self._number(REFUSED, self._refused),
                "reasons": [
                    {**one, "example": self._examples[one["rewriter"], one["code"]]}
                    for one in listed(self._reasons, "rewriter", "code")
                ],
            },
            "rejected": {"count": self.rejected_count, "rows": self.rejected},
            "online": self.charts,
        }

    def _number(self, kind: str, found: int) -> int | None:
        """Return how many rows of a kind there are; None where no file would have them."""
        return found if found or kind in self.given else None

    def _kept_share(self) -> dict[str, float] | None:
        if not self._kept:
            return None
        return {"mean": fmean(self._kept), "least": min(self._kept), "most": max(self._kept)}


def refusals(row: SeenRow) -> list[tuple[str, str, str]]:
    """Return the strategies that refused a response, each with its code and reason."""
    found = row["own"].get("refused")
    return [
        (str(name), str(why.get("code", "")), str(why.get("reason", "")))
        for name, why in (found.items() if isinstance(found, dict) else ())
        if isinstance(why, dict)
    ]


def why_of(verdict: Mapping[str, Any]) -> str:
    """Return what a verdict says besides its status: the reason, and what that leaves out."""
    measured, reason = verdict.get("measured"), str(verdict.get("reason") or "")
    if measured is None or str(measured) in reason:
        return reason
    return f"{reason}; measured: {measured}" if reason else f"measured: {measured}"


def shares_of(outcomes: Iterable[Outcome]) -> Shares:
    """Return the shares of a run, over its rollouts, instruction by instruction."""
    shares = Shares()
    for one in outcomes:
        for way, letters in (("strict", one.strict), ("loose", one.loose)):
            if letters is None:
                continue
            result = followed(letters)
            known = result is not None
            shares.add((way, "ila"), one.instruction, result is True, known)
            met = letters.count("s")
            shares.add((way, "cla"), one.instruction, met, met + letters.count("v"))
            for id, letter in zip(one.ids, letters, strict=True):
                if id:
                    shares.add(
                        (f"{way} constraint", id), one.instruction, letter == "s", letter != "u"
                    )
            size = f"{len(letters)}"
            shares.add(
                (f"{way} number of constraints", size), one.instruction, result is True, known
            )
            for key, value in one.meta.items():
                shares.add((f"{way} meta.{key}", value), one.instruction, result is True, known)
    return shares


def _share(shares: Shares, section: str, name: str) -> dict[str, float | None] | None:
    found = shares.share((section, name))
    return None if found is None else found.to_json()


def _accuracy(shares: Shares, outcomes: list[Outcome], way: str) -> dict[str, Any] | None:
    letters = [getattr(one, way) for one in outcomes if getattr(one, way) is not None]
    if not letters:
        return None
    return {
        "ila": _share(shares, way, "ila"),
        "cla": _share(shares, way, "cla"),
        "undetermined": sum(followed(one) is None for one in letters),
    }


def _groups(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many groups failed, passed, or are mixed, as `hir-kit verify` counts them."""
    results: dict[str, set[bool | None]] = defaultdict(set)
    for one in outcomes:
        results[one.group].add(followed(one.strict))
    counts = Counter(map(_kind, results.values()))
    return {kind: counts[kind] for kind in ("all-failed", "mixed", "all-passed", "undetermined")}


def _kind(results: set[bool | None]) -> str:
    if {True, False} <= results:
        return "mixed"
    if None in results:
        return "undetermined"
    return "all-passed" if True in results else "all-failed"


def _by(shares: Shares, outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Return accuracies by constraint, by number of constraints, and by what the dump says."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in outcomes:
        for id, letter in zip(one.ids, one.strict, strict=True):
            if id:
                counts["constraint"][id][letter] += 1
        whole = {True: "s", False: "v", None: "u"}[followed(one.strict)]
        counts["number of constraints"][f"{len(one.strict)}"][whole] += 1
        for key, value in one.meta.items():
            counts[f"meta.{key}"][value][whole] += 1
    return [
        {"title": title, "rows": [_row(shares, title, name, values[name]) for name in names]}
        for title, values in counts.items()
        if (names := _names(title, values))
    ]


def _names(title: str, values: Mapping[str, Any]) -> list[str]:
    """Return the values of a column in order; none where it tells nothing apart, or too much."""
    if title.startswith("meta.") and not 1 < len(values) <= _MAX_VALUES:
        return []
    return sorted(
        values, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name)
    )


def _row(shares: Shares, title: str, name: str, counts: Counter[str]) -> dict[str, Any]:
    return {
        "name": name,
        "strict": _share(shares, f"strict {title}", name),
        "loose": _share(shares, f"loose {title}", name),
        "satisfied": counts["s"],
        "violated": counts["v"],
        "unknown": counts["u"],
    }
