"""Why verdicts are unknown: as rows tell it, and as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO

from hir_kit.report.screen import print_ranked, visible
from hir_kit.runs.seen import SeenRow


def reasons_of(row: SeenRow) -> Iterator[tuple[str, str]]:
    """Yield id and reason of each constraint of which nothing is known."""
    for spec, verdict in zip(row["constraints"], row["verdicts"], strict=True):
        if verdict["status"] == "unknown":
            yield spec["id"], str(verdict.get("reason", ""))


def print_unknown(
    stream: IO[str],
    reasons: Counter[tuple[str, str]],
    most: int = 5,
    title: str = "unknown, and why:",
) -> None:
    """Print the ids and reasons that stand most often; nothing where there is none."""
    print_ranked(stream, title, reasons, lambda key: ": ".join(map(visible, key)), most)
