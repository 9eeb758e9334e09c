"""The table of a benchmark, with a column for each model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.report.benchmarks import DETAIL, OVERALL, Benchmark, Results
from hir_kit.report.shares import Share
from hir_kit.report.tables import Line, Table
from hir_kit.verify.counts import listed

SCHEMA = 1


def table_of(benchmark: Benchmark, models: Mapping[str, Results], *, detail: bool) -> Table:
    """Return the table of a benchmark.

    Args:
        benchmark: The benchmark.
        models: What each model did, by its name.
        detail: Whether the long sections are wanted, too.
    """
    columns = list(models.values())
    lines = [
        Line("prompts", [len(column.shares) for column in columns]),
        Line("responses", [column.responses for column in columns]),
        Line("unknown verdicts", [column.unknown.total() for column in columns]),
    ]
    if any(column.unanswered for column in columns):
        lines.insert(1, Line("without a response", [column.unanswered for column in columns]))
    for section, name in _keys(models):
        if section not in DETAIL or detail:
            cells = [column.shares.share((section, name)) for column in columns]
            lines.append(Line(name, cells, section))
    lines += [
        Line(name, cells, "several responses a prompt")
        for name, cells in _repeated(benchmark, models).items()
    ]
    return Table(f"{benchmark.title} ({benchmark.source})", list(models), lines)


def _keys(models: Mapping[str, Results]) -> list[tuple[str, str]]:
    """Return all keys, section by section, names in order but those of the first as they come."""
    found = list(dict.fromkeys(key for column in models.values() for key in column.shares))
    sections = list(dict.fromkeys(section for section, _ in found))
    first = [key for key in found if key[0] == OVERALL]
    others = sorted(set(found) - set(first), key=lambda key: (sections.index(key[0]), key[1]))
    return [*first, *others]


def _repeated(benchmark: Benchmark, models: Mapping[str, Results]) -> dict[str, list[Share | None]]:
    """Return avg@k and pass@k, for k the powers of two and all, of what every prompt has."""
    key = benchmark.headline
    counts = {
        name: column.shares.samples(key) if key in column.shares else 0
        for name, column in models.items()
    }
    most = max(counts.values(), default=0)
    if most < 2:
        return {}
    found: dict[str, list[Share | None]] = {}
    for k in sorted({n for n in (2**i for i in range(1, 31)) if n <= most} | {most}):
        found[f"avg@{k}"] = [
            column.shares.share(key) if counts[name] == k else None
            for name, column in models.items()
        ]
        found[f"pass@{k}"] = [
            column.shares.passed(key, k) if counts[name] >= k else None
            for name, column in models.items()
        ]
    return {name: cells for name, cells in found.items() if any(cells)}


def to_json(benchmark: Benchmark, models: Mapping[str, Results], rejected: int) -> dict[str, Any]:
    """Return every number of the table, with its long sections, for machines."""
    table = table_of(benchmark, models, detail=True)
    return {
        "schema": SCHEMA,
        "benchmark": benchmark.title,
        "source": benchmark.source,
        "rejected": rejected,
        "models": [
            {
                "name": name,
                "unanswered": models[name].unanswered,
                "unknown": listed(models[name].unknown, "id", "reason"),
                "sections": {
                    section: {line.name: _value(line.cells[place]) for line in lines}
                    for section, lines in table.sections()
                },
            }
            for place, name in enumerate(models)
        ],
    }


def _value(cell: Share | int | None) -> Any:
    return cell.to_json() if isinstance(cell, Share) else cell
